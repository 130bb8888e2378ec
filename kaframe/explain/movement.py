"""Why a score moved between two published runs: a chain of worlds, each differing from the last in one thing.

From the first run as it was published, to its day with the data known now (what came late or was corrected), to the
second day by the same rules (what the customer did), to the rules of the second run, to the second run as it was
published (what changed in the data since). What each link adds sums up exactly to the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from kaframe.errors import Problem, UsageError
from kaframe.explain import explain_account
from kaframe.explain.published import Step, computed, explain_run, project_of
from kaframe.explain.records import ExplainedNode, Explanation
from kaframe.project import Project
from kaframe.published import load_run

Cause = Literal["late_data", "behaviour", "rules", "data_since"]
CAUSES: tuple[Cause, ...] = ("late_data", "behaviour", "rules", "data_since")


@dataclass(frozen=True, slots=True)
class NodeChange:
    """What one leaf adds to a link: its value and points before and after, and the change it makes in the score."""

    path: str
    label: str
    unit: str
    value_before: Any
    value_after: Any
    points_before: float | None
    points_after: float | None
    change: float


@dataclass(frozen=True, slots=True)
class Link:
    """One cause of the movement. ``change`` is None where there is no score on one of its sides.

    ``nodes`` are the leaves that changed, the largest change first; with ``other`` (start and limits of additive
    cards) they sum up to ``change``.
    """

    cause: Cause
    before: float | None
    after: float | None
    change: float | None
    status_before: str
    status_after: str
    nodes: tuple[NodeChange, ...]
    other: float = 0.0


@dataclass(frozen=True, slots=True)
class Movement:
    """One account on one scorecard between two published runs.

    The changes of ``links`` sum up exactly to ``change``; where a run has no score they cannot, and ``change`` is None.
    """

    account_id: str
    name: str
    card: str
    label: str
    first: str
    second: str
    before: Explanation | None
    after: Explanation | None
    change: float | None
    links: tuple[Link, ...]


Worlds = Sequence[Mapping[str, Explanation]]


def explain_movement(
    project: Project, runs: tuple[str, str], steps: Sequence[Step], account_id: str, cards: tuple[str, ...] = ()
) -> list[Movement]:
    """One movement for every scorecard that applied to the account in one of the two runs, earlier run first.

    ``steps`` are those of ``STEPS``. Raises: UsageError KF6054, KF6058, KF6067 for one and the same run; StoreError
    KF7010; RuleError when the rules of the first run do not fit the data of now.
    """
    with load_run(project, runs[0]) as one, load_run(project, runs[1]) as two:
        first, second = sorted((one, two), key=lambda run: (run.as_of, run.run["revision"]))
        if first.run_id == second.run_id:
            hint = "name two runs; 'kaframe history' lists them"
            raise UsageError([Problem(None, "KF6067", f"both are the run {first.run_id}", hint)])
        old, new = project_of(project, first), project_of(project, second)
        ids = first.run_id, second.run_id
    worlds = [
        by_card(explain_run(project, ids[0], steps, account_id, cards)),
        by_card(_recomputed(old, steps, account_id, cards)),
        by_card(_recomputed(old.on(new.as_of), steps, account_id, cards)),
        by_card(_recomputed(new, steps, account_id, cards)),
        by_card(explain_run(project, ids[1], steps, account_id, cards)),
    ]
    return [_movement(worlds, card, ids) for card in dict.fromkeys([*worlds[0], *worlds[-1]])]


def by_card(explained: Iterable[Explanation]) -> dict[str, Explanation]:
    """The explanations of an account by scorecard."""
    return {one.card: one for one in explained}


def _recomputed(
    project: Project, steps: Sequence[Step], account_id: str, cards: tuple[str, ...]
) -> list[Explanation]:
    with computed(project, steps) as db:
        if not db.rows("SELECT 1 FROM measures WHERE account_id = ?", [account_id]):
            return []
        return explain_account(project, db, account_id, cards)


def _movement(worlds: Worlds, card: str, runs: tuple[str, str]) -> Movement:
    found = [world.get(card) for world in worlds]
    shown = found[-1] or found[0]
    assert shown is not None
    links = tuple(_link(cause, *pair) for cause, pair in zip(CAUSES, pairwise(found), strict=True))
    return Movement(
        account_id=shown.account_id,
        name=shown.name,
        card=card,
        label=shown.label,
        first=runs[0],
        second=runs[1],
        before=found[0],
        after=found[-1],
        change=_difference(_score(found[0]), _score(found[-1])),
        links=links,
    )


def _link(cause: Cause, before: Explanation | None, after: Explanation | None) -> Link:
    change = _difference(_score(before), _score(after))
    nodes = () if change is None else tuple(_changed_nodes(before, after))
    rest = _difference(sum_of(node.change for node in nodes), change) if change is not None else 0.0
    return Link(
        cause, _score(before), _score(after), change, _status(before), _status(after), nodes, rest or 0.0
    )


def _changed_nodes(before: Explanation | None, after: Explanation | None) -> list[NodeChange]:
    """The leaves whose part of the score is another, the largest change first."""
    olds, news = _leaves(before), _leaves(after)
    changes = []
    for path in dict.fromkeys([*olds, *news]):
        old, new = olds.get(path), news.get(path)
        shown = new or old
        assert shown is not None
        change = _difference(new.lost if new else 0.0, old.lost if old else 0.0)
        same = old is not None and new is not None and (old.value, old.points) == (new.value, new.points)
        if change or not same:
            changes.append(
                NodeChange(
                    path=path,
                    label=shown.label,
                    unit=shown.unit,
                    value_before=old.value if old else None,
                    value_after=new.value if new else None,
                    points_before=old.points if old else None,
                    points_after=new.points if new else None,
                    change=change or 0.0,
                )
            )
    return sorted(changes, key=lambda node: (-abs(node.change), node.path))


def _leaves(explained: Explanation | None) -> dict[str, ExplainedNode]:
    def walk(nodes: Iterable[ExplainedNode]) -> Iterator[ExplainedNode]:
        for node in nodes:
            yield from walk(node.children) if node.children else (node,)

    return {} if explained is None else {leaf.path: leaf for leaf in walk(explained.nodes)}


def sum_of(changes: Iterable[float]) -> float:
    """The sum as people would add it up: in decimal, without a binary tail."""
    return float(sum((Decimal(repr(change)) for change in changes), Decimal(0)))


def _difference(before: float | None, after: float | None) -> float | None:
    """``after - before`` in decimal; None when one of them is not known."""
    return None if before is None or after is None else sum_of((after, -before))


def _score(explained: Explanation | None) -> float | None:
    return explained.score if explained else None


def _status(explained: Explanation | None) -> str:
    return explained.decision.status if explained and explained.decision else ""
