"""Rows of the accounts that are asked for, read together: one query however many accounts they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kaframe.database import Database

Row = Mapping[str, Any]
AMONG = "account_id IN (SELECT unnest(CAST(? AS VARCHAR[])))"  # its parameter: a list of ids


def one_each(db: Database, query: str, parameters: Sequence[Any]) -> dict[str, Row]:
    """The first row of every account."""
    found: dict[str, Row] = {}
    for row in db.rows(query, parameters):
        found.setdefault(row["account_id"], row)
    return found


def all_each(db: Database, query: str, parameters: Sequence[Any]) -> dict[str, list[Row]]:
    """All rows of every account that has some, in the order of the query."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in db.rows(query, parameters):
        found[row["account_id"]].append(row)
    return dict(found)
