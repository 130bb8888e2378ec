"""The plugin manual: every hook, what it is for, when it is called, and an example that runs.

A plugin is a Python file, or a folder with an ``__init__.py``, with one or more of these functions marked
``@kaframe.hook``. A hook takes nothing and returns records of ``kaframe.records`` and ``kaframe.additions``, all to be
had as ``kaframe.<Name>``; kaframe calls it once while loading. docs/reference/hooks.md is written from this file.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from kaframe.additions import Command, Filter, Function, Listener, Panel, RulePack, TemplatePack
from kaframe.records import Channel, Reader, ReportFormat

PROJECT_NAME = "kaframe"
KAFRAME_API = 1  # of hooks and records; a change that breaks plugins makes it one more
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

    Called once when a project is loaded. The bundled console, file, email, webhook, slack, teams, wecom, dingtalk and
    feishu channels come this way. One that posts to a chat builds on ``kaframe.send_chat``, any other over HTTP on
    ``kaframe.send_post``: deadline, parts, redirects and answers are theirs.

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


@hookspec
def kaframe_functions() -> Iterable[Function]:  # type: ignore[empty-body]
    """Bring functions for the expressions of the rules; each is an expression over typed parameters.

    Called once when a project is loaded. It is compiled and checked at once; rules are then checked, and columns of the
    data bound, as with the functions of kaframe itself. The bundled ``change`` comes this way.

    >>> import kaframe
    >>> @kaframe.hook
    ... def kaframe_functions():
    ...     yield kaframe.Function(
    ...         name="markup", summary="Price over cost, as a share of the cost",
    ...         parameters={"price": "number", "cost": "number"}, expression="ratio(price - cost, cost)",
    ...         example="markup(revenue, cost)", cases=[([120, 100], 0.2), ([120, 0], None)])
    >>> [function.name for function in kaframe_functions()]
    ['markup']
    """


@hookspec
def kaframe_filters() -> Iterable[Filter]:  # type: ignore[empty-body]
    """Bring filters for templates: ``{{ value | name }}``.

    Called once when a project is loaded, and again in the process that renders templates, where the filters run.
    The bundled money, percent, number, date, ago and shown come this way.

    >>> import kaframe
    >>> @kaframe.hook
    ... def kaframe_filters():
    ...     yield kaframe.Filter(
    ...         name="stars", summary="A number from 0 to 5 as stars", example="{{ 3 | stars }}", gives="★★★☆☆",
    ...         apply=lambda value, wording: "★" * int(value) + "☆" * (5 - int(value)))
    >>> next(iter(kaframe_filters())).apply(3, None)
    '★★★☆☆'
    """


@hookspec
def kaframe_templates() -> Iterable[TemplatePack]:  # type: ignore[empty-body]
    """Bring templates for plans, overridable file by file.

    Called once when a project is loaded. The bundled plain ``plan.md.j2``, for projects whose packs have none, comes
    this way.

    >>> import kaframe
    >>> from pathlib import Path
    >>> @kaframe.hook
    ... def kaframe_templates():
    ...     yield kaframe.TemplatePack(name="letters", summary="Plans as letters", folder=Path("letters"))
    >>> [pack.name for pack in kaframe_templates()]
    ['letters']
    """


@hookspec
def kaframe_packs() -> Iterable[RulePack]:  # type: ignore[empty-body]
    """Bring rule packs; each becomes a legal name under ``packs:`` in ``kaframe.yaml``.

    Called once when a project is loaded. The bundled ``default`` comes this way.

    >>> import kaframe
    >>> from pathlib import Path
    >>> @kaframe.hook
    ... def kaframe_packs():
    ...     yield kaframe.RulePack(name="dairy", summary="Key accounts of a dairy", folder=Path("dairy"))
    >>> [pack.name for pack in kaframe_packs()]
    ['dairy']
    """


@hookspec
def kaframe_panels() -> Iterable[Panel]:  # type: ignore[empty-body]
    """Bring panels of the report, on the portfolio page or on the page of every managed account.

    Called once when a project is loaded; ``show`` is called for every report that is written. The bundled panel
    ``concentration`` comes this way.

    >>> import kaframe
    >>> def show(view, account_id):
    ...     late = [row for row in view.rows("tasks") if row["state"] == "late"]
    ...     return kaframe.PanelContent(text=f"{len(late)} tasks are late") if late else None
    >>> @kaframe.hook
    ... def kaframe_panels():
    ...     yield kaframe.Panel(name="late", summary="How many tasks are late", title={"en": "Late", "zh": "逾期"},
    ...                         page="portfolio", show=show)
    >>> [panel.name for panel in kaframe_panels()]
    ['late']
    """


@hookspec
def kaframe_commands() -> Iterable[Command]:  # type: ignore[empty-body]
    """Bring commands of the command line that list something of a published run: ``kaframe NAME``.

    Called once when a command is asked for that kaframe itself does not have. The bundled ``table`` comes this way.

    >>> import kaframe
    >>> def run(view, options):
    ...     rows = [row for row in view.rows("tiers") if row["tier"] == options["tier"]]
    ...     return kaframe.Listing(columns={"account_id": "account"}, rows=rows)
    >>> @kaframe.hook
    ... def kaframe_commands():
    ...     yield kaframe.Command(
    ...         name="members", summary="The accounts of a tier", example="kaframe members key", arguments=["tier"],
    ...         options={"type": "object", "properties": {"tier": {"type": "string", "title": "Tier"}}}, run=run)
    >>> [command.name for command in kaframe_commands()]
    ['members']
    """


@hookspec
def kaframe_listeners() -> Iterable[Listener]:  # type: ignore[empty-body]
    """Bring what hears of every published run and its events; each becomes a legal ``type:`` under ``listeners:``.

    Called once when a project is loaded; ``hear`` is called after a run is published. With ``on: [stage_changed]`` a
    listener is what other systems call a stage action. The bundled ``events_file`` comes this way.

    >>> import kaframe
    >>> def hear(options, news, folder):
    ...     _ = (folder / "latest.txt").write_text(f"{news.view.run_id}: {len(news.events)}")
    >>> @kaframe.hook
    ... def kaframe_listeners():
    ...     yield kaframe.Listener(name="latest", summary="The latest run, in a file", options={"type": "object"},
    ...                            hear=hear)
    >>> [listener.name for listener in kaframe_listeners()]
    ['latest']
    """
