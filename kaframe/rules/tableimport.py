"""A decision table in a CSV or workbook as the text of a score.yaml: for tables that move into the rules for good."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaframe.errors import Location, Problem, RuleError
from kaframe.rules.tablefile import TableFile, file_cells, table_rows
from kaframe.yamlfile import Node

PLAIN = re.compile(r"[a-z_\u4e00-\u9fff][a-z0-9_\u4e00-\u9fff]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """The YAML, the id of its leaf and card, and the labels of the inputs whose meaning is still to be said."""

    text: str
    name: str
    inputs: tuple[str, ...]


def import_table(path: Path, how: Mapping[str, str], hit: str) -> ImportedTable:
    """The table of a file; ``how`` may say its ``sheet``, ``encoding`` and ``delimiter``.

    ``hit`` is unique, first, any, or collect with sum, min, max or count behind a blank.
    Raises: RuleError KF2247 for a file that is not there, else with all that is wrong in it.
    """
    if not path.is_file():
        raise RuleError([Problem(None, "KF2247", f"no file '{path}'", "name a CSV or a workbook")])
    lines = file_cells(TableFile(path, path.parent, path.name, Location(path.name)), how)
    said = table_rows(lines, Node({}, Location(path.name)))
    inputs = said["inputs"].plain()
    name = _slug(how.get("sheet") or path.stem)
    policy, _, collected = hit.partition(" ")
    body = [f"hit: {policy}", *([f"collect: {collected}"] if collected else []), "inputs:"]
    body += [f"  {_key(label)}: {_text(meaning)}" for label, meaning in inputs.items()]
    body += ["rows:", *(f"  - {_row(row)}" for row in said["rows"].plain())]
    body += [f"else: {_number(said['else'].plain())}"] if "else" in said else []
    shown = re.sub(r"[^\w .-]", "?", path.name)
    head = [
        "# yaml-language-server: $schema=../schemas/score.schema.json",
        f"# Imported from {shown}. Behind each input stands the measure or column that it asks about.",
        "version: 1", "scorecards:", f"  {name}:", "    children:", f"      {name}:", "        table:",
    ]  # fmt: skip
    return ImportedTable("\n".join([*head, *(f"          {line}" for line in body)]) + "\n", name, tuple(inputs))


def _row(row: Mapping[str, Any]) -> str:
    cells = ", ".join(_text(cell) for cell in row["when"])
    reason = row.get("reason", {})
    said = ", ".join(f"{language}: {_text(text)}" for language, text in reason.items())
    return f"{{when: [{cells}], points: {_number(row['points'])}{f', reason: {{{said}}}' if said else ''}}}"


def _text(value: str) -> str:
    """A text in quotes: single ones where it has double ones itself."""
    text = str(value)
    alone = '"' in text and "'" not in text and "\\" not in text and text.isprintable()
    return f"'{text}'" if alone else json.dumps(text, ensure_ascii=False)


def _key(label: str) -> str:
    return label if PLAIN.fullmatch(label) else json.dumps(label, ensure_ascii=False)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _slug(name: str) -> str:
    word = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50]
    return word if re.match(r"[a-z]", word) else "decision_table"
