"""SQL for exceptions: which one takes part first, and what it makes of the points and the colour."""

from __future__ import annotations

from kaframe.database import literal, quoted
from kaframe.rules.status import StatusException
from kaframe.scorecard.points import number
from kaframe.status.plan import NO_RANK, PlannedRule, chosen_by, name_of_rank

KNOWN_POINTS = "coalesce(compared, points)"


def exception_place(planned: PlannedRule) -> str:
    """The place of the first exception that takes part; one that is unknown does not.

    Columns: ``x:<place>`` (whether the condition holds), ``patient_rank``, ``compared``, ``points``.
    """
    arms = [
        f"WHEN {quoted(f'x:{place}')}{_changes_something(planned, exception)} THEN {place}"
        for place, exception in enumerate(planned.rule.exceptions)
    ]
    return f"CASE {' '.join(arms)} END" if arms else NO_RANK


def excepted_colour(planned: PlannedRule) -> str:
    """The colour that the exception at ``exception_place`` gives."""
    arms = [(str(place), _colour(planned, item)) for place, item in enumerate(planned.rule.exceptions)]
    return chosen_by("exception_place", arms)


def excepted_points(planned: PlannedRule) -> str:
    """The points that are published: the calculated ones unless the exception speaks of points."""
    arms = []
    for place, item in enumerate(planned.rule.exceptions):
        if item.number is not None:
            join = {"points": "{1}", "at_most": "least({0}, {1})", "at_least": "greatest({0}, {1})"}[item.said[0]]
            arms.append((str(place), join.format("points", number(item.number))))
    return chosen_by("exception_place", arms, "points")


def exception_name(planned: PlannedRule) -> str:
    """The id of the exception at ``exception_place``."""
    return chosen_by(
        "exception_place", ((str(place), literal(item.id)) for place, item in enumerate(planned.rule.exceptions))
    )


def _changes_something(planned: PlannedRule, item: StatusException) -> str:
    """A cap takes part only where the account would be better, a floor only where it would be worse."""
    sign = {"at_most": "<", "at_least": ">"}.get(item.said[0])
    if sign is None:
        return ""
    if item.number is not None:
        return f" AND {KNOWN_POINTS} {'>' if sign == '<' else '<'} {number(item.number)}"
    return f" AND patient_rank {sign} {planned.rank(item.colour)}"


def _colour(planned: PlannedRule, item: StatusException) -> str:
    if item.colour is not None:
        return literal(item.colour)
    assert item.number is not None
    rank = str(planned.rank_of_points(item.number))
    join = {"points": "{1}", "at_most": "greatest({0}, {1})", "at_least": "least({0}, {1})"}[item.said[0]]
    return name_of_rank(planned, join.format("patient_rank", rank))
