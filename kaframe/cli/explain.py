"""``kaframe explain``: for one account the way from the data to its colour, as a tree or as data."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.lookup import find_account, known_name
from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.explain import Explanation
    from kaframe.project import Project


@click.command()
@click.argument("account")
@click.option("--card", default="", metavar="CARD", help="Only this scorecard.")
@click.option("--all", "everything", is_flag=True, help="The data behind every leaf, with the largest rows.")
@as_of_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A tree for people, or all of it as data.",
)
@click.pass_context
def explain(ctx: click.Context, /, account: str, card: str, as_of: str | None, **shown: Any) -> None:
    """Say for one account why it has its score and colour.

    ACCOUNT is an id, a name, or a part of a name that only one account has. For every leaf of the scorecard: its
    value and the data behind it, its points, what it takes from the score, the rule's place, and the smallest change
    of this value alone that would bring the next better colour. Without --as-of it is for the day of the latest run.

    \b
    kaframe explain C006
    kaframe explain "Harbour Retail" --all
    kaframe explain C006 --as-of 2026-03-31 --format json
    """
    from kaframe import flow
    from kaframe.database import Database
    from kaframe.explain import STEPS, explain_account

    project = opened(ctx, as_of)
    if card:
        known_name(card, {item.id for item in project.rules.score.scorecards}, "scorecard")
    published = _latest_run(project)
    if not as_of and published:
        project = project.on(published["as_of"])
    with Database() as db:
        for step in STEPS:
            flow.STEPS[step](project, db)
        account_id, name = find_account(db, account)
        explained = explain_account(project, db, account_id, (card,) if card else ())
    if not explained:
        raise UsageError(
            [
                Problem(
                    None,
                    "KF6064",
                    f"no scorecard applies to {account_id} ({name})",
                    "'applies:' in rules/score.yaml says to whom one does",
                )
            ]
        )
    if shown["form"] == "json":
        click.echo(
            json.dumps([dataclasses.asdict(one) for one in explained], ensure_ascii=False, indent=2, default=str)
        )
        return
    from kaframe.cli.scoretree import tell_explanation

    for one in explained:
        tell_explanation(project, one, shown["everything"])
    if published and project.as_of == published["as_of"]:
        _tell_difference(project, published, explained)


def _latest_run(project: Project) -> dict[str, Any] | None:
    """The latest published run, if any."""
    from kaframe.store import list_runs, open_store

    found = [run for run in list_runs(open_store(project)) if run["state"] == "published"]
    return max(found, key=lambda run: run["as_of"]) if found else None


def _tell_difference(project: Project, published: dict[str, Any], explained: list[Explanation]) -> None:
    """Say so when data, rules or decisions have changed since the run was published."""
    from kaframe.published import load_run

    words = words_of(project.config.language)
    with load_run(project, published["run_id"]) as run:
        was = {row["card"]: row for row in run.rows("colours", explained[0].account_id)}
    for one in explained:
        row = was.get(one.card)
        same = row and one.decision and (row["points"], row["status"]) == (one.score, one.decision.status)
        if row and not same:
            click.echo(
                words["changed since"].format(run=published["run_id"], points=row["points"], status=row["status"]),
                err=True,
            )
