"""A test as YAML that people like to read: a row a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kaframe.yamlfile import dump_yaml

WIDTH = 116
_SPECIAL = re.compile(r"[,\[\]{}#\n]|: ")


def written(value: Any) -> str:
    """A value as YAML, safe in a block and between brackets."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, datetime):
        return written(value.isoformat(sep=" "))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        number = round(float(value), 9)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    text = str(value)
    plain = dump_yaml({"x": text}).removeprefix("x: ").rstrip("\n")
    if not _SPECIAL.search(plain):
        return plain
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def table_lines(table: str, rows: Sequence[Mapping[str, Any]], indent: int) -> Iterator[str]:
    """A table with its rows, each on as few lines as fit."""
    space = " " * indent
    if not rows:
        yield f"{space}{table}: []"
        return
    yield f"{space}{table}:"
    for row in rows:
        line = f"{space}  - {{"
        for number, (name, value) in enumerate(row.items()):
            cell = f"{name}: {written(value)}{'}' if number == len(row) - 1 else ','}"
            if len(line) + len(cell) + 1 > WIDTH and not line.endswith("{"):
                yield line.rstrip()
                line = f"{space}     "
            line += cell if line.endswith(("{", "     ")) else f" {cell}"
        yield line
