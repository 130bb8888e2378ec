"""What is wrong with a roll-up of groups of companies."""

from __future__ import annotations

from kaframe.bind import place_of
from kaframe.errors import Problem, nearest
from kaframe.rules.rollup import RollUp, Share
from kaframe.rules.status import NO_DATA, StatusRule

OF_POINTS = ("worst", "neutral", "best")


def roll_up_problems(rule: StatusRule) -> list[Problem]:
    """A roll-up says points or shares, and nothing that belongs to the other."""
    roll_up = rule.roll_up
    if roll_up is None:
        return []
    if bool(roll_up.points) == bool(roll_up.shares):
        what = "points and shares" if roll_up.points else "neither points nor shares"
        return [Problem(place_of(roll_up, "shares"), "KF2226", f"the roll-up of '{rule.id}' says {what}",
                        "say 'points: mean' or 'shares: [{status: red, above: 0.5}]'")]
    key, misplaced, hint = _misplaced(roll_up)
    if misplaced:
        return [Problem(place_of(roll_up, key), "KF2228", f"{misplaced} in the roll-up of '{rule.id}'", hint)]
    problems = []
    for place, share in enumerate(roll_up.shares):
        problems += _share_problems(rule, share, is_last=place == len(roll_up.shares) - 1)
    return problems


def _misplaced(roll_up: RollUp) -> tuple[str, str, str]:
    """A key that belongs to the other kind of roll-up, what is wrong, what to say instead; nothing if there is none."""
    missing = roll_up.missing
    if roll_up.points:
        if roll_up.counts != "calculated":
            return "counts", "'counts' has no meaning for points", "leave it away: it belongs to shares"
        if roll_up.by and roll_up.points != "weighted_mean":
            hint = "say 'points: weighted_mean', or leave 'by' away"
            return "by", f"'by' has no meaning for '{roll_up.points}'", hint
        if missing == "count":
            hint = "say skip, no_data, worst, neutral, best or a number"
            return "missing", "'missing: count' has no meaning for points", hint
    elif missing in OF_POINTS or isinstance(missing, int | float):
        return "missing", f"'missing: {missing}' has no meaning for shares", "say skip, no_data or count"
    return "", "", ""


def _share_problems(rule: StatusRule, share: Share, is_last: bool) -> list[Problem]:
    known = rule.names
    named = (("status", share.status, known), *(("of", name, (*known, NO_DATA)) for name in share.of))
    for key, name, legal in named:
        if name not in legal:
            return [Problem(place_of(share, key, name), "KF2229", f"'{name}' is no colour of '{rule.id}'",
                            nearest(name, legal) or f"colours: {', '.join(legal)}")]
    if share.rest:
        return [] if is_last else [Problem(share.at, "KF2230", "what stands after 'else' is never reached",
                                           "put 'else' last")]
    at = place_of(share, "above" if share.at_least is None else "at_least")
    if (share.at_least is None) == (share.above is None):
        return [Problem(at, "KF2230", f"the share of '{share.status}' needs one edge",
                        "say 'above: 0.5' (more than half) or 'at_least: 0.5' (half or more)")]
    reachable = 0 < share.edge <= 1 if share.at_least is not None else 0 <= share.edge < 1
    if not reachable:
        is_percent = 1 < share.edge <= 100
        hint = f"write {share.edge / 100:g} for {share.edge:g} %" if is_percent else "a share lies between 0 and 1"
        return [Problem(at, "KF2230", f"no group is told apart by a share of {share.edge:g}", hint)]
    return []
