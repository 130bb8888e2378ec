"""Accounts that are green although nothing, or next to nothing, is known of them: tried out with the real steps.

Each probe is an account of which nothing is known but what one leaf needs for its best points. What the scorecard and
the thresholds make of it is no reasoning about them, it is what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from kaframe.data.ledger import QUALITY
from kaframe.database import Database, quoted
from kaframe.errors import Problem, RuleError
from kaframe.expression import FUNCTIONS, Type
from kaframe.expression.sql import TYPES
from kaframe.names import words_of
from kaframe.pasttables import EVERY_PAST
from kaframe.project import Project
from kaframe.proof.best import best_facts, expressions_of, known_types
from kaframe.proof.cards import card_conditions
from kaframe.proof.finding import finding
from kaframe.proof.leaves import leaves_of
from kaframe.proof.reading import Reading
from kaframe.ranges import Domain, can_hold
from kaframe.rules.score import Scorecard, ScoreNode
from kaframe.score import score_accounts
from kaframe.scorecard.planned import PlannedCard
from kaframe.scorecard.query import EPSILON, leaf_shares
from kaframe.scorecard.tree import plan_cards
from kaframe.status import colour_accounts

NOTHING = "nothing"
MOST_CELLS = 40_000  # probes times leaves: of a card that is larger the weightiest are tried
FEWEST_TRIED = 10
AT_ONCE = 100  # probes in one statement: few enough that they do not know of every column
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
    try:
        probes = [probe for card in plan_cards(project) for probe in _probes(project, card)]
        if not probes:
            return []
        with Database() as db:
            _create(project, db, probes)
            db.seal()
            score_accounts(project, db)
            if not any(_has_best_points(project, db, card) for card in project.rules.score.scorecards):
                return []
            colour_accounts(project, db)
            rows = db.rows("SELECT account_id, card, status, points FROM colours WHERE status = calculated")
    except RuleError:
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
        at, hint = probe.card.at, "write 'missing: skip', 'worst' or 'no_data'"
        if any(start > 0 for start in _starts(project, probe.card)):
            hint = "lower the 'start' of its sum, or let what is missing be 'skip' or 'no_data'"
        elif leaf is not None:
            at, message = leaf.at, f"{message}: what is missing in '{leaf.id}' counts for it"
        yield finding(at, "KF2325", message, hint, f"everything is null: {shown}")
    elif (nothing is None or nothing["status"] != best) and _is_alone(probe):
        facts = " and ".join(f"{name} = {value}" for name, value in probe.facts.items())
        counted = leaf is not None and leaf.id != probe.leaf.id
        with_it = f", with what a missing '{leaf.id}' counts" if leaf and counted else ""
        yield finding(probe.leaf.at, "KF2326", f"'{probe.leaf.id}' alone can make an account {best}{with_it}",
                      "raise 'minimum_coverage', or cap the colour of accounts of which little is known",
                      example=f"{facts} and everything else is null: {shown}")  # fmt: skip


def _is_alone(probe: Probe) -> bool:
    """Whether the scorecard asks for anything that the probe does not know."""
    words = _asked(probe.card)
    functions = {word.lower() for word in words} & FUNCTIONS.keys()
    return bool(words - functions - probe.facts.keys())


def _asked(card: Scorecard) -> set[str]:
    """Every word of the expressions of a card's leaves."""
    leaves = [node for top in card.children for _, node in top.leaves()]
    return {word for leaf in leaves for part in expressions_of(leaf) for word in words_of(part)}


def _has_best_points(project: Project, db: Database, card: Scorecard) -> bool:
    """Whether a probe has points for the best colour; if none has, nothing need be coloured."""
    rule = project.rules.status.rgb.get(card.id)
    if rule is None:
        return False
    column = "exact" if rule.compare == "calculated" else "points"
    most = db.value(f"SELECT max({column}) FROM {quoted(f'score_{card.id}')}")
    return most is not None and rule.colours[0].takes(most)


def _starts(project: Project, card: Scorecard) -> Iterator[float]:
    """The points with which the sums of a card begin."""
    meaning = project.rules.score.meaning(card)
    groups: list[Scorecard | ScoreNode] = [card, *_groups(card.children)]
    for node in groups:
        if meaning is not None and (node.aggregate or meaning.aggregate) == "sum":
            yield meaning.start if node.start is None else node.start


def _groups(nodes: Sequence[ScoreNode]) -> Iterator[ScoreNode]:
    for node in nodes:
        if node.children:
            yield node
            yield from _groups(node.children)


def _lenient(card: Scorecard) -> ScoreNode | None:
    """The leaf that says itself what a missing value counts for."""
    leaves = [leaf for node in card.children for _, leaf in node.leaves()]
    return next((leaf for leaf in leaves if leaf.missing not in (None, "skip", "worst", "no_data")), None)


def _probes(project: Project, planned: PlannedCard) -> list[Probe]:
    """An account of which nothing is known, and one for each leaf that could get a card a colour by itself."""
    card, reading = planned.card, Reading(project, "score")
    gets = card_conditions(project, reading, card)
    verdict = can_hold(*gets) if gets else None
    if verdict is None or not verdict.is_possible:
        return []
    known = {term.name: term.domain.written(value) for term, value in verdict.example.items() if value is not None}
    alone = []
    needed, reached = planned.meaning.minimum_coverage - EPSILON, _coverage(planned)
    for leaf in leaves_of(project, card):
        best = best_facts(project, reading, leaf.node, planned.meaning.best)
        covered = reached(best.keys() | known.keys())
        if best and covered >= needed:
            alone.append((covered, Probe(f"{card.id}:{leaf.path}", card, leaf.node, {**best, **known})))
    most = max(FEWEST_TRIED, MOST_CELLS // max(1, sum(1 for _ in planned.root.leaves())))
    alone.sort(key=lambda item: -item[0])
    is_blank = not known.keys() & _asked(card)  # else whoever gets the card is known in what it asks
    nothing = [Probe(f"{NOTHING}.{card.id}", card, None, known)] if is_blank and reached(known.keys()) >= needed else []
    return [*nothing, *(probe for _, probe in alone[:most])]


def _coverage(planned: PlannedCard) -> Callable[[Set[str]], float]:
    """The coverage of which an account is surely not beyond when only some names are known of it."""
    anyhow, of_names = 0.0, dict[str, float]()
    shares = leaf_shares(planned)
    for leaf in planned.root.leaves() if planned.root.children else ():
        name = leaf.node.value.text.strip() if leaf.node.value else ""
        if leaf.value is not None and leaf.value.names == {name} and leaf.instead is None:
            of_names[name] = of_names.get(name, 0.0) + shares[leaf.path]
        else:
            anyhow += shares[leaf.path]
    return lambda names: anyhow + sum(of_names.get(name, 0.0) for name in names)


def _create(project: Project, db: Database, probes: list[Probe]) -> None:
    """The tables that score and status read, with a row a probe, and no past."""
    types = known_types(project)
    columns = {"account_id": "VARCHAR", **{name: TYPES[kind] for name, kind in types.items() if name != "account_id"}}
    for table, shape in (("measures", columns), ("tiers", TIERS)):
        db.create(table, [], shape)
        for first in range(0, len(probes), AT_ONCE):
            _insert(db, table, shape, probes[first : first + AT_ONCE])
    db.execute("CREATE VIEW accounts AS SELECT account_id FROM tiers")  # nobody belongs to a group of companies
    db.execute("CREATE VIEW managed AS SELECT account_id FROM tiers")
    db.create("quality", [], QUALITY)
    for name, past in EVERY_PAST.items():
        db.create(name, [], past.columns)


def _insert(db: Database, table: str, shape: Mapping[str, str], probes: Sequence[Probe]) -> None:
    """Some probes in one statement, with the columns of which one of them knows something."""
    facts = [{**probe.facts, "account_id": Domain.of(Type.TEXT).written(probe.id)} for probe in probes]
    names = [name for name in dict.fromkeys(name for known in facts for name in known) if name in shape]
    rows = ", ".join(f"({', '.join(known.get(name, 'NULL') for name in names)})" for known in facts)
    db.execute(f"INSERT INTO {table} ({', '.join(map(quoted, names))}) VALUES {rows}")
