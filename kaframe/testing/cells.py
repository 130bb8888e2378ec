"""What a test writes in a cell, as a value of the column's type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
ASKED_OF = {  # what an expectation can ask besides a value, and of which types
    "at_least": (Type.NUMBER, Type.DATE, Type.TIMESTAMP), "at_most": (Type.NUMBER, Type.DATE, Type.TIMESTAMP),
    "about": (Type.NUMBER,), "within": (Type.NUMBER,), "contains": (Type.TEXT,),
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


def wrong_parts(node: Node, kind: Type, column: str) -> Iterator[Problem]:
    """What an expected cell says that no value of its column could ever be: KF2408."""
    if isinstance(node.value, dict):
        for name, part in node.value.items():
            if kind in ASKED_OF.get(name, (kind,)):
                yield from wrong_parts(part, kind, column)
            else:
                yield Problem(part.at, "KF2408", f"'{name}' cannot be asked of {WORDS[kind]} ({column})",
                              "bounds are for numbers and days, 'about' is for numbers, 'contains' for texts")
        return
    for one in node.value if isinstance(node.value, list) else [node]:
        try:
            read_cell(one, kind)
        except ValueError:
            quoted = kind is Type.NUMBER and _is_number_text(one.value)
            yield Problem(one.at, "KF2408", f"'{one.plain()}' is not {WORDS[kind]} ({column})",
                          "write the number without quotes" if quoted else "the column has this type")


def _is_number_text(value: Any) -> bool:
    try:
        return bool(float(value) is not None)
    except (TypeError, ValueError):
        return False
