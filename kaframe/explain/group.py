"""Which companies parents have their points or colour from."""

from __future__ import annotations

from collections.abc import Sequence

from kaframe.database import Database
from kaframe.explain.lookup import AMONG, all_each
from kaframe.explain.records import Member

QUERY = """
    SELECT r.account_id, r.member, {name} AS name, r.status, r.points, r.weight, r.share, r.state
    FROM roll_ups AS r LEFT JOIN measures AS m ON m.account_id = r.member
    WHERE r.card = ? AND r.{among} ORDER BY r.account_id, r.share DESC NULLS LAST, r.member
"""


def find_members(db: Database, card: str, ids: Sequence[str]) -> dict[str, tuple[Member, ...]]:
    """The members that count for each account on a card, the largest share first; none where nothing is rolled up."""
    if "roll_ups" not in db.tables():
        return {}
    name = "coalesce(m.name, r.member)" if "name" in db.columns("measures") else "r.member"
    found = all_each(db, QUERY.format(name=name, among=AMONG), [card, list(ids)])
    kept = ("name", "status", "points", "weight", "share", "state")
    return {
        account_id: tuple(Member(row["member"], **{key: row[key] for key in kept}) for row in rows)
        for account_id, rows in found.items()
    }
