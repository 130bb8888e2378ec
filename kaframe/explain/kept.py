"""The explanations that a run keeps with it, so that its reports show them, whenever they are made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any

from kaframe.database import Database
from kaframe.explain import Depth, Explanation, explain_accounts
from kaframe.project import Project

TRIES = 500  # of combinations, an account: a report is made for all of them
BATCH = 500  # accounts explained together: what stands behind them is in memory at once, some 0.1 MB each
COLUMNS = {"account_id": "VARCHAR", "card": "VARCHAR", "content": "VARCHAR"}


def keep_explanations(project: Project, db: Database) -> None:
    """Explain every managed account, as far as ``explanations:`` of kaframe.yaml wants them kept.

    Reads: the tables up to ``colours``, ``managed``.
    Writes: ``explanations``, a row an account and card that applies to it: account_id, card, content (JSON).
    """
    db.create("explanations", [], COLUMNS)
    shown = project.config.explanations
    if shown == "none":
        return
    ids = [row["account_id"] for row in db.rows("SELECT account_id FROM managed ORDER BY account_id")]
    for start in range(0, len(ids), BATCH):
        found = explain_accounts(project, db, ids[start : start + BATCH], depth=Depth(shown, TRIES))
        db.create("more_explanations", [_row(one) for one in found], COLUMNS)
        db.execute("INSERT INTO explanations SELECT * FROM more_explanations")
    db.execute("DROP TABLE IF EXISTS more_explanations")


def _row(one: Explanation) -> dict[str, str]:
    content = json.dumps(plain(one), ensure_ascii=False, check_circular=False)
    return {"account_id": one.account_id, "card": one.card, "content": content}


def plain(value: Any) -> Any:
    """A record as plain data, without what is empty: days as text, what is no finite number as null."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float | Decimal):
        return float(value) if isfinite(value) else None
    if is_dataclass(value):
        named = ((name, getattr(value, name)) for name in _names(value.__class__))
        return {name: plain(item) for name, item in named if not _is_empty(item)}
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value)


@cache
def _names(record: Any) -> tuple[str, ...]:
    """The fields of a kind of record: asked once, as there are some hundred records an account."""
    return tuple(field.name for field in fields(record))


def _is_empty(value: Any) -> bool:
    """Whether it says nothing; 0 says something."""
    return value is None or value is False or (isinstance(value, str | tuple) and not value)
