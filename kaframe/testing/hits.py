"""Which points of the rules have held in a run, read from its tables.

Only what the rules made counts: rows that a test gives, values that stand in for missing ones, and colours that a
person has set prove nothing about a rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

from kaframe.database import Database, quoted
from kaframe.names import PlannedMeasure, plan_measures
from kaframe.project import Project
from kaframe.rules.status import StatusRule
from kaframe.scorecard.planned import PlannedCard
from kaframe.scorecard.tree import plan_cards
from kaframe.strategy.actions import IMPROVE
from kaframe.testing.given import PINNED
from kaframe.testing.leafhits import leaf_hits
from kaframe.testing.points import PATIENCE, Key, card_limits, transition_name

CLOSE = 1e-9  # points that lie so near a limit are at it
Look = Callable[[Project, Database], Iterator[Key]]


def rule_hits(project: Project, db: Database, steps: frozenset[str], given: Collection[str]) -> set[Key]:
    """The points that held in this run, as far as it was computed; ``given`` are the tables whose rows a test gave."""
    looks: dict[str, tuple[str, Look]] = {
        "": ("measure", _measures), "tiers": ("identify", _tiers), "insights": ("analyse", _analyses),
        "segments_rfm": ("analyse", _segments), "colours": ("status", _colours), "roll_ups": ("status", _roll_ups),
        "stages": ("stage", _stages), "stage_tasks": ("stage", _stage_tasks), "plans": ("strategy", _strategies),
        "goals": ("strategy", _goals), "actions": ("strategy", _actions), "tasks": ("maintain", _cadences),
        "notices": ("notify", _notices),
    }  # fmt: skip
    made = [look for table, (step, look) in looks.items() if step in steps and table not in given]
    found = {key for look in made for key in look(project, db)}
    if "score" in steps and "scores" not in given:
        cards = [card for card in plan_cards(project) if f"score_{card.card.id}" not in given]
        found.update(key for card in cards for key in _card(project, db, card))
    return found


def _measures(project: Project, db: Database) -> Iterator[Key]:
    """Measures that were worked out for somebody; those of a table from rows, not from their ``empty`` alone."""
    there = db.columns("measures")
    listed = [
        item
        for item in plan_measures(project)
        if item.measure.id in there and not item.measure.value.text.startswith(PINNED)
    ]
    if listed:
        counts = ", ".join(f"count(*) FILTER (WHERE {_worked_out(item)}) AS n{place}"
                           for place, item in enumerate(listed))  # fmt: skip
        (row,) = db.rows(f"SELECT {counts} FROM measures")
        yield from (("measure", item.measure.id) for place, item in enumerate(listed) if row[f"n{place}"])


def _worked_out(item: PlannedMeasure) -> str:
    known = f"{quoted(item.measure.id)} IS NOT NULL"
    return known if item.empty is None else f"{known} AND {quoted(item.measure.id)} <> {item.empty.sql}"


def _tiers(_: Project, db: Database) -> Iterator[Key]:
    """The tier whose condition held, and what kept an account in another one."""
    for row in db.rows("SELECT DISTINCT tier, calculated, kept_by, candidate FROM tiers"):
        yield "tier", str(row["calculated"])
        if row["kept_by"]:
            yield "tier kept", f"{row['tier']}.{row['kept_by']}"
        if row["candidate"]:
            yield "candidates", "candidates"


def _analyses(_: Project, db: Database) -> Iterator[Key]:
    yield from (("analysis", name) for name in _distinct(db, "insights", "insight"))


def _segments(project: Project, db: Database) -> Iterator[Key]:
    """The segments that accounts fell into; telling segments is what such an analysis is for."""
    if "segments_rfm" not in db.tables():
        return
    segments = _distinct(db, "segments_rfm", "segment")
    yield from (("segment", name) for name in segments)
    for analysis in project.rules.analyse.analyses:
        if {segment.id for segment in getattr(analysis.settings, "segments", ())} & set(segments):
            yield "analysis", analysis.id


def _card(project: Project, db: Database, card: PlannedCard) -> Iterator[Key]:
    """A card that somebody has got, its leaves, and the limits that cut points off."""
    table = f"score_{card.card.id}"
    if not db.value(f"SELECT count(*) FROM {quoted(table)}"):
        return
    yield "scorecard", card.card.id
    yield from leaf_hits(project, db, card)
    for limit in card_limits(project, card.card):
        at_limit = f"abs({quoted(limit.column)} - {limit.points!r}) < {CLOSE}"
        if limit.column in db.columns(table) and db.value(f"SELECT count(*) FROM {quoted(table)} WHERE {at_limit}"):
            yield "limit", limit.name


def _colours(project: Project, db: Database) -> Iterator[Key]:
    """The colours that thresholds gave, the exceptions that took part, the patience that kept a colour."""
    grouped = {row["name"] for row in db.rows("SELECT DISTINCT card || ' ' || account_id AS name FROM roll_ups "
                                              "WHERE points IS NULL")}  # fmt: skip
    for row in db.rows("SELECT account_id, card, calculated, exception, why FROM colours"):
        if f"{row['card']} {row['account_id']}" not in grouped:
            yield "colour", f"{row['card']}.{row['calculated']}"
        if row["exception"]:
            yield "exception", f"{row['card']}.{row['exception']}"
        if row["why"] in PATIENCE.values():
            yield "patience", f"{row['card']}.{row['why']}"


def _roll_ups(project: Project, db: Database) -> Iterator[Key]:
    """Groups of companies that were put together, and the shares of members that gave a parent its colour."""
    for row in db.rows(
        "SELECT DISTINCT r.card, c.calculated, r.points IS NULL AS by_share FROM roll_ups AS r "
        "JOIN colours AS c ON c.account_id = r.account_id AND c.card = r.card WHERE r.state = 'counted'"
    ):
        yield "roll-up", row["card"]
        rule: StatusRule | None = project.rules.status.of(row["card"])
        shares = rule.roll_up.shares if rule and rule.roll_up and row["by_share"] else ()
        yield from (("share", f"{row['card']}#{place}") for place, share in enumerate(shares, 1)
                    if share.status == row["calculated"])  # fmt: skip


def _stages(project: Project, db: Database) -> Iterator[Key]:
    """The stages that rules moved somebody into on this day, and the ways there."""
    for row in db.rows("SELECT * FROM stages WHERE \"by\" IN ('rule', 'start')"):
        if row["entered_on"] == project.as_of:
            yield "stage", row["stage"]
            yield from _transition(project, row)


def _transition(project: Project, row: dict[str, Any]) -> Iterator[Key]:
    """The way that an account went; of several to the same stage the reason tells which."""
    came_from = project.rules.stage.stage(row["from_stage"] or "")
    ways = [(number, way) for number, way in enumerate(came_from.to if came_from else ()) if way.stage == row["stage"]]
    for number, way in ways:
        if row["by"] == "rule" and (len(ways) == 1 or project.text(way.label) == row["reason"]):
            yield "transition", transition_name(row["from_stage"], way.stage, number)


def _stage_tasks(_: Project, db: Database) -> Iterator[Key]:
    yield from (("stage task", f"{row['stage']}.{row['task']}") for row in db.rows("SELECT * FROM stage_tasks"))


def _strategies(_: Project, db: Database) -> Iterator[Key]:
    for text in _distinct(db, "plans", "strategies"):
        yield from (("strategy", name) for name in json.loads(text))


def _goals(_: Project, db: Database) -> Iterator[Key]:
    yield from (("goal", name) for name in _distinct(db, "goals", "goal"))


def _actions(_: Project, db: Database) -> Iterator[Key]:
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
