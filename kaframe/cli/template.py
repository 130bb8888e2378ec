"""``kaframe template``: which template counts, what stands in it, and how it reads for an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.listings import ListingGroup
from kaframe.cli.lookup import find_account
from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.tables import format_option, plain, print_rows
from kaframe.cli.words import Words, words_of
from kaframe.errors import Problem, RuleError, UsageError, nearest

if TYPE_CHECKING:
    from kaframe.layouts import Layout
    from kaframe.project import Project

COLUMNS = ("name", "file", "origin", "used_by", "hides")
SHOWN = ("name", "place", "used_by", "hides")
NOTICE = "notice"


@click.group(cls=ListingGroup)
def template() -> None:
    """List, show and try the templates of plans and messages.

    \b
    kaframe template list
    kaframe template show plan.md.j2
    kaframe template render plan.md.j2 --account C006
    """


@template.command("list")
@format_option
@click.pass_context
def list_(ctx: click.Context, form: str) -> None:
    """List every template: the file that counts, where it is from, what uses it, which files it hides.

    A file in templates/ of the project comes before one of a plugin, of a pack, and a bundled one.

    \b
    kaframe template list
    kaframe template list --format json
    """
    from kaframe.layouts import list_layouts

    project = opened(ctx)
    words = words_of(project.config.language)
    listed = [_row(project, layout) for layout in list_layouts(project)]
    if form == "table":
        print_rows([_in_words(row, words) for row in listed], {name: words[f"template.{name}"] for name in SHOWN})
    else:
        print_rows(listed, {name: name for name in COLUMNS}, form)


@template.command()
@click.argument("name")
@click.option("--below", is_flag=True, help="The file whose place it takes, instead of the one that counts.")
@click.pass_context
def show(ctx: click.Context, name: str, below: bool) -> None:
    """Print the text of a template, for instance to begin one of your own with it.

    \b
    kaframe template show plan.md.j2
    kaframe template show notice.txt.j2
    """
    from kaframe.errors import Location
    from kaframe.layouts import find_layouts
    from kaframe.templates.folder import read_template

    project = opened(ctx)
    files = find_layouts(project, _layout(project, name).name)
    if below and len(files) < 2:
        raise UsageError([Problem(None, "KF6062", f"'{name}' takes no other file's place", "leave out --below")])
    chosen = files[1 if below else 0]
    click.echo(f"{chosen.file}", err=True)
    click.echo(read_template(chosen.path, Location(chosen.file, path=str(chosen.path))), nl=False)


@template.command()
@click.argument("name")
@click.option("--account", "account", required=True, metavar="ACCOUNT", help="Whose plan or message.")
@as_of_option
@click.option("--run", "run_id", metavar="RUN", help="For the day of this run, with rules and data as they are now.")
@click.option("--format", "form", type=click.Choice(["md", "html"]), default="md", show_default=True, help="As what.")
@click.pass_context
def render(ctx: click.Context, /, name: str, account: str, **asked: Any) -> None:
    """Write a template for an account, as the next run would: computed anew, with nothing published or changed.

    \b
    kaframe template render plan.md.j2 --account C006
    kaframe template render recover_service.md.j2 --account C006 --as-of 2026-06-30
    kaframe template render plan.md.j2 --account C006 --format html > plan.html
    kaframe template render notice.txt.j2 --account C006
    """
    from kaframe.database import Database
    from kaframe.document import html_page
    from kaframe.flow import preview

    project = _on_the_day(ctx, asked["as_of"], asked["run_id"])
    layout = _layout(project, name)
    is_notice = layout.name.startswith(NOTICE)
    with Database() as db:
        preview(project, db, until="change" if is_notice else "strategy")
        account_id, title = find_account(db, account)
        text = (_message if is_notice else _plan)(project, db, layout.name, account_id)
    if not text.strip():
        click.echo(words_of(project.config.language)["template empty"], err=True)
    click.echo(html_page(text, title, project.config.language) if asked["form"] == "html" else text, nl=False)


def _plan(project: Project, db: Any, name: str, account_id: str) -> str:
    from kaframe.strategy import render_for

    text = render_for(project, db, name, account_id)
    if text is None:
        known = [row["account_id"] for row in db.rows("SELECT account_id FROM plans ORDER BY account_id LIMIT 5")]
        hint = f"plans are for key accounts, such as {', '.join(known)}" if known else "no account has a plan"
        raise UsageError([Problem(None, "KF6051", f"no plan for the account '{account_id}'", hint)])
    return text


def _message(project: Project, db: Any, name: str, account_id: str) -> str:
    from kaframe.notify import render_for

    message = render_for(project, db, name, account_id)
    if message is None:
        hint = "choose another --account or --as-of; 'kaframe preview --table events' lists what there is to tell"
        raise UsageError([Problem(None, "KF6058", f"there is nothing to tell of '{account_id}' on this day", hint)])
    if message.problem:
        raise RuleError([message.problem])
    return message.text


def _on_the_day(ctx: click.Context, as_of: str | None, run_id: str | None) -> Project:
    if as_of and run_id:
        raise UsageError([Problem(None, "KF6068", "--as-of and --run both say which day", "keep one of them")])
    project = opened(ctx, as_of)
    if run_id:
        from kaframe.published import load_run

        with load_run(project, run_id) as run:
            return project.on(run.as_of)
    return project


def _layout(project: Project, name: str) -> Layout:
    """The template of a name, also without its ending. Raises: UsageError KF6062 with the nearest."""
    from kaframe.layouts import list_layouts

    found = {layout.name: layout for layout in list_layouts(project)}
    for asked in (name, f"{name}.md.j2", f"{name}.txt.j2"):
        if asked in found:
            return found[asked]
    hint = nearest(name, [*found, *(known.partition(".")[0] for known in found)])
    hint = hint or f"templates: {', '.join(found) or 'none'}"
    raise UsageError([Problem(None, "KF6062", f"no template '{plain(name)}'", hint)])


def _row(project: Project, layout: Layout) -> dict[str, Any]:
    rules = project.rules
    users = [strategy.id for strategy in rules.strategy.strategies if strategy.template == layout.name]
    if layout.name == rules.strategy.plan:
        users = ["plans", *users]
    if layout.name.startswith(NOTICE):
        users = ["notices"]
    return {
        "name": layout.name, "file": layout.file, "origin": layout.origin, "used_by": ", ".join(users),
        "hides": ", ".join(layout.hides),
    }  # fmt: skip


def _in_words(row: dict[str, Any], words: Words) -> dict[str, Any]:
    """As people read it: the folders say where a file is from, and its name stands beside them."""
    place = words[f"origin.{row['origin']}"]
    if row["origin"] != "project":
        place = f"{place} {_folder(row['file'])}"
    return {**row, "place": place, "hides": ", ".join(map(_folder, filter(None, row["hides"].split(", "))))}


def _folder(file: str) -> str:
    return file.rpartition("/")[0].removesuffix("/templates")
