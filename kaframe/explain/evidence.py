"""The data behind a value: which measure, over which rows of which source, and the rows that weigh most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from kaframe.database import Database, quoted
from kaframe.explain.lookup import AMONG, Row, all_each, one_each
from kaframe.explain.records import Evidence
from kaframe.names import PlannedMeasure
from kaframe.project import Project

LARGEST = 5  # rows shown a measure
Shown = Literal["all", "used", "counts"]  # of a row: every column, those that its measure uses, or no row at all
PLACE = "~place"
EXACT = "DECIMAL(30, 6)"  # as expressions add up
NUMBERS = ("DOUBLE", "BIGINT", "INTEGER", "DECIMAL", "FLOAT")


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind measures, for all accounts that are asked for: two queries a measure, when one first asks."""

    project: Project
    db: Database
    ids: Sequence[str]
    labels: Mapping[str, str]
    planned: Mapping[str, PlannedMeasure]
    counted: dict[str, Mapping[str, Row]] = field(default_factory=dict)
    largest: dict[str, Mapping[str, list[Row]]] = field(default_factory=dict)
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    amounts: dict[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()  # accounts that the data do not have: nothing can be looked up
    shown: Shown = "all"

    def count(self, item: PlannedMeasure) -> Mapping[str, Row]:
        """How many rows count for a measure, and what they sum up to, by account."""
        name = item.measure.id
        if name not in self.counted:
            column = self.amount(item)
            total = f"sum(TRY_CAST({quoted(column)} AS {EXACT}))" if column else "NULL"  # whatever the threads
            counted = f"account_id, count(*) AS n, CAST({total} AS DOUBLE) AS total"
            query = f"SELECT {counted} FROM {self._rows(item)} GROUP BY account_id"
            self.counted[name] = one_each(self.db, query, [list(self.ids)])
        return self.counted[name]

    def heaviest(self, item: PlannedMeasure) -> Mapping[str, list[Row]]:
        """The rows with the largest amounts, by account; without an amount the latest ones."""
        if self.shown == "counts":
            return {}
        name = item.measure.id
        if name not in self.largest:
            column, columns = self.amount(item), self.db.columns(item.measure.from_table)
            time = self.project.config.tables[item.measure.from_table].time
            listed = ", ".join(quoted(name) for name in columns if name != "account_id") or "account_id"
            order = [f"abs({quoted(column)}) DESC NULLS LAST"] if column else []
            order += [f"{quoted(time)} DESC NULLS LAST"] if time in columns else []
            place = f"row_number() OVER (PARTITION BY account_id ORDER BY {', '.join([*order, listed])})"
            told = ", ".join(quoted(name) for name in self._told(item, time))
            query = f"SELECT *, {place} AS {quoted(PLACE)} FROM {self._rows(item)}"
            first = f"WHERE {quoted(PLACE)} <= {LARGEST} ORDER BY account_id, {quoted(PLACE)}"
            query = f"SELECT {told} FROM ({query}) {first}"
            self.largest[name] = all_each(self.db, query, [list(self.ids)])
        return self.largest[name]

    def _told(self, item: PlannedMeasure, time: str) -> list[str]:
        """The columns that are told of a row."""
        columns = self.db.columns(item.measure.from_table)
        used = {"account_id", time, *item.value.names, *(item.where.names if item.where else ())}
        return [name for name in columns if self.shown == "all" or name in used]

    def amount(self, item: PlannedMeasure) -> str:
        """The column that says how much a row weighs: a number that the measure uses; empty when there is none."""
        name = item.measure.id
        if name not in self.amounts:
            columns = self.db.columns(item.measure.from_table)
            numbers = (used for used in item.value.names if columns.get(used, "").startswith(NUMBERS))
            self.amounts[name] = min(numbers, default="")
        return self.amounts[name]

    def sources_of(self, table: str) -> tuple[str, ...]:
        """Where the rows of a table were read."""
        if table not in self.sources:
            rows = self.db.rows("SELECT source FROM sources WHERE table_name = ? ORDER BY source", [table])
            self.sources[table] = tuple(row["source"] for row in rows)
        return self.sources[table]

    def _rows(self, item: PlannedMeasure) -> str:
        where = f"{AMONG} AND ({item.where.sql})" if item.where else AMONG
        return f"(SELECT * FROM {quoted(item.measure.from_table)} WHERE {where})"


@dataclass(frozen=True, slots=True)
class Records:
    """Where the evidence of one account is looked up: the rows behind, and its measures."""

    rows: Behind
    account_id: str
    values: Mapping[str, Any]
    found: dict[str, Evidence] = field(default_factory=dict)  # several leaves rest on the same measures

    def behind(self, names: Iterable[str]) -> tuple[Evidence, ...]:
        """What stands behind names that an expression uses; measures of measures down to their data."""
        for name in sorted(names):
            if name not in self.found:
                self.found[name] = self._one(name)
        return tuple(self.found[name] for name in sorted(names))

    def _one(self, name: str) -> Evidence:
        item = self.rows.planned.get(name)
        if item is None:
            label = self.rows.labels.get(f"column.{name}", name)
            is_there = name in self.rows.db.columns("accounts")  # not what only a run of before has
            sources = self.rows.sources_of("accounts") if is_there else ()
            return Evidence(name, label, self.values.get(name), sources=sources)
        measure = item.measure
        found = Evidence(
            name=name,
            label=self.rows.labels.get(f"measure.{name}", name),
            value=self.values.get(name),
            unit=measure.unit,
            formula=measure.value.text,
            condition=measure.where.text if measure.where else "",
            rule=f"{measure.at.file}:{measure.at.line}",
            table=measure.from_table,
        )
        if item.absent or (measure.from_table and self.account_id in self.rows.gone):
            return found
        if measure.from_table:
            return self._over_rows(item, found)
        return replace(found, uses=self.behind(item.value.names - {name}))

    def _over_rows(self, item: PlannedMeasure, found: Evidence) -> Evidence:
        """The measure with the rows that count: how many, what they sum up to, the largest."""
        counted = self.rows.count(item).get(self.account_id, {"n": 0, "total": None})
        heaviest = self.rows.heaviest(item).get(self.account_id, ())
        return replace(
            found,
            sources=self.rows.sources_of(found.table),
            row_count=counted["n"],
            column=self.rows.amount(item),
            total=counted["total"],
            rows=tuple({name: row[name] for name in row if name != "account_id"} for row in heaviest),
        )
