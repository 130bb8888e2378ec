"""``kaframe test``: the tests of rules, and freezing an account into one."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.listings import ListingGroup
from kaframe.cli.packoptions import pack_option, plugin_option
from kaframe.cli.problems import tell_problems
from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.spoken import spoken
from kaframe.cli.tables import json_text, plain
from kaframe.cli.words import Words, words_of

if TYPE_CHECKING:
    from kaframe.project import Project
    from kaframe.testing import Outcome, Result, Selection

FAILED = 4
LAST = Path(".kaframe") / "last-failed.json"


class _TestGroup(ListingGroup):
    """Without a command everything is about running: options, and names of files."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)


@click.group(cls=_TestGroup)
def test() -> None:
    """Run the tests of the rules: tests/*.yaml.

    'kaframe test' alone runs all of them; 'kaframe test run --help' shows the options.

    \b
    kaframe test
    kaframe test tests/status.yaml -k decline
    kaframe test --coverage --junit report.xml
    kaframe test new C006
    """


@test.command("run")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "pattern", default="", metavar="TEXT", help="Only tests whose name has this text.")
@click.option("--last-failed", is_flag=True, help="Only those that failed the last time.")
@pack_option("Rule packs alone, lowest first: the tests that come with the last one.")
@plugin_option
@click.option("--coverage", is_flag=True, help="Show which rules never held in any test.")
@click.option("--coverage-at-least", type=click.FloatRange(0, 100), metavar="N", help="Fail below N percent.")
@click.option("--update", is_flag=True, help="Write what came out into the test files.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML for a build server.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
@click.pass_context
def run(ctx: click.Context, /, files: tuple[Path, ...], pattern: str, form: str, **options: Any) -> int:
    """Run tests of rules; exit 4 when one fails or none ran, 3 when one is invalid.

    FILES are files or folders; without them all tests of the project and of its own packs are run.

    \b
    kaframe test
    kaframe test tests/status.yaml
    kaframe test -k decline --format json
    kaframe test --pack default --coverage
    kaframe test --plugin dairy --pack default --pack dairy
    kaframe test --update
    """
    from kaframe.testing import Selection

    project = None if options["packs"] else opened(ctx)
    words = words_of(project.config.language if project else spoken.get())
    names = _last_failed(project) if options["last_failed"] and project else frozenset()
    least = options["coverage_at_least"]
    covered = options["coverage"] or least is not None
    began = time.perf_counter()
    selection = Selection(files, pattern, names)
    packs, plugins = options["packs"], options["plugins"]
    result = _run_project(project, selection, covered) if project else _run_packs(packs, plugins, selection, covered)
    seconds = time.perf_counter() - began
    if options["junit"]:
        _write_junit(result, options["junit"])
    if project:
        _remember(project, result)
    _tell(result, seconds, words, form)
    if options["update"] and not result.all_problems:
        return _update(result, words, form)
    if covered and result.coverage and result.coverage.percent < (least or 0):
        click.echo(words["test.too little"].format(percent=f"{result.coverage.percent:.1f}", least=f"{least:g}"),
                   err=True)
        return result.exit_code or FAILED
    return result.exit_code


@test.command("new")
@click.argument("account")
@as_of_option
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="The file; default tests/frozen_1.yaml.")
@click.option("--scale", type=int, metavar="SEED", help="Multiply all money by a factor drawn from this number.")
@click.pass_context
def new(ctx: click.Context, /, account: str, as_of: str | None, to: Path | None, scale: int | None) -> None:
    """Freeze an account, with the rows behind it, into a test that passes at once.

    Ids, names, people and free text are replaced by neutral ones; days and numbers stay, and texts that rules name.
    What was replaced and kept is told. Read the file before you give it away.

    \b
    kaframe test new C006
    kaframe test new "Harbour Retail" --as-of 2026-03-31 --scale 7
    """
    from kaframe.cli.lookup import find_account
    from kaframe.testing.freezing import freeze_account

    project = opened(ctx, as_of)
    words = words_of(project.config.language)
    frozen = freeze_account(project, lambda db: find_account(db, account)[0], to, scale)
    click.echo(words["test.written"].format(path=frozen.path, name=frozen.name))
    click.echo(words["test.replaced"].format(what=", ".join(frozen.replaced)), err=True)
    if frozen.kept:
        click.echo(words["test.kept"].format(what=", ".join(frozen.kept)), err=True)
    if frozen.differs:
        click.echo(words["test.differs"].format(what=", ".join(frozen.differs)), err=True)


def _run_project(project: Project, selection: Selection, covered: bool) -> Result:
    from kaframe.testing.suite import run_project

    with _watched() as told:
        return run_project(project, selection, covered, told)


def _run_packs(names: Sequence[str], plugins: Sequence[str], selection: Selection, covered: bool) -> Result:
    from kaframe.plugins.packs import find_packs
    from kaframe.testing.suite import run_packs

    packs = find_packs(names, plugins)
    with _watched() as told:
        return run_packs(packs, plugins, selection, covered, told)


@contextmanager
def _watched() -> Iterator[Callable[[Outcome], None]]:
    """On a terminal a count that runs while tests do; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda outcome: None
        return
    done = 0

    def told(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        click.echo(f"\r{done} {outcome.test.id[:60]:<60}", nl=False, err=True)

    yield told
    click.echo(f"\r{'':<70}\r", nl=False, err=True)


def _tell(result: Result, seconds: float, words: Words, form: str) -> None:
    from kaframe.cli.testlines import NAMES_WIDTH, coverage_lines, failure_lines, progress_lines, result_data, sum_line

    if form == "json":
        click.echo(json_text(result_data(result, seconds)))
        return
    for line in progress_lines(result.outcomes):
        click.echo(line)
    for file in result.empty:
        click.echo(f"{plain(file):<{NAMES_WIDTH}} {words['test.none']}")
    tell_problems(result.problems)
    for outcome in (*result.of("failed"), *result.of("invalid")):
        click.echo()
        for line in failure_lines(outcome, words):
            click.echo(line)
    if result.coverage is not None:
        click.echo()
        for line in coverage_lines(result.coverage, words):
            click.echo(line)
    if result.outcomes:
        click.echo()
    click.echo(sum_line(result, seconds, words))
    if not result.outcomes and not result.problems:
        click.echo(words["test.none hint"], err=True)


def _update(result: Result, words: Words, form: str) -> int:
    """Write what came out, show what was changed; 0 when nothing is left that differs."""
    from kaframe.testing.updating import update_files

    updated = update_files(result.files, result.outcomes)
    if form == "table":
        for change in updated.changes:
            click.echo(f"{change.at}\n  - {change.old}\n  + {change.new}")
    files = {change.at.file for change in updated.changes}
    click.echo(words["test.updated"].format(count=len(updated.changes), files=len(files)), err=True)
    if updated.left:
        click.echo(words["test.left"].format(count=len(updated.left)), err=True)
    return FAILED if updated.left or result.empty or not result.outcomes else 0


def _write_junit(result: Result, path: Path) -> None:
    from kaframe.errors import Problem, UsageError
    from kaframe.testing.junit import junit_tree

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        junit_tree(result).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        message = f"cannot write '{path}': {(error.strerror or '').lower()}"
        raise UsageError([Problem(None, "KF6032", message, "name a file that you may write")]) from error


def _last_failed(project: Project) -> frozenset[str]:
    try:
        return frozenset(json.loads((project.root / LAST).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return frozenset()


def _remember(project: Project, result: Result) -> None:
    """Keep which tests did not pass, for ``--last-failed``; a disk that refuses is no reason to fail."""
    names = [outcome.test.name for outcome in result.outcomes if outcome.state != "passed"]
    place = project.root / LAST
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
    except OSError:
        return
