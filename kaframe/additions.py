"""What plugins add to rules, templates, reports and the command line: frozen records, complete at birth.

Readers, channels and report formats stand in ``records.py``; these are the other kinds. A plugin sees both as
``kaframe.<name>``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kaframe.records import ColumnType, RunView, Text

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Function:
    """A function for the expressions of the rules: an expression over its parameters.

    ``parameters`` gives the type of each, in order. ``expression`` is written in the language of docs/expressions.md
    and may use its functions, so that it is checked, typed and as safe as a rule. ``example`` is how a rule calls it.
    ``cases`` are arguments and what they give; None is a missing value. The conformance test computes each of them.
    """

    name: str
    summary: Text
    parameters: Mapping[str, ColumnType]
    expression: str
    example: str
    cases: Sequence[tuple[Sequence[Any], Any]] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter for templates: ``{{ value | name }}`` writes what ``apply(value, wording, *arguments)`` gives.

    ``wording`` writes numbers, money and days in the project's language and currency. The text is escaped like any
    other, unless ``written``: it is Markdown as it should be. Filters run in the process that renders templates, within
    its deadline, and see plain data only. ``example`` is the filter in use and ``gives`` what it writes in English with
    the currency EUR.
    """

    name: str
    summary: Text
    apply: Callable[..., str]
    example: str
    gives: str
    written: bool = False


@dataclass(frozen=True, slots=True)
class TemplatePack:
    """Templates for plans, in a folder: ``name.md.j2``, or ``name.<language>.md.j2``.

    File by file, the project's own go first, then those of its plugins, of its rule packs, and of bundled plugins.
    """

    name: str
    summary: Text
    folder: Path


@dataclass(frozen=True, slots=True)
class RulePack:
    """A rule pack: a folder with ``pack.yaml``, rule files, ``templates/`` and ``tests/``; named in ``packs:``."""

    name: str
    summary: Text
    folder: Path


@dataclass(frozen=True, slots=True)
class PanelContent:
    """What a panel shows: a text, and a table under it. Plain values; the report escapes and formats them."""

    text: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of the report, on the portfolio ``page`` or on that of every managed account.

    ``show(view, account_id)`` gives its content, or None where there is nothing to say; ``account_id`` is empty on the
    portfolio page. Every report format may show it; one panel that fails leaves the rest of the report as it is.
    """

    name: str
    summary: Text
    title: Text
    page: Literal["portfolio", "account"]
    show: Callable[[RunView, str], PanelContent | None]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows that a command gives: each column with its heading. kaframe prints them as table, JSON or CSV."""

    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the command line: ``kaframe NAME`` reads a published run and lists something of it.

    ``options`` is a JSON Schema: every property becomes ``--property``, those of ``arguments`` are given by place.
    ``run(view, options)`` gives the rows; it raises ``kaframe.UsageError`` for a wrong option. ``example`` is a call.
    """

    name: str
    summary: Text
    options: Mapping[str, Any]
    run: Callable[[RunView, Mapping[str, Any]], Listing]
    example: str
    arguments: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """Something that hears of every published run; each becomes a legal ``type:`` under ``listeners:``.

    ``options`` is the JSON Schema of its block in ``kaframe.yaml``; ``hear(options, news, folder)`` is called once the
    run is published and its report written, and again for the same run if kaframe was killed meanwhile: it must be safe
    to call twice. What people must hear of belongs into a channel, whose notices are never lost.
    """

    name: str
    summary: Text
    options: Mapping[str, Any]
    hear: Callable[[Mapping[str, Any], News, Path], None]


@dataclass(frozen=True, slots=True)
class News:
    """What a listener hears: the run, and of its ``events`` (docs/tables.md) those that the project asks for."""

    view: RunView
    events: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
