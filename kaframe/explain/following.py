"""One account over the time: the ids that it had in published runs, and the one that it has in the data of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaframe.errors import Problem, UsageError
from kaframe.published import PublishedRun


@dataclass(frozen=True, slots=True)
class Followed:
    """An account under the ids that it has had.

    ``now`` is its id in the data of today, if it is still there; ``then`` the one in each of the runs that are asked
    about, None where a run does not have it; ``merged`` are other accounts of those runs that are one with it today.
    """

    now: str
    then: tuple[str | None, ...]
    merged: tuple[str, ...] = ()


def follow_account(runs: Sequence[PublishedRun], renames: Mapping[str, str], account_id: str) -> Followed:
    """The account that has, or had, an id; ``renames`` leads from ids of before to those of today.

    Raises: UsageError KF6061 when it was several accounts in a run, none of which has the id that is asked for.
    """
    now = renames.get(account_id, account_id)
    earlier = sorted(old for old, new in renames.items() if new == now)
    names = dict.fromkeys([account_id, now, *earlier])
    known = [[name for name in names if run.rows("tiers", name)] for run in runs]
    then = tuple(_own(run, found, (account_id, now)) for run, found in zip(runs, known, strict=True))
    others = [name for own, found in zip(then, known, strict=True) for name in found if name != own]
    return Followed(now, then, tuple(dict.fromkeys(others)))


def _own(run: PublishedRun, found: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The id that the account had in a run: the one that is asked for, the one of today, or the only one before."""
    own = next((name for name in wanted if name in found), None)
    if own is None and len(found) > 1:
        message = f"{wanted[-1]} was {len(found)} accounts in the run {run.run_id}"
        raise UsageError([Problem(None, "KF6061", message, f"say which: {', '.join(found)}")])
    return own or next(iter(found), None)
