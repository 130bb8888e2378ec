"""What can be known to be wrong with a gate before a run: columns, measures and days that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.errors import Problem, nearest
from kaframe.gate.telling import check_told
from kaframe.gaterule import MEASURES, Gate
from kaframe.project import Project


def check(project: Project) -> list[Problem]:
    """The gates that speak of what is not there."""
    found = [problem for gate in project.config.gates for problem in _check_gate(gate, project)]
    return [*found, *check_told(project)]


def _check_gate(gate: Gate, project: Project) -> Iterator[Problem]:
    if gate.kind == "fresh" and not project.config.tables[gate.table].time:
        hint = f"name its column with the day: 'time: ...' in table '{gate.table}'"
        yield Problem(gate.at, "KF1327", f"table '{gate.table}' has no time by which rows are fresh", hint)
    if gate.kind == "unique" and not gate.columns:
        hint = "name the columns: {columns: [...]}, or 'unique: [...]' of the table"
        yield Problem(gate.at, "KF1327", f"nothing says which columns make a row of '{gate.table}' unique", hint)
    known = _known(gate, project)
    if known is not None:
        kind = "measure" if gate.table == MEASURES else "column"
        where = "" if gate.table == MEASURES else f" in '{gate.table}'"
        for name in gate.columns:
            if name not in known:
                listed = f"there are: {', '.join(sorted(known)[:8])}" if known else "there is none"
                yield Problem(gate.at, "KF1317", f"no {kind} '{name}'{where}", nearest(name, known) or listed)


def _known(gate: Gate, project: Project) -> set[str] | None:
    """The names that a gate may speak of; None while nobody knows them all."""
    doubts, catalog = project.doubts, project.catalog
    if gate.table == MEASURES:
        return None if doubts.touch(("measure", "packs")) else {one.id for one in project.rules.measure.measures}
    if gate.table in catalog.doubts.names or doubts.touch(("accounts", "tables")):
        return None
    if gate.table == "accounts":
        accounts = project.config.accounts
        return {*catalog.accounts, accounts.key, accounts.name, accounts.parent} - {""}
    return {*catalog.tables.get(gate.table, ()), project.config.tables[gate.table].account} - {""}
