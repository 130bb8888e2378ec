"""``kaframe run`` and ``kaframe preview``: the whole cycle, with and without effect."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.listings import author_of, author_option
from kaframe.cli.problems import problem_data
from kaframe.cli.projects import DEGRADED, as_of_option, opened
from kaframe.cli.tables import json_text, print_rows
from kaframe.cli.words import words_of

if TYPE_CHECKING:
    from kaframe.gate import Acceptance
    from kaframe.project import Project

TOLD = ("sources", "loads", "gates", "events", "notices")  # what a run reads, changes and sends


full_option = click.option(
    "--full", is_flag=True, help="Read everything again from services of which only changes are read otherwise."
)


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
    "--accept-gate", "gates", multiple=True, metavar="GATE", help="Publish although this gate fails; needs --reason."
)
@click.option("--reason", default="", help="Why the gates are accepted; kept with the run and shown in its report.")
@author_option
@full_option
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print the result."
)
@click.pass_context
def run(ctx: click.Context, /, as_of: str | None, form: str, **options: Any) -> int:
    """Compute, publish, tell and report.

    The same day with the same data and rules again changes nothing; with others it is a new revision of that day. When
    a gate on the data fails, nothing is published and nobody is told.

    \b
    kaframe run
    kaframe run --as-of 2026-03-31
    kaframe run --as-of 2026-02-28 --backfill
    kaframe run --wait 600
    kaframe run --full
    kaframe run --accept-gate orders.volume --reason "the archive moved to the new system"
    """
    from kaframe import flow
    from kaframe.errors import GateError
    from kaframe.outputs import refuse_outputs

    accepted = _accepted(options)
    project = _opened(ctx, as_of, options["full"])
    _refuse_problems(project)
    refuse_outputs(project)
    try:
        with watched(len(flow.STEPS) + 3) as watch:
            finished = flow.run(project, options["backfill"], watch, options["wait"], accepted)
    except GateError as error:
        from kaframe.cli.gates import tell_held

        tell_held(project, error, form)
        return error.exit_code
    if form == "json":
        click.echo(json_text(_as_data(finished)))
    else:
        from kaframe.cli.summary import tell_finished

        if options["full"] and finished.committed.state == "unchanged":
            click.echo(words_of(project.config.language)["read again"])
        tell_finished(project, finished)
    return DEGRADED if finished.degraded else 0


@click.command()
@as_of_option
@click.option("--until", default="notify", help="The last step to compute, such as score.")
@full_option
@click.option("--table", "table", default="", help="Print this table of docs/tables.md instead of the summary.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help="csv needs --table."
)
@click.pass_context
def preview(ctx: click.Context, /, as_of: str | None, until: str, table: str, form: str, **options: Any) -> int:
    """Show what a run would change and send; change nothing. It ends with 4 when gates would hold the run back.

    \b
    kaframe preview
    kaframe preview --as-of 2026-03-31 --format json
    kaframe preview --table colours --format csv > colours.csv
    """
    from kaframe import flow
    from kaframe.api import Preview
    from kaframe.cli.problems import tell_problems
    from kaframe.database import Database
    from kaframe.errors import DataError, Problem, UsageError, nearest
    from kaframe.gate import failed_gates

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
    project = _opened(ctx, as_of, options["full"])
    _refuse_problems(project)
    with Database(memory_limit=project.config.limits.buffers) as db:
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
        failed = failed_gates(project, db) if db.has("gates") else []
    if not failed:
        return 0
    if form == "table" and not table:
        tell_problems(failed)
    return DataError.exit_code


def _opened(ctx: click.Context, as_of: str | None, full: bool) -> Project:
    """The project of the command line; ``full``: readers that keep rows read everything again."""
    from kaframe.data import read_everything

    project = opened(ctx, as_of)
    return read_everything(project) if full else project


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


def _accepted(options: Mapping[str, Any]) -> Acceptance:
    """Who goes on in spite of which gates, and why. Raises: UsageError KF6055 without a reason."""
    from kaframe.errors import Problem, UsageError
    from kaframe.gate import NOTHING, Acceptance

    gates, reason = tuple(options["gates"]), options["reason"].strip()
    if not gates:
        return NOTHING
    if not reason:
        hint = "say why the data are right: --reason '...'; the report shows it"
        raise UsageError([Problem(None, "KF6055", "gates are accepted only with a reason", hint)])
    return Acceptance(gates, reason, author_of(options["author"]))


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
        **problem_data(finished.problems),
    }
