"""What a report may read of a run: its tables, those of managed accounts alone, and sums over all accounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kaframe.database import Database, literal, quoted

Rows = Callable[[str], Sequence[Mapping[str, Any]]]

MANAGED = "managed."  # a run has millions of accounts, and a report shows those that the team looks after
VIEW = "view"
# What reports show of managed accounts beside the tables of the steps; a snapshot keeps it for reports made later.
# Their colours are kept apart for the history that later runs show: few rows to read, beside those of all accounts.
SHOWN_BESIDE = ("colours", "contacts", "past_points", "past_scores")


def table_rows(db: Database) -> Rows:
    """Read the tables of a run by name, always in the same order; none when the run has no such table.

    ``managed.<table>`` has the rows of managed accounts; ``pareto``, ``tier_counts``, ``tier_totals`` and
    ``colour_counts`` are sums over all accounts (docs/tables.md). ``db`` is that of the run itself, or of its snapshot.
    """

    def rows(table: str) -> list[dict[str, Any]]:
        query = _query(db, table)
        return db.rows(f"SELECT * FROM ({query}) ORDER BY ALL") if query else []

    return rows


def keep_shown(db: Database, view: Mapping[str, Any]) -> None:
    """Keep what a report of this run shows and no other table of a snapshot has.

    Writes: ``view``, a row a part: how the run names and paints things; ``managed.<table>`` for ``SHOWN_BESIDE``.
    """
    parts = [{"part": part, "content": json.dumps(content, ensure_ascii=False)} for part, content in view.items()]
    db.create(VIEW, parts, {"part": "VARCHAR", "content": "VARCHAR"})
    for name in SHOWN_BESIDE:
        query = _query(db, f"{MANAGED}{name}")
        if query:
            db.execute(f"CREATE TABLE {quoted(MANAGED + name)} AS {query}")


def kept_view(rows: Rows) -> dict[str, Any]:
    """How the run named and painted things, as ``keep_shown`` kept it; nothing when it did not."""
    return {row["part"]: json.loads(row["content"]) for row in rows(VIEW)}


def _query(db: Database, table: str) -> str:
    if table in SUMS:
        return SUMS[table](db)
    made, name = db.tables(), table.removeprefix(MANAGED)
    if table in made:
        return f"SELECT * FROM {quoted(table)}"
    if name not in made or "managed" not in made:
        return ""
    return f"SELECT * FROM {quoted(name)} SEMI JOIN managed USING (account_id)"


def _watched(db: Database) -> list[str]:
    """The measures whose concentration the rules watch."""
    if "portfolio" not in db.tables():
        return []
    return [row["measure"] for row in db.rows("SELECT measure FROM portfolio ORDER BY measure")]


def _pareto(db: Database) -> str:
    """Which share of a measure the first so many accounts carry: two points a percent, however many accounts."""
    return " UNION ALL ".join(
        f"SELECT {literal(name)} AS measure, place, accounts, share FROM (SELECT *, "
        "lag(floor(share * 100)) OVER (ORDER BY place) AS share_before, "
        "lag(place * 100 // accounts) OVER (ORDER BY place) AS place_before FROM ("
        "SELECT place, accounts, round(CAST(carried AS DOUBLE) / CAST(total AS DOUBLE), 6) AS share FROM ("
        "SELECT row_number() OVER carrying AS place, count(*) OVER () AS accounts, "
        "sum(x) OVER carrying AS carried, sum(x) OVER () AS total FROM ("
        f"SELECT account_id, TRY_CAST({quoted(name)} AS DECIMAL(30, 6)) AS x FROM measures WHERE {quoted(name)} > 0) "
        "WINDOW carrying AS (ORDER BY x DESC, account_id ROWS UNBOUNDED PRECEDING)))) "
        "WHERE share_before IS DISTINCT FROM floor(share * 100) "
        "OR place_before IS DISTINCT FROM place * 100 // accounts OR place = accounts"
        for name in _watched(db)
    )


def _tier_counts(db: Database) -> str:
    """How many accounts every tier has."""
    return "SELECT tier, count(*) AS accounts FROM tiers GROUP BY tier" if "tiers" in db.tables() else ""


def _tier_totals(db: Database) -> str:
    """What the accounts of every tier bring in every watched measure."""
    return " UNION ALL ".join(
        f"SELECT {literal(name)} AS measure, tier, "
        f"CAST(sum(TRY_CAST({quoted(name)} AS DECIMAL(30, 6))) AS DOUBLE) AS total "
        "FROM tiers JOIN measures USING (account_id) GROUP BY tier"
        for name in _watched(db)
    )


def _colour_counts(db: Database) -> str:
    """How many accounts of a tier have a colour, managed ones apart."""
    if not {"colours", "tiers", "managed"} <= set(db.tables()):
        return ""
    return (
        "SELECT card, tier, status, account_id IN (SELECT account_id FROM managed) AS managed, count(*) AS accounts "
        "FROM colours JOIN tiers USING (account_id) GROUP BY ALL"
    )


SUMS: Mapping[str, Callable[[Database], str]] = {
    "pareto": _pareto,
    "tier_counts": _tier_counts,
    "tier_totals": _tier_totals,
    "colour_counts": _colour_counts,
}
