"""``kaframe check``: everything that can be known to be wrong before a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.problems import as_data, problem_data, tell_explained, tell_problems
from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.tables import as_table, json_text, plain, print_rows
from kaframe.cli.words import Words, words_of

if TYPE_CHECKING:
    from kaframe.errors import Problem
    from kaframe.project import Project

STRICT_EXIT = 4
CSV_COLUMNS = ("file", "line", "col", "severity", "code", "message", "example", "hint", "also")
STORE_EXIT = 7


@click.command()
@click.option("--strict", is_flag=True, help="Findings count as errors (exit 4).")
@click.option("--data", "with_data", is_flag=True, help="Also what the data show of the rules.")
@as_of_option
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help="How to print it.")
@click.pass_context
def check(ctx: click.Context, strict: bool, with_data: bool, as_of: str | None, form: str) -> int:
    """Check configuration, rules, team and data without running.

    All problems of all files are told at once, each with its place and how to mend it. Of rules without errors it is
    proven what they can do: findings are rules that run and cannot mean what was wanted, each with an example
    (docs/proof.md). With --data the CSV holds the share of accounts that lack each measure.

    \b
    kaframe check
    kaframe check --strict --format json
    kaframe check --data --as-of 2026-03-31
    kaframe check --data --format csv > missing.csv
    """
    from kaframe.checks import absent_data, check_rulebook
    from kaframe.outputs import are_of_store, check_outputs

    project = opened(ctx, as_of)
    missing: dict[str, float] = {}
    problems = [*check_rulebook(project), *check_outputs(project)]
    errors = [problem for problem in problems if problem.severity == "error"]
    if with_data and not errors:
        shown, missing = _look_at_data(project)
        problems += shown
    absent = {} if errors else absent_data(project)
    if form == "json":
        told = problem_data(problems)
        if not errors:
            told |= {"absent": absent, **({"missing": missing} if with_data else {})}
        click.echo(json_text(told))
    elif form == "csv" and not with_data:
        listed = [as_data(problem) for problem in problems]
        print_rows(listed, dict.fromkeys(CSV_COLUMNS, ""), form)
    else:
        words = words_of(project.config.language)
        tell_problems(errors, explained=False)
        _tell_findings([problem for problem in problems if problem.severity != "error"], words)
        tell_explained(problems)
        if form == "csv":
            print_rows(_shares(missing), dict.fromkeys(("measure", "missing"), ""), form)
        elif not errors:
            _tell_absent(absent, words)
            _tell_missing(missing, words)
            click.echo(_summary(project, words, _verdict(len(problems), words)))
    if errors:
        return STORE_EXIT if are_of_store(errors) else 3
    return STRICT_EXIT if strict and problems else 0


def _tell_findings(findings: Sequence[Problem], words: Words) -> None:
    """The findings of each file under its name and their count."""
    by_file: dict[str, list[Problem]] = {}
    for problem in findings:
        by_file.setdefault(problem.at.file if problem.at else "", []).append(problem)
    for file, found in by_file.items():
        word = words["check.finding in" if len(found) == 1 else "check.findings in"]
        click.echo(word.format(file=plain(file), count=len(found)), err=True)
        tell_problems(found, explained=False)


def _summary(project: Project, words: Words, verdict: str) -> str:
    rules = project.rules
    counts = {
        "measures": len(rules.measure.measures),
        "tiers": len(rules.identify.tiers),
        "cards": len(rules.score.scorecards),
        "stages": len(rules.stage.stages),
        "members": len(project.team.members),
    }
    parts = {name: _counted(name, count, words) for name, count in counts.items()}
    return words["check.summary"].format(project=project.config.project, verdict=verdict, **parts)


def _counted(name: str, count: int, words: Words) -> str:
    return words[f"check.{name.removesuffix('s') if count == 1 else name}"].format(count=count)


def _verdict(count: int, words: Words) -> str:
    if not count:
        return words["check.clean"]
    return _counted("findings", count, words)


def _look_at_data(project: Project) -> tuple[list[Problem], dict[str, float]]:
    """What the data show: the steps run up to ``change`` and nothing is published."""
    from kaframe.checks import check_data
    from kaframe.database import Database
    from kaframe.flow import preview

    with Database() as db:
        preview(project, db, until="change")
        return check_data(project, db)


def _tell_missing(missing: Mapping[str, float], words: Words) -> None:
    """The share of accounts that lack each measure."""
    if missing:
        click.echo(words["check.missing"])
        rows = [[row["measure"], f"{row['missing']:.1%}"] for row in _shares(missing)]
        click.echo(as_table(rows, [words["check.of measure"], words["check.share"]]))


def _shares(missing: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{"measure": name, "missing": share} for name, share in missing.items()]


def _tell_absent(absent: dict[str, list[str]], words: Words) -> None:
    """What the packs could use and this project does not have: nothing is left out in silence."""
    measures = absent.pop("measures")
    if absent:
        click.echo(words["check.absent"])
        for table, columns in absent.items():
            click.echo(f"  {table}: {', '.join(columns)}")
    if measures:
        click.echo(words["check.left out"].format(count=len(measures), names=", ".join(measures)))
