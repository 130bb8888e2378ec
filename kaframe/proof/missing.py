"""Accounts that are green although nothing, or next to nothing, is known of them: tried out with the real steps.

Each probe is an account of which nothing is known but what one leaf needs for its best points. What the scorecard and
the thresholds make of it is no reasoning about them, it is what they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kaframe.database import Database, quoted
from kaframe.errors import KaframeError, Problem
from kaframe.expression import FUNCTIONS, Type
from kaframe.expression.sql import TYPES
from kaframe.names import account_columns, plan_measures, words_of
from kaframe.pasttables import PAST_STATUSES, PAST_TABLES
from kaframe.project import Project
from kaframe.proof.bands import band_values
from kaframe.proof.domains import domain_of
from kaframe.proof.finding import finding
from kaframe.proof.leaves import leaves_of
from kaframe.proof.reading import Reading
from kaframe.ranges import REAL, Domain, Spans, can_hold
from kaframe.rules.score import Scorecard, ScoreNode
from kaframe.score import score_accounts
from kaframe.status import colour_accounts

NOTHING = "nothing"
TIERS = {"account_id": "VARCHAR", "tier": "VARCHAR", "key_account": "BOOLEAN", "candidate": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Probe:
    """An account of which only ``facts`` are known: names with values as they are written."""

    id: str
    card: Scorecard
    leaf: ScoreNode | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def check_missing(project: Project) -> list[Problem]:
    """Scorecards that call an account green of which nothing is known, and leaves that do so alone."""
    probes = [probe for card in project.rules.score.scorecards for probe in _probes(project, card)]
    if not probes:
        return []
    try:
        with Database() as db:
            _create(project, db, probes)
            db.seal()
            score_accounts(project, db)
            colour_accounts(project, db)
            rows = db.rows("SELECT account_id, card, status, points FROM colours WHERE status = calculated")
    except KaframeError:
        return []  # a rule that does not compile is told by its step
    found = {(row["account_id"], row["card"]): row for row in rows}
    return [problem for probe in probes for problem in _judge(project, probe, found)]


def _judge(project: Project, probe: Probe, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Iterator[Problem]:
    """The problem of one probe that has become green by its points; what an exception decides is meant so."""
    rule, row = project.rules.status.rgb.get(probe.card.id), found.get((probe.id, probe.card.id))
    if rule is None or row is None or len(rule.colours) < 2 or row["status"] != rule.colours[0].id:
        return
    best = rule.colours[0].id
    shown = f"{row['points']:g} points"
    nothing = found.get((f"{NOTHING}.{probe.card.id}", probe.card.id))
    leaf = _lenient(probe.card)
    if probe.leaf is None:
        message = f"an account of which nothing is known is {best} on '{probe.card.id}'"
        if leaf is not None:
            message += f": what is missing in '{leaf.id}' counts for it"
        yield finding((leaf or probe.card).at, "KF2325", message, "write 'missing: skip', 'worst' or 'no_data'",
                      example=f"everything is null: {shown}")  # fmt: skip
    elif (nothing is None or nothing["status"] != best) and _is_alone(probe):
        facts = " and ".join(f"{name} = {value}" for name, value in probe.facts.items())
        counted = leaf is not None and leaf.id != probe.leaf.id
        with_it = f", with what a missing '{leaf.id}' counts" if leaf and counted else ""
        yield finding(probe.leaf.at, "KF2326", f"'{probe.leaf.id}' alone can make an account {best}{with_it}",
                      "raise 'minimum_coverage', or cap the colour of accounts of which little is known",
                      example=f"{facts} and everything else is null: {shown}")  # fmt: skip


def _is_alone(probe: Probe) -> bool:
    """Whether the scorecard asks for anything that the probe does not know."""
    asked = [node for top in probe.card.children for _, node in top.leaves()]
    words = {word for leaf in asked for part in (leaf.value, *(case.when for case in leaf.cases)) if part
             for word in words_of(part)}  # fmt: skip
    functions = {word.lower() for word in words} & FUNCTIONS.keys()
    return bool(words - functions - probe.facts.keys())


def _lenient(card: Scorecard) -> ScoreNode | None:
    """The leaf that says itself what a missing value counts for."""
    leaves = [leaf for node in card.children for _, leaf in node.leaves()]
    return next((leaf for leaf in leaves if leaf.missing not in (None, "skip", "worst", "no_data")), None)


def _probes(project: Project, card: Scorecard) -> Iterator[Probe]:
    reading = Reading(project, "score")
    applies = reading.read(card.applies)
    verdict = can_hold(applies.true) if applies else None
    if verdict is None or not verdict.is_possible:
        return
    known = {term.name: term.domain.written(value) for term, value in verdict.example.items() if value is not None}
    yield Probe(f"{NOTHING}.{card.id}", card, None, known)
    for leaf in leaves_of(project, card):
        best = _best(project, reading, leaf.node)
        if best:
            yield Probe(f"{card.id}:{leaf.path}", card, leaf.node, {**best, **known})


def _best(project: Project, reading: Reading, leaf: ScoreNode) -> dict[str, str]:
    """Values of names that give a leaf its best points; nothing where that is not a matter of one name."""
    if leaf.cases:
        return _best_case(reading, leaf)
    name = leaf.value.text.strip() if leaf.value else ""
    kind = _types(project).get(name)
    if kind is None:
        return {}
    if leaf.map:
        words = {word: points for word, points in leaf.map.items() if word != "else"}
        best = max(words, key=words.__getitem__, default=None)
        return {} if best is None or kind is not Type.TEXT else {name: Domain.of(Type.TEXT).written(best)}
    domain = domain_of(project, name, kind) or Domain.of(kind)
    value = _best_number(leaf, domain)
    return {} if value is None else {name: Domain.of(Type.NUMBER).written(value)}


def _best_number(leaf: ScoreNode, domain: Domain) -> float | None:
    possible = domain.values.known
    if not isinstance(possible, Spans):
        return None
    if leaf.curve:
        return float(max(leaf.curve, key=lambda corner: corner[1])[0])
    taken, best = Spans.of(REAL, []), (float("-inf"), Spans.of(REAL, []))
    for band in leaf.bands:
        values = taken.complement() if band.otherwise else band_values(band).meet(taken.complement())
        values = Spans.of(possible.step, values.parts).meet(possible)
        if not values.is_empty and band.points > best[0]:
            best = (band.points, values)
        taken = taken.join(taken.complement() if band.otherwise else band_values(band))
    return None if best[1].is_empty else float(best[1].example())


def _best_case(reading: Reading, leaf: ScoreNode) -> dict[str, str]:
    conditions = [reading.read(case.when) for case in leaf.cases]
    ordered = sorted(range(len(conditions)), key=lambda place: -leaf.cases[place].points)
    for place in ordered:
        condition = conditions[place]
        before = [item.false for item in conditions[:place] if item]
        verdict = can_hold(condition.true, *before) if condition else None
        if verdict and verdict.is_possible:
            given = verdict.example.items()
            return {term.name: term.domain.written(value) for term, value in given if value is not None}
    return {}


def _types(project: Project) -> dict[str, Type]:
    """The columns of ``measures``, with their types."""
    found = {name: known.type for name, known in account_columns(project).items() if not known.absent}
    return found | {item.measure.id: item.value.type for item in plan_measures(project) if not item.absent}


def _create(project: Project, db: Database, probes: list[Probe]) -> None:
    """The tables that score and status read, with a row a probe, and no past."""
    types = _types(project)
    columns = {"account_id": "VARCHAR", **{name: TYPES[kind] for name, kind in types.items() if name != "account_id"}}
    for table, shape in (("measures", columns), ("tiers", TIERS)):
        db.create(table, [], shape)
        for probe in probes:
            values = {**probe.facts, "account_id": Domain.of(Type.TEXT).written(probe.id)}
            listed = {name: value for name, value in values.items() if name in shape}
            names = ", ".join(map(quoted, listed))
            db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(listed.values())})")
    db.execute("CREATE VIEW managed AS SELECT account_id FROM tiers")
    for name, past in {**PAST_TABLES, "past_statuses": PAST_STATUSES}.items():
        db.create(name, [], past.columns)
