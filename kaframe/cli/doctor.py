"""``kaframe doctor``: what may go wrong with this project on this computer, and whether what is kept is sound."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from kaframe.cli.problems import spoken_text
from kaframe.cli.projects import opened
from kaframe.cli.spoken import spoken
from kaframe.cli.tables import format_option, plain, print_rows, width
from kaframe.cli.words import words_of
from kaframe.cli.wrapping import wrapped
from kaframe.errors import KaframeError
from kaframe.held import held_run
from kaframe.outputs import REPORT_FOLDER
from kaframe.soundness import Finding, examine_report, examine_store

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
STATE_WIDTH, WHAT_WIDTH = 5, 10
BELOW = STATE_WIDTH + 1 + WHAT_WIDTH + 1  # where the notes begin
SHOWN = 5  # problems of a project that cannot be read; 'kaframe check' tells all
COUNTED = {
    "pending": "{count} pending", "sending": "{count} sending", "sent": "{count} sent",
    "dead": "{count} dead", "unknown": "{count} unknown", "dropped": "{count} dropped",
}  # fmt: skip
COLUMNS = ("state", "what", "note", "code", "place", "hint")


@click.command()
@format_option
@click.pass_context
def doctor(ctx: click.Context, form: str) -> int:
    """Look for what may go wrong with this project: data, store, lock, room, snapshots, report, outbox, libraries.

    Nothing is changed. Ends with exit code 7 when something that is kept is damaged or cannot be used, with 3 or 4 when
    the project cannot be read.

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
        found += [Finding.from_problem("project", problem) for problem in error.problems[:SHOWN]]
        code = error.exit_code
    tell_findings(found, form)
    return code or (UNSOUND if any(one.state == "bad" for one in found) else 0)


def tell_findings(found: list[Finding], form: str) -> None:
    """Print findings: for people as wide as the terminal, with the hint below; all fields for programs."""
    if form != "table":
        print_rows([one.as_row() for one in found], {name: name for name in COLUMNS}, form)
        return
    words = words_of(spoken.get())
    for one in found:
        place = f"{one.place}: " if one.place else ""
        code = f"{one.code} " if one.code else ""
        state, what = words.get(f"doctor.{one.state}", one.state), words.get(f"doctor.what.{one.what}", one.what)
        _tell(f"{_filled(state, STATE_WIDTH)} {_filled(what, WHAT_WIDTH)} ", place + code + spoken_text(one.note))
        if one.hint:
            _tell(" " * BELOW, spoken_text(one.hint))


def _tell(head: str, text: str) -> None:
    """A text behind a head of some columns; what does not fit the terminal goes on below it."""
    room = shutil.get_terminal_size((80, 24)).columns
    for place, line in enumerate(wrapped(" " * width(head) + plain(text), room)):
        click.echo(line if place else head + line.lstrip())


def _filled(word: str, size: int) -> str:
    """The word and what is missing to its column's width; a Chinese character takes two places."""
    return word + " " * (size - width(word))


def _about_computer() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    from kaframe import __version__

    yield Finding("kaframe", "ok", f"{__version__}, Python {platform.python_version()} on {platform.system()}")
    versions = []
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(name, "bad", "is not installed", hint="install kaframe again")
    yield Finding("libraries", "ok", ", ".join(versions))
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    chinese = encoding.startswith("utf") or encoding in ("gbk", "gb18030", "gb2312")
    note = f"{sys.stdout.encoding}" if chinese else f"{sys.stdout.encoding}: Chinese is shown as question marks"
    yield Finding("terminal", "ok" if chinese else "warn", note, hint="" if chinese else "set LANG=C.UTF-8")


def _about_project(project: Project) -> Iterator[Finding]:
    config = project.config
    note = f"{config.project} in {project.root}, language {config.language}, today {project.as_of} ({config.timezone})"
    yield Finding("project", "ok", note)
    yield _safely("rules", _look_at_rules, project)
    yield _safely("data", _look_at_data, project)
    try:
        yield from examine_store(project)
    except KaframeError as error:
        yield from (Finding.from_problem("store", problem) for problem in error.problems)
    yield from examine_report(project.root / REPORT_FOLDER)
    yield from _look_at_gates(project)
    yield _safely("outbox", _look_at_outbox, project)


def _look_at_gates(project: Project) -> Iterator[Finding]:
    """Whether the last run was held back."""
    held = held_run(project.root / REPORT_FOLDER)
    if held is not None:
        failed = ", ".join(dict.fromkeys(gate["gate"] for gate in held.gates if gate["state"] == "failed"))
        hint = "nothing was published; mend the data and run again, 'kaframe preview' has the numbers"
        yield Finding("gates", "warn", f"the run for {held.as_of} was held back by {failed}", "KF7037", hint=hint)


def _safely(what: str, look: Callable[[Project], Finding], project: Project) -> Finding:
    try:
        return look(project)
    except KaframeError as error:
        return Finding.from_problem(what, error.problems[0]) if error.problems else Finding(what, "bad", str(error))


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


def _look_at_outbox(project: Project) -> Finding:
    from kaframe.store import list_outbox, open_store

    rows = list_outbox(open_store(project))
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    text = ", ".join(COUNTED[state].format(count=count) for state, count in sorted(counts.items())) or "empty"
    waits = counts.keys() & {"dead", "unknown", "sending"}
    told = [text, "'kaframe outbox' shows them"] if waits else [text]
    return Finding("outbox", "warn" if waits else "ok", "; ".join(told))
