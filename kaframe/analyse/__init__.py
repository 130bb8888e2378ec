"""Step ``analyse``: what stands out in the data of managed accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kaframe.analyse.plan import PlannedAnalysis, plan_analyses
from kaframe.analyse.sentences import fill
from kaframe.database import Database
from kaframe.errors import Problem, RuleError
from kaframe.project import Project
from kaframe.wording import Wording

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
BESIDE_EVIDENCE = ("account_id", "subject", "worth", "good")
Known = Mapping[tuple[str, str, str | None], date]


def analyse_accounts(project: Project, db: Database) -> None:
    """Look for everything that analyse.yaml describes, compared with an account's own past and with all accounts.

    Reads: ``measures``, ``tiers``, ``managed``, the declared tables, ``past_insights``.
    Writes: ``insights``, a row a finding, and ``segments_rfm``, a row an account that has bought.
    Raises: RuleError when an analysis cannot be compiled; it carries the rule's file:line:col.
    """
    planned = plan_analyses(project)
    rows = db.rows("SELECT account_id, insight, subject, since FROM past_insights WHERE since IS NOT NULL")
    known = {(row["account_id"], row["insight"], row["subject"]): row["since"] for row in rows}
    db.create("insights", [row for item in planned for row in _insights(project, db, item, known)], INSIGHTS)
    segments = next((item.segments for item in planned if item.segments), "")
    if segments:
        db.execute(f"CREATE TABLE segments_rfm AS SELECT {', '.join(SEGMENTS)} FROM ({segments})")
    else:
        db.create("segments_rfm", [], SEGMENTS)


def check(project: Project) -> list[Problem]:
    """What is wrong with the analyses."""
    try:
        plan_analyses(project)
    except RuleError as error:
        return list(error.problems)
    return []


def _insights(project: Project, db: Database, planned: PlannedAnalysis, known: Known) -> Iterator[dict[str, Any]]:
    """The rows of one analysis, by account."""
    analysis = planned.analysis
    wording = Wording(project.config.language, project.config.currency)
    for row in db.rows(f"SELECT * FROM ({planned.query}) ORDER BY account_id, worth DESC NULLS LAST, subject"):
        key = (row["account_id"], analysis.id, row["subject"])
        yield {
            "account_id": row["account_id"],
            "insight": analysis.id,
            "kind": analysis.insight_kind,
            "subject": row["subject"],
            "sentence": fill(project.text(analysis.sentence), row, planned.units, wording),
            "value": None if row["worth"] is None else round(row["worth"], 2),
            "evidence": _evidence(row),
            "good": row["good"] if analysis.good is None else analysis.good,
            "since": known.get(key, project.as_of),
        }


def _evidence(facts: Mapping[str, Any]) -> str:
    """The numbers behind a sentence as JSON, rounded so that noise in the last digits is no change."""
    told = {name: value for name, value in facts.items() if name not in BESIDE_EVIDENCE}
    rounded = {name: _plain(value) for name, value in told.items() if value is not None}
    return json.dumps(rounded, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return value.isoformat() if isinstance(value, date) else value
