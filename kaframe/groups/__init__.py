"""Groups of companies: who belongs to whom, and what a parent has from its children."""

from kaframe.groups.family import find_families
from kaframe.groups.members import NO_MEMBERS, PlannedRollUp, plan_roll_up
from kaframe.groups.points import roll_up_points

__all__ = ["NO_MEMBERS", "PlannedRollUp", "find_families", "plan_roll_up", "roll_up_points"]
