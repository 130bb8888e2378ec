"""The store, the one door to SQLAlchemy: what was decided, and what people did about it (docs/store.md).

Importing it imports SQLAlchemy, so it is imported where it is used.
"""

from __future__ import annotations

from kaframe.store.decisions import (
    Override,
    clear_override,
    decide_plan,
    move_stage,
    park_account,
    resume_account,
    set_override,
)
from kaframe.store.engine import Store, open_store
from kaframe.store.filelock import Holder
from kaframe.store.listing import (
    find_run,
    list_history,
    list_moves,
    list_outbox,
    list_overrides,
    list_plans,
    list_runs,
    list_tasks,
    plans_of,
)
from kaframe.store.outbox import (
    Settlement,
    add_notices,
    claim_notice,
    drop_notices,
    due_notices,
    recent_attempts,
    recover_notices,
    retry_notices,
    settle_notice,
    utc_text,
)
from kaframe.store.past import LookBack, Past, read_past
from kaframe.store.pruning import Keep
from kaframe.store.publishing import Publication, publish, refuse_other_publish
from kaframe.store.runlock import Held, hold_run_lock, run_holder
from kaframe.store.schema import PRUNED
from kaframe.store.work import Act, finish_task, log_activity, snooze_task

__all__ = [
    "PRUNED",
    "Act",
    "Held",
    "Holder",
    "Keep",
    "LookBack",
    "Override",
    "Past",
    "Publication",
    "Settlement",
    "Store",
    "add_notices",
    "claim_notice",
    "clear_override",
    "decide_plan",
    "drop_notices",
    "due_notices",
    "find_run",
    "finish_task",
    "hold_run_lock",
    "list_history",
    "list_moves",
    "list_outbox",
    "list_overrides",
    "list_plans",
    "list_runs",
    "list_tasks",
    "log_activity",
    "move_stage",
    "open_store",
    "park_account",
    "plans_of",
    "publish",
    "read_past",
    "recent_attempts",
    "recover_notices",
    "refuse_other_publish",
    "resume_account",
    "retry_notices",
    "run_holder",
    "set_override",
    "settle_notice",
    "snooze_task",
    "utc_text",
]
