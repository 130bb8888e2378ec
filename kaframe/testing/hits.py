"""Which points of the rules have held in a run, read from its tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from kaframe.database import Database, quoted
from kaframe.expression import Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.score import Band, Scorecard, ScoreNode
from kaframe.strategy.actions import IMPROVE
from kaframe.testing.given import PINNED
from kaframe.testing.points import Key, card_leaves, transition_name

LIMITS = (("at_least", ">="), ("above", ">"), ("at_most", "<="), ("below", "<"))


def rule_hits(project: Project, db: Database, steps: frozenset[str]) -> set[Key]:
    """The points that held in this run, as far as it was computed."""
    looks: dict[str, Callable[[Project, Database], Iterator[Key]]] = {
        "measure": _measures, "identify": _tiers, "analyse": _analyses, "score": _leaves, "status": _colours,
        "stage": _stages, "strategy": _strategies, "maintain": _cadences, "notify": _notices,
    }  # fmt: skip
    return {key for step, look in looks.items() if step in steps for key in look(project, db)}


def _measures(project: Project, db: Database) -> Iterator[Key]:
    """Measures that were worked out for somebody; what a test gives itself proves nothing about them."""
    there = db.columns("measures")
    ids = [
        measure.id
        for measure in project.rules.measure.measures
        if measure.id in there and not measure.value.text.startswith(PINNED)
    ]
    if ids:
        counts = ", ".join(f"count({quoted(name)}) AS {quoted(name)}" for name in ids)
        (row,) = db.rows(f"SELECT {counts} FROM measures")
        yield from (("measure", name) for name in ids if row[name])


def _tiers(_: Project, db: Database) -> Iterator[Key]:
    for row in db.rows("SELECT DISTINCT tier, candidate FROM tiers"):
        yield "tier", str(row["tier"])
        if row["candidate"]:
            yield "candidates", "candidates"


def _analyses(_: Project, db: Database) -> Iterator[Key]:
    yield from (("analysis", name) for name in _distinct(db, "insights", "insight"))
    if "segments_rfm" in db.tables():
        segments = _distinct(db, "segments_rfm", "segment")
        yield from (("segment", name) for name in segments)
        yield from (("analysis", name) for name in ("rfm",) if segments)


def _leaves(project: Project, db: Database) -> Iterator[Key]:
    for card in project.rules.score.scorecards:
        there = db.columns(f"score_{card.id}")
        for path, leaf in card_leaves(card):
            if path in there and db.value(f"SELECT count({quoted(path)}) FROM {quoted(f'score_{card.id}')}"):
                yield "leaf", f"{card.id}.{path}"
                yield from _parts(project, db, card, path, leaf)


def _parts(project: Project, db: Database, card: Scorecard, path: str, leaf: ScoreNode) -> Iterator[Key]:
    """The bands or cases that accounts fell into: the first whose condition holds."""
    kind = "band" if leaf.bands else "case"
    conditions, names = _conditions(project, leaf)
    if not conditions:
        return
    whens = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(conditions, 1))
    scored = f"SELECT account_id FROM {quoted(f'score_{card.id}')} WHERE {quoted(path)} IS NOT NULL"
    relation = account_relation(project, "score", names)
    query = f"SELECT DISTINCT CASE {whens} END AS part FROM {relation} WHERE account_id IN ({scored})"
    yield from ((kind, f"{card.id}.{path}#{row['part']}") for row in db.rows(query) if row["part"])


def _conditions(project: Project, leaf: ScoreNode) -> tuple[list[str], set[str]]:
    """The condition of each band or case as SQL, and the names that they use."""
    scope = account_scope(project, "score")
    if leaf.bands and leaf.value is not None:
        (value,), _ = compile_all([(leaf.value, None)], scope)
        return ([_limits(band, value.sql) for band in leaf.bands], set(value.names)) if value else ([], set())
    compiled, _ = compile_all([(case.when, Type.BOOLEAN) for case in leaf.cases], scope)
    names = {name for one in compiled if one for name in one.names}
    return [one.sql if one else "TRUE" for one in compiled], names


def _limits(band: Band, value: str) -> str:
    limits = [f"({value}) {sign} {getattr(band, name)!r}" for name, sign in LIMITS if getattr(band, name) is not None]
    return " AND ".join(limits) or f"({value}) IS NOT NULL"


def _colours(_: Project, db: Database) -> Iterator[Key]:
    for row in db.rows("SELECT DISTINCT card, status, calculated, exception FROM colours"):
        yield "colour", f"{row['card']}.{row['status']}"
        yield "colour", f"{row['card']}.{row['calculated']}"
        if row["exception"]:
            yield "exception", f"{row['card']}.{row['exception']}"


def _stages(project: Project, db: Database) -> Iterator[Key]:
    for row in db.rows("SELECT * FROM stages"):
        yield "stage", row["stage"]
        if row["by"] == "rule" and row["entered_on"] == project.as_of:
            yield from _transition(project, row)
    yield from (("stage task", f"{row['stage']}.{row['task']}") for row in db.rows("SELECT * FROM stage_tasks"))


def _transition(project: Project, row: dict[str, Any]) -> Iterator[Key]:
    """The way that an account went; of several to the same stage the reason tells which."""
    came_from = project.rules.stage.stage(row["from_stage"] or "")
    ways = [(number, way) for number, way in enumerate(came_from.to if came_from else ()) if way.stage == row["stage"]]
    for number, way in ways:
        if len(ways) == 1 or project.text(way.label) == row["reason"]:
            yield "transition", transition_name(row["from_stage"], way.stage, number)


def _strategies(_: Project, db: Database) -> Iterator[Key]:
    for text in _distinct(db, "plans", "strategies"):
        yield from (("strategy", name) for name in json.loads(text))
    yield from (("goal", name) for name in _distinct(db, "goals", "goal"))
    for row in db.rows("SELECT DISTINCT strategy, action FROM actions"):
        improves = row["strategy"] == IMPROVE
        yield ("improvement", row["action"]) if improves else ("action", f"{row['strategy']}.{row['action']}")


def _cadences(_: Project, db: Database) -> Iterator[Key]:
    yield from (("cadence", row["rule"]) for row in db.rows("SELECT DISTINCT rule FROM tasks WHERE kind = 'cadence'"))


def _notices(_: Project, db: Database) -> Iterator[Key]:
    yield from (("notice", name) for name in _distinct(db, "notices", "rule"))


def _distinct(db: Database, table: str, column: str) -> list[str]:
    query = f"SELECT DISTINCT {quoted(column)} AS one FROM {quoted(table)} WHERE {quoted(column)} IS NOT NULL"
    return [row["one"] for row in db.rows(query)]
