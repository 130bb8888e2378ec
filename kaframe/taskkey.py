"""The name of a task, the same in every run as long as it is the same obligation."""

from __future__ import annotations

from datetime import date


def task_key(kind: str, rule: str, account_id: str, began: date) -> str:
    """``<kind>:<rule>:<account_id>:<day the obligation began>``; kind is cadence, stage or action."""
    return f"{kind}:{rule}:{account_id}:{began.isoformat()}"


def began_on(key: str) -> date | None:
    """The day the obligation began, as its key says; None for a key of another form."""
    try:
        return date.fromisoformat(key.rpartition(":")[2])
    except ValueError:
        return None
