"""A decision table in a CSV or workbook beside the rules: its lines become rows of the rule file, with their places.

It is laid into the tree before layers are merged, so that the resolved rules, their hash and ``show rules --origin``
know every cell like one that was written in YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kaframe.decisiontable import read_points
from kaframe.errors import DataError, Location, Problem, RuleError, nearest
from kaframe.expression import Expression
from kaframe.records import Source
from kaframe.rules.csvcells import CsvCell, split_cells
from kaframe.rules.sheetcells import WORKBOOKS, sheet_cells
from kaframe.textfile import encoding_error, find_encoding
from kaframe.yamlfile import Node

LARGEST = 4 * 1024 * 1024
MOST_ROWS = 2_000
FILE_KEYS = ("file", "sheet", "encoding", "delimiter")
POINTS = ("points", "score", "分数", "得分", "积分", "评分")
REASONS = {
    "reason": ("en", "zh"), "原因": ("en", "zh"), "理由": ("en", "zh"),
    "reason_en": ("en",), "reason (en)": ("en",), "英文原因": ("en",), "原因(英文)": ("en",),
    "reason_zh": ("zh",), "reason (zh)": ("zh",), "中文原因": ("zh",), "原因(中文)": ("zh",),
}  # fmt: skip
NOTES = ("note", "notes", "remark", "comment", "no.", "no", "#", "备注", "说明", "注释", "序号", "编号")
ELSE = ("else", "otherwise", "否则")


def read_table_files(nodes: Iterable[Node]) -> tuple[list[Node], list[Problem]]:
    """Rule files with every ``table: {file: ...}`` read, and what is wrong in those files."""
    problems: list[Problem] = []
    return [_laid(node, problems) for node in nodes], problems


def _laid(node: Node, problems: list[Problem]) -> Node:
    if not isinstance(node.value, dict):
        return node
    values = {}
    for name, below in node.value.items():
        if name == "table" and isinstance(below.value, dict) and "file" in below.value:
            try:
                values[name] = _with_rows(below)
            except RuleError as error:
                problems.extend(error.problems)
        else:
            values[name] = _laid(below, problems)
    return Node(values, node.at, node.indent, node.keys)


def _with_rows(table: Node) -> Node:
    assert isinstance(table.value, dict)
    values = {key: value for key, value in table.value.items() if key not in FILE_KEYS}
    values |= table_rows(_read(table), table)
    return Node(values, table.at, table.indent, {key: table.keys.get(key, value.at) for key, value in values.items()})


def _read(table: Node) -> list[list[CsvCell]]:
    """The cells of the file that a table names. Raises: RuleError KF2247, and those of its encoding."""
    assert isinstance(table.value, dict)
    named = table.value["file"]
    folder, path = Path(table.at.path).parent, Path(table.at.path).parent / str(named.value)
    inside = path.resolve().is_relative_to(folder.resolve())
    if not inside or not path.is_file():
        what = "does not exist" if inside else "is not in the folder of this rule file"
        near = nearest(path.name, [file.name for file in path.parent.iterdir()]) if path.parent.is_dir() else ""
        hint = near if inside and near else "name a CSV or a workbook beside the rules: file: discount.csv"
        raise RuleError([Problem(named.at, "KF2247", f"the file '{named.value}' {what}", hint)])
    root = Path(table.at.path).parents[len(PurePosixPath(table.at.file).parts) - 1]
    shown = (PurePosixPath(table.at.file).parent / str(named.value)).as_posix()
    how = {key: str(item.value) for key in FILE_KEYS if (item := table.value.get(key)) is not None}
    for key in ("encoding", "delimiter") if is_workbook(path) else ("sheet",):
        if key in how:
            belongs = "a CSV" if is_workbook(path) else "a workbook"
            raise RuleError([Problem(table.keys[key], "KF2247", f"'{key}' belongs to {belongs}", "leave it out")])
    return file_cells(TableFile(path, root, shown, named.at), how)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file with a decision table: where it is, below which folder, how it is shown, and where it is named."""

    path: Path
    root: Path
    shown: str
    named: Location


def is_workbook(path: Path) -> bool:
    """Whether a file is called like a workbook of Excel or OpenDocument."""
    return path.suffix.lower() in WORKBOOKS


def file_cells(file: TableFile, how: Mapping[str, str]) -> list[list[CsvCell]]:
    """The lines of a CSV, or of the ``sheet`` of a workbook. Raises: RuleError."""
    if file.path.stat().st_size > LARGEST:
        raise RuleError([Problem(file.named, "KF2247", f"'{file.path.name}' is larger than 4 MiB", "split it")])
    if is_workbook(file.path):
        return sheet_cells(file.path, Location(file.shown), file.named, how.get("sheet", ""))
    options = {"path": str(file.path.relative_to(file.root)), "encoding": how.get("encoding", "utf-8")}
    source = Source("the table", "csv", options, file.root, file.named)
    try:
        name = find_encoding(source, file.path)
        try:
            text = file.path.read_text(name)
        except UnicodeDecodeError as error:
            raise encoding_error(source, file.path, name) from error
    except DataError as error:
        raise RuleError(error.problems) from error
    return split_cells(text, Location(file.shown, path=str(file.path)), how.get("delimiter", ""))


def table_rows(lines: list[list[CsvCell]], table: Node) -> dict[str, Node]:
    """What the lines of a file say: ``inputs``, ``rows`` and perhaps ``else``, each cell with its place.

    ``table`` is what the rules say beside the file. Raises: RuleError with all that is wrong.
    """
    found = _Columns.of(lines[0], table)
    rows = [line for line in lines[1:] if any(cell.text.strip() for cell in line)]
    if len(rows) > MOST_ROWS:
        at = rows[MOST_ROWS][0].at
        raise RuleError([Problem(at, "KF2242", f"{len(rows):,} rows; at most {MOST_ROWS:,} are read", "split it")])
    values: dict[str, Node] = {}
    listed: list[Node] = []
    problems: list[Problem] = []
    for line in rows:
        try:
            if found.is_else(line):
                if "else" in values or table.get("else") is not None:
                    raise RuleError([Problem(line[0].at, "KF2242", "'else' is said twice", "keep one")])
                values["else"] = found.points_of(line)
            else:
                listed.append(found.row(line))
        except RuleError as error:
            problems.extend(error.problems)
    if problems:
        raise RuleError(problems)
    return {**values, "inputs": found.inputs(), "rows": Node(list(listed), lines[0][0].at)}


class _Columns:
    """Which column of the file is what."""

    def __init__(self, header: list[CsvCell], table: Node) -> None:
        self.header = header
        self.kinds = [_kind(cell.text) for cell in header]
        declared = table.get("inputs")
        self.declared: Mapping[str, Node] | None = (
            declared.value if declared is not None and isinstance(declared.value, dict) else None
        )
        self.asked = [place for place, kind in enumerate(self.kinds) if kind == "input"]

    @classmethod
    def of(cls, header: list[CsvCell], table: Node) -> _Columns:
        """The columns by the labels of the header. Raises: RuleError."""
        found = cls(header, table)
        problems = list(found.problems(table))
        if problems:
            raise RuleError(problems)
        return found

    def problems(self, table: Node) -> list[Problem]:
        """What is wrong with the header."""
        first = self.header[0].at
        problems = []
        given = table.get("inputs")
        if given is not None and isinstance(given.value, list):
            problems.append(Problem(given.at, "KF2242", "the file has the inputs in its header",
                                    "leave 'inputs' out, or say what a label means: inputs: {Umsatz: revenue_12m}"))
        if self.kinds.count("points") != 1:
            what = "no column" if "points" not in self.kinds else "several columns"
            problems.append(Problem(first, "KF2242", f"the table has {what} of points",
                                    f"call one column {', '.join(POINTS)}"))
        if self.declared is not None:
            problems += self.unknown_inputs(table)
        labels = [cell.text.strip().casefold() for cell in self.header]
        problems += [Problem(cell.at, "KF2242", f"the column '{cell.text.strip()}' stands twice", "rename one")
                     for place, cell in enumerate(self.header) if labels[place] and labels[place] in labels[:place]]
        return problems

    def unknown_inputs(self, table: Node) -> list[Problem]:
        """Labels of the header that ``inputs`` does not explain, and the other way round."""
        assert self.declared is not None
        labels = [self.header[place].text.strip() for place in self.asked]
        problems = [
            Problem(self.header[place].at, "KF2242", f"'inputs' does not say what the column '{label}' means",
                    nearest(label, self.declared) or f"write inputs: {{{label}: an expression}}")
            for place, label in zip(self.asked, labels, strict=True)
            if label not in self.declared
        ]  # fmt: skip
        return problems + [
            Problem(value.at, "KF2242", f"the file has no column '{name}'", nearest(name, labels))
            for name, value in self.declared.items()
            if name not in labels
        ]

    def inputs(self) -> Node:
        """Label to expression; a label that nobody explains is one itself."""
        labels = {self.header[place].text.strip(): self.header[place].at for place in self.asked}
        known = self.declared or {}
        return _mapping({label: known.get(label, Node(label, at)) for label, at in labels.items()}, self.header[0].at)

    def is_else(self, line: list[CsvCell]) -> bool:
        """Whether the line says what holds where no other does."""
        cells = [line[place].text.strip() for place in self.asked if place < len(line)]
        return bool(cells) and cells[0].lower() in ELSE and not any(cells[1:])

    def points_of(self, line: list[CsvCell]) -> Node:
        """The points of a line. Raises: RuleError."""
        self.need_cells(line)
        cell = line[self.kinds.index("points")]
        return Node(read_points(Expression(cell.text.strip(), cell.at)), cell.at)

    def row(self, line: list[CsvCell]) -> Node:
        """A line as a row of the rule file."""
        points = self.points_of(line)
        cells: list[Node] = [Node(line[place].text, line[place].at) for place in self.asked]
        values = {"when": Node(cells, line[self.asked[0]].at if self.asked else line[0].at), "points": points}
        reasons = {language: line[place] for place, kind in enumerate(self.kinds) if kind in REASONS
                   for language in REASONS[kind] if line[place].text.strip()}  # fmt: skip
        if reasons:
            some = next(iter(reasons.values()))
            texts = {language: reasons.get(language, some) for language in ("en", "zh")}
            said = {language: Node(cell.text.strip(), cell.at) for language, cell in texts.items()}
            values["reason"] = _mapping(said, some.at)
        return _mapping(values, line[0].at)

    def need_cells(self, line: list[CsvCell]) -> None:
        """Refuse a line with other cells than the header has; blank ones at its end do not count."""
        extra = [cell for cell in line[len(self.header) :] if cell.text.strip()]
        if len(line) < len(self.header) or extra:
            at = extra[0].at if extra else line[0].at
            message = f"this line has {len(line)} cells, the header {len(self.header)}"
            raise RuleError([Problem(at, "KF2242", message, "a cell with a comma stands in \"quotes\"")])
        for place, kind in enumerate(self.kinds):
            if kind == "" and line[place].text.strip():
                raise RuleError([Problem(line[place].at, "KF2242", "this column has no label in the header",
                                         "give it one: an input, points, reason or note")])


def _mapping(values: dict[str, Node], at: Location) -> Node:
    return Node(values, at, keys={name: value.at for name, value in values.items()})


def _kind(label: str) -> str:
    """What a label of the header says: points, a reason (its label), note, nothing, or an input."""
    word = label.strip().lower().replace("（", "(").replace("）", ")")
    if word in POINTS:
        return "points"
    if word in REASONS:
        return word
    return "note" if word in NOTES else "input" if word else ""


