"""Why a score moved between two published runs: a chain of worlds, each differing from the last in one thing.

From the first run as it was published, to its day with the data known now (what came late or was corrected), to the
second day by the same rules (what the customer did), to the rules of the second run, to the card of its family that
the account has then, to the second run as it was published (what changed in the data since). Last what exceptions and
people decide beside the calculated points. What each link adds sums up exactly to the difference.

An account that only one of the runs has makes no movement that could be counted; of one that the data of now no longer
have (or whose data the rules of a run no longer fit) the causes cannot be told apart: one link from run to run says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from kaframe.errors import Problem, UsageError
from kaframe.explain.following import Followed
from kaframe.explain.published import Step, explain_run, project_of
from kaframe.explain.records import ExplainedNode, Explanation
from kaframe.explain.worlds import Asked, Cause, Stage, World, by_family, find_stages
from kaframe.project import Project
from kaframe.published import load_run


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
    """One cause of the movement. ``change`` is None where there is no score on one of its sides. The colours are those
    of the points alone, which a hold may keep back; of a decision they are that and the published one.

    ``nodes`` are the leaves that changed, the largest change first; with ``other`` (start, limits, categories and
    rounding of groups) they sum up to ``change``. A decision of people or an exception has a ``reason`` instead, and
    so has what is ``untold`` because rules and data no longer fit each other. ``also`` are causes that cannot be told
    apart from this one, as there is no score between them.
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
    also: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """One account on one scorecard (or on those of a family) between two published runs.

    ``account_id`` is its id in the second run, or else in the first; ``id_before`` that in the first where it is
    another; ``merged`` are accounts that have become one with it since. The changes of ``links`` sum up exactly to
    ``change``, the difference of the published points; where a run has no score they cannot, and ``change`` is None.
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
    id_before: str = ""
    merged: tuple[str, ...] = ()


def explain_movement(
    project: Project, runs: tuple[str, str], steps: Sequence[Step], account: Followed, cards: tuple[str, ...] = ()
) -> list[Movement]:
    """One movement for every scorecard (or family) that applied to the account in one of the two runs, earlier first.

    ``runs`` are those to which the account was followed, ordered by ``find_ends``; ``steps`` are those of ``STEPS``.
    Raises: UsageError KF6054, KF6058; StoreError KF7010.
    """
    with load_run(project, runs[0]) as first, load_run(project, runs[1]) as second:
        old, new = project_of(project, first), project_of(project, second)
    started, ended = account.then
    start = by_family(old, explain_run(project, runs[0], steps, account, cards)) if started else {}
    there = replace(account, then=(ended,))
    end = by_family(new, explain_run(project, runs[1], steps, there, cards)) if ended else {}
    if started and ended:
        chain = find_stages(Asked(tuple(steps), account.now, cards), old, new, end)
    else:
        chain = [Stage("new" if ended else "gone", end)]
    ids = (ended or started or account.now, started if started != ended and ended else None)
    moved = [_movement(start, chain, name, runs) for name in dict.fromkeys([*start, *end])]
    return [replace(one, account_id=ids[0], id_before=ids[1] or "", merged=account.merged) for one in moved]


def find_ends(project: Project, runs: tuple[str, str]) -> tuple[str, str]:
    """The ids of two published runs, the earlier first. Raises: UsageError KF6054, KF6067 for one and the same run."""
    with load_run(project, runs[0]) as one, load_run(project, runs[1]) as two:
        first, second = sorted((one, two), key=lambda run: (run.as_of, run.run["revision"]))
        if first.run_id == second.run_id:
            hint = "name two runs; 'kaframe history' lists them"
            raise UsageError([Problem(None, "KF6067", f"both are the run {first.run_id}", hint)])
        return first.run_id, second.run_id


def _movement(start: World, chain: Sequence[Stage], name: str, runs: tuple[str, str]) -> Movement:
    before, after = start.get(name), chain[-1].world.get(name)
    shown = after or before
    assert shown is not None
    scored = _score(before) is not None and _score(after) is not None
    links = _links(start, chain, name, scored)
    decided = _decisions(before, after) if before and after else []
    return Movement(
        account_id=shown.account_id,
        name=shown.name,
        card=name,
        label=shown.label,
        first=runs[0],
        second=runs[1],
        before=before,
        after=after,
        change=_difference(published_points(before), published_points(after)) if scored else None,
        links=(*(link for link in links if link.cause != "card" or _moves(link)), *decided),
    )


def _links(start: World, chain: Sequence[Stage], name: str, scored: bool) -> list[Link]:
    """A link from each world to the next. Where both runs have a score, worlds without one are passed over."""
    links: list[Link] = []
    passed: list[Cause] = []
    before = start.get(name)
    for stage in chain:
        after = stage.world.get(name)
        if scored and _score(after) is None:
            passed.append(stage.cause)
            continue
        links.append(replace(_link(stage, before, after), also=tuple(passed)))
        before, passed = after, []
    return links


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


def _link(stage: Stage, before: Explanation | None, after: Explanation | None) -> Link:
    change = _difference(_score(before), _score(after))
    nodes = () if change is None else tuple(_changed_nodes(before, after))
    rest = None if change is None else _difference(sum_of(node.change for node in nodes), change)
    return Link(
        cause=stage.cause,
        before=_score(before),
        after=_score(after),
        change=change,
        status_before=_status(before),
        status_after=_status(after),
        nodes=nodes,
        reason=stage.reason,
        other=rest or 0.0,
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
    """The colour by the points; what exceptions and people decide beside it is a link of its own."""
    return explained.decision.calculated if explained and explained.decision else ""
