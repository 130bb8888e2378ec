"""What came out beside what a test expects, cell by cell."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kaframe.database import Database, quoted
from kaframe.errors import Location, Problem, RuleError
from kaframe.project import Project
from kaframe.testing.cases import Row, Run
from kaframe.testing.cells import kinds_of, wrong_parts
from kaframe.testing.known import OF_A_CARD, KnownTables, unknown_column
from kaframe.testing.points import deciding_rule
from kaframe.yamlfile import Node

ARITHMETIC = 1e-6  # relative: what sums of binary numbers differ by
Got = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell (or row, or count) that is not as expected.

    ``kind``: cell, row (none has these values), unwanted (a row that must not be there), count. ``which`` says whose
    row it is; ``rule`` is the rule that decided, where that is known. ``node`` is what the test says.
    """

    kind: str
    at: Location
    as_of: date
    table: str
    which: Mapping[str, Any]
    column: str = ""
    expected: Any = None
    got: Any = None
    rule: Location | None = None
    node: Node | None = None


def compare(project: Project, db: Database, run: Run, tolerance: float, known: KnownTables) -> list[Difference]:
    """Everything in which the tables differ from what a run expects.

    Raises: RuleError KF2407 for columns that a table does not have, KF2408 for what no value of a column could be.
    """
    refuse_absent(db, run, run.expected_tables())
    tables = {table: _Table(project, db, run, table, known, tolerance) for table in sorted(run.expected_tables())}
    wrong = [problem for table in tables.values() for problem in table.wrong_cells()]
    if wrong:
        raise RuleError(wrong)
    found: list[Difference] = []
    for table in tables.values():
        found += table.differences()
    return sorted(found, key=lambda difference: difference.at)


def refuse_absent(db: Database, run: Run, tables: Iterable[str]) -> None:
    """Raise RuleError KF2406 for tables that a run makes only of data which this test does not have."""
    there = db.tables()
    problems = [
        Problem(at, "KF2406", f"this run makes no table '{table}'", "give the data that it is made from")
        for table in sorted(set(tables) - set(there))
        for at in [next(at for key, at in run.places.items() if key.endswith(f".{table}"))]
    ]
    if problems:
        raise RuleError(problems)


@dataclass(slots=True)
class _Table:
    """One table of a run and everything that the run expects of it."""

    project: Project
    db: Database
    run: Run
    name: str
    known: KnownTables
    tolerance: float

    def differences(self) -> Iterator[Difference]:
        rows = self.db.rows(f"SELECT * FROM {quoted(self.name)} ORDER BY ALL")
        for row in self.run.expect.get(self.name, ()):
            yield from self._missing(self._cells(row), row, rows)
        for row in self.run.expect_no.get(self.name, ()):
            cells = self._cells(row)
            for got in (got for got in rows if self._fits(got, cells)):
                yield self._difference("unwanted", row.at, self._which(got), got=_plain(got, cells))
        if self.name in self.run.counts:
            yield from self._counts(self.run.counts[self.name], rows)

    def wrong_cells(self) -> Iterator[Problem]:
        """Columns that are not there, and what no value of a column could be."""
        columns = self.db.columns(self.name)
        kinds = {**kinds_of(columns), **(self.known.measures if self.name == "measures" else {})}
        rows = [*self.run.expect.get(self.name, ()), *self.run.expect_no.get(self.name, ())]
        counted = self.run.counts.get(self.name)
        if counted is not None and isinstance(counted.value, list):
            rows += [Row.from_node(node) for node in counted.value]
        for row in rows:
            for name, node in row.cells.items():
                if name in columns:
                    yield from wrong_parts(node, kinds[name], f"{self.name}.{name}")
                elif not (name == "rows" and row.at in _places(counted)):
                    yield unknown_column(row.keys[name], name, self.name, columns)

    def _cells(self, row: Row) -> dict[str, Node]:
        """What the row says; one of a card means the primary card when it names none."""
        cells = dict(row.cells)
        if self.name in OF_A_CARD and self.known.primary and "card" not in cells:
            cells["card"] = Node(self.known.primary, row.at)
        return cells

    def _missing(self, cells: Mapping[str, Node], row: Row, rows: Sequence[Got]) -> Iterator[Difference]:
        """Nothing when a row fits; else the cells in which the row that is meant differs, or that there is none."""
        if any(self._fits(got, cells) for got in rows):
            return
        keys = [name for name in self.known.keys_of(self.name) if name in cells]
        meant = [got for got in rows if all(self._is(got[name], cells[name]) for name in keys)]
        if not keys or not meant:
            named = {name: node.plain() for name, node in cells.items() if name in (keys or cells)}
            yield self._difference("row", row.at, named)
            return
        closest = max(meant, key=lambda got: sum(self._is(got[name], node) for name, node in cells.items()))
        for name, node in cells.items():
            if not self._is(closest[name], node):
                rule = deciding_rule(self.project, self.name, closest, name)
                yield Difference("cell", node.at, self.run.as_of, self.name, self._which(closest), name, node.plain(),
                                 plain_value(closest[name]), rule, node)

    def _counts(self, wanted: Node, rows: Sequence[Got]) -> Iterator[Difference]:
        if not isinstance(wanted.value, list):
            yield from self._count(wanted, len(rows), {})
            return
        for part in wanted.value:
            cells = self._cells(Row.from_node(part))
            number = cells.pop("rows")
            which = {name: node.plain() for name, node in cells.items()}
            yield from self._count(number, sum(self._fits(got, cells) for got in rows), which)

    def _count(self, wanted: Node, number: int, which: Mapping[str, Any]) -> Iterator[Difference]:
        if not self._is(number, wanted):
            yield Difference("count", wanted.at, self.run.as_of, self.name, which, "", wanted.plain(), number,
                             node=wanted)

    def _difference(self, kind: str, at: Location, which: Mapping[str, Any], got: Any = None) -> Difference:
        return Difference(kind, at, self.run.as_of, self.name, which, got=got)

    def _which(self, got: Got) -> dict[str, Any]:
        keys = [name for name in self.known.keys_of(self.name) if name in got and got[name] is not None]
        return {name: plain_value(got[name]) for name in keys}

    def _fits(self, got: Got, cells: Mapping[str, Node]) -> bool:
        return all(self._is(got[name], node) for name, node in cells.items())

    def _is(self, got: Any, node: Node) -> bool:
        wanted = node.plain()
        return fits(plain_value(got), _as_times(wanted) if isinstance(got, datetime) else wanted, self.tolerance)


def fits(got: Any, wanted: Any, tolerance: float = 0.0) -> bool:
    """Whether a value is the wanted one, one of a list, or within bounds."""
    if isinstance(wanted, dict):
        return _within(got, wanted, tolerance)
    if isinstance(wanted, list):
        listed = _as_list(got)
        return listed == wanted if listed is not None else any(fits(got, one, tolerance) for one in wanted)
    if wanted is None or got is None:
        return got is wanted
    if _is_number(got) and _is_number(wanted):
        return math.isclose(got, wanted, rel_tol=ARITHMETIC, abs_tol=max(tolerance, 1e-9))
    if isinstance(got, bool) or (isinstance(wanted, bool) and not isinstance(got, str)):
        return got is wanted
    return str(got) == (str(wanted).lower() if isinstance(wanted, bool) else str(wanted))


def plain_value(value: Any) -> Any:
    """A value of the engine as a test would write it."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _as_times(wanted: Any) -> Any:
    """What a test writes of a time in the one form in which it is compared: ``2026-03-31`` is its first moment."""
    if isinstance(wanted, dict):
        return {name: _as_times(value) for name, value in wanted.items()}
    if isinstance(wanted, list):
        return [_as_times(value) for value in wanted]
    return plain_value(datetime.fromisoformat(str(wanted))) if wanted is not None else None


def _within(got: Any, bounds: Mapping[str, Any], tolerance: float) -> bool:
    if "not" in bounds and fits(got, bounds["not"], tolerance):
        return False
    rest = {name: bound for name, bound in bounds.items() if name not in ("not", "within")}
    if not rest:
        return True
    if got is None:
        return False
    if "contains" in rest and str(rest["contains"]) not in str(got):
        return False
    if "about" in rest and not (
        _is_number(got) and _is_number(rest["about"])
        and math.isclose(got, rest["about"], rel_tol=ARITHMETIC, abs_tol=float(bounds.get("within", tolerance)))
    ):
        return False
    return all(_in_order(bound, got) if name == "at_least" else _in_order(got, bound)
               for name, bound in rest.items() if name in ("at_least", "at_most"))


def _in_order(low: Any, high: Any) -> bool:
    if _is_number(low) and _is_number(high):
        return bool(low <= high)
    return not (_is_number(low) or _is_number(high)) and str(low) <= str(high)


def _as_list(got: Any) -> list[Any] | None:
    """The list that a column with JSON holds."""
    if not (isinstance(got, str) and got.startswith("[")):
        return None
    try:
        listed = json.loads(got)
    except ValueError:
        return None
    return listed if isinstance(listed, list) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(got: Got, cells: Mapping[str, Node]) -> dict[str, Any]:
    return {name: plain_value(got[name]) for name in cells}


def _places(counted: Node | None) -> set[Location]:
    return {node.at for node in counted.value} if counted is not None and isinstance(counted.value, list) else set()
