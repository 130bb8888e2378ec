"""What the data of a run show of the rules: what is never true, never reached, never differs, or is there twice.

Read from the tables of a run up to ``change``; a few queries over all accounts, none for a single one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from kaframe.database import Database, quoted
from kaframe.errors import Location, Problem
from kaframe.expression import Compiled, Type
from kaframe.names import PlannedMeasure, account_relation, account_scope, compile_all, plan_measures
from kaframe.project import Project
from kaframe.proof.answers import never_true
from kaframe.proof.finding import beside, finding
from kaframe.proof.mapvalues import map_findings
from kaframe.scorecard.leafparts import ELSE, deciding_parts, leaf_parts
from kaframe.scorecard.tree import PlannedCard, plan_cards

# With fewer accounts chance alone leaves bands empty and lets measures agree.
FEWEST_ACCOUNTS = 30
# A quarter without a single row anywhere: habits of the year have broken for everybody by then.
LONG_AFTER = 92
# Two rankings that agree so far differ in one account of a hundred: for a score they are one measure counted twice.
SAME_RANKING = 0.98


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one measure: how many accounts have it, and whether it differs among them."""

    item: PlannedMeasure
    known: int
    varies: bool


def look_at_data(project: Project, db: Database) -> list[Problem]:
    """All findings of the data; of a day long after the data end only that. Reads: a run to ``change``."""
    accounts = int(db.value("SELECT count(*) FROM measures"))
    if accounts < FEWEST_ACCOUNTS:
        return []
    late = _too_late(project, db)
    if late:
        return late
    seen = _seen(project, db)
    return [
        *_tiers(project, db, accounts),
        *_exceptions(project, db, accounts),
        *_without_card(project, db),
        *(problem for card in plan_cards(project) for problem in _unreached(project, db, card)),
        *never_true(project, db, FEWEST_ACCOUNTS),
        *_constant(seen, accounts),
        *_same(project, db, seen),
    ]


def _too_late(project: Project, db: Database) -> list[Problem]:
    """One finding where the day lies long after the last row of every table that has a time."""
    timed = [(name, table) for name, table in project.config.tables.items() if table.time and db.has(name)]
    last: dict[str, Any] = {}
    for name, table in timed:
        day = db.value(f"SELECT CAST(max({quoted(table.time)}) AS DATE) FROM {quoted(name)}")
        last |= {name: day} if day else {}
    if not last:
        return []
    name = max(last, key=lambda table: last[table])
    days = (project.as_of - last[name]).days
    if days <= LONG_AFTER:
        return []
    table = project.config.tables[name]
    message = f"the data end {days} days before {project.as_of}: what they show of the rules would mislead"
    hint = f"look at a day of the data: --as-of {last[name]}"
    return [finding(table.at, "KF2385", message, hint, f"the last row of '{name}' is of {last[name]}")]


def shares_missing(project: Project, db: Database) -> dict[str, float]:
    """The share of accounts that lack each measure, the largest first; measures that none lacks are left out."""
    accounts = int(db.value("SELECT count(*) FROM measures"))
    shares = {one.item.measure.id: (accounts - one.known) / accounts for one in _seen(project, db)} if accounts else {}
    return dict(sorted(((name, share) for name, share in shares.items() if share > 0), key=lambda item: -item[1]))


def _seen(project: Project, db: Database) -> list[Seen]:
    """Every measure that this project has data for, in one pass."""
    planned = [item for item in plan_measures(project) if not item.absent]
    if not planned:
        return []
    columns = [quoted(item.measure.id) for item in planned]
    listed = ", ".join(f"count({name}) AS n{place}, min({name}) IS DISTINCT FROM max({name}) AS v{place}"
                       for place, name in enumerate(columns))  # fmt: skip
    (row,) = db.rows(f"SELECT {listed} FROM measures")
    return [Seen(item, row[f"n{place}"], row[f"v{place}"]) for place, item in enumerate(planned)]


def _tiers(project: Project, db: Database, accounts: int) -> Iterator[Problem]:
    found = {row["calculated"] for row in db.rows("SELECT DISTINCT calculated FROM tiers")}
    for tier in project.rules.identify.tiers:
        if tier.id not in found:
            yield _never_true(tier.when.at, f"tier '{tier.id}'", accounts)


def _without_card(project: Project, db: Database) -> Iterator[Problem]:
    """Key accounts that no scorecard applies to."""
    keys = "FROM tiers WHERE key_account"
    cards = project.rules.score.scorecards
    lacking = int(db.value(f"SELECT count(*) {keys} AND account_id NOT IN (SELECT account_id FROM scores)"))
    if cards and lacking:
        total = db.value(f"SELECT count(*) {keys}")
        message = f"{lacking} of {total} key accounts are without any scorecard"
        hint = "let one card apply to the rest"
        yield finding(cards[0].at, "KF2331", message, hint, f"{lacking} of {total} key accounts")


def _exceptions(project: Project, db: Database, accounts: int) -> Iterator[Problem]:
    rules = [(rule.id, item) for rule in project.rules.status.rgb.values() for item in rule.exceptions]
    scope = account_scope(project, "status")
    compiled, problems = compile_all([(item.when, Type.BOOLEAN) for _, item in rules], scope)
    pairs = [(item, found) for (_, item), found in zip(rules, compiled, strict=True) if found and not found.absent]
    if problems or not pairs:
        return
    relation = _relation(project, "status", [found for _, found in pairs])
    counted = _counts(db, [found.sql for _, found in pairs], relation)
    for (item, _), count in zip(pairs, counted, strict=True):
        if not count:
            yield _never_true(item.when.at, f"exception '{item.id}'", accounts)


def _never_true(at: Location, words: str, accounts: int) -> Problem:
    message = f"the condition of {words} is true for none of {accounts} accounts"
    return finding(at, "KF2380", message, "is it too narrow, or are its data wrong?", f"0 of {accounts} accounts")


def _unreached(project: Project, db: Database, card: PlannedCard) -> Iterator[Problem]:
    """Bands, cases, rows of tables and keys of maps that no account of a card is in."""
    total = int(db.value(f"SELECT count(*) FROM {quoted(f'score_{card.card.id}')}"))
    if total < FEWEST_ACCOUNTS:
        return
    yield from map_findings(project, db, card, total)
    leaves = [leaf for leaf in card.root.leaves() if leaf.node.bands or leaf.node.cases or leaf.node.table]
    if not leaves:
        return
    relation = _relation(project, "score", [part for leaf in leaves for part in leaf.parts()])
    places = ", ".join(f"{deciding_parts(leaf, f'({leaf.value.sql})' if leaf.value else '')} AS p{place}"
                       for place, leaf in enumerate(leaves))  # fmt: skip
    query = f"SELECT account_id, {places} FROM {relation}"
    query = f"SELECT q.* FROM ({query}) AS q SEMI JOIN {quoted(f'score_{card.card.id}')} USING (account_id)"
    parts = [(place, number, leaf.path, part) for place, leaf in enumerate(leaves)
             for number, part in enumerate(leaf_parts(project, card.card.id, leaf.path, leaf.node), 1)
             if not (leaf.node.table and part.name == ELSE)]  # fmt: skip
    held = [f"coalesce(list_contains(p{place}, {number}), FALSE)" for place, number, _, _ in parts]
    for (_, _, path, part), count in zip(parts, _counts(db, held, f"({query})"), strict=True):
        if not count:
            message = f"none of {total} accounts is in this {part.kind} of '{path}'"
            hint = "is its edge where accounts are? what is empty neither helps nor harms"
            yield finding(part.at, "KF2381", message, hint, f"0 of {total} accounts")


def _relation(project: Project, step: str, parts: Sequence[Compiled]) -> str:
    return account_relation(project, step, {name for part in parts for name in part.names - part.absent})


def _counts(db: Database, conditions: Sequence[str], relation: str) -> list[int]:
    """How many rows meet each condition, in one pass."""
    flags = ", ".join(f"{condition} AS f{place}" for place, condition in enumerate(conditions))
    sums = ", ".join(f"count(*) FILTER (WHERE f{place}) AS c{place}" for place in range(len(conditions)))
    (row,) = db.rows(f"SELECT {sums} FROM (SELECT {flags} FROM {relation})")
    return list(row.values())


def _constant(seen: Sequence[Seen], accounts: int) -> Iterator[Problem]:
    """Measures that every account lacks, or that are the same for all that have them."""
    for one in seen:
        measure = one.item.measure
        if not one.known:
            message = f"the measure '{measure.id}' is missing for every account"
            hint = "are its data what they should be?"
            yield finding(measure.at, "KF2382", message, hint, f"0 of {accounts} accounts have it")
        elif one.known >= FEWEST_ACCOUNTS and not one.varies:
            message = f"the measure '{measure.id}' is the same for every account that has it"
            hint = "what never differs tells no account from another"
            yield finding(measure.at, "KF2382", message, hint, f"{one.known} of {accounts} accounts have it")


def _same(project: Project, db: Database, seen: Sequence[Seen]) -> Iterator[Problem]:
    """Pairs of leaves whose measures rank the accounts alike: one thing that counts twice."""
    asked = {name for card in plan_cards(project) for leaf in card.root.leaves() if leaf.value
             for name in leaf.value.names}  # fmt: skip
    numbers = [one.item for one in seen
               if one.varies and one.known >= FEWEST_ACCOUNTS and one.item.value.type is Type.NUMBER
               and one.item.measure.id in asked]  # fmt: skip
    pairs = list(combinations(range(len(numbers)), 2))
    if not pairs:
        return
    row = _correlations(db, [item.measure.id for item in numbers], pairs)
    for first, second in pairs:
        rho, both = row[f"r{first}_{second}"], row[f"n{first}_{second}"]
        if rho is not None and both >= FEWEST_ACCOUNTS and abs(rho) >= SAME_RANKING:
            one, other = numbers[first].measure, numbers[second].measure
            message = f"'{one.id}' and '{other.id}' rank the accounts alike and both count in scorecards"
            hint = "keep one of them, or it counts twice"
            example = f"rank correlation {rho:.3f} over {both} accounts"
            yield beside(finding(other.at, "KF2383", message, hint, example), one.at)


def _correlations(db: Database, names: Sequence[str], pairs: Sequence[tuple[int, int]]) -> Mapping[str, Any]:
    """Spearman's rank correlation of every pair, over accounts that have both; equal values share their mean rank."""
    ranks = ", ".join(
        f"CASE WHEN {quoted(name)} IS NOT NULL THEN rank() OVER (ORDER BY {quoted(name)}) "
        f"+ (count(*) OVER (PARTITION BY {quoted(name)}) - 1) / 2.0 END AS k{place}"
        for place, name in enumerate(names)
    )
    listed = ", ".join(
        f"corr(k{one}, k{other}) AS {quoted(f'r{one}_{other}')}, "
        f"count(*) FILTER (WHERE k{one} IS NOT NULL AND k{other} IS NOT NULL) AS {quoted(f'n{one}_{other}')}"
        for one, other in pairs
    )
    (row,) = db.rows(f"SELECT {listed} FROM (SELECT {ranks} FROM measures)")
    return row
