"""What a run found, in numbers: for the command line, the listing of runs and the head of the report."""

from __future__ import annotations

from typing import Any

from kaframe.database import Database
from kaframe.names import of_primary
from kaframe.project import Project


def summarise(project: Project, db: Database) -> dict[str, Any]:
    """Counts over the tables of a complete run, from accounts and tiers to notices and rows left out."""
    managed = (
        "SELECT c.status AS key, count(*) AS n FROM colours c SEMI JOIN managed USING (account_id) "
        f"WHERE {of_primary(project)}"
    )
    return {
        "accounts": db.value("SELECT count(*) FROM accounts"),
        "managed": db.value("SELECT count(*) FROM managed"),
        "gates": _counts(db, "SELECT state AS key, count(*) AS n FROM gates"),
        "tiers": _counts(db, "SELECT tier AS key, count(*) AS n FROM tiers"),
        "statuses": _counts(db, managed),
        "stages": _counts(db, "SELECT stage AS key, count(*) AS n FROM stages"),
        "insights": _counts(db, "SELECT kind AS key, count(*) AS n FROM insights"),
        "tasks": _counts(db, "SELECT state AS key, count(*) AS n FROM tasks"),
        "events": _counts(db, "SELECT kind AS key, count(*) AS n FROM events"),
        "notices": _counts(db, "SELECT state AS key, count(*) AS n FROM notices"),
        "plans": db.value("SELECT count(*) FROM plans WHERE problem IS NULL"),
        "plans_failed": db.value("SELECT count(*) FROM plans WHERE problem IS NOT NULL"),
        "plans_edited": db.value("SELECT count(*) FROM plans WHERE generated IS NOT NULL"),
        "findings": _counts(db, "SELECT kind AS key, count(*) AS n FROM findings"),
        "families": _counts(db, "SELECT state AS key, count(*) AS n FROM families"),
        "overrides": _counts(db, "SELECT state AS key, count(*) AS n FROM overrides"),
        "quarantined": db.value("SELECT coalesce(sum(quarantined), 0)::BIGINT FROM sources"),
        "orphans": db.value("SELECT coalesce(sum(orphans), 0)::BIGINT FROM sources"),
    }


def _counts(db: Database, query: str) -> dict[str, int]:
    return {str(row["key"]): row["n"] for row in db.rows(f"{query} GROUP BY ALL ORDER BY key")}
