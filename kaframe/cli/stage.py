"""``kaframe stage``: where accounts stand in the team's cycle, and moving or parking one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.listings import ListingGroup, author_of, author_option, on_option
from kaframe.cli.lookup import labelled_name, latest_account
from kaframe.cli.projects import opened, parsed_day
from kaframe.cli.tables import format_option, print_rows
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.project import Project

STATES = ("on_track", "behind", "stuck", "parked", "done")
COLUMNS = ("account_id", "name", "stage", "state", "entered_on", "due_on", "member", "waits_for")


@click.group(cls=ListingGroup)
def stage() -> None:
    """Show where accounts stand; move, park or resume one.

    \b
    kaframe stage show --state stuck
    kaframe stage move C006 strategy --reason "needs are clear from the tender"
    kaframe stage park C006 --until 2026-09-01 --reason "buyer is being replaced"
    """


@stage.command()
@click.argument("account", default="")
@click.option("--stage", "wanted", default="", metavar="STAGE", help="Only accounts in this stage.")
@click.option("--state", type=click.Choice(STATES), help="Only accounts in this state.")
@format_option
@click.pass_context
def show(ctx: click.Context, account: str, wanted: str, state: str | None, form: str) -> None:
    """Show where accounts stood in the latest run, and what moves by hand wait for the next one.

    \b
    kaframe stage show
    kaframe stage show C006
    kaframe stage show --state stuck --format csv
    """
    from kaframe.published import load_run

    project = opened(ctx)
    if wanted:
        wanted = labelled_name(project, "stage", wanted, (item.id for item in project.rules.stage.stages))
    with load_run(project) as run:
        account_id = latest_account(run, account)[0] if account else None
        rows = [
            {**row, "name": row["name"] or row["account_id"]}
            for row in run.open("stages", "measures").rows(_query(run.db.columns("measures")))
            if account_id in (None, row["account_id"])
            and wanted in ("", row["stage"])
            and state in (None, row["state"])
        ]
    words = words_of(project.config.language)
    if form == "table":
        print_rows(
            [_in_words(project, row) for row in rows], {name: words.get(f"stage.{name}", name) for name in COLUMNS}
        )
        _tell_waiting(project, account_id)
    else:
        more = ("role", "from_stage", "by", "reason", "parked_until")
        print_rows(rows, {name: name for name in (*COLUMNS, *more)}, form)


@stage.command()
@click.argument("account")
@click.argument("stage_id", metavar="STAGE")
@click.option("--reason", required=True, help="Why.")
@on_option
@author_option
@click.pass_context
def move(ctx: click.Context, /, account: str, stage_id: str, **said: Any) -> None:
    """Put a key account or candidate into a stage; the next run uses it.

    \b
    kaframe stage move C006 strategy --reason "needs are clear from the tender"
    """
    from kaframe.labels import labels
    from kaframe.store import move_stage, open_store

    project = opened(ctx)
    stage_id = labelled_name(project, "stage", stage_id, (item.id for item in project.rules.stage.stages))
    account_id = _managed_account(project, account)
    move_stage(open_store(project), account_id, stage_id, _act(project, said))
    _tell(project, "stage moved", account=account_id, stage=labels(project).get(f"stage.{stage_id}", stage_id))


@stage.command()
@click.argument("account")
@click.option("--until", metavar="DAY", help="The day on which it goes on by itself.")
@click.option("--reason", required=True, help="Why.")
@on_option
@author_option
@click.pass_context
def park(ctx: click.Context, /, account: str, until: str | None, **said: Any) -> None:
    """Let an account rest until a day, or until it is resumed: its limit does not count.

    \b
    kaframe stage park C006 --until 2026-09-01 --reason "buyer is being replaced"
    """
    from kaframe.store import open_store, park_account

    project = opened(ctx)
    account_id = _managed_account(project, account)
    day = parsed_day(until, future=True) if until else None
    park_account(open_store(project), account_id, day, _act(project, said))
    _tell(project, "stage parked", account=account_id, until=day or _by_hand(project))


@stage.command()
@click.argument("account")
@click.option("--reason", required=True, help="Why.")
@on_option
@author_option
@click.pass_context
def resume(ctx: click.Context, /, account: str, **said: Any) -> None:
    """Let a parked account go on.

    \b
    kaframe stage resume C006 --reason "the new buyer has started"
    """
    from kaframe.store import open_store, resume_account

    project = opened(ctx)
    account_id = _managed_account(project, account)
    resume_account(open_store(project), account_id, _act(project, said))
    _tell(project, "stage resumed", account=account_id)


def _query(columns: dict[str, str]) -> str:
    name = "m.name" if "name" in columns else "NULL"
    joined = f"SELECT s.*, {name} AS name FROM stages AS s LEFT JOIN measures AS m USING (account_id)"
    return f"{joined} ORDER BY due_on, account_id"


def _act(project: Project, said: dict[str, Any]) -> Any:
    from kaframe.store import Act

    return Act(author_of(said["author"]), parsed_day(said["on"]) if said["on"] else project.as_of, said["reason"])


def _managed_account(project: Project, text: str) -> str:
    """The account that a text means. Raises: UsageError KF6070 when it is in no cycle: no run would use the move."""
    from kaframe.published import load_run

    with load_run(project) as run:
        account_id, name = latest_account(run, text)
        if run.rows("managed", account_id):
            return account_id
        message = f"{account_id} ({name}) is neither key account nor candidate, so it stands in no stage"
        hint = "rules/identify.yaml says which accounts are; 'kaframe accounts --managed' shows them"
        raise UsageError([Problem(None, "KF6070", message, hint)])


def _tell(project: Project, what: str, **facts: Any) -> None:
    click.echo(words_of(project.config.language)[what].format(**facts))


def _tell_waiting(project: Project, account_id: str | None) -> None:
    """Moves by hand that no run has used yet."""
    from kaframe.labels import labels
    from kaframe.store import list_moves, open_store

    words, named = words_of(project.config.language), labels(project)
    for row in list_moves(open_store(project)):
        if row["used_by_run"] is None and account_id in (None, row["account_id"]):
            stage = named.get(f"stage.{row['stage']}", row["stage"])
            action = words[f"waits.{row['action']}"].format(stage=stage, until=row["until"] or _by_hand(project))
            facts = {name: row[name] for name in ("account_id", "author", "reason")}
            click.echo(words["move waits"].format(**facts, action=action), err=True)


def _by_hand(project: Project) -> str:
    """The end of a parking without a last day."""
    return words_of(project.config.language)["resumed by hand"]


def _in_words(project: Project, row: dict[str, Any]) -> dict[str, Any]:
    from kaframe.labels import labels

    named, words = labels(project), words_of(project.config.language)
    return {
        **row,
        "stage": named.get(f"stage.{row['stage']}", row["stage"]),
        "state": words.get(f"state.{row['state']}", row["state"]),
        "member": named.get(f"member.{row['member']}", row["member"]),
    }
