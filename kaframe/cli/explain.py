"""``kaframe explain``: for one account the way from the data to its colour, as a tree or as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.lookup import find_account, followed_account, latest_account
from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.tables import json_text
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError, nearest

if TYPE_CHECKING:
    from kaframe.database import Database
    from kaframe.explain import Explanation
    from kaframe.explain.published import Step
    from kaframe.project import Project

LOOK_BACK = 50  # so many runs are searched for an account that is gone
Cards = tuple[str, ...]


@click.command()
@click.argument("account")
@click.option("--card", metavar="CARD", help="Only this scorecard, or the one of this family.")
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
def explain(ctx: click.Context, /, account: str, **asked: Any) -> None:
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
    cards = () if asked["card"] is None else (asked["card"],)
    if asked["between"]:
        _explain_movement(project, account, cards, asked)
    elif asked["run_id"] is not None:
        _explain_published(project, account, cards, asked)
    else:
        _explain_now(project, account, cards, asked)


def _refuse_together(asked: dict[str, Any]) -> None:
    """``--as-of``, ``--run`` and ``--between`` each say what to explain: one of them is enough."""
    named = {"--as-of": asked["as_of"], "--run": asked["run_id"], "--between": asked["between"]}
    given = [option for option, value in named.items() if value not in (None, ())]
    if len(given) > 1:
        message = f"{' and '.join(given)} cannot be given together"
        raise UsageError([Problem(None, "KF6068", message, "a run has its own day and rules: keep one of them")])


def _explain_now(project: Project, account: str, cards: Cards, asked: dict[str, Any]) -> None:
    """By the rules and data of now, for a day."""
    from kaframe import flow
    from kaframe.database import Database
    from kaframe.explain import STEPS, explain_account

    _check_cards(cards, [("", project)])
    published = _latest_run(project)
    if asked["as_of"] is None and published:
        project = project.on(published["as_of"])
    with Database() as db:
        for step in STEPS:
            flow.STEPS[step](project, db)
        account_id, name = _account_now(project, db, account)
        explained = explain_account(project, db, account_id, cards)
    _tell(project, explained, (account_id, name), asked)
    if asked["form"] == "table" and published and project.as_of == published["as_of"]:
        _tell_difference(project, published, explained)


def _explain_published(project: Project, account: str, cards: Cards, asked: dict[str, Any]) -> None:
    """A published run, by its own rules."""
    from kaframe.explain.published import explain_run

    (run_id, then), = _runs(project, asked["run_id"])
    _check_cards(cards, [(run_id, then)])
    found, name = followed_account(project, [run_id], account)
    explained = explain_run(project, run_id, _steps(), found, cards)
    _tell(then, explained, (found.then[0] or found.now, name), asked)


def _explain_movement(project: Project, account: str, cards: Cards, asked: dict[str, Any]) -> None:
    """Between two published runs."""
    from kaframe.cli.movement import tell_movements
    from kaframe.explain.movement import explain_movement, find_ends

    ends = find_ends(project, asked["between"])
    runs = _runs(project, *ends)
    _check_cards(cards, runs)
    found, name = followed_account(project, ends, account)
    movements = explain_movement(project, ends, _steps(), found, cards)
    if not movements:
        raise _no_card(found.then[1] or found.now, name, asked)
    if asked["form"] == "json":
        _tell_json(movements)
    else:
        tell_movements((runs[0][1], runs[1][1]), movements, asked["everything"])


def _tell(
    project: Project, explained: list[Explanation], account: tuple[str, str], asked: dict[str, Any]
) -> None:
    from kaframe.cli.scoretree import tell_explanation

    if not explained:
        raise _no_card(*account, asked)
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


def _account_now(project: Project, db: Database, account: str) -> tuple[str, str]:
    """Id and name of the account in the data of now, also by an id of before; of one that is gone, where it was."""
    try:
        return find_account(db, account)
    except UsageError as error:
        found = _last_run_with(project, account) if error.problems[0].code == "KF6058" else None
        if found is None:
            raise
        hint = f"the run {found[0]} has it: kaframe explain {found[1]} --run {found[0]}"
        raise UsageError([Problem(None, "KF6058", f"'{account}' is no longer in the data", hint)]) from None


def _last_run_with(project: Project, account: str) -> tuple[str, str] | None:
    """The last of the latest runs that has the account, and its id there, if any."""
    from kaframe.published import load_run
    from kaframe.store import list_runs, open_store

    found = [run for run in list_runs(open_store(project)) if run["state"] == "published"]
    for row in sorted(found, key=lambda run: run["as_of"], reverse=True)[:LOOK_BACK]:
        with load_run(project, row["run_id"]) as run, suppress(UsageError):
            return run.run_id, latest_account(run, account)[0]
    return None


def _runs(project: Project, *run_ids: str) -> list[tuple[str, Project]]:
    """Published runs by id or day: their ids, and the project as each saw it."""
    from kaframe.explain.published import project_of
    from kaframe.published import load_run

    found = []
    for run_id in run_ids:
        with load_run(project, run_id) as run:
            found.append((run.run_id, project_of(project, run)))
    return found


def _check_cards(cards: Cards, projects: Sequence[tuple[str, Project]]) -> None:
    """The scorecard or family that is named must be one of the rules, or of those of one of the runs."""
    scorecards = [card for _, project in projects for card in project.rules.score.scorecards]
    known = sorted({name for card in scorecards for name in (card.id, card.family) if name})
    for card in cards:
        if card not in known:
            runs = " and ".join(run_id for run_id, _ in projects if run_id)
            message = f"no scorecard '{card}'" + (f" in the rules of {runs}" if runs else "")
            hint = nearest(card, known) or f"known: {', '.join(known) or 'none'}"
            raise UsageError([Problem(None, "KF6062", message, hint)])


def _no_card(account_id: str, name: str, asked: dict[str, Any]) -> UsageError:
    hint = "'applies:' in rules/score.yaml says to whom one does"
    which = "no scorecard applies" if asked["card"] is None else f"the scorecard '{asked['card']}' does not apply"
    return UsageError([Problem(None, "KF6064", f"{which} to {account_id} ({name})", hint)])


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
        same = row and one.decision and (row["points"], row["status"]) == (one.decision.points, one.decision.status)
        if row and not same:
            points = "-" if row["points"] is None else project.rules.score.shown(one.card, row["points"])
            click.echo(
                words["changed since"].format(run=published["run_id"], points=points, status=row["status"]),
                err=True,
            )
