"""Who belongs to whom, and in which order parents can be told: from the companies without children up."""

from __future__ import annotations

from kaframe.database import Database

MAX_LEVELS = 100  # no group of companies is deeper; what is left then is a circle, or as good as one

KIN = """
    CREATE TEMP TABLE kin AS
    SELECT c.account_id, c.parent FROM accounts AS c
    SEMI JOIN accounts AS p ON p.account_id = c.parent WHERE c.parent <> c.account_id
"""
# Parents all of whose children are told, or have no children.
READY = """
    INSERT INTO heights
    SELECT k.parent, {level} FROM kin AS k
    LEFT JOIN heights AS h ON h.account_id = k.account_id
    LEFT JOIN (SELECT DISTINCT parent FROM kin) AS p ON p.parent = k.account_id
    ANTI JOIN heights AS done ON done.account_id = k.parent
    GROUP BY k.parent HAVING bool_and(p.parent IS NULL OR h.account_id IS NOT NULL)
"""
UNTOLD = "SELECT parent FROM kin EXCEPT SELECT account_id FROM heights"
FAMILIES = """
    CREATE TABLE families AS
    SELECT a.account_id, a.parent, coalesce(h.level, 0)::BIGINT AS level,
        CASE WHEN x.account_id IS NOT NULL THEN 'circle' WHEN k.account_id IS NOT NULL THEN 'child'
            WHEN a.parent IS NULL OR a.parent = a.account_id THEN 'alone' ELSE 'unknown_parent' END AS state
    FROM {accounts} AS a LEFT JOIN heights AS h USING (account_id) LEFT JOIN kin AS k USING (account_id)
    LEFT JOIN circles AS x USING (account_id)
    WHERE h.level IS NOT NULL OR (a.parent IS NOT NULL AND a.parent <> a.account_id)
"""


def find_families(db: Database, wanted: bool = True) -> int:
    """Say who belongs to whom; the highest level that a parent has. An empty table when nobody wants to know.

    Reads: ``accounts``. Writes: ``families``, a row an account with a parent or children: account_id, parent, level
    (0 without children, else one more than the highest child), state (child, alone, unknown_parent, circle). Accounts
    whose parents run in a circle, or more than ``MAX_LEVELS`` deep, belong to nobody here.
    """
    has_parents = wanted and "parent" in db.columns("accounts")
    accounts = "accounts" if has_parents else "(SELECT account_id, CAST(NULL AS VARCHAR) AS parent FROM accounts)"
    db.execute(KIN.replace("accounts AS", f"{accounts} AS"))
    db.execute("CREATE TEMP TABLE heights (account_id VARCHAR, level BIGINT)")
    db.execute("CREATE TEMP TABLE circles (account_id VARCHAR)")
    highest = _tell_levels(db, 0)
    db.execute(f"INSERT INTO circles {UNTOLD}")
    db.execute("DELETE FROM kin WHERE account_id IN (SELECT account_id FROM circles)")
    highest = max(highest, _tell_levels(db, highest))
    db.execute(FAMILIES.format(accounts=accounts))
    for table in ("kin", "heights", "circles"):
        db.execute(f"DROP TABLE {table}")
    return highest


def _tell_levels(db: Database, highest: int) -> int:
    """Give parents their levels until none is ready; once more for those that a circle kept waiting."""
    for level in range(1, MAX_LEVELS + 1):
        before = db.value("SELECT count(*) FROM heights")
        db.execute(READY.format(level=level))
        if db.value("SELECT count(*) FROM heights") == before:
            return max(highest, level - 1)
    return MAX_LEVELS
