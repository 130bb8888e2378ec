"""``kaframe tasks``: what is to be done for accounts, and saying that it is done or has to wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.listings import ListingGroup, author_of, author_option, on_option
from kaframe.cli.lookup import find_task, handle_of, known_name
from kaframe.cli.projects import opened, parsed_day
from kaframe.cli.tables import format_option, print_rows
from kaframe.cli.words import words_of

if TYPE_CHECKING:
    from datetime import date

    from kaframe.project import Project

STATES = ("late", "due", "planned", "snoozed", "done", "dropped")
OPEN = ("late", "due", "snoozed")


@click.group(cls=ListingGroup)
def tasks() -> None:
    """List tasks, mark them done, or put them off.

    \b
    kaframe tasks
    kaframe tasks done 3f9a2c1 --note "met the new buyer"
    kaframe tasks snooze 3f9a2c1 --until 2026-07-15
    """


@tasks.command("list")
@click.option("--member", default="", help="Only tasks of this member.")
@click.option(
    "--account", "account_id", default="", metavar="ACCOUNT", help="Only tasks for this account (id or name)."
)
@click.option("--state", type=click.Choice(STATES), help="Only tasks in this state; default: late, due and put off.")
@click.option("--all", "everything", is_flag=True, help="Those planned, done and dropped too.")
@format_option
@click.pass_context
def list_(ctx: click.Context, /, form: str, everything: bool, state: str | None, **wanted: str) -> None:
    """List tasks as they stand now, the most late first.

    A task that is 'planned' is not yet to be done. The short key in the first column names a task for 'done' and
    'snooze'.

    \b
    kaframe tasks list --member chen
    kaframe tasks list --account C006 --all
    kaframe tasks list --state late --format json
    """
    project = opened(ctx)
    if wanted["member"]:
        known_name(wanted["member"], {member.id for member in project.team.members}, "member")
    states = (state,) if state else STATES if everything else OPEN
    rows = [row for row in _as_they_stand(project) if row["state"] in states]
    rows = [row for row in rows if wanted["member"] in ("", row["member"])]
    if wanted["account_id"]:
        account_id = _account(project, wanted["account_id"])
        rows = [row for row in rows if row["account_id"] == account_id]
    words = words_of(project.config.language)
    columns = {
        "handle": words["task"],
        "due_on": words["due on"],
        "state": words["state"],
        "name": words["name"],
        "title": words["title"],
        "member": words["who"],
    }
    if form == "table":
        print_rows(_in_words(project, rows), columns)
    else:
        keys = (
            "handle",
            "task_key",
            "account_id",
            "name",
            "kind",
            "rule",
            "title",
            "role",
            "member",
            "opened_on",
            "due_on",
            "state",
            "days_late",
            "snoozed_until",
            "done_on",
            "done_by",
        )
        print_rows(rows, {key: key for key in keys}, form)


@tasks.command()
@click.argument("task")
@on_option
@click.option("--note", default="", help="What there is to say about it.")
@author_option
@click.pass_context
def done(ctx: click.Context, task: str, on: str | None, note: str, author: str) -> None:
    """Say that a task is done. TASK is its short key, its key, or the beginning of one.

    \b
    kaframe tasks done 3f9a2c1
    kaframe tasks done 3f9a2c1 --on 2026-06-12 --note "visited the plant"
    """
    from kaframe.store import Act, finish_task, list_tasks, open_store

    project = opened(ctx)
    store = open_store(project)
    found = find_task(list_tasks(store), task)
    day = parsed_day(on) if on else project.as_of
    finish_task(store, found["task_key"], Act(author_of(author), day, note))
    words = words_of(project.config.language)
    click.echo(words["task is done"].format(title=found["title"], account=_whose(project, found), day=day))


@tasks.command()
@click.argument("task")
@click.option("--until", required=True, metavar="DAY", help="The day until which it may wait.")
@click.option("--note", default="", help="Why it has to wait.")
@on_option
@author_option
@click.pass_context
def snooze(ctx: click.Context, /, task: str, until: str, on: str | None, **said: str) -> None:
    """Put a task off until a day. TASK is its short key, its key, or the beginning of one.

    \b
    kaframe tasks snooze 3f9a2c1 --until 2026-07-15 --note "buyer on holiday"
    """
    from kaframe.store import Act, list_tasks, open_store, snooze_task

    project = opened(ctx)
    store = open_store(project)
    found = find_task(list_tasks(store), task)
    act = Act(author_of(said["author"]), parsed_day(on) if on else project.as_of, said["note"])
    snooze_task(store, found["task_key"], parsed_day(until, future=True), act)
    words = words_of(project.config.language)
    click.echo(words["task is snoozed"].format(title=found["title"], account=_whose(project, found), day=until))


def _as_they_stand(project: Project) -> list[dict[str, Any]]:
    """All tasks with the account's name and their state today, by due day."""
    from kaframe.store import list_tasks, open_store

    listed = list_tasks(open_store(project))
    names = _names(project) if listed else {}
    lead = _lead_times(project)
    return [
        {
            **task,
            "handle": handle_of(task["task_key"]),
            "name": names.get(task["account_id"], task["account_id"]),
            "state": _state(task, project.as_of, lead),
            "days_late": _days_late(task, project.as_of),
        }
        for task in listed
    ]


def _lead_times(project: Project) -> Callable[[Mapping[str, Any]], date | None]:
    """The day from which on a task is shown as due: its lead time before it."""
    from kaframe.calendar import read_calendar
    from kaframe.rules.maintain import A_WEEK

    config = project.config
    calendar = read_calendar(config.calendar, config.closed_days, config.place("calendar"))
    leads = {cadence.id: cadence.lead for cadence in project.rules.maintain.cadences}

    def shown_from(task: Mapping[str, Any]) -> date | None:
        lead = leads.get(task["rule"], A_WEEK) if task["kind"] == "cadence" else A_WEEK
        return calendar.earlier(task["due_on"], lead) if task["due_on"] else None

    return shown_from


def _state(task: Mapping[str, Any], today: date, shown_from: Callable[[Mapping[str, Any]], date | None]) -> str:
    if task["state"] != "open":
        return str(task["state"])
    if task["snoozed_until"] and task["snoozed_until"] > today:
        return "snoozed"
    if task["due_on"] and task["due_on"] < today:
        return "late"
    begins = shown_from(task)
    return "planned" if begins and begins > today else "due"


def _days_late(task: Mapping[str, Any], today: date) -> int:
    is_late = task["state"] == "open" and task["due_on"] and task["due_on"] < today
    return (today - task["due_on"]).days if is_late else 0


def _names(project: Project) -> dict[str, str]:
    """The names of the accounts that tasks are for."""
    from kaframe.published import load_run

    with load_run(project) as run:
        db = run.open("measures", "tasks")
        if "name" not in db.columns("measures"):
            return {}
        rows = db.rows(
            "SELECT account_id, name FROM measures SEMI JOIN tasks USING (account_id) WHERE name IS NOT NULL"
        )
    return {row["account_id"]: row["name"] for row in rows}


def _account(project: Project, text: str) -> str:
    from kaframe.cli.lookup import latest_account
    from kaframe.published import load_run

    with load_run(project) as run:
        return latest_account(run, text)[0]


def _whose(project: Project, task: Mapping[str, Any]) -> str:
    """The account that a task is for, or the member whose own it is."""
    members = {member.id: member.name for member in project.team.members}
    return str(task["account_id"] or members.get(task["member"], task["member"] or "-"))


def _in_words(project: Project, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    words = words_of(project.config.language)
    members = {member.id: member.name for member in project.team.members}
    return [
        {
            **row,
            "state": words.get(f"task.{row['state']}", row["state"]),
            "member": members.get(row["member"], row["member"]),
        }
        for row in rows
    ]
