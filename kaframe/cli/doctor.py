"""``kaframe doctor``: what may go wrong with this project on this computer, and whether what is kept is sound."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.projects import opened
from kaframe.cli.tables import format_option, print_rows
from kaframe.errors import KaframeError, Problem

if TYPE_CHECKING:
    from kaframe.project import Project

LIBRARIES = (
    "click",
    "duckdb",
    "sqlglot",
    "sqlalchemy",
    "pyarrow",
    "jinja2",
    "jsonschema",
    "pluggy",
    "PyYAML",
    "holidays",
)
UNSOUND = 7


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ok, warn or bad, and what to know about it."""

    what: str
    state: str
    note: str


@click.command()
@format_option
@click.pass_context
def doctor(ctx: click.Context, form: str) -> int:
    """Look for what may go wrong with this project: data, store, snapshots, outbox, libraries.

    Ends with exit code 7 when something that is kept is damaged, with 3 or 4 when the project cannot be read.

    \b
    kaframe doctor
    kaframe doctor --format json
    """
    found = list(_about_computer())
    code = 0
    try:
        project = opened(ctx)
        found += _about_project(project)
    except KaframeError as error:
        found += [Finding("project", "bad", _first(error.problems)), *_more(error.problems)]
        code = error.exit_code
    if form == "table":
        for one in found:
            click.echo(f"{one.state:<5} {one.what:<10} {one.note}")
    else:
        print_rows([asdict(one) for one in found], {"state": "state", "what": "what", "note": "note"}, form)
    return code or (UNSOUND if any(one.state == "bad" for one in found) else 0)


def _about_computer() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    from kaframe import __version__

    yield Finding("kaframe", "ok", f"{__version__}, Python {platform.python_version()} on {platform.system()}")
    versions = []
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(name, "bad", "is not installed; install kaframe again")
    yield Finding("libraries", "ok", ", ".join(versions))
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    chinese = encoding.startswith("utf") or encoding in ("gbk", "gb18030", "gb2312")
    note = f"{sys.stdout.encoding}" + ("" if chinese else ": Chinese is shown as question marks; set LANG=C.UTF-8")
    yield Finding("terminal", "ok" if chinese else "warn", note)


def _about_project(project: Project) -> Iterator[Finding]:
    config = project.config
    note = f"{config.project} in {project.root}, language {config.language}, today {project.as_of} ({config.timezone})"
    yield Finding("project", "ok", note)
    for what, look in (
        ("rules", _look_at_rules),
        ("data", _look_at_data),
        ("store", _look_at_store),
        ("snapshots", _look_at_snapshots),
        ("outbox", _look_at_outbox),
    ):
        yield _safely(what, look, project)


def _safely(what: str, look: Callable[[Project], Finding], project: Project) -> Finding:
    try:
        return look(project)
    except KaframeError as error:
        return Finding(what, "bad", _first(error.problems))


def _look_at_rules(project: Project) -> Finding:
    from kaframe.checks import check_project

    problems = check_project(project)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        return Finding("rules", "bad", f"{len(errors)} problems, the first: {errors[0]}")
    return Finding("rules", "warn" if problems else "ok", f"{len(problems)} warnings; 'kaframe check' tells all")


def _look_at_data(project: Project) -> Finding:
    from kaframe.data import load_tables
    from kaframe.database import Database

    with Database() as db:
        load_tables(project, db)
        read = db.value("SELECT coalesce(sum(rows_read), 0)::BIGINT FROM sources")
        kept = db.value("SELECT coalesce(sum(kept), 0)::BIGINT FROM sources")
        bad = db.value("SELECT coalesce(sum(quarantined), 0)::BIGINT FROM sources")
    return Finding("data", "warn" if bad else "ok", f"{read:,} rows read, {kept:,} kept, {bad:,} in quarantine")


def _look_at_store(project: Project) -> Finding:
    from kaframe.outputs import refuse_outputs
    from kaframe.store import list_runs, open_store

    refuse_outputs(project)
    store = open_store(project)
    runs = list_runs(store)
    published = [run for run in runs if run["state"] == "published"]
    latest = f", the latest {max(published, key=lambda run: run['as_of'])['run_id']}" if published else ""
    return Finding("store", "ok", f"{store.shown}: {len(published)} published runs{latest}")


def _look_at_snapshots(project: Project) -> Finding:
    """Every file of every published run against the hash that was published; and what killed runs have left."""
    from kaframe.published import load_run
    from kaframe.recall import snapshot_folder
    from kaframe.snapshot import STAGING
    from kaframe.store import list_runs, open_store

    runs = list_runs(open_store(project))
    for row in runs:
        with load_run(project, row["run_id"]) as run:
            run.open()
    folder = snapshot_folder(project)
    named = {row["run_id"] for row in runs}
    left = [path.name for path in sorted(folder.iterdir()) if path.name not in named] if folder.is_dir() else []
    if left:
        note = f"{len(runs)} sound; {len(left)} left by runs that were stopped ({left[0]}): the next run removes them"
        return Finding("snapshots", "warn" if any(STAGING in name for name in left) else "ok", note)
    return Finding("snapshots", "ok", f"{len(runs)} sound")


def _look_at_outbox(project: Project) -> Finding:
    from kaframe.store import list_outbox, open_store

    rows = list_outbox(open_store(project))
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    text = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "empty"
    waits = counts.keys() & {"dead", "unknown", "sending"}
    return Finding("outbox", "warn" if waits else "ok", text + ("; 'kaframe outbox' shows them" if waits else ""))


def _first(problems: tuple[Problem, ...]) -> str:
    return str(problems[0]) if problems else ""


def _more(problems: tuple[Any, ...]) -> list[Finding]:
    return [Finding("project", "bad", str(problem)) for problem in problems[1:5]]
