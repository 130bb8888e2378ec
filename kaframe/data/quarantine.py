"""Rows that break the contract: kept with file, line and reason, or the run stops."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from kaframe.config import Config
from kaframe.data.ledger import Ledger
from kaframe.data.plan import RawColumn, TablePlan
from kaframe.data.reading import Opened, locate_rows
from kaframe.data.stage import Fate, Fates, judged
from kaframe.database import Database, literal, quoted
from kaframe.errors import DataError, Location, Problem
from kaframe.expression.types import DAYS

SHOWN = 10
BY_CHANCE = 10  # fewer rows than this may all be bad without anything being wrong with the source
DAY_OR_MONTH_FIRST = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})\b")


def collect_bad_rows(
    db: Database, plan: TablePlan, opened: Sequence[Opened], fates: Fates, ledger: Ledger
) -> None:
    """Note every quarantined row of a loaded table in the ledger.

    Raises: DataError KF3017 when days are written with day or month first and nothing says which.
    """
    for number, one in enumerate(opened):
        label = one.plan.source.label
        for bad in one.rejected:
            ledger.quarantined.append(
                {
                    "table_name": plan.name,
                    "source": label,
                    "file": bad.file,
                    "line": bad.line,
                    "reason": bad.reason,
                    "row_text": json.dumps({"text": bad.text}, ensure_ascii=False),
                }
            )
        rows = _bad_rows(db, plan, one, number) if (number, Fate.QUARANTINED) in fates else []
        places = locate_rows(one.plan, [row["_row"] for row in rows]) if rows else []
        _refuse_ambiguous_days(one, rows, places)
        ledger.quarantined.extend(
            {
                "table_name": plan.name,
                "source": label,
                "file": file,
                "line": line,
                "reason": row["reason"],
                "row_text": row["row_text"],
            }
            for row, (file, line) in zip(rows, places, strict=True)
        )


def stop_on_bad_rows(config: Config, ledger: Ledger) -> None:
    """``on_bad_rows: fail``, and sources of which not one row is good: those are read in the wrong way.

    Raises: DataError KF3063 with the first bad rows and their places, KF3067 with the first of each such source.
    """
    if config.on_bad_rows != "fail":
        hopeless = list(_hopeless(ledger))
        if hopeless:
            raise DataError(hopeless)
        return
    if not ledger.quarantined:
        return
    problems = [
        Problem(
            Location(row["file"], row["line"] or 0, 1),
            "KF3063",
            f"{row['table_name']}: {row['reason']}",
            "mend the row, or say 'on_bad_rows: quarantine'",
        )
        for row in ledger.quarantined[:SHOWN]
    ]
    rest = len(ledger.quarantined) - len(problems)
    if rest:
        problems.append(Problem(None, "KF3063", f"{rest} more bad rows"))
    raise DataError(problems)


def _hopeless(ledger: Ledger) -> Iterator[Problem]:
    """Sources whose rows are all in quarantine."""
    for source in ledger.sources:
        count = source["rows_read"]
        if count < BY_CHANCE or source["quarantined"] < count:
            continue
        same = (source["table_name"], source["source"])
        first = next(row for row in ledger.quarantined if (row["table_name"], row["source"]) == same)
        message = f"{source['table_name']}: all {count:,} rows are bad; the first: {first['reason']}"
        hint = "say how such values are written: types: {column: {type: ..., format: ...}}"
        yield Problem(Location(first["file"], first["line"] or 0, 1), "KF3067", message, hint)


def _bad_rows(db: Database, plan: TablePlan, opened: Opened, number: int) -> list[dict[str, Any]]:
    """Ordinal, reason and text of the quarantined rows of one source, in its order."""
    pairs = ", ".join(f"{literal(name)}, s.{quoted(name)}" for name in opened.columns)
    return db.rows(
        "SELECT t._kf_row AS _row, t._kf_reason AS reason, "
        f"CAST(JSON_OBJECT({pairs}) AS VARCHAR) AS row_text "
        f"FROM {judged(db, plan.name)} AS t JOIN {opened.relation} AS s ON s._row = t._kf_row "
        f"WHERE t._kf_fate = {Fate.QUARANTINED:d} AND t._kf_source = {number} ORDER BY t._kf_row"
    )


def _refuse_ambiguous_days(opened: Opened, rows: Sequence[dict[str, Any]], places: Sequence[tuple[str, int]]) -> None:
    days = [column for column in opened.plan.raw.values() if column.type in DAYS and not column.format]
    problems: dict[str, Problem] = {}
    for row, place in zip(rows, places, strict=True):
        for column, value in _unclear(days, row):
            problems.setdefault(column.name, _ambiguous(column, value, place))
    if problems:
        raise DataError(problems.values())


def _unclear(days: Sequence[RawColumn], row: dict[str, Any]) -> Iterator[tuple[RawColumn, str]]:
    if not days:
        return
    values = json.loads(row["row_text"])
    for column in days:
        value = str(values.get(column.name) or "").strip()
        if DAY_OR_MONTH_FIRST.match(value):
            yield column, value


def _ambiguous(column: RawColumn, value: str, place: tuple[str, int]) -> Problem:
    message = f"column {column.name}: '{value}' may begin with the day or with the month"
    hint = f'say how days are written: types: {{{column.name}: {{type: {column.type}, format: "%d/%m/%Y"}}}}'
    return Problem(Location(place[0], place[1], 1), "KF3017", message, hint)
