"""One table: its sources opened, all rows read and judged, what is not kept taken out and accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from kaframe.data.ledger import Ledger
from kaframe.data.plan import TablePlan
from kaframe.data.quality import measure_quality
from kaframe.data.quarantine import collect_bad_rows
from kaframe.data.quarantinefile import quarantine_file
from kaframe.data.reading import Opened, fingerprint_of, hash_rows, locate_rows, open_source, unreadable
from kaframe.data.stage import Fate, Fates, Stage, judged
from kaframe.database import Database, EngineError, literal, quoted
from kaframe.errors import Location

KEPT = (Fate.KEPT, Fate.ORPHAN)


class Rows:
    """The judged rows of a table while its sources are open: hidden columns tell source, ordinal and fate."""

    def __init__(self, db: Database, stage: Stage, opened: Sequence[Opened]) -> None:
        self.db, self.stage, self.opened = db, stage, opened

    def read(self) -> None:
        """The one pass over the sources."""
        self._read(self.stage)
        if "_kf_reason" not in self.stage.hidden(self.opened):
            return  # nothing in these sources can be bad
        bad = f"SELECT COALESCE(BOOL_OR(_kf_fate = {Fate.QUARANTINED:d}), FALSE)"
        if self.db.value(f"{bad} FROM {judged(self.db, self.stage.plan.name)}"):
            self.number()

    def number(self) -> None:
        """Make sure that every row has its ordinal, by which bad rows are found again."""
        if not self.stage.numbered and not all(one.copied for one in self.opened):
            self._read(replace(self.stage, numbered=True))

    def place(self, source: int, row: int) -> Location:
        """File and line of a row."""
        [(file, line)] = locate_rows(self.opened[source].plan, [row])
        return Location(file, line, 1)

    def _read(self, stage: Stage) -> None:
        try:
            self.db.execute(f"CREATE OR REPLACE TABLE {quoted(stage.plan.name)} AS {stage.query(self.opened)}")
        except EngineError as error:
            for one in self.opened:
                try:
                    hash_rows(self.db, one)
                except EngineError as own:
                    raise unreadable(one.plan, own) from own
            raise error


def load_table(db: Database, stage: Stage, ledger: Ledger, inspect: Callable[[Rows], None] = lambda rows: None) -> None:
    """Make the table of a plan and note its rows in the ledger.

    Writes: the table, kept rows only. ``inspect`` looks at the judged rows before those that are not kept are
    taken out, and may change their fate. Raises: DataError.
    """
    plan = stage.plan
    with ThreadPoolExecutor(1) as beside, _opened(db, stage) as opened:
        prints = [beside.submit(fingerprint_of, source) for source in plan.sources]
        rows = Rows(db, stage, opened)
        rows.read()
        quarantine_repeats(db, plan, ledger)
        inspect(rows)
        fates = _fates(db, plan.name)
        collect_bad_rows(db, plan, opened, fates, ledger)
        told = [done.result() or hash_rows(db, one) for done, one in zip(prints, opened, strict=True)]
        ledger.loads.extend(_loads(plan, opened))
        ledger.sources.extend(_counted(plan, list(zip(opened, told, strict=True)), fates, _newest(db, plan)))
    _take_out(db, plan, fates, ledger)


def quarantine_repeats(db: Database, plan: TablePlan, ledger: Ledger) -> None:
    """``unique``: the first row in the order of the sources stays, those that repeat it go to quarantine."""
    if not plan.unique:
        return
    table, columns = quoted(plan.name), ", ".join(quoted(name) for name in plan.unique)
    there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in plan.unique)
    kept = f"_kf_fate IN ({', '.join(str(int(fate)) for fate in KEPT)}) AND {there}"
    order = "_kf_source, _kf_row" if len(plan.sources) > 1 else "_kf_row"
    ordered = f"ROW_NUMBER() OVER (PARTITION BY {columns} ORDER BY {order})"
    repeats = f"SELECT rowid FROM (SELECT rowid, {ordered} AS n FROM {table} WHERE {kept}) WHERE n > 1"
    total = db.value(f"SELECT COUNT(*) FROM ({repeats})")
    if total:
        reason = literal(f"repeats an earlier row ({', '.join(plan.unique)})")
        fate = f"_kf_fate = {Fate.QUARANTINED:d}, _kf_reason = {reason}"
        db.execute(f"UPDATE {table} SET {fate} WHERE rowid IN ({repeats})")
        ledger.add_quality(plan.name, "duplicate", {", ".join(plan.unique): total})


@contextmanager
def _opened(db: Database, stage: Stage) -> Iterator[list[Opened]]:
    opened: list[Opened] = []
    try:
        for number, source in enumerate(stage.plan.sources):
            opened.append(open_source(db, source, stage.raw_columns(number), f"_kf_{stage.plan.name}_{number}"))
        yield opened
    finally:
        for one in opened:
            one.close(db)


def _fates(db: Database, table: str) -> Fates:
    """What became of the rows that were read."""
    found = db.rows(f"SELECT _kf_source, _kf_fate, COUNT(*) AS n FROM {judged(db, table)} GROUP BY ALL")
    return {(row["_kf_source"], row["_kf_fate"]): row["n"] for row in found}


def _newest(db: Database, plan: TablePlan) -> dict[int, date]:
    """The day of the newest row at or before ``as_of``, by source."""
    if not plan.time:
        return {}
    kept = f"_kf_fate IN ({', '.join(str(int(fate)) for fate in KEPT)})"
    day = f"MAX(CAST({quoted(plan.time)} AS DATE))"
    found = db.rows(f"SELECT _kf_source, {day} AS day FROM {judged(db, plan.name)} WHERE {kept} GROUP BY ALL")
    return {row["_kf_source"]: row["day"] for row in found}


def _counted(
    plan: TablePlan, told: Sequence[tuple[Opened, str]], counts: Fates, newest: Mapping[int, date]
) -> Iterator[dict[str, Any]]:
    """One row of ``sources`` a source, with its fingerprint; what was read is what became of it."""
    for number, (one, fingerprint) in enumerate(told):
        fates = {fate: counts.get((number, int(fate)), 0) for fate in Fate}
        bad = fates[Fate.QUARANTINED] + len(one.rejected)
        yield {
            "table_name": plan.name,
            "source": one.plan.source.label,
            "rows_read": sum(fates.values()) + len(one.rejected),
            "kept": fates[Fate.KEPT] + fates[Fate.ORPHAN],
            "quarantined": bad,
            "left_out": fates[Fate.LEFT_OUT],
            "after_as_of": fates[Fate.AFTER_AS_OF],
            "orphans": fates[Fate.ORPHAN],
            "quarantine_file": quarantine_file(plan.name) if bad else None,
            "fingerprint": fingerprint,
            "newest": newest.get(number),
        }


def _loads(plan: TablePlan, opened: Sequence[Opened]) -> Iterator[dict[str, Any]]:
    """One row of ``loads`` for each source that keeps what it reads; without a key nobody knows what is new."""
    for one in opened:
        if one.load is not None:
            found = one.load
            counts = (found.new, found.changed, found.deleted) if found.keyed else (None, None, None)
            yield {
                "table_name": plan.name,
                "source": one.plan.source.label,
                "since": found.since or None,
                "rows_read": found.read,
                **dict(zip(("new_rows", "changed_rows", "deleted_rows"), counts, strict=True)),
                "rows_kept": found.kept,
            }


def _take_out(db: Database, plan: TablePlan, fates: Fates, ledger: Ledger) -> None:
    """Orphans are listed, what is not kept is deleted, what stays is measured, hidden columns go."""
    table = quoted(plan.name)
    found = {fate for _, fate in fates}
    if plan.account and Fate.ORPHAN in found:
        key, leads = ("_kf_key", "COALESCE(MAX(_kf_accounts), 0)") if plan.through else ("account_id", "0")
        counted = f"{key} AS account_id, COUNT(*) AS row_count, {leads} AS accounts"
        unknown = f"WHERE _kf_fate = {Fate.ORPHAN:d} GROUP BY {key}"
        orphans = db.rows(f"SELECT {counted} FROM {table} {unknown}")
        ledger.orphans.extend({"table_name": plan.name, **row} for row in orphans)
    if found - {Fate.KEPT}:
        db.execute(f"DELETE FROM {table} WHERE _kf_fate <> {Fate.KEPT:d}")
    columns = db.columns(plan.name)
    measure_quality(db, plan, columns, ledger)
    for name in columns:
        if name.startswith("_kf_"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
