"""The documents that go with a notice whose rule says ``attach:``: the plans of the accounts that it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kaframe.project import Project
from kaframe.records import Attachment

if TYPE_CHECKING:
    from kaframe.store import Store

MOST_DOCUMENTS = 20
MOST_CHARACTERS = 2_000_000  # of all documents of a message; what has no room more stays out


def read_documents(project: Project, store: Store, notice: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Each plan as the run of the notice left it, the same for every attempt; not those that somebody has rejected."""
    from kaframe.store import plans_of

    rule = next((rule for rule in project.rules.notify.notices if rule.id == notice["rule"]), None)
    if rule is None or "plan" not in rule.attach:
        return ()
    accounts = json.loads(notice["accounts"] or "[]")
    found: list[Attachment] = []
    room = MOST_CHARACTERS
    for plan in plans_of(store, accounts, notice["decided_on"]):
        text = plan["markdown"] or ""
        if plan["decision"] == "rejected" or not text or len(text) > room or len(found) == MOST_DOCUMENTS:
            continue
        found.append(Attachment(plan["title"] or plan["account_id"], text))
        room -= len(text)
    return tuple(found)
