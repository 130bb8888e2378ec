"""A declared source becomes a plan: its reader found, its options checked, its columns known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kaframe.bind import place_of
from kaframe.config import ColumnFormat, SourceConfig
from kaframe.data.casts import number_format
from kaframe.data.layers import Terms, make_columns, source_scope
from kaframe.data.plan import RawColumn, SourcePlan
from kaframe.errors import DataError, KaframeError, Problem, RuleError, by_place, nearest
from kaframe.expression import Expression, Type, compile_expression
from kaframe.expression.types import DAYS
from kaframe.plugins import Loaded, Plugins
from kaframe.plugins.calling import Callee, PluginFailureError, guarded
from kaframe.records import Column, Reader, Source
from kaframe.schema import check_against
from kaframe.secrets import resolve_options

T = TypeVar("T")
SHOWN_NAMES = 12
# A percent sign that is followed by none of the letters that strptime of the engine knows.
UNKNOWN_DIRECTIVE = re.compile(r"%(?!-?[aAbBcdDfgHIjmMnpSTuUwWxXyYzZGV%])")
YEAR = re.compile(r"%-?[YyGcxD]")
SHOWN_LABEL = 200
LONGEST = 3600.0  # seconds for one call of a reader: ten million rows over a line take a part of it


@dataclass(slots=True)
class Trouble:
    """What is wrong so far: with what the user wrote, and with the data."""

    rules: list[Problem] = field(default_factory=list)
    data: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        self.rules.append(problem)

    def take(self, error: KaframeError) -> None:
        (self.data if isinstance(error, DataError) else self.rules).extend(error.problems)

    def stop(self) -> None:
        """Raise what there is; what the user wrote goes first, for the data may only follow from it."""
        if self.rules:
            raise RuleError(sorted(self.rules + self.data, key=by_place))
        if self.data:
            raise DataError(sorted(self.data, key=by_place))


@dataclass(frozen=True, slots=True)
class Declared:
    """What a table says of the columns of all its sources: types, and names that are just other names.

    ``assumed`` are types that follow from how a column is used. A column that looks like text is then read as
    one of that type: a file without rows, or with one bad value, must not change what its columns are.
    """

    types: Mapping[str, ColumnFormat]
    renames: Mapping[str, Expression]
    assumed: Mapping[str, Type] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planner:
    """Where sources are looked for and which readers there are."""

    folder: Path
    plugins: Plugins
    trouble: Trouble

    @property
    def terms(self) -> Terms:
        """What expressions over the data may use while they are only checked."""
        return Terms(functions=self.plugins.functions)

    def plan(self, config: SourceConfig, table: str, declared: Declared) -> SourcePlan | None:
        """The plan of one source, or None when its columns cannot be known; ``trouble`` says why."""
        found = self._open(config, table)
        if found is None:
            return None
        reader, source, offered = found
        raw = self._raw(config, offered, declared)
        words = f"a column of source '{source.label}'"
        types = {name: column.type for name, column in raw.items()}
        columns, problems = make_columns(types, config.columns, words, self.terms)
        self.trouble.rules.extend(problems)
        uses: frozenset[str] = frozenset()
        if config.where and not problems:
            scope = source_scope(types, columns, f"a condition on rows of source '{source.label}'", self.terms)
            try:
                uses = compile_expression(config.where, scope, Type.BOOLEAN).names
            except RuleError as error:
                self.trouble.take(error)
        owner = self.plugins.owner("reader", reader.name)
        return SourcePlan(source, reader, raw, columns, config.where, uses, owner)

    def _open(self, config: SourceConfig, table: str) -> tuple[Reader, Source, list[Column]] | None:
        reader = self.plugins.readers.get(config.reader)
        if reader is None:
            self.trouble.add(
                Problem(
                    place_of(config, "reader"),
                    "KF1340",
                    f"no reader '{config.reader}' (table '{table}')",
                    self.plugins.instead(config.reader, list(self.plugins.readers), "readers"),
                )
            )
            return None
        wrong = check_against(config.options, reader.options, f"reader '{reader.name}'")
        options, problems = resolve_options(config.options, reader.options, self.folder)
        self.trouble.rules.extend(wrong + problems)
        if wrong or problems:
            return None
        source = Source(label_of(config, table), reader.name, options, self.folder, config.at, config.places)
        owner = self.plugins.owner("reader", reader.name)
        try:
            columns = ask_reader(source, owner, "columns", lambda: list(reader.columns(source)))
        except KaframeError as error:
            self.trouble.take(error)
            return None
        odd = [column for column in columns if not isinstance(column, Column)]
        if odd:
            self.trouble.data.append(gave_wrong(source, owner, "columns", "kaframe.Column", odd[0]))
            return None
        if not columns:
            at, message = source.place("path", "url", "rows"), f"no column of {source.label} is known: it gives no row"
            self.trouble.data.append(Problem(at, "KF3003", message, "is it the right source, and is it complete?"))
            return None
        return reader, source, columns

    def _raw(self, config: SourceConfig, offered: list[Column], declared: Declared) -> dict[str, RawColumn]:
        """The raw columns with their declared types, else the ones that their use asks for."""
        raw = {column.name: RawColumn(column.name, Type(column.type)) for column in offered}
        if config.date_format:
            self._check_format(config, "date_format", ColumnFormat("date", config.date_format))
        wanted = {**declared.types, **config.types}
        said = {_below(name, config, declared) for name in wanted}
        for name, kind in declared.assumed.items():
            below = _below(name, config, declared)
            if below in raw and below not in said and raw[below].type is Type.TEXT:
                written = config.date_format if kind in DAYS else ""
                raw[below] = RawColumn(below, kind, written)
        for name, format_ in wanted.items():
            below = _below(name, config, declared)
            if below in raw:
                written = format_.format or (config.date_format if format_.type in ("date", "timestamp") else "")
                raw[below] = RawColumn(below, Type(format_.type), written)
                self._check_format(config, name, format_)
            elif name in config.types:
                self.trouble.add(_no_such_type(config, name, [*raw, *config.columns]))
        return raw

    def _check_format(self, config: SourceConfig, name: str, format_: ColumnFormat) -> None:
        at = place_of(config, "types", name) if name in config.types else place_of(config, name)
        written = format_.format
        if format_.type in ("date", "timestamp") and written and not _is_day(written):
            self.trouble.add(
                Problem(
                    at,
                    "KF1347",
                    f"'{format_.format}' is no way to write a day ({name})",
                    "write it with %Y %m %d %H %M %S, such as %d.%m.%Y",
                )
            )
        if format_.type == "number" and format_.format and number_format(format_.format) is None:
            self.trouble.add(
                Problem(
                    at,
                    "KF1347",
                    f"'{format_.format}' is no way to write a number ({name})",
                    "write a number with a thousand and two decimals, such as 1,234.56 or 1.234,56 or 12%",
                )
            )
        if format_.type in ("text", "boolean") and format_.format:
            self.trouble.add(
                Problem(
                    at,
                    "KF1347",
                    f"a column of type {format_.type} has no format ({name})",
                    "formats are for days, times and numbers",
                )
            )


def _is_day(written: str) -> bool:
    """Whether a format has only known parts, and the year among them; without it the engine takes 1900."""
    return not UNKNOWN_DIRECTIVE.search(written) and bool(YEAR.search(written))


def label_of(config: SourceConfig, table: str) -> str:
    """What people see of a source: its file or its table, else its reader and what it fills; never an address."""
    for key in ("path", "table"):
        node = config.options.get(key)
        if node is not None and isinstance(node.value, str):
            sheet = config.options.get("sheet")
            return f"{node.value}#{sheet.value}" if sheet is not None else node.value
    return f"{config.reader}: {table}"


def ask_reader(source: Source, owner: Loaded | None, asked: str, ask: Callable[[], T]) -> T:
    """What a reader answers; what it prints goes to stderr. Raises: KaframeError, KF5020."""
    try:
        return guarded(ask, LONGEST)
    except PluginFailureError as failure:
        raise DataError([_reader_failed(source, owner, asked, failure)]) from failure.__cause__


def gave_wrong(source: Source, owner: Loaded | None, asked: str, wanted: str, given: object) -> Problem:
    """The problem of a reader that breaks its word."""
    reader = Callee("reader", source.reader, owner)
    message = f"{reader} gives {type(given).__name__} in {asked}(), not {wanted}"
    return Problem(source.at, "KF5006", message, "tell the plugin's author")


def _reader_failed(source: Source, owner: Loaded | None, asked: str, failure: PluginFailureError) -> Problem:
    """A reader broke down in a way that it does not explain itself: the plugin is named.

    What the operating system refuses is no fault of the plugin.
    """
    error = failure.__cause__
    if isinstance(error, OSError) and error.strerror:
        message = f"'{source.label[:SHOWN_LABEL]}' cannot be read: {error.strerror}"
        return Problem(source.place("path"), "KF3004", message, "check the name, the rights and the disk")
    reader = Callee("reader", source.reader, owner)
    hint = f"the source is '{source.label[:SHOWN_LABEL]}'; tell the plugin's author"
    return Problem(source.at, "KF5020", f"{reader} fails in {asked}(): {failure}", hint)


def _below(name: str, config: SourceConfig, declared: Declared) -> str:
    """The raw column behind a name that is nothing but another name for it."""
    if name in declared.renames:
        name = declared.renames[name].text.strip()
    if name in config.columns:
        name = config.columns[name].text.strip()
    return name


def _no_such_type(config: SourceConfig, name: str, known: list[str]) -> Problem:
    if name in config.columns:
        return Problem(
            config.columns[name].at,
            "KF1346",
            f"column '{name}' is computed: it has the type of its expression",
            "declare the types of the columns that it uses",
        )
    return Problem(
        place_of(config, "types", name),
        "KF1341",
        f"'types' speaks of a column '{name}' that the source does not have",
        nearest(name, known) or f"it has {', '.join(known[:SHOWN_NAMES])}",
    )
