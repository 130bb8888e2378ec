"""Each kind of gate: what is measured, and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kaframe.calendar import read_calendar
from kaframe.database import Database, literal, quoted
from kaframe.gate.saying import saying_of
from kaframe.gaterule import MEASURES, Gate
from kaframe.project import Project

Row = dict[str, Any]
# A handful of rows is no partial export: with 9 complaints, 5 more are a busy month, and 2 fewer a correction.
FEWER, MORE = 5, 20
DIGITS = 9  # of a share: 3 of 10 rows are 30 %, whatever binary numbers make of it


def judge(gate: Gate, project: Project, db: Database) -> Iterator[Row]:
    """The rows of ``gates`` for one gate."""
    yield from JUDGES[gate.kind](gate, project, db)


def judge_freshness(gate: Gate, project: Project, db: Database) -> Iterator[Row]:
    """The newest row at or before ``as_of``, of all sources of the table."""
    assert gate.within is not None
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
    since = calendar.earlier(project.as_of, gate.within)
    newest = db.value(f"SELECT MAX(newest) FROM sources WHERE table_name = {literal(gate.table)}")
    age = (project.as_of - newest).days if newest else None
    holds = newest is not None and newest >= since
    allowed = (project.as_of - since).days
    sentence = saying_of(project).fresh(gate, newest, since)
    yield _row(gate, holds, sentence, {"value": age, "allowed": allowed})


def judge_volume(gate: Gate, project: Project, db: Database) -> Iterator[Row]:
    """Every source against the same one of the run before; all together when those are others now."""
    derived = gate.table == "accounts" and bool(project.config.accounts.from_table)
    now, before = _accounts(db) if derived else _rows(db, gate.table)
    if not before:
        yield _compared(gate, project, db, None, (sum(now.values()), None))
    elif now.keys() == before.keys():
        for source, count in now.items():
            yield _compared(gate, project, db, source, (count, before[source]))
    else:
        yield _compared(gate, project, db, None, (sum(now.values()), sum(before.values())))


def _rows(db: Database, table: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The rows that a source offers whatever the day is, now and at the run before."""
    of_table = f"WHERE table_name = {literal(table)} GROUP BY ALL ORDER BY source"
    counted = f"SELECT source, SUM(kept + after_as_of)::BIGINT AS n FROM {{}} {of_table}"
    now, before = (db.rows(counted.format(name)) for name in ("sources", "past_sources"))
    return {row["source"]: row["n"] for row in now}, {row["source"]: row["n"] for row in before}


def _accounts(db: Database) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Accounts that come from a table: as many as its rows up to the day speak of."""
    now, before = (db.value(f"SELECT COUNT(*) FROM {name}") for name in ("accounts", "past_tiers"))
    return {"": now}, {"": before} if before else {}


def _compared(gate: Gate, project: Project, db: Database, source: str | None, counts: tuple[int, int | None]) -> Row:
    now, before = counts
    only_fewer = source == ""
    named = source if only_fewer or len(_rows(db, gate.table)[0]) > 1 else None
    run = db.rows("SELECT run_id FROM past_run")
    sentence = saying_of(project).volume(gate, named, counts, run[0]["run_id"] if run else "")
    numbers = {"value": now, "before": before, "allowed": gate.limit, "source": source or None}
    if before is None:
        return _row(gate, True, sentence, numbers) | {"state": "no_run"}
    return _row(gate, _holds(gate, now, before, only_fewer), sentence, numbers)


def _holds(gate: Gate, now: int, before: int, only_fewer: bool) -> bool:
    change = now - before
    if before and not now:
        return False
    if before == 0 or (only_fewer and change > 0) or round(abs(change) / before, DIGITS) <= gate.limit:
        return True
    return -FEWER < change < MORE


def judge_uniqueness(gate: Gate, project: Project, db: Database) -> Iterator[Row]:
    """Rows that repeat the columns of an earlier one; those that the table's ``unique`` has put aside count too."""
    own = project.config.tables[gate.table].unique if gate.table in project.config.tables else ()
    columns = ", ".join(quoted(_column(gate, project, name)) for name in gate.columns)
    there = " AND ".join(f"{quoted(_column(gate, project, name))} IS NOT NULL" for name in gate.columns)
    [row] = db.rows(
        f"SELECT COUNT(*) AS n, COUNT(*) - COUNT(DISTINCT ({columns})) AS repeats "
        f"FROM {quoted(gate.table)} WHERE {there}"
    )
    aside = 0
    if set(gate.columns) == set(own):
        found = f"table_name = {literal(gate.table)} AND kind = 'duplicate'"
        aside = db.value(f"SELECT COALESCE(SUM(row_count), 0)::BIGINT FROM quality WHERE {found}")
    repeats, count = row["repeats"] + aside, row["n"] + aside
    share = repeats / count if count else 0.0
    sentence = saying_of(project).unique(gate, repeats, count)
    yield _row(gate, round(share, DIGITS) <= gate.limit, sentence, {"value": share, "allowed": gate.limit})


def judge_missing(gate: Gate, project: Project, db: Database) -> Iterator[Row]:
    """The share of rows without a value; of a table without rows nothing is missing."""
    [name] = gate.columns
    column = quoted(_column(gate, project, name))
    [row] = db.rows(f"SELECT COUNT(*) AS n, COUNT(*) - COUNT({column}) AS missing FROM {quoted(gate.table)}")
    share = row["missing"] / row["n"] if row["n"] else 0.0
    sentence = saying_of(project).missing(gate, row["missing"], row["n"])
    yield _row(gate, round(share, DIGITS) <= gate.limit, sentence, {"value": share, "allowed": gate.limit})


def _column(gate: Gate, project: Project, name: str) -> str:
    """Under which name a table has it: ids and names of accounts are the same everywhere."""
    if gate.table == MEASURES:
        return name
    if gate.table == "accounts":
        accounts = project.config.accounts
        return {accounts.key: "account_id", accounts.name: "name", accounts.parent: "parent"}.get(name, name)
    return "account_id" if name == project.config.tables[gate.table].account else name


def _row(gate: Gate, holds: bool, sentence: str, numbers: Mapping[str, Any]) -> Row:
    state = "passed" if holds else {"fail": "failed", "warn": "warned"}[gate.severity]
    empty = dict.fromkeys(("source", "value", "before", "allowed", "reason", "author"))
    return {
        **empty,
        "gate": gate.name,
        "table_name": gate.table,
        "kind": gate.kind,
        "severity": gate.severity,
        "state": state,
        "sentence": sentence,
        **numbers,
    }


JUDGES: Mapping[str, Callable[[Gate, Project, Database], Iterator[Row]]] = {
    "fresh": judge_freshness,
    "volume": judge_volume,
    "unique": judge_uniqueness,
    "missing": judge_missing,
}
