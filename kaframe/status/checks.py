"""What is wrong with thresholds, patience and exceptions, found before anything runs."""

from __future__ import annotations

from itertools import pairwise

from kaframe.bind import place_of
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.groups import plan_roll_up
from kaframe.project import Project
from kaframe.rules.score import ScoreRules
from kaframe.rules.status import NO_DATA, StatusException, StatusRule, Threshold
from kaframe.status.plan import plan_rules
from kaframe.status.sharechecks import roll_up_problems

WAYS = "'status: red' decides the colour, 'points: 20' the points, 'at_most:' caps and 'at_least:' lifts either"


def check(project: Project) -> list[Problem]:
    """What is wrong with thresholds and exceptions."""
    problems: list[Problem] = []
    cards = {card.id for card in project.rules.score.scorecards}
    for rule in project.rules.status.rgb.values():
        if rule.id not in cards:
            problems.append(Problem(rule.at, "KF2140", f"thresholds for '{rule.id}', which is no scorecard",
                                    nearest(rule.id, cards) or f"scorecards: {', '.join(sorted(cards)) or 'none'}"))
        problems += _threshold_problems(rule)
        problems += _scale_problems(project.rules.score, rule)
    for name in sorted(cards - project.rules.status.rgb.keys()):
        at = next(card.at for card in project.rules.score.scorecards if card.id == name)
        problems.append(Problem(at, "KF2141", f"scorecard '{name}' has no thresholds",
                                f"add '{name}:' under 'rgb:' in rules/status.yaml"))
    for card in sorted(cards & project.rules.status.rgb.keys()):
        try:
            plan_roll_up(project, card)
        except RuleError as error:
            problems += error.problems
    try:
        plan_rules(project)
    except RuleError as error:
        problems += error.problems
    return problems


def _threshold_problems(rule: StatusRule) -> list[Problem]:
    """Colours go from the best to the worst, each with one edge, and the last takes the rest."""
    if not rule.colours:
        return [Problem(rule.at, "KF2142", f"'{rule.id}' has no colours", "give it green, yellow and red")]
    problems = [problem for colour in rule.colours for problem in _form_problems(colour)]
    if problems:
        return problems
    last = rule.colours[-1]
    if not last.rest:
        problems.append(Problem(last.at, "KF2143", f"no colour of '{rule.id}' takes the rest",
                                f"say '{last.id}: else'"))
    problems += _order_problems(rule) + _good_problems(rule) + roll_up_problems(rule)
    for exception in rule.exceptions:
        problems += _exception_problems(rule, exception)
    return problems


def _form_problems(colour: Threshold) -> list[Problem]:
    given = [name for name in ("at_least", "above") if getattr(colour, name) is not None]
    given += ["else"] if colour.rest else []
    if colour.id == NO_DATA:
        message = f"'{NO_DATA}' is what an account without a score has"
        return [Problem(colour.at, "KF2221", message, "call the colour something else")]
    if len(given) == 1:
        return []
    what = f"has {' and '.join(given)}" if given else "says nowhere where it begins"
    return [Problem(colour.edge_at, "KF2220", f"colour '{colour.id}' {what}",
                    "say one of 'at_least: 75' (the edge belongs to it), 'above: 75' (it does not), 'from: 75' (as the "
                    "semantics say) or, of the last, 'else'")]


def _order_problems(rule: StatusRule) -> list[Problem]:
    """A colour that begins where a better one begins, or after the one that takes the rest, is never reached."""
    problems = []
    for better, colour in pairwise(rule.colours):
        if better.rest:
            problems.append(Problem(colour.at, "KF2144", f"'{colour.id}' can never be reached",
                                    f"'{better.id}' above it takes the rest: put 'else' last"))
        elif colour.edge is not None and better.edge is not None and not _is_below(colour, better):
            message = f"'{colour.id}' from {colour.edge:g} points can never be reached"
            hint = f"the colour above it begins at {better.edge:g}: order them from the best to the worst"
            problems.append(Problem(colour.edge_at, "KF2144", message, hint))
    return problems


def _is_below(colour: Threshold, better: Threshold) -> bool:
    """Whether points remain for a colour; an edge that the better one leaves out is a colour of its own."""
    assert colour.edge is not None and better.edge is not None
    if colour.edge == better.edge:
        return better.at_least is None and colour.at_least is not None
    return colour.edge < better.edge


def _good_problems(rule: StatusRule) -> list[Problem]:
    """What is good lies above what is not."""
    problems = []
    for better, colour in pairwise(rule.colours):
        if colour.good and not better.good:
            problems.append(Problem(place_of(colour, "good"), "KF2222",
                                    f"'{colour.id}' is good, and '{better.id}' above it is not",
                                    f"mark '{better.id}' with 'good: true' too"))
    if rule.colours[-1].good:
        problems.append(Problem(place_of(rule.colours[-1], "good"), "KF2222", f"every colour of '{rule.id}' is good",
                                "leave 'good' away where accounts need improvement"))
    return problems


def _scale_problems(scores: ScoreRules, rule: StatusRule) -> list[Problem]:
    """What lies beyond the scale is never reached."""
    card = next((card for card in scores.scorecards if card.id == rule.id), None)
    meaning = scores.meaning(card) if card else None
    if meaning is None:
        return []
    low, top = meaning.scale[0], meaning.scale[-1]
    problems = []
    for colour in rule.colours:
        if colour.edge is None:
            continue
        if not colour.takes(top):
            message = f"'{colour.id}' from {colour.edge:g} points on is never reached"
            problems.append(Problem(colour.edge_at, "KF2147", message, f"the scale of '{rule.id}' ends at {top:g}"))
        elif not colour.takes(top, rule.recover):
            message = f"nobody ever recovers to '{colour.id}': it takes {colour.beyond(rule.recover):g} points"
            problems.append(Problem(place_of(rule, "recover"), "KF2223", message,
                                    f"the scale of '{rule.id}' ends at {top:g}: make 'recover' smaller"))
    for item in rule.exceptions:
        if item.number is not None and not low <= item.number <= top:
            problems.append(Problem(_said_at(item), "KF2224", f"exception '{item.id}' speaks of {item.number:g} points",
                                    f"the scale of '{rule.id}' goes from {low:g} to {top:g}"))
    return problems


def _exception_problems(rule: StatusRule, item: StatusException) -> list[Problem]:
    if len(item.said) != 1:
        what = f"says {' and '.join(item.said)}" if item.said else "says nothing"
        return [Problem(_said_at(item), "KF2146", f"exception '{item.id}' {what}", f"say one of them: {WAYS}")]
    if item.colour is None:
        return []
    known = [*rule.names, *([NO_DATA] if item.status else [])]
    if item.colour not in known:
        return [Problem(_said_at(item), "KF2145", f"exception '{item.id}' gives '{item.colour}', which is no colour",
                        nearest(item.colour, known) or f"colours: {', '.join(known)}")]
    if (item.said[0], item.colour) in (("at_most", rule.names[0]), ("at_least", rule.names[-1])):
        return [Problem(_said_at(item), "KF2225", f"exception '{item.id}' changes nothing: no account is "
                        f"{'better' if item.said[0] == 'at_most' else 'worse'} than '{item.colour}'",
                        f"colours from the best to the worst: {', '.join(rule.names)}")]
    return []


def _said_at(item: StatusException) -> Location:
    """Where the (last) thing that it says stands."""
    return place_of(item, item.said[-1]) if item.said else item.at
