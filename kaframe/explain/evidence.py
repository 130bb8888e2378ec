"""The data behind a value: which measure, over which rows of which source, and the rows that weigh most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kaframe.database import Database, quoted
from kaframe.explain.records import Evidence
from kaframe.names import PlannedMeasure, plan_measures
from kaframe.project import Project

LARGEST = 5  # rows shown a measure
NUMBERS = ("DOUBLE", "BIGINT", "INTEGER", "DECIMAL", "FLOAT")


@dataclass(frozen=True, slots=True)
class Records:
    """Where evidence is looked up: the run's tables and one account's measures."""

    project: Project
    db: Database
    account_id: str
    values: Mapping[str, Any]
    labels: Mapping[str, str]
    found: dict[str, Evidence] = field(default_factory=dict)  # several leaves rest on the same measures

    def behind(self, names: Iterable[str]) -> tuple[Evidence, ...]:
        """What stands behind names that an expression uses; measures of measures down to their data."""
        planned = {item.measure.id: item for item in plan_measures(self.project)}
        for name in sorted(names):
            if name not in self.found:
                self.found[name] = self._one(name, planned)
        return tuple(self.found[name] for name in sorted(names))

    def _one(self, name: str, planned: Mapping[str, PlannedMeasure]) -> Evidence:
        item = planned.get(name)
        if item is None:
            label = self.labels.get(f"column.{name}", name)
            return Evidence(name, label, self.values.get(name), sources=self._sources("accounts"))
        measure = item.measure
        found = Evidence(
            name=name,
            label=self.labels.get(f"measure.{name}", name),
            value=self.values.get(name),
            unit=measure.unit,
            formula=measure.value.text,
            condition=measure.where.text if measure.where else "",
            rule=f"{measure.at.file}:{measure.at.line}",
            table=measure.from_table,
        )
        if item.absent:
            return found
        if measure.from_table:
            return self._over_rows(item, found)
        return replace(found, uses=self.behind(item.value.names - {name}))

    def _over_rows(self, item: PlannedMeasure, found: Evidence) -> Evidence:
        """The measure with the rows that count: how many, what they sum up to, the largest."""
        where = f"account_id = ? AND {item.where.sql}" if item.where else "account_id = ?"
        columns = self.db.columns(found.table)
        numeric = sorted(name for name in item.value.names if columns.get(name, "").startswith(NUMBERS))
        column = numeric[0] if numeric else ""
        total = f"sum({quoted(column)})::DOUBLE" if column else "CAST(NULL AS DOUBLE)"
        query = f"SELECT count(*) AS n, {total} AS total FROM {quoted(found.table)} WHERE {where}"
        counted = self.db.rows(query, [self.account_id])[0]
        return replace(
            found,
            sources=self._sources(found.table),
            row_count=counted["n"],
            column=column,
            total=counted["total"],
            rows=tuple(self._largest(found.table, where, column, columns)),
        )

    def _largest(self, table: str, where: str, column: str, columns: Mapping[str, str]) -> Iterable[Mapping[str, Any]]:
        """The rows with the largest amounts; without an amount the latest ones."""
        time = self.project.config.tables[table].time
        listed = ", ".join(quoted(name) for name in columns if name != "account_id") or "account_id"
        order = [f"abs({quoted(column)}) DESC NULLS LAST"] if column else []
        order += [f"{quoted(time)} DESC NULLS LAST"] if time in columns else []
        ordered = ", ".join([*order, listed])
        return self.db.rows(
            f"SELECT {listed} FROM {quoted(table)} WHERE {where} ORDER BY {ordered} LIMIT {LARGEST}",
            [self.account_id],
        )

    def _sources(self, table: str) -> tuple[str, ...]:
        rows = self.db.rows("SELECT source FROM sources WHERE table_name = ? ORDER BY source", [table])
        return tuple(row["source"] for row in rows)
