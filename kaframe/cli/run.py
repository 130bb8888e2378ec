"""``kaframe run`` and ``kaframe preview``: the whole cycle, with and without effect."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.tables import json_text, print_rows

if TYPE_CHECKING:
    from kaframe.project import Project

DEGRADED = 5
TOLD = ("sources", "events", "notices")  # what a run reads, changes and sends


@click.command()
@as_of_option
@click.option("--backfill", is_flag=True, help="Add a day before the latest to the history, without tasks and notices.")
@click.option(
    "--wait",
    metavar="[SECONDS]",
    is_flag=False,
    flag_value="inf",
    default=0,
    type=click.FloatRange(min=0),
    help="Wait for another run that goes on, so many seconds at most; otherwise this one ends with 6 at once.",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print the result."
)
@click.pass_context
def run(ctx: click.Context, as_of: str | None, backfill: bool, wait: float, form: str) -> int:
    """Compute, publish, tell and report.

    The same day with the same data and rules again changes nothing; with others it is a new revision of that day.

    \b
    kaframe run
    kaframe run --as-of 2026-03-31
    kaframe run --as-of 2026-02-28 --backfill
    kaframe run --wait 600
    """
    from kaframe import flow
    from kaframe.outputs import refuse_outputs

    project = opened(ctx, as_of)
    _refuse_problems(project)
    refuse_outputs(project)
    with watched(len(flow.STEPS) + 3) as watch:
        finished = flow.run(project, backfill, watch, wait)
    if form == "json":
        click.echo(json_text(_as_data(finished)))
    else:
        from kaframe.cli.summary import tell_finished

        tell_finished(project, finished)
    return DEGRADED if finished.degraded else 0


@click.command()
@as_of_option
@click.option("--until", default="notify", help="The last step to compute, such as score.")
@click.option("--table", "table", default="", help="Print this table of docs/tables.md instead of the summary.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help="csv needs --table."
)
@click.pass_context
def preview(ctx: click.Context, as_of: str | None, until: str, table: str, form: str) -> int:
    """Show what a run would change and send; change nothing.

    \b
    kaframe preview
    kaframe preview --as-of 2026-03-31 --format json
    kaframe preview --table colours --format csv > colours.csv
    """
    from kaframe import flow
    from kaframe.api import Preview
    from kaframe.database import Database
    from kaframe.errors import Problem, UsageError, nearest

    if until not in flow.STEPS:
        raise UsageError(
            [
                Problem(
                    None,
                    "KF6004",
                    f"no step '{until}'",
                    nearest(until, flow.STEPS) or f"steps: {', '.join(flow.STEPS)}",
                )
            ]
        )
    if form == "csv" and not table:
        raise UsageError(
            [Problem(None, "KF6068", "--format csv is for one table", "name it, such as --table events, or use json")]
        )
    project = opened(ctx, as_of)
    _refuse_problems(project)
    with Database() as db:
        with watched(len(list(flow.steps_until(until)))) as watch:
            flow.preview(project, db, until, watch)
        if table:
            rows = Preview(db).rows(table)
            print_rows(rows, {name: name for name in db.columns(table)}, form)
        elif form == "json":
            found = {name: db.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in TOLD if name in db.tables()}
            click.echo(json_text(found))
        else:
            from kaframe.cli.summary import tell_preview

            tell_preview(project, db, until)
    return 0


@contextmanager
def watched(steps: int) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield _keep_quiet
        return
    with click.progressbar(length=steps, file=sys.stderr, item_show_func=str, show_eta=False) as bar:
        started = False

        def watch(name: str) -> None:
            nonlocal started
            bar.update(int(started), name)
            started = True

        yield watch
        bar.update(1, "done")


def _keep_quiet(step: str) -> None:
    """Say nothing about a step."""


def _refuse_problems(project: Project) -> None:
    """Nothing runs on rules that are known to be wrong."""
    from kaframe.checks import check_project
    from kaframe.errors import RuleError

    errors = [problem for problem in check_project(project) if problem.severity == "error"]
    if errors:
        raise RuleError(errors)


def _as_data(finished: Any) -> dict[str, Any]:
    committed = finished.committed
    return {
        "run_id": committed.run_id,
        "state": committed.state,
        "summary": finished.summary,
        "delivered": finished.delivered and asdict(finished.delivered),
        "unfinished": finished.unfinished and asdict(finished.unfinished),
        "reports": [str(path) for path in finished.reports],
    }
