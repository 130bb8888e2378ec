"""``kaframe history``: what became of an account, run by run, and what people did about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.lookup import every_id, latest_account
from kaframe.cli.projects import opened
from kaframe.cli.tables import format_option, plain, print_rows
from kaframe.cli.words import words_of

if TYPE_CHECKING:
    from kaframe.project import Project
    from kaframe.published import PublishedRun

COLUMNS = ("day", "what", "subject", "old", "new", "who", "note")


@click.command()
@click.argument("account")
@click.option("--runs", "only_runs", is_flag=True, help="Only how it stood on every published day.")
@format_option
@click.pass_context
def history(ctx: click.Context, account: str, only_runs: bool, form: str) -> None:
    """Show what became of an account, run by run, and what people did about it.

    ACCOUNT is an id, a name, or a part of a name that only one account has. Ids that the account had before count too.

    \b
    kaframe history C006
    kaframe history C006 --runs
    kaframe history "Harbour Retail" --format csv > harbour.csv
    """
    from kaframe.published import load_run
    from kaframe.store import list_history, open_store

    project = opened(ctx)
    with load_run(project) as latest:
        account_id, name = latest_account(latest, account)
        ids = every_id(latest, account_id)
    lines = [_standing(project, run, ids) for run in _published(project)]
    if not only_runs:
        lines += list_history(open_store(project), ids)
    words = words_of(project.config.language)
    told = sorted((line for line in lines if line), key=lambda line: (line["day"], line["what"] != "run"))
    if form == "table":
        click.echo(plain(f"{account_id}  {name}"), err=True)
        told = [_in_words(project, line) for line in told]
    columns = ("day", "what", "note", "who") if form == "table" else COLUMNS
    print_rows(told, {column: words.get(f"history.{column}", column) for column in columns}, form)


def _published(project: Project) -> list[str]:
    """The current run of every day, oldest first."""
    from kaframe.store import list_runs, open_store

    found = [run for run in list_runs(open_store(project)) if run["state"] == "published"]
    return [run["run_id"] for run in sorted(found, key=lambda run: run["as_of"])]


def _standing(project: Project, run_id: str, ids: list[str]) -> dict[str, Any]:
    """How the account stood in one run: colour, points, tier, stage; nothing when it was not there."""
    from kaframe.published import load_run

    with load_run(project, run_id) as run:
        account_id = next((one for one in ids if run.rows("tiers", one)), None)
        return _line_of(project, run, account_id) if account_id else {}


def _line_of(project: Project, run: PublishedRun, account_id: str) -> dict[str, Any]:
    cards = project.rules.score.primaries()
    colours = [row for row in run.rows("colours", account_id) if row["card"] in cards]
    tier = run.rows("tiers", account_id)[0]["tier"]
    stages = run.rows("stages", account_id)
    known = [row for row in colours if row["points"] is not None]
    scores = [project.rules.score.shown(row["card"], row["points"]) for row in known[:1]]
    note = ", ".join([*scores, tier, *(row["stage"] for row in stages)])
    day: date = run.as_of
    return {
        "day": day,
        "what": "run",
        "subject": run.run_id,
        "old": None,
        "new": colours[0]["status"] if colours else None,
        "who": None,
        "note": note,
    }


def _in_words(project: Project, line: dict[str, Any]) -> dict[str, Any]:
    """The line with one text for people: what an event says, or what somebody did it to and said about it."""
    from kaframe.labels import labels

    named = labels(project)
    words = words_of(project.config.language)
    kinds = ("status", "tier", "stage", "member", "card")

    def word(name: str | None) -> str:
        found = (named[f"{kind}.{name}"] for kind in kinds if f"{kind}.{name}" in named)
        return next(found, name or "")

    if line["what"] == "run":
        line = {**line, "note": ", ".join(word(part) for part in line["note"].split(", "))}
    is_event = line["who"] is None and line["what"] != "run"
    parts = [line["note"]] if is_event else [word(line["subject"]), word(line["new"]), line["note"] or ""]
    what = words.get(f"history.{line['what']}", line["what"])
    return {**line, "what": what, "note": "  ".join(part for part in parts if part)}
