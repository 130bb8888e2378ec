"""Why a score moved between two published runs: a chain of worlds, each differing from the last in one thing.

From the first run as it was published, to its day with the data known now (what came late or was corrected), to the
second day by the same rules (what the customer did), to the rules of the second run, to the card of its family that
the account has then, to the second run as it was published (what changed in the data since). Last what exceptions and
people decide beside the calculated points. What each link adds sums up exactly to the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from kaframe.errors import Problem, UsageError
from kaframe.explain import explain_account
from kaframe.explain.published import Step, computed, explain_run, project_of
from kaframe.explain.records import ExplainedNode, Explanation
from kaframe.project import Project
from kaframe.published import load_run

Cause = Literal["late_data", "behaviour", "card", "rules", "data_since", "decision"]


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
    cards) they sum up to ``change``. A decision of people or an exception has a ``reason`` instead.
    """

    cause: Cause
    before: float | None
    after: float | None
    change: float | None
    status_before: str
    status_after: str
    nodes: tuple[NodeChange, ...]
    reason: str = ""
    other: float = 0.0


@dataclass(frozen=True, slots=True)
class Movement:
    """One account on one scorecard (or on those of a family) between two published runs.

    The changes of ``links`` sum up exactly to ``change``, the difference of the published points; where a run has no
    score they cannot, and ``change`` is None.
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


World = Mapping[str, Explanation]
Worlds = Sequence[tuple[Cause, World]]


def explain_movement(
    project: Project, runs: tuple[str, str], steps: Sequence[Step], account_id: str, cards: tuple[str, ...] = ()
) -> list[Movement]:
    """One movement for every scorecard (or family) that applied to the account in one of the two runs, earlier first.

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
    asked = _Asked(tuple(steps), account_id, cards)
    start = _by_family(old, explain_run(project, ids[0], steps, account_id, cards))
    end = _by_family(new, explain_run(project, ids[1], steps, account_id, cards))
    known_now, later, ruled = asked.world(old), old.on(new.as_of), asked.world(new)
    chain: list[tuple[Cause, World]] = [
        ("late_data", known_now),
        ("behaviour", _kept_on(asked, later, asked.world(later), known_now)),
        ("rules", _kept_on(asked, new, ruled, known_now)),
        ("card", ruled),
        ("data_since", end),
    ]
    return [_movement(start, chain, name, ids) for name in dict.fromkeys([*start, *end])]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is computed in every world."""

    steps: tuple[Step, ...]
    account_id: str
    cards: tuple[str, ...]

    def world(self, project: Project) -> World:
        """The explanations of the account by its rules, on its day, with the data of now."""
        with computed(project, self.steps) as db:
            if not db.rows("SELECT 1 FROM measures WHERE account_id = ?", [self.account_id]):
                return {}
            return _by_family(project, explain_account(project, db, self.account_id, self.cards))


def _kept_on(asked: _Asked, project: Project, own: World, before: World) -> World:
    """The world with every score on the card that the account had before, as far as the rules still have it."""
    known = {card.id: card for card in project.rules.score.scorecards}
    kept = {
        name: before[name].card
        for name, one in own.items()
        if name in before and before[name].card != one.card and before[name].card in known
    }
    if not kept:
        return own
    alone = tuple(replace(known[card], family="", default=False, applies=None) for card in kept.values())
    score = replace(project.rules.score, scorecards=alone)
    on_old = asked.world(replace(project, rules=replace(project.rules, score=score)))
    return {**own, **{name: on_old[card] for name, card in kept.items() if card in on_old}}


def _by_family(project: Project, explained: Iterable[Explanation]) -> dict[str, Explanation]:
    """The explanations of an account by family, or by scorecard where it belongs to none."""
    families = {card.id: card.family or card.id for card in project.rules.score.scorecards}
    return {families[one.card]: one for one in explained}


def _movement(start: World, chain: Worlds, name: str, runs: tuple[str, str]) -> Movement:
    worlds = [start.get(name), *(world.get(name) for _, world in chain)]
    before, after = worlds[0], worlds[-1]
    shown = after or before
    assert shown is not None
    links = [_link(cause, *pair) for (cause, _), pair in zip(chain, pairwise(worlds), strict=True)]
    decided = _decisions(before, after)
    return Movement(
        account_id=shown.account_id,
        name=shown.name,
        card=name,
        label=shown.label,
        first=runs[0],
        second=runs[1],
        before=before,
        after=after,
        change=_difference(published_points(before), published_points(after)),
        links=(*(link for link in links if link.cause != "card" or _moves(link)), *decided),
    )


def _moves(link: Link) -> bool:
    """Whether anything is another on the two sides of a link."""
    return link.before != link.after or bool(link.nodes) or link.status_before != link.status_after


def published_points(explained: Explanation | None) -> float | None:
    """The points that a run published: those that an exception forced, else the score."""
    if explained is None:
        return None
    decision = explained.decision
    forced = decision is not None and decision.why == "exception" and decision.points != decision.calculated_points
    return decision.points if decision is not None and forced else explained.score


def _decisions(before: Explanation | None, after: Explanation | None) -> list[Link]:
    """What exceptions and people decided beside the calculated points, at one end or at both."""
    ends = [end for end in (before, after) if end and end.decision and end.decision.why in ("exception", "override")]
    if not ends:
        return []
    gaps = [_difference(_score(end), published_points(end)) for end in (before, after)]
    change = _difference(*gaps)
    last = after.decision if after and after.decision else None
    reason = next((end.decision.reason for end in reversed(ends) if end.decision), "")
    return [
        Link(
            cause="decision",
            before=_score(after),
            after=published_points(after),
            change=change,
            status_before=last.calculated if last else "",
            status_after=last.status if last else "",
            nodes=(),
            reason=reason,
        )
    ]


def _link(cause: Cause, before: Explanation | None, after: Explanation | None) -> Link:
    change = _difference(_score(before), _score(after))
    nodes = () if change is None else tuple(_changed_nodes(before, after))
    rest = None if change is None else _difference(sum_of(node.change for node in nodes), change)
    return Link(cause, _score(before), _score(after), change, _status(before), _status(after), nodes, other=rest or 0.0)


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
    """The colour by the points; what exceptions and people decide beside it is a link of its own."""
    return explained.decision.calculated if explained and explained.decision else ""
