"""The plugin manual: every hook, what it is for, when it is called, and an example that runs.

A plugin is a Python file, or a folder with an ``__init__.py``, with one or more of these functions marked
``@kaframe.hook``. A hook returns records of ``kaframe.records``; kaframe calls it once while loading and never hands it
anything to change.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from kaframe.records import Channel, Reader, ReportFormat

PROJECT_NAME = "kaframe"
hookspec = pluggy.HookspecMarker(PROJECT_NAME)
hook = pluggy.HookimplMarker(PROJECT_NAME)


@hookspec
def kaframe_readers() -> Iterable[Reader]:  # type: ignore[empty-body]
    """Bring ways to read rows; each becomes a legal ``reader:`` of a source.

    Called once when a project is loaded. The bundled csv, parquet, json, excel and sql readers come this way.

    >>> import kaframe
    >>> def read(source, names):
    ...     return kaframe.Reading(sql="SELECT 1 AS _row, 'A1' AS account_id")
    >>> @kaframe.hook
    ... def kaframe_readers():
    ...     yield kaframe.Reader(
    ...         name="one_row", summary="One fixed row", options={"type": "object"},
    ...         columns=lambda source: [kaframe.Column("account_id", "text")], read=read,
    ...         fingerprint=lambda source: "1", locate=lambda source, rows: [(source.label, row) for row in rows])
    >>> [reader.name for reader in kaframe_readers()]
    ['one_row']
    """


@hookspec
def kaframe_channels() -> Iterable[Channel]:  # type: ignore[empty-body]
    """Bring ways to tell people; each becomes a legal ``type:`` of a channel in ``kaframe.yaml``.

    Called once when a project is loaded. The bundled console, file, email and webhook channels come this way.

    >>> import kaframe
    >>> def send(options, message, folder):
    ...     return kaframe.Outcome("sent", detail=message.subject)
    >>> @kaframe.hook
    ... def kaframe_channels():
    ...     yield kaframe.Channel(name="quiet", summary="Says nothing", options={"type": "object"}, send=send)
    >>> [channel.name for channel in kaframe_channels()]
    ['quiet']
    """


@hookspec
def kaframe_reports() -> Iterable[ReportFormat]:  # type: ignore[empty-body]
    """Bring forms of the report; each is written after every published run.

    Called once when a project is loaded. The bundled report_html and report_json come this way.

    >>> import kaframe
    >>> def write(view, folder):
    ...     target = folder / "count.txt"
    ...     _ = target.write_text(str(len(view.rows("tiers"))))
    ...     return target
    >>> @kaframe.hook
    ... def kaframe_reports():
    ...     yield kaframe.ReportFormat(name="count", summary="How many accounts", write=write)
    >>> [form.name for form in kaframe_reports()]
    ['count']
    """
