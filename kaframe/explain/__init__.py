"""Why an account has its score and colour: the whole tree from the data to the colour, as plain records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kaframe.database import Database, quoted
from kaframe.decimals import TAIL
from kaframe.explain.deciding import Decided, find_deciding
from kaframe.explain.decision import find_decisions, find_target
from kaframe.explain.effort import MOST_TRIES
from kaframe.explain.evidence import Behind, Records, Shown
from kaframe.explain.facts import LeafFacts, find_facts
from kaframe.explain.group import find_members
from kaframe.explain.lookup import AMONG, one_each
from kaframe.explain.records import (
    Combination,
    Deciding,
    Decision,
    Evidence,
    ExplainedNode,
    Explanation,
    Member,
    Reach,
    Target,
)
from kaframe.explain.sums import Besides, effective_shares, exact_parts, find_besides, leaf_losses
from kaframe.explain.ways import Sought, cheapest_way, find_options, leaf_reach, seek
from kaframe.labels import labels
from kaframe.names import plan_measures
from kaframe.project import Project
from kaframe.scorecard.leaves import kind_of
from kaframe.scorecard.leaves.options import Options
from kaframe.scorecard.query import is_computed, leaf_shares
from kaframe.scorecard.tree import PlannedCard, PlannedNode, plan_cards

__all__ = [
    "Deciding", "Decision", "Depth", "Evidence", "ExplainedNode", "Explanation", "Reach", "Target", "explain_account",
    "explain_accounts",
]  # fmt: skip

NO_FACTS = LeafFacts()
STEPS = ("data", "recall", "measure", "identify", "score", "status")  # what must have been computed


@dataclass(frozen=True, slots=True)
class Depth:
    """How far explanations go: what is told of the rows behind a measure, and how many totals are computed at most to
    find the cheapest combination of changes."""

    rows: Shown = "all"
    tries: int = MOST_TRIES


DEEP = Depth()


def explain_account(project: Project, db: Database, account_id: str, cards: tuple[str, ...] = ()) -> list[Explanation]:
    """One explanation for every scorecard (``cards``, by their names or families, or all) that applies to the account.

    Reads: the tables of the steps in ``STEPS``. Terms add up: score + what every leaf lost + other + rounded = best.
    """
    return list(explain_accounts(project, db, [account_id], cards))


def explain_accounts(
    project: Project, db: Database, ids: Sequence[str], cards: tuple[str, ...] = (), depth: Depth = DEEP
) -> Iterator[Explanation]:
    """As ``explain_account`` for many, card by card; the queries are as many as for one account."""
    planned = {item.measure.id: item for item in plan_measures(project)}
    behind = Behind(project, db, ids, labels(project), planned, gone=_gone(db, ids), shown=depth.rows)
    measures = one_each(db, f"SELECT * FROM measures WHERE {AMONG}", [list(ids)])
    tiers = one_each(db, f"SELECT account_id, tier FROM tiers WHERE {AMONG}", [list(ids)])
    records = {account_id: Records(behind, account_id, row) for account_id, row in measures.items()}
    for card in plan_cards(project):
        if cards and not {card.card.id, card.card.family} & set(cards):
            continue
        query = f"SELECT * FROM {quoted(f'score_{card.card.id}')} WHERE {AMONG} ORDER BY account_id"
        rows = db.rows(query, [list(ids)])
        known = replace(_know(project, db, card, [row["account_id"] for row in rows]), tries=depth.tries)
        for row in rows:
            yield _explain(known, row, records[row["account_id"]], tiers[row["account_id"]]["tier"])


def _gone(db: Database, ids: Sequence[str]) -> frozenset[str]:
    """Those that a published run has and the data no longer have."""
    return frozenset(ids) - one_each(db, f"SELECT account_id FROM accounts WHERE {AMONG}", [list(ids)]).keys()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the accounts on one card, by account."""

    project: Project
    card: PlannedCard
    written: Mapping[str, float]
    units: Mapping[str, str]
    facts: Mapping[str, Mapping[str, LeafFacts]]
    decided: Mapping[str, Decided]
    decisions: Mapping[str, Decision]
    members: Mapping[str, tuple[Member, ...]]
    options: Mapping[str, Options]
    tries: int = MOST_TRIES

    def points_of(self, row: Mapping[str, Any]) -> dict[str, float | None]:
        """The points of the leaves whose value is known; None where they only stand for a missing one."""
        facts = self.facts.get(row["account_id"], {})
        return {
            leaf.path: row[leaf.path] if facts.get(leaf.path, NO_FACTS).known else None
            for leaf in self.card.root.leaves()
        }


def _know(project: Project, db: Database, card: PlannedCard, ids: Sequence[str]) -> _Known:
    return _Known(
        project=project,
        card=card,
        written=leaf_shares(card),
        units={measure.id: measure.unit for measure in project.rules.measure.measures},
        facts=find_facts(project, db, card, ids),
        decided=find_deciding(project, db, card, ids),
        decisions=find_decisions(project, db, card, ids),
        members=find_members(db, card.card.id, ids),
        options=find_options(project, card),
    )


@dataclass(frozen=True, slots=True)
class _Account:
    """Everything that is known about one account on one card."""

    on: _Known
    row: Mapping[str, Any]
    points: Mapping[str, float | None]
    shares: Mapping[str, float]
    losses: Mapping[str, float]
    sought: Sought | None
    records: Records

    @property
    def card(self) -> PlannedCard:
        """The scorecard that it is explained on."""
        return self.on.card

    def of(self, leaf: PlannedNode) -> LeafFacts:
        """What a leaf's points rest on besides its value."""
        return self.on.facts.get(self.row["account_id"], {}).get(leaf.path, NO_FACTS)

    def decided(self, leaf: PlannedNode) -> tuple[Deciding, ...]:
        """The case or the rows behind a leaf's points."""
        return self.on.decided.get(self.row["account_id"], {}).get(leaf.path, ())


def _explain(known: _Known, row: Mapping[str, Any], records: Records, tier: str) -> Explanation:
    project, card, account_id, named = known.project, known.card, row["account_id"], records.rows.labels
    decision, members = known.decisions.get(account_id), known.members.get(account_id, ())
    target = find_target(project, card, decision) if decision and row["points"] is not None else None
    if target and members:
        target = replace(target, blocked=target.blocked or "group")
    account, besides = _added_up(known, row, records, target)
    rounding = card.meaning.rounding
    return Explanation(
        account_id=account_id,
        name=str(records.values.get("name") or account_id),
        tier=tier,
        card=card.card.id,
        label=project.text(card.card.label, card.card.id),
        rule=f"{card.card.at.file}:{card.card.at.line}",
        as_of=project.as_of,
        best=card.meaning.best,
        score=row["points"],
        coverage=row["coverage"],
        minimum_coverage=card.meaning.minimum_coverage,
        low=row["low"],
        high=row["high"],
        other=besides.other,
        rounded=besides.rounded,
        decision=decision,
        target=target,
        nodes=tuple(_explain_node(child, account) for child in card.root.children),
        members=members,
        shown=None if row["points"] is None else rounding.rounded(row["points"], rounding.shown),
        left_out=tuple(named.get(f"node.{card.card.id}.{path}", path) for path in card.absent),
        cheapest=_cheapest(account),
        gone=account_id in records.rows.gone,
    )


def _cheapest(account: _Account) -> Combination | None:
    """The cheapest combination of measures, by the names that people know."""
    found = cheapest_way(account.sought, account.records.values, account.on.tries) if account.sought else None
    if found is None:
        return None
    named = account.records.rows.labels
    moves = tuple(
        replace(move, label=named.get(f"measure.{move.measure}", move.measure), unit=account.on.units[move.measure])
        for move in found.moves
    )
    return replace(found, moves=moves)


def _added_up(
    known: _Known, row: Mapping[str, Any], records: Records, target: Target | None
) -> tuple[_Account, Besides]:
    """The account with what every leaf lost, rounded so that everything adds up, and what comes besides."""
    card = known.card
    rounding, best = card.meaning.rounding, card.meaning.best
    paths = _paths(card.root)
    points: dict[str, float | None] = {name: row[name] for name in row if name in paths}
    own = row.get("own_points", row["points"])
    points[""] = own
    shares = effective_shares(card, points)
    losses = leaf_losses(card, points, shares)
    besides = Besides()
    if own is None:
        losses = dict.fromkeys(losses, 0.0)
    else:
        besides = find_besides(card, points, sum(losses.values()))
        losses = exact_parts(losses, best - own - besides.other - besides.rounded, rounding.digits)
    if "own_points" in row and row["points"] is not None:
        whole = best - row["points"] - sum(losses.values()) - besides.rounded
        besides = replace(besides, other=rounding.rounded(whole, rounding.digits))
    sought = None
    if target and not target.blocked:
        sought = seek(known.project, card, target, known.points_of(row), known.options)
    return _Account(known, row, points, shares, losses, sought, records), besides


def _paths(node: PlannedNode) -> set[str]:
    return {node.path, *(path for child in node.children for path in _paths(child))}


def _explain_node(node: PlannedNode, account: _Account) -> ExplainedNode:
    children = tuple(_explain_node(child, account) for child in node.children)
    name = account.records.rows.labels.get(f"node.{account.card.card.id}.{node.path}", node.node.id)
    written = sum(account.on.written[leaf.path] for leaf in node.leaves())
    lost = sum(account.losses[leaf.path] for leaf in node.leaves())
    explained = ExplainedNode(
        path=node.path,
        label=name,
        rule=f"{node.node.at.file}:{node.node.at.line}",
        weight=node.node.weight,
        share=round(written, 6),
        effective=round(account.shares[node.path], 6),
        points=account.points[node.path],
        lost=round(lost, TAIL),
        how=node.how if node.children else kind_of(node.node).how(node.node),
        children=children,
    )
    return explained if node.children else _with_value(explained, node, account)


def _with_value(explained: ExplainedNode, leaf: PlannedNode, account: _Account) -> ExplainedNode:
    """The leaf with its value, the data behind it and what it would have to become."""
    value = _value(leaf, account.row, account.records)
    names = {name for part in leaf.parts() for name in part.names - part.absent}
    text = leaf.node.value.text if leaf.node.value else ""
    facts = account.of(leaf)
    return replace(
        explained,
        value=value,
        unit=account.on.units.get(text.strip(), ""),
        formula=text,
        imputed=explained.points is not None and not facts.known,
        stale=facts.stale,
        undated=facts.undated,
        left=facts.left,
        decided=account.decided(leaf),
        evidence=account.records.behind(names),
        reach=_reach(leaf, value, account),
    )


def _reach(leaf: PlannedNode, value: Any, account: _Account) -> Reach | None:
    """What its value would have to become; with what is unknown of all that its conditions or rows ask."""
    if account.sought is None:
        return None
    found, known = leaf_reach(account.sought, leaf, value, account.of(leaf)), account.records.values
    if not found.options or leaf.value is not None:
        return found
    asked = sorted({name for part in leaf.inputs if part for name in part.names if name in known})
    named = account.records.rows.labels
    return replace(found, unknown=tuple(named.get(f"measure.{one}", one) for one in asked if known[one] is None))


def _value(leaf: PlannedNode, row: Mapping[str, Any], records: Records) -> Any:
    if leaf.value is None:
        return None
    if is_computed(leaf):
        return row[f"value:{leaf.path}"]
    return records.values.get(next(iter(leaf.value.names)))
