"""Step ``analyse``: what stands out in the data of managed accounts."""

from __future__ import annotations

from kaframe.database import Database
from kaframe.errors import Problem
from kaframe.project import Project

INSIGHTS = {
    **dict.fromkeys(("account_id", "insight", "kind", "subject", "sentence"), "VARCHAR"),
    "value": "DOUBLE",
    "evidence": "VARCHAR",
    "good": "BOOLEAN",
    "since": "DATE",
}
SEGMENTS = {
    "account_id": "VARCHAR",
    **dict.fromkeys(("recency", "frequency", "monetary"), "BIGINT"),
    "segment": "VARCHAR",
}


def analyse_accounts(project: Project, db: Database) -> None:
    """Look for everything that analyse.yaml describes."""
    db.create("insights", [], INSIGHTS)
    db.create("segments_rfm", [], SEGMENTS)


def check(project: Project) -> list[Problem]:
    """What is wrong with the analyses."""
    return []
