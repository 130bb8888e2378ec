"""Which companies a parent has its points or colour from."""

from __future__ import annotations

from kaframe.database import Database
from kaframe.explain.records import Member

QUERY = """
    SELECT r.member AS account_id, {name} AS name, r.status, r.points, r.weight, r.share, r.state
    FROM roll_ups AS r LEFT JOIN measures AS m ON m.account_id = r.member
    WHERE r.account_id = ? AND r.card = ? ORDER BY r.share DESC NULLS LAST, r.member
"""


def find_members(db: Database, card: str, account_id: str) -> tuple[Member, ...]:
    """The members that count for an account on a card, the largest share first; none where nothing is rolled up."""
    if "roll_ups" not in db.tables():
        return ()
    name = "coalesce(m.name, r.member)" if "name" in db.columns("measures") else "r.member"
    return tuple(Member(**row) for row in db.rows(QUERY.format(name=name), [account_id, card]))
