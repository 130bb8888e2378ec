"""Plans that people edit: read from ``plans/``, merged with what is generated, and written back without losing a word.

docs/edited-plans.md says it for the people who edit; docs/decisions/0009-edited-plans.md why it is so.
"""

from kaframe.edits.conflicts import find_changes, find_conflicts, merge_edit
from kaframe.edits.planfile import PlanFile, plan_name, read_plan_files
from kaframe.edits.settle import begin_edit, settle_plans

__all__ = [
    "PlanFile",
    "begin_edit",
    "find_changes",
    "find_conflicts",
    "merge_edit",
    "plan_name",
    "read_plan_files",
    "settle_plans",
]
