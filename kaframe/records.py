"""The words that kaframe and its plugins share: frozen records, complete at birth.

A plugin sees nothing of kaframe but what ``import kaframe`` gives, and that is mostly this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kaframe.decimals import TAIL, rounded
from kaframe.errors import Location

if TYPE_CHECKING:
    import pyarrow as pa

ColumnType = Literal["number", "text", "boolean", "date", "timestamp"]
Text = str | Mapping[str, str]  # of one language for all, or by language: {"en": ..., "zh": ...}


class Secret:
    """A value that may be used and never shown: ``reveal()`` gives it, everything else prints ``***``.

    ``reference`` is what the configuration says, such as ``${env:CRM_URL}``; snapshots and the outbox keep that.
    """

    __slots__ = ("_value", "reference")

    def __init__(self, value: str, reference: str) -> None:
        self._value = value
        self.reference = reference

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is never written down")


# --- readers: where rows come from -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One source as the project declares it: options checked by the reader's schema, secrets resolved.

    ``folder`` is the project; relative paths in the options start there. ``label`` is what people see. ``places``
    is where the value of each option stands. ``full``: a reader that keeps rows is to read everything again.
    """

    label: str
    reader: str
    options: Mapping[str, Any]
    folder: Path
    at: Location
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)
    full: bool = field(default=False, compare=False)

    def place(self, *options: str) -> Location:
        """Where the first of these options stands that is given, else the source."""
        return next((self.places[option] for option in options if option in self.places), self.at)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a source offers and the type its values seem to have."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read at all, kept with its place and the reason."""

    file: str
    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Load:
    """What a reader that keeps its rows has read this time: ``kept`` is how many it has now.

    ``since`` is the moment from which changes were asked for, empty when everything was. ``keyed``: rows are told apart
    by a key, so that it is known which are new, changed and deleted.
    """

    read: int
    kept: int
    keyed: bool = False
    new: int = 0
    changed: int = 0
    deleted: int = 0
    since: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows of a source, in one of two forms.

    ``sql``: a DuckDB query (``SELECT ... FROM read_parquet(...)``) that kaframe runs itself, or
    ``arrow``: a pyarrow Table or RecordBatchReader. Both give the asked columns under their own names, and
    ``_row``, the ordinal of the row in its source from 1; text where the file has only text (kaframe types it).
    ``rejected`` are rows that are not among them. ``temporary`` files are deleted when the run has loaded them.
    ``load`` says what was new, where a reader keeps what it has read.
    """

    sql: str = ""
    arrow: pa.Table | pa.RecordBatchReader | None = None
    rejected: Sequence[BadRow] = ()
    temporary: Sequence[Path] = ()
    load: Load | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A way to read rows: csv, parquet, sql ...

    ``options`` is the JSON Schema of what a source may say beside ``reader``, ``columns`` and ``where``.
    ``columns(source)`` tells what the source offers without reading it all; ``read(source, names)`` reads those
    columns; ``fingerprint(source)`` changes when the data change; ``locate(source, rows)`` gives ``(file, line)``
    for each ordinal, so that a bad row can be found in an editor. They raise ``kaframe.DataError`` with a place and
    a hint.
    """

    name: str
    summary: Text
    options: Mapping[str, Any]
    columns: Callable[[Source], Sequence[Column]]
    read: Callable[[Source, Sequence[str]], Reading]
    fingerprint: Callable[[Source], str]
    locate: Callable[[Source, Sequence[int]], Sequence[tuple[str, int]]]


# --- channels: where notices go ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that goes with a notice, as Markdown; ``name`` is what people call it."""

    name: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Message:
    """One notice on its way to one recipient. ``key`` is the same for every attempt to send it.

    ``text`` has a block an account, parted by empty lines; what is said of the account is indented. ``name`` is what
    people call the recipient, ``link`` where the report is, ``language`` "en" or "zh". Messages with
    the same ``thread`` are about the same. ``arrived`` parts were taken by earlier attempts.
    """

    key: str
    recipient: str
    address: str
    subject: str
    text: str
    html: str = ""
    name: str = ""
    link: str = ""
    language: str = "en"
    thread: str = ""
    attachments: tuple[Attachment, ...] = ()
    arrived: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: sent, to be retried (after so many seconds), or never to be retried.

    "unknown": all was handed over and no answer came; the channel's ``on_unknown`` decides whether it is sent again.
    ``arrived`` is how many parts of the message the service has taken, in all attempts.
    """

    state: Literal["sent", "retry", "dead", "unknown"]
    detail: str = ""
    retry_after: float | None = None
    arrived: int = 0


def refuse_nothing(options: Mapping[str, Any], folder: Path) -> Mapping[str, str]:
    """The check of a channel for whose options their schema says everything."""
    return {}


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to tell people: console, file, email, webhook ...

    ``options`` is the JSON Schema of the channel's block in ``kaframe.yaml``; ``send(options, message, folder)`` makes
    one attempt within the deadline ``options['timeout']`` and says what became of it, never raising for a refusal.
    ``address`` names the member's field that holds the address ("email"), or is empty. ``check(options, folder)`` says
    by option what is wrong with those that cannot work, before anything is sent: secrets that are malformed, files that
    are missing. An option whose secret is not known here is not among those it is given. ``pace`` is how many messages
    the service takes ("20 per minute") where the project says nothing else by ``at_most``.
    """

    name: str
    summary: Text
    options: Mapping[str, Any]
    send: Callable[[Mapping[str, Any], Message, Path], Outcome]
    address: str = ""
    check: Callable[[Mapping[str, Any], Path], Mapping[str, str]] = refuse_nothing
    pace: str = ""


# --- reports: what people look at --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel that a plugin has filled, with its title in the project's language; texts, to be escaped."""

    name: str
    title: str
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """A published (or previewed) run, for those who show it: plain data, nothing of the engine.

    ``rows(table)`` gives all rows of a table of docs/tables.md as dictionaries, always in the same order, and none when
    the run has no such table; ``rows("managed.<table>")`` gives those of managed accounts. ``labels`` has the label of
    every measure, node, tier, status, stage, insight, role and member in the project's language, by ``kind.id``;
    ``units`` the unit of every measure; ``colours`` the CSS colour of every status by card, best first; ``cards`` the
    tree of every scorecard, ``scales`` its lowest and highest points; ``primary`` is the card that the bare words score
    and status mean, ``family`` all cards by segment of which an account has one in its place. ``display`` says by card
    to how many digits points are shown, and whether ties go "up" or to "even"; ``shown(card, points)`` does it.
    ``panels`` are those of plugins, by account; under "" those of the portfolio.
    """

    project: str
    language: str
    currency: str
    as_of: date
    run_id: str
    rows: Callable[[str], Sequence[Mapping[str, Any]]]
    labels: Mapping[str, str]
    units: Mapping[str, str]
    colours: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cards: Mapping[str, Any] = field(default_factory=dict)
    scales: Mapping[str, Sequence[float]] = field(default_factory=dict)
    primary: str = ""
    family: Sequence[str] = ()
    display: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    panels: Mapping[str, Sequence[ShownPanel]] = field(default_factory=dict)

    def shown(self, card: str, points: float | None) -> float | None:
        """Points of a card as people read them, beside the exact ones that decide."""
        digits, half = self.display.get(card, (TAIL, "up"))
        return None if points is None else rounded(points, digits, half)


@dataclass(frozen=True, slots=True)
class HeldRun:
    """A run that gates on the data have held back: nothing was published, the report shows an earlier run.

    ``gates`` are the rows of the table ``gates`` of docs/tables.md, those that failed first. ``shown`` is the run that
    the report shows and ``shown_as_of`` its day, both empty before the first publish. ``held_at`` says when, in the
    project's time zone.
    """

    project: str
    language: str
    as_of: date
    held_at: datetime
    gates: Sequence[Mapping[str, Any]]
    shown: str = ""
    shown_as_of: date | None = None


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A form of report: ``write(view, folder)`` writes its files into the folder and names the one to open first.

    ``hold(held, folder)`` says beside them that a later run was held back, in files of their own, which the next
    publish removes; it changes no figure of the report, and names the files that it wrote, the one to open first before
    others.
    """

    name: str
    summary: Text
    write: Callable[[RunView, Path], Path]
    options: Mapping[str, Any] = field(default_factory=dict)
    hold: Callable[[HeldRun, Path], Sequence[Path]] | None = None
