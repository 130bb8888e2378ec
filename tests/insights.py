"""Insights from rows: a project of small tables, and the step run over them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from steps import AS_OF, Rows, make_database, make_project

from kaframe.analyse import analyse_accounts, check
from kaframe.database import Database
from kaframe.errors import Problem
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.project import Project

# Accounts whose id is in capitals are key accounts; all others are only compared with.
TIERS = "tiers: [{id: key, key: true, when: is_key}, {id: standard, when: true}]"
PAST_INSIGHTS = {
    "account_id": "VARCHAR",
    "insight": "VARCHAR",
    "subject": "VARCHAR",
    "value": "DOUBLE",
    "since": "DATE",
}


def rules(analysis: str) -> str:
    """An analyse.yaml with one analysis ``x``, whose keys are those of the text."""
    sentence = "" if "sentence:" in analysis else ", sentence: found"
    return f"analyses: [{{id: x, {analysis}{sentence}}}]"


def project_of(
    folder: Path, analyse: str, tables: Mapping[str, Rows], language: str = "en", measure: str = ""
) -> Project:
    """A project of these analyses over these tables."""
    listed = {"identify": TIERS, "analyse": analyse} | ({"measure": measure} if measure else {})
    project = make_project(folder, listed, tables)
    return replace(project, config=replace(project.config, language=language, currency="CNY"))


def analysed(project: Project, tables: Mapping[str, Rows], past: Rows = ()) -> Database:
    """The database after the step."""
    assert check(project) == []
    db = make_database(tables)
    db.create("past_insights", past, PAST_INSIGHTS)
    measure_accounts(project, db)
    identify_accounts(project, db)
    analyse_accounts(project, db)
    return db


def found(folder: Path, analysis: str, tables: Mapping[str, Rows]) -> list[dict[str, Any]]:
    """The insights of one analysis, with their evidence as data."""
    rows = analysed(project_of(folder, rules(analysis), tables), tables).rows(
        "SELECT * FROM insights ORDER BY account_id, value DESC, subject"
    )
    return [{**row, "evidence": json.loads(row["evidence"])} for row in rows]


def problems(folder: Path, analyse: str, tables: Mapping[str, Rows]) -> list[Problem]:
    """What is wrong with these analyses."""
    return check(project_of(folder, analyse, tables))


def accounts(ids: Iterable[str], **columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row an account; ``columns`` has values by account."""
    return [
        {"account_id": name, "is_key": name.isupper(), **{key: values.get(name) for key, values in columns.items()}}
        for name in ids
    ]


def monthly(account_id: str, amounts: Iterable[float], **columns: Any) -> list[dict[str, Any]]:
    """An order on the 15th of every month up to June 2026, the oldest amount first."""
    rows = []
    for back, money in enumerate(reversed(list(amounts))):
        year, month = divmod(2026 * 12 + 5 - back, 12)
        rows.append({"account_id": account_id, "day": date(year, month + 1, 15), "amount": float(money), **columns})
    return rows


def on(account_id: str, days_ago: int, amount: float = 1.0, **columns: Any) -> dict[str, Any]:
    """An order so many days ago."""
    return {"account_id": account_id, "day": AS_OF - timedelta(days=days_ago), "amount": amount, **columns}


def day(days_ago: int) -> date:
    return AS_OF - timedelta(days=days_ago)
