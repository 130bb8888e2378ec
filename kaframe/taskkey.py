"""The name of a task, the same in every run as long as it is the same obligation."""

from __future__ import annotations

from datetime import date


def task_key(kind: str, rule: str, account_id: str, began: date) -> str:
    """``<kind>:<rule>:<account_id>:<day the obligation began>``; kind is cadence, stage or action."""
    return f"{kind}:{rule}:{account_id}:{began.isoformat()}"
