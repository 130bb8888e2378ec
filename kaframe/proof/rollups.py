"""Parent companies that are green although nothing is known of their children."""

from __future__ import annotations

from kaframe.bind import place_of
from kaframe.errors import Problem
from kaframe.groups.points import UNSURE, stands_for
from kaframe.project import Project
from kaframe.proof.finding import finding
from kaframe.scorecard.tree import plan_cards


def check_roll_ups(project: Project) -> list[Problem]:
    """Roll-ups by points in which children without points are counted as good as green, whatever is known of them."""
    problems = []
    for planned in plan_cards(project):
        rule = project.rules.status.of(planned.card.id)
        roll_up = rule.roll_up if rule else None
        if rule is None or roll_up is None or not roll_up.points or roll_up.missing in UNSURE:
            continue
        points, best = stands_for(roll_up.missing, planned), rule.colours[0]
        if planned.meaning.minimum_coverage > 0 or len(rule.colours) < 2 or not best.takes(points):
            continue
        message = f"a parent of '{planned.card.id}' none of whose children has points is {best.id}"
        hint = "write 'missing: skip', 'worst' or 'no_data', or give the scorecard a 'minimum_coverage'"
        problems.append(finding(place_of(roll_up, "missing"), "KF2325", message, hint,
                                f"all children are missing: {points:g} points"))  # fmt: skip
    return problems
