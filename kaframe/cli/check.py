"""``kaframe check``: everything that can be known to be wrong before a run."""

from __future__ import annotations

import json

import click

from kaframe.cli.problems import as_data, tell_problems
from kaframe.cli.projects import opened

STRICT_EXIT = 4


@click.command()
@click.option("--strict", is_flag=True, help="Warnings count as errors (exit 4).")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
@click.pass_context
def check(ctx: click.Context, strict: bool, form: str) -> int:
    """Check configuration, rules, team and data without running.

    All problems of all files are told at once, each with its place and how to mend it.

    \b
    kaframe check
    kaframe check --strict --format json
    """
    from kaframe.checks import absent_data, check_project

    project = opened(ctx)
    problems = check_project(project)
    errors = [problem for problem in problems if problem.severity == "error"]
    if form == "json":
        click.echo(
            json.dumps(
                {
                    "problems": [as_data(problem) for problem in problems],
                    "absent": {} if errors else absent_data(project),
                },
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        tell_problems(problems)
        if not errors:
            _tell_absent(absent_data(project))
            measures = len(project.rules.measure.measures)
            cards = len(project.rules.score.scorecards)
            click.echo(
                f"{project.config.project}: {measures} measures, {len(project.rules.identify.tiers)} tiers, "
                f"{cards} scorecard{'s' if cards != 1 else ''}, {len(project.rules.stage.stages)} stages, "
                f"{len(project.team.members)} members: {_verdict(len(problems))}"
            )
    if errors:
        return 3
    return STRICT_EXIT if strict and problems else 0


def _verdict(count: int) -> str:
    return f"{count} warning{'s' if count != 1 else ''}" if count else "no problems"


def _tell_absent(absent: dict[str, list[str]]) -> None:
    """What the packs could use and this project does not have: nothing is left out in silence."""
    measures = absent.pop("measures")
    if absent:
        click.echo("data that the packs could use and this project does not have:")
        for table, columns in absent.items():
            click.echo(f"  {table}: {', '.join(columns)}")
    if measures:
        click.echo(f"{len(measures)} measures are left out for it: {', '.join(measures)}")
