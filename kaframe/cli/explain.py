"""``kaframe explain``: for one account the way from the data to its colour, as a tree or as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.lookup import find_account, known_name, latest_account
from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.tables import json_text
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.explain import Explanation
    from kaframe.explain.published import Step
    from kaframe.project import Project


@click.command()
@click.argument("account")
@click.option("--card", default="", metavar="CARD", help="Only this scorecard.")
@click.option("--all", "everything", is_flag=True, help="The data behind every leaf, with the largest rows.")
@as_of_option
@click.option("--run", "run_id", metavar="RUN", help="A published run, by its id or day, by the rules that it had.")
@click.option("--between", nargs=2, metavar="RUN RUN", help="Why the score moved from one published run to another.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A tree for people, or all of it as data.",
)
@click.pass_context
def explain(ctx: click.Context, /, account: str, card: str, **asked: Any) -> None:
    """Say for one account why it has its score and colour, or why they moved.

    ACCOUNT is an id, a name, or a part of a name that only one account has. For every leaf of the scorecard: its
    value and the data behind it, its points, what it takes from the score, the rule's place, and the smallest change
    of this value alone that would bring the next better colour. Without --as-of it is for the day of the latest run.

    With --between the change of the score is split into what moved it: data that came late or were corrected, what
    the account did, changed rules; the parts add up exactly.

    \b
    kaframe explain C006
    kaframe explain "Harbour Retail" --all
    kaframe explain C006 --run 2026-03-31
    kaframe explain C006 --between 2026-03-31 2026-06-30
    kaframe explain C006 --as-of 2026-03-31 --format json
    """
    _refuse_together(asked)
    project = opened(ctx, asked["as_of"])
    if asked["between"]:
        _explain_movement(project, account, card, asked)
    elif asked["run_id"]:
        _explain_published(project, account, card, asked)
    else:
        _explain_now(project, account, card, asked)


def _refuse_together(asked: dict[str, Any]) -> None:
    """``--as-of``, ``--run`` and ``--between`` each say what to explain: one of them is enough."""
    named = {"--as-of": asked["as_of"], "--run": asked["run_id"], "--between": asked["between"]}
    given = [option for option, value in named.items() if value]
    if len(given) > 1:
        message = f"{' and '.join(given)} cannot be given together"
        raise UsageError([Problem(None, "KF6068", message, "a run has its own day and rules: keep one of them")])


def _explain_now(project: Project, account: str, card: str, asked: dict[str, Any]) -> None:
    """By the rules and data of now, for a day."""
    from kaframe import flow
    from kaframe.database import Database
    from kaframe.explain import STEPS, explain_account

    _check_card(project, card)
    published = _latest_run(project)
    if not asked["as_of"] and published:
        project = project.on(published["as_of"])
    with Database() as db:
        for step in STEPS:
            flow.STEPS[step](project, db)
        account_id, name = find_account(db, account)
        explained = explain_account(project, db, account_id, (card,) if card else ())
    _tell(project, explained, (account_id, name), asked)
    if asked["form"] == "table" and published and project.as_of == published["as_of"]:
        _tell_difference(project, published, explained)


def _explain_published(project: Project, account: str, card: str, asked: dict[str, Any]) -> None:
    """A published run, by its own rules."""
    from kaframe.explain.published import explain_run

    account_id, name = _account_of(project, asked["run_id"], account)
    explained = explain_run(project, asked["run_id"], _steps(), account_id, (card,) if card else ())
    if not explained:
        _check_card(project, card)
    _tell(project, explained, (account_id, name), asked)


def _explain_movement(project: Project, account: str, card: str, asked: dict[str, Any]) -> None:
    """Between two published runs."""
    from kaframe.cli.movement import tell_movements
    from kaframe.explain.movement import explain_movement

    account_id, name = _account_of(project, asked["between"][1], account)
    movements = explain_movement(project, asked["between"], _steps(), account_id, (card,) if card else ())
    if not movements:
        _check_card(project, card)
        raise _no_card(account_id, name)
    if asked["form"] == "json":
        _tell_json(movements)
    else:
        tell_movements(project, movements, asked["everything"])


def _tell(
    project: Project, explained: list[Explanation], account: tuple[str, str], asked: dict[str, Any]
) -> None:
    from kaframe.cli.scoretree import tell_explanation

    if not explained:
        raise _no_card(*account)
    if asked["form"] == "json":
        _tell_json(explained)
        return
    for one in explained:
        tell_explanation(project, one, asked["everything"])


def _tell_json(records: Sequence[Any]) -> None:
    click.echo(json_text([dataclasses.asdict(one) for one in records]))


def _steps() -> list[Step]:
    from kaframe import flow
    from kaframe.explain import STEPS

    return [flow.STEPS[name] for name in STEPS]


def _account_of(project: Project, run_id: str, account: str) -> tuple[str, str]:
    """Id and name of the account that the text means in a published run."""
    from kaframe.published import load_run

    with load_run(project, run_id) as run:
        return latest_account(run, account)


def _check_card(project: Project, card: str) -> None:
    if card:
        known_name(card, {item.id for item in project.rules.score.scorecards}, "scorecard")


def _no_card(account_id: str, name: str) -> UsageError:
    hint = "'applies:' in rules/score.yaml says to whom one does"
    return UsageError([Problem(None, "KF6064", f"no scorecard applies to {account_id} ({name})", hint)])


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
            points = "-" if row["points"] is None else project.rules.score.shown(one.card, row["points"])
            click.echo(
                words["changed since"].format(run=published["run_id"], points=points, status=row["status"]),
                err=True,
            )
