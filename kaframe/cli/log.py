"""``kaframe log``: a visit, a call, a survey: what somebody did with an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kaframe.cli.listings import author_of, author_option, on_option
from kaframe.cli.lookup import latest_account
from kaframe.cli.projects import opened, parsed_day
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError, nearest

if TYPE_CHECKING:
    from kaframe.project import Project


@click.command()
@click.argument("kind")
@click.argument("account")
@on_option
@click.option("--note", default="", help="What came of it.")
@author_option
@click.pass_context
def log(ctx: click.Context, /, kind: str, account: str, on: str | None, **said: str) -> None:
    """Log a visit, call or other activity with an account.

    KIND is one that a cadence of rules/maintain.yaml counts, such as visit, or any other word. The next run counts
    it like what the data say.

    \b
    kaframe log visit C006
    kaframe log call "Harbour Retail" --on 2026-06-12 --note "agreed on a new price list"
    """
    from kaframe.published import load_run
    from kaframe.store import Act, log_activity, open_store

    project = opened(ctx)
    counts_for = _counts_for(project, kind)
    with load_run(project) as run:
        account_id, name = latest_account(run, account)
    act = Act(author_of(said["author"]), parsed_day(on) if on else project.as_of, said["note"])
    log_activity(open_store(project), account_id, kind, act)
    words = words_of(project.config.language)
    click.echo(words["logged"].format(kind=kind, account=account_id, name=name, day=act.on))
    told = words["counts for"].format(names=", ".join(counts_for)) if counts_for else words["counts for nothing"]
    click.echo(told, err=True)


def _counts_for(project: Project, kind: str) -> list[str]:
    """The cadences that count this kind. Raises: UsageError KF6066 for what is probably a misspelt one."""
    cadences = project.rules.maintain.cadences
    found = [project.text(cadence.title) for cadence in cadences if kind in cadence.kinds]
    known = {name for cadence in cadences for name in cadence.kinds}
    near = nearest(kind, known)
    if not found and near:
        raise UsageError([Problem(None, "KF6066", f"no cadence counts '{kind}'", near)])
    return list(dict.fromkeys(found))
