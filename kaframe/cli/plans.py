"""``kaframe plans``: the personal plans of key accounts, and who approves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from kaframe.cli.listings import ListingGroup, author_of, author_option, on_option
from kaframe.cli.lookup import every_id, latest_account, renamed_ids
from kaframe.cli.planexport import export
from kaframe.cli.projects import opened, parsed_day
from kaframe.cli.tables import format_option, plain, print_rows
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError, nearest

if TYPE_CHECKING:
    from datetime import date

    from kaframe.project import Project

STATES = ("draft", "waiting", "approved", "rejected")
COLUMNS = ("account_id", "version", "state", "made_on", "approval", "title")


@click.group(cls=ListingGroup)
def plans() -> None:
    """List, show, edit, approve and reject account plans.

    \b
    kaframe plans list --state waiting
    kaframe plans show C006
    kaframe plans edit C006
    kaframe plans export C006 -o plan.docx
    kaframe plans approve C006 --author lead1
    """


@plans.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only plans in this state.")
@click.option("--account", "account", default="", metavar="ACCOUNT", help="All versions of one account's plan.")
@format_option
@click.pass_context
def list_(ctx: click.Context, state: str | None, account: str, form: str) -> None:
    """List the latest version of every plan, or all versions of one.

    \b
    kaframe plans list
    kaframe plans list --state waiting
    kaframe plans list --account C006 --format json
    """
    from kaframe.store import list_plans, open_store

    project = opened(ctx)
    listed = list_plans(open_store(project), _ids(project, account) if account else ())
    if listed and not account:
        followed, known = _renamed(project), {row["account_id"] for row in listed}
        listed = [row for row in listed if followed.get(row["account_id"]) not in known]  # it goes on under the new id
    rows = [row for row in listed if state in (None, row["state"])]
    words = words_of(project.config.language)
    if form == "table":
        columns = {name: words.get(f"plan.{name}", name) for name in COLUMNS}
        print_rows([_in_words(project, row, rows[-1] if account else row) for row in rows], columns)
    else:
        more = ("strategies", "content_hash", "decided_by", "decided_on", "decision_reason")
        print_rows(rows, {name: name for name in (*COLUMNS, *more)}, form)


@plans.command()
@click.argument("account")
@click.option("--version", "version", type=int, help="An earlier version; default the latest.")
@click.pass_context
def show(ctx: click.Context, account: str, version: int | None) -> None:
    """Print a plan as Markdown.

    \b
    kaframe plans show C006
    kaframe plans show C006 --version 1
    """
    from kaframe.store import list_plans, open_store

    project = opened(ctx)
    ids = _ids(project, account)
    account_id = ids[0]
    found = {row["version"]: row for row in list_plans(open_store(project), ids)}
    chosen = found.get(version) if version is not None else found[max(found)] if found else None
    if chosen is None:
        hint = f"versions: {', '.join(map(str, found))}" if found else _why_none(project, account_id)
        which = f"version {version} of the plan" if version is not None else "plan"
        raise UsageError([Problem(None, "KF6051", f"no {which} for the account '{account_id}'", hint)])
    click.echo("\n".join(map(plain, (chosen["markdown"] or "").rstrip().split("\n"))))


@plans.command()
@click.argument("account")
@click.option("--open", "launch", is_flag=True, help="Open the file with the program that this computer has for it.")
@click.pass_context
def edit(ctx: click.Context, account: str, launch: bool) -> None:
    """Put a plan into plans/ to be edited; every later run keeps what you write in it.

    What the data change is merged in. Where you and the data change the same place, both texts stay and are marked. To
    give up your changes, delete the file.

    \b
    kaframe plans edit C006
    kaframe plans edit C006 --open
    """
    from kaframe.edits import begin_edit, plan_name
    from kaframe.published import load_run

    project = opened(ctx)
    account_id = _ids(project, account)[0]
    with load_run(project) as run:
        found = [row for row in run.rows("plans", account_id) if row["markdown"]]
    if not found:
        message = f"no plan for the account '{account_id}'"
        raise UsageError([Problem(None, "KF6051", message, _why_none(project, account_id))])
    file = found[0]["file"] or plan_name(account_id)
    try:
        begun = begin_edit(project.root, file, found[0]["generated"] or found[0]["markdown"], project.config.language)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}"
        raise UsageError([Problem(None, "KF6079", message, "check the rights and the disk")]) from error
    words = words_of(project.config.language)
    click.echo(words["plan begun" if begun else "plan goes on"].format(file=project.root / file))
    if launch:
        click.launch(str(project.root / file))


@plans.command()
@click.argument("account")
@click.option("--note", default="", help="What there is to say about it.")
@on_option
@author_option
@click.pass_context
def approve(ctx: click.Context, /, account: str, **said: Any) -> None:
    """Approve the latest version of an account's plan.

    Only members with the role that the plan asks for (or their deputy while they are away) may: --author is a member.

    \b
    kaframe plans approve C006 --author lead1
    """
    _decide(ctx, account, "approved", said)


@plans.command()
@click.argument("account")
@click.option("--reason", "note", required=True, help="Why.")
@on_option
@author_option
@click.pass_context
def reject(ctx: click.Context, /, account: str, **said: Any) -> None:
    """Reject the latest version of an account's plan, with a reason.

    \b
    kaframe plans reject C006 --author lead1 --reason "the goals are not ambitious"
    """
    _decide(ctx, account, "rejected", said)


plans.add_command(export)


def _decide(ctx: click.Context, account: str, decision: Literal["approved", "rejected"], said: dict[str, Any]) -> None:
    from kaframe.store import Act, decide_plan, list_plans, open_store

    project = opened(ctx)
    account_id, name = _account(project, account)
    store = open_store(project)
    day = parsed_day(said["on"]) if said["on"] else project.as_of
    author = author_of(said["author"])
    waiting = [row for row in list_plans(store) if row["account_id"] == account_id and row["approval"]]
    if waiting:
        _require_approver(project, author, waiting[0]["approval"], day)
        if decision == "approved":
            _refuse_open_conflicts(waiting[0])
    plan = decide_plan(store, account_id, decision, Act(author, day, said["note"]))
    words = words_of(project.config.language)
    facts = {"version": plan["version"], "account": account_id, "name": name, "state": words[f"plan.{decision}"]}
    click.echo(words["plan decided"].format(**facts))


def _require_approver(project: Project, author: str, role: str, day: date) -> None:
    """Raises: UsageError KF6065 when the author has not the role that approves, nor stands in for one who has."""
    team = project.team
    holders = team.in_role(role)
    acting = {member.id for member in holders}
    acting |= {deputy.id for member in holders if (deputy := team.acting_for(member, day))}
    if not holders or author in acting:
        return
    listed = ", ".join(sorted(acting))
    hint = nearest(author, acting) or f"name one of them with --author: {listed}"
    raise UsageError([Problem(None, "KF6065", f"'{author}' may not decide: the plan is for the role {role}", hint)])


def _refuse_open_conflicts(plan: dict[str, Any]) -> None:
    """Raises: UsageError KF6069 for a plan in which two texts stand where one is meant."""
    from kaframe.edits import find_conflicts, plan_name

    conflicts = find_conflicts(plan["markdown"] or "")
    if conflicts:
        file, lines = plan_name(plan["account_id"]), ", ".join(map(str, conflicts))
        message = f"the plan still has conflicts, at line {lines}"
        raise UsageError([Problem(None, "KF6069", message, f"decide them in {file} and run 'kaframe run' again")])


def _why_none(project: Project, account_id: str) -> str:
    """Why the latest run wrote no plan, when it says so."""
    from kaframe.published import load_run

    with load_run(project) as run:
        problems = [row["problem"] for row in run.rows("plans", account_id) if row["problem"]]
    return f"the latest run could not write it: {problems[0]}" if problems else "'kaframe plans list' shows all"


def _in_words(project: Project, row: dict[str, Any], latest: dict[str, Any]) -> dict[str, Any]:
    """The row as people read it: an earlier version waits for nobody, and some plans never did."""
    state, roles = row["state"], {role.id: project.text(role.label, role.id) for role in project.team.roles}
    if state == "waiting" and row["version"] < latest["version"]:
        state = "replaced"
    if state == "approved" and not row["approval"]:
        state = "needless"
    return {
        **row,
        "state": words_of(project.config.language).get(f"plan.{state}", state),
        "approval": roles.get(row["approval"], row["approval"]),
    }


def _account(project: Project, text: str) -> tuple[str, str]:
    from kaframe.published import load_run

    with load_run(project) as run:
        return latest_account(run, text)


def _ids(project: Project, text: str) -> list[str]:
    """The id of the account that a text means, then those it had before."""
    from kaframe.published import load_run

    with load_run(project) as run:
        return every_id(run, latest_account(run, text)[0])


def _renamed(project: Project) -> dict[str, str]:
    from kaframe.published import load_run

    with load_run(project) as run:
        return renamed_ids(run.open("renamed"))
