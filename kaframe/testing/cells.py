"""What a test writes in a cell, as a value of the column's type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kaframe.errors import Problem, RuleError
from kaframe.expression import Type
from kaframe.testing.cases import Row
from kaframe.testing.known import unknown_column
from kaframe.yamlfile import Node

WORDS = {
    Type.NUMBER: "a number", Type.BOOLEAN: "true or false", Type.DATE: "a day such as 2026-03-31",
    Type.TIMESTAMP: "a day or a time such as 2026-03-31 08:00", Type.TEXT: "a text",
}  # fmt: skip
ENGINE_KINDS = {"VARCHAR": Type.TEXT, "BOOLEAN": Type.BOOLEAN, "DATE": Type.DATE, "TIMESTAMP": Type.TIMESTAMP}


def read_rows(table: str, rows: list[Row], columns: Mapping[str, Type]) -> list[dict[str, Any]]:
    """The rows with values of the columns' types. Raises: RuleError with all cells that do not fit."""
    problems: list[Problem] = []
    found = []
    for row in rows:
        values = {}
        for name, node in row.cells.items():
            if name not in columns:
                problems.append(unknown_column(row.keys[name], name, table, columns))
                continue
            try:
                values[name] = read_cell(node, columns[name])
            except ValueError:
                message = f"'{node.plain()}' is not {WORDS[columns[name]]} ({table}.{name})"
                problems.append(Problem(node.at, "KF2408", message, "the column has this type"))
        found.append(values)
    if problems:
        raise RuleError(problems)
    return found


def read_cell(node: Node, kind: Type) -> Any:
    """The value of a cell. Raises: ValueError when it is none of this type."""
    value = node.plain()
    if value is None:
        return None
    if isinstance(value, list):
        if kind is not Type.TEXT:
            raise ValueError(value)
        return json.dumps(value, ensure_ascii=False)
    if kind is Type.TEXT:
        return ("true" if value else "false") if isinstance(value, bool) else str(value)
    if kind is Type.BOOLEAN:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    if kind is Type.NUMBER:
        if isinstance(value, bool | str):
            raise ValueError(value)
        return float(value)
    read = date.fromisoformat if kind is Type.DATE else datetime.fromisoformat
    return read(str(value))


def kinds_of(columns: Mapping[str, str]) -> dict[str, Type]:
    """The types of a table's columns, from those of the engine; what is none of them is a number."""
    return {name: ENGINE_KINDS.get(kind, Type.NUMBER) for name, kind in columns.items()}
