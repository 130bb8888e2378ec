"""``kaframe override``: a colour set by hand, with reason, author and expiry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.listings import ListingGroup, author_of, author_option, on_option
from kaframe.cli.lookup import every_id, labelled_name, latest_account, renamed_ids
from kaframe.cli.projects import opened, parsed_day
from kaframe.cli.tables import format_option, print_rows
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.project import Project

COLUMNS = ("account_id", "card", "status", "reason", "author", "set_on", "expires_on")


@click.group(cls=ListingGroup)
def override() -> None:
    """Set a colour by hand, with reason and expiry; the calculated one is kept beside it.

    \b
    kaframe override set C006 yellow --until 2026-07-31 --reason "recovery agreed with their board"
    kaframe override list
    kaframe override clear C006
    """


@override.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that have ended too.")
@format_option
@click.pass_context
def list_(ctx: click.Context, everything: bool, form: str) -> None:
    """List the colours that are set by hand now.

    \b
    kaframe override list
    kaframe override list --all --format csv
    """
    from kaframe.store import list_overrides, open_store

    project = opened(ctx)
    rows = list_overrides(open_store(project))
    last: dict[tuple[str, str], dict[str, Any]] = {}
    if not everything:
        for row in _under_new_ids(project, rows):  # the one set last comes first and stands in place of all before it
            if row["cleared_on"] is None:
                last.setdefault((row["account_id"], row["card"]), row)
        rows = [row for row in last.values() if row["expires_on"] >= project.as_of]
    words = words_of(project.config.language)
    columns = {name: words.get(f"override.{name}", name) for name in COLUMNS}
    if everything or form != "table":
        columns |= {name: words.get(f"override.{name}", name) for name in ("cleared_on", "cleared_by", "clear_reason")}
    print_rows([_in_words(project, row) for row in rows] if form == "table" else rows, columns, form)
    if form == "table" and len(rows) < len(last):
        click.echo(words["override.run out"].format(count=len(last) - len(rows), day=project.as_of), err=True)


@override.command("set")
@click.argument("account")
@click.argument("status")
@click.option("--until", required=True, metavar="DAY", help="The last day on which it holds.")
@click.option("--reason", required=True, help="Why.")
@click.option("--card", default="", metavar="CARD", help="The scorecard; default the one that bare status means.")
@on_option
@author_option
@click.pass_context
def set_(ctx: click.Context, /, account: str, status: str, until: str, **said: Any) -> None:
    """Set an account's colour until a day; the next run publishes it.

    \b
    kaframe override set C006 yellow --until 2026-07-31 --reason "recovery agreed with their board"
    """
    from kaframe.store import Act, Override, open_store, set_override

    project = opened(ctx)
    account_id = _account(project, account)
    card = _card(project, said["card"], account_id)
    status = labelled_name(project, "status", status, project.rules.status.rgb[card].names)
    act = Act(author_of(said["author"]), parsed_day(said["on"]) if said["on"] else project.as_of, said["reason"])
    row = Override(account_id, card, status, parsed_day(until, future=True))
    set_override(open_store(project), row, act)
    _tell(project, "override is set", {"account_id": account_id, "card": card, "status": status, "until": until})


@override.command()
@click.argument("account")
@click.option("--card", default="", metavar="CARD", help="The scorecard; default the one that bare status means.")
@click.option("--reason", default="", help="Why.")
@on_option
@author_option
@click.pass_context
def clear(ctx: click.Context, /, account: str, card: str, **said: Any) -> None:
    """End a colour that is set by hand; the next run publishes the calculated one.

    \b
    kaframe override clear C006 --reason "recovered"
    """
    from kaframe.store import Act, clear_override, list_overrides, open_store

    project = opened(ctx)
    store = open_store(project)
    made = list_overrides(store)
    # What the data or the rules no longer have can be cleared all the same.
    ids = _ids(project, account, {row["account_id"] for row in made})
    account_id = ids[0]
    card_id = card if card in {row["card"] for row in made} else _card(project, card, account_id)
    act = Act(author_of(said["author"]), parsed_day(said["on"]) if said["on"] else project.as_of, said["reason"])
    row = clear_override(store, ids, card_id, act)
    _tell(project, "override is cleared", {**row, "account_id": account_id})


def _card(project: Project, card: str, account_id: str) -> str:
    """The named scorecard, or the primary one, of cards by segment the account's own; it must have colours."""
    if card:
        return labelled_name(project, "card", card, project.rules.status.rgb)
    primary = project.rules.score.primary()
    if primary is not None and primary.family:
        return _own_card(project, account_id) or primary.id
    if primary is None or primary.id not in project.rules.status.rgb:
        raise UsageError(
            [Problem(None, "KF6062", "no scorecard has colours", "'rgb:' in rules/status.yaml gives them")]
        )
    return primary.id


def _own_card(project: Project, account_id: str) -> str | None:
    """The card of the family of the primary one that the account has in the latest run."""
    from kaframe.published import load_run

    cards = project.rules.score.primaries()
    with load_run(project) as run:
        found = [row["card"] for row in run.rows("colours", account_id)]
    return next((card for card in found if card in cards and card in project.rules.status.rgb), None)


def _account(project: Project, text: str) -> str:
    from kaframe.published import load_run

    with load_run(project) as run:
        return latest_account(run, text)[0]


def _ids(project: Project, text: str, made: set[str]) -> list[str]:
    """The id of the account that a text means, then those it had before; ``made`` are ids known from overrides."""
    from kaframe.published import load_run

    with load_run(project) as run:
        is_own = text in made and text not in renamed_ids(run.open("renamed"))
        return every_id(run, text if is_own else latest_account(run, text)[0])


def _tell(project: Project, what: str, row: dict[str, Any]) -> None:
    click.echo(words_of(project.config.language)[what].format(**_in_words(project, row)))


def _in_words(project: Project, row: dict[str, Any]) -> dict[str, Any]:
    """The row with colour, card and author as people read them."""
    from kaframe.labels import labels
    from kaframe.shades import find_mark

    named, status = labels(project), row["status"]
    worded = {
        "card": named.get(f"card.{row['card']}", row["card"]),
        "status": f"{find_mark(project, row['card'], status)} {named.get(f'status.{status}', status)}",
        "author": named.get(f"member.{row.get('author')}", row.get("author")),
    }
    return {**row, **worded}


def _under_new_ids(project: Project, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows under the ids of today; of merged accounts the one that keeps its id comes first."""
    from kaframe.published import load_run

    if not rows:
        return []
    with load_run(project) as run:
        followed = renamed_ids(run.open("renamed"))
    ordered = sorted(rows, key=lambda row: row["account_id"] in followed)
    return [{**row, "account_id": followed.get(row["account_id"], row["account_id"])} for row in ordered]
