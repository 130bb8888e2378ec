"""Putting the rows of a test where they belong: into sources, measures, the past, or in place of a step's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaframe.database import Database, quoted
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.expression import Type
from kaframe.project import Project
from kaframe.testing.cases import Row, Run
from kaframe.testing.cells import kinds_of, read_rows
from kaframe.testing.comparing import refuse_absent
from kaframe.testing.given import PINNED, Rows
from kaframe.testing.known import KnownTables

SQL_TYPES = {
    Type.TEXT: "VARCHAR", Type.NUMBER: "DOUBLE", Type.BOOLEAN: "BOOLEAN", Type.DATE: "DATE",
    Type.TIMESTAMP: "TIMESTAMP",
}  # fmt: skip


def source_rows(run: Run, known: KnownTables) -> dict[str, Rows]:
    """The rows of ``accounts`` and of each given table. Accounts that are named only elsewhere come of themselves.

    Raises: RuleError for cells that do not fit, and for rows of accounts that the test does not have.
    """
    problems: list[Problem] = []
    found: dict[str, Rows] = {}
    for table, rows in run.given.items():
        columns = known.source_columns(table) if table in ("accounts", *known.sources) else None
        if columns is None:
            continue
        try:
            found[table] = read_rows(table, list(rows), columns)
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(problems)
    named = {table: rows for table, rows in run.given.items() if table not in ("accounts", "orphans")}
    found["accounts"] = _with_measures(_accounts(found.get("accounts"), run, named), run, known)
    return found


def _accounts(listed: Rows | None, run: Run, named: Mapping[str, Sequence[Row]]) -> list[dict[str, Any]]:
    ids: dict[str, Location] = {}
    for rows in named.values():
        for row in rows:
            node = row.cells.get("account_id")
            if node is not None and node.value is not None:
                ids.setdefault(str(node.value), node.at)
    if listed is None:
        if not ids:
            raise RuleError([Problem(run.at, "KF2411", "no account is given", "name one under 'given: accounts:'")])
        return [{"account_id": name} for name in ids]
    there = [str(row.get("account_id")) for row in listed]
    past = {str(node.value) for table, rows in named.items() if table.startswith("past_")
            for row in rows if (node := row.cells.get("account_id")) is not None}
    unknown = [
        Problem(at, "KF2411", f"the test has no account '{name}'", nearest(name, there) or f"it has {', '.join(there)}")
        for name, at in ids.items()
        if name not in there and name not in past
    ]
    if unknown:
        raise RuleError(unknown)
    return [dict(row) for row in listed]


def _with_measures(accounts: list[dict[str, Any]], run: Run, known: KnownTables) -> list[dict[str, Any]]:
    """The accounts with the given values of measures, from which the measure step takes them."""
    kinds = {"account_id": Type.TEXT, **known.measures}
    measured = read_rows("measures", list(run.given.get("measures", ())), kinds)
    by_account = {row["account_id"]: row for row in measured if "account_id" in row}
    for account in accounts:
        own = by_account.get(account["account_id"], {})
        account |= {PINNED + name: value for name, value in own.items() if name != "account_id"}
    return accounts


def refuse_lost_rows(db: Database, run: Run, rows: Mapping[str, Rows]) -> None:
    """Raise RuleError KF2412 for given rows that the data step has put into quarantine."""
    lost = db.rows("SELECT table_name, line, reason FROM quarantined ORDER BY ALL")
    problems = []
    for row in lost:
        place = row["line"] - 1 if row["line"] else 0
        given = run.given.get(row["table_name"], ())
        at = given[place].at if place < len(given) else run.at
        message = f"a run would not take this row of '{row['table_name']}': {row['reason']}"
        problems.append(Problem(at, "KF2412", message, "give it what a row of the real data has"))
    if problems:
        raise RuleError(problems)


def place_rows(project: Project, db: Database, run: Run, step: str, known: KnownTables) -> None:
    """Put given rows in place of what a step has just made."""
    for table, rows in run.given.items():
        if table in known.sources or table in ("accounts", "measures") or known.step_of(table) != step:
            continue
        refuse_absent(db, run, [table])
        if table == "scores":
            _place_scores(project, db, rows, known)
        else:
            columns = db.columns(table)
            values = read_rows(table, list(rows), kinds_of(columns))
            _replace(db, table, [_completed(project, table, value) for value in values], columns)


def _completed(project: Project, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """What follows from what the test says: whether a tier's accounts are key accounts, that a stage goes on."""
    if table == "past_stages":
        return {"state": "on_track", "by": "rule", **row}
    if table == "past_colours":
        return {"last_colour": row.get("status"), **row}
    if table not in ("tiers", "past_tiers") or "tier" not in row:
        return row
    tier = next((tier for tier in project.rules.identify.tiers if tier.id == row["tier"]), None)
    usual = {"key_account": bool(tier and tier.key), "since": project.as_of}
    if table == "tiers":
        usual |= {"calculated": row["tier"], "candidate": False}
    return {**usual, **row}


def _place_scores(project: Project, db: Database, rows: Sequence[Row], known: KnownTables) -> None:
    """``scores`` shows the tables of all cards: its rows go to theirs, as if everything were known."""
    kinds = {"account_id": Type.TEXT, "card": Type.TEXT,
             **dict.fromkeys(("points", "coverage", "low", "high"), Type.NUMBER)}
    values = read_rows("scores", list(rows), kinds)
    for card in known.cards:
        own = [row for row in values if row.get("card", known.primary) == card]
        if own:
            full = [{"coverage": 1.0, "low": row.get("points"), "high": row.get("points"), **row} for row in own]
            table = f"score_{card}"
            _replace(db, table, full, db.columns(table))


def _replace(db: Database, table: str, rows: Rows, columns: Mapping[str, str]) -> None:
    """Make the table anew from these rows, with the columns and types that it had."""
    kinds = {name: SQL_TYPES[kind] for name, kind in kinds_of(columns).items()}
    db.create("_given", rows, kinds)
    typed = ", ".join(f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in columns.items())
    views = db.rows("SELECT view_name FROM duckdb_views() WHERE view_name = ?", [table])
    db.execute(f"DROP {'VIEW' if views else 'TABLE'} {quoted(table)}")
    db.execute(f"CREATE TABLE {quoted(table)} AS SELECT {typed} FROM _given")
    db.execute("DROP TABLE _given")
