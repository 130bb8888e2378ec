"""``kaframe show``: what holds after all layers: rules with their places, names, team, data, gates; and errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.errorpages import error
from kaframe.cli.listings import ListingGroup
from kaframe.cli.lookup import known_name
from kaframe.cli.projects import as_of_option, opened
from kaframe.cli.tables import format_option, json_text, print_rows
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.project import Project

QUARANTINE = "SELECT * FROM quarantined ORDER BY table_name, file, line, reason"


@click.group(cls=ListingGroup)
def show() -> None:
    """Show the resolved rules, names, team, sources, gates, bad rows, expected data, or errors.

    \b
    kaframe show rules --kind score --origin
    kaframe show names --step status
    kaframe show functions
    kaframe show expected
    kaframe show error KF2010
    """


show.add_command(error)


@show.command()
@click.option("--kind", default="", metavar="KIND", help="Only one rule file, such as score.")
@click.option("--origin", is_flag=True, help="The place of every value as a comment.")
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", help="JSON has no comments.")
@click.pass_context
def rules(ctx: click.Context, kind: str, origin: bool, form: str) -> None:
    """Print the resolved rules: what packs and the project's own rules say together.

    \b
    kaframe show rules --kind score --origin
    kaframe show rules > resolved.yaml
    kaframe show rules --format json > resolved.json
    """
    from kaframe.cli.origin import yaml_with_origin
    from kaframe.rules.load import KINDS
    from kaframe.yamlfile import dump_yaml

    if origin and form == "json":
        hint = "JSON has no comments; leave one of them out"
        raise UsageError([Problem(None, "KF6068", "--origin and --format json cannot go together", hint)])
    project = opened(ctx)
    nodes = project.rules.nodes
    kinds = [known_name(kind, KINDS, "kind of rules")] if kind else [name for name in KINDS if name in nodes]
    if form == "json":
        click.echo(json_text({name: nodes[name].plain() for name in kinds if name in nodes}))
        return
    for name in kinds:
        node = nodes.get(name)
        click.echo(f"# {name}.yaml")
        if node is None:
            click.echo("{}")
        elif origin:
            click.echo(yaml_with_origin(node))
        else:
            click.echo(dump_yaml(node.plain()).rstrip())


@show.command()
@click.option(
    "--step", default="notify", show_default=True, metavar="STEP", help="The step whose expressions they are for."
)
@click.option(
    "--table", "table", default="", metavar="TABLE", help="The columns of a table instead, for measures over it."
)
@format_option
@click.pass_context
def names(ctx: click.Context, step: str, table: str, form: str) -> None:
    """List the names that expressions of a step may use, with their types.

    A name that is absent is known to the packs, and this project has no such data: it is missing for every account.

    \b
    kaframe show names --step score
    kaframe show names --table orders
    """
    from kaframe.names import ORDER, account_scope, table_scope

    project = opened(ctx)
    if table:
        known = {*project.catalog.tables, *project.rules.expected.tables}
        scope = table_scope(project, known_name(table, known, "table"))
    else:
        scope = account_scope(project, known_name(step, ORDER[1:], "step with account expressions"))
    rows = [
        {"name": name, "type": str(item.type), "absent": item.absent or None, "label": _label(project, name)}
        for name, item in sorted(scope.names.items())
    ]
    print_rows(rows, _headed(project, ("name", "type", "absent", "label"), form), form)


@show.command()
@click.option("--kind", type=click.Choice(["scalar", "window", "aggregate", "series"]), help="Only these.")
@format_option
@click.pass_context
def functions(ctx: click.Context, kind: str | None, form: str) -> None:
    """List the functions that expressions may call, those of plugins among them.

    \b
    kaframe show functions
    kaframe show functions --kind aggregate --format json
    """
    project = opened(ctx)
    language = project.config.language
    rows = [
        {
            "function": one.signature,
            "gives": str(one.returns or "as its arguments"),
            "meaning": one.summary[language],
            "example": one.example,
            "plugin": owner.name if (owner := project.plugins.owner("function", one.name)) else None,
        }
        for one in sorted(project.functions.values(), key=lambda one: one.name)
        if kind in (None, one.kind)
    ]
    print_rows(rows, _headed(project, ("function", "gives", "meaning", "example", "plugin"), form), form)


@show.command()
@format_option
@click.pass_context
def team(ctx: click.Context, form: str) -> None:
    """List the members with roles, deputies, absences and capacity, as of today.

    \b
    kaframe show team
    """
    project = opened(ctx)
    rows = [
        {
            "member": member.id,
            "name": member.name,
            "roles": ", ".join(member.roles),
            "there": member.is_there(project.as_of),
            "deputy": member.deputy or None,
            "leaves": member.leaves,
            "capacity": member.capacity,
            "email": member.email or None,
        }
        for member in project.team.members
    ]
    columns = ("member", "name", "roles", "there", "deputy", "leaves", "capacity", "email")
    print_rows(rows, _headed(project, columns, form), form)


@show.command()
@format_option
@click.pass_context
def sources(ctx: click.Context, form: str) -> None:
    """List the declared tables and the columns that they offer.

    \b
    kaframe show sources
    """
    project = opened(ctx)
    offered = {"accounts": project.catalog.accounts, **project.catalog.tables}
    declared = {"accounts": project.config.accounts.sources} | {
        name: table.sources for name, table in project.config.tables.items()
    }
    rows = [
        {
            "table": table,
            "reader": ", ".join(dict.fromkeys(source.reader for source in declared.get(table, ()))) or None,
            "place": ", ".join(_place(source.options) for source in declared.get(table, ())) or None,
            "columns": ", ".join(f"{name} {kind}" for name, kind in columns.items()),
        }
        for table, columns in offered.items()
    ]
    print_rows(rows, _headed(project, ("table", "reader", "place", "columns"), form), form)


@show.command()
@format_option
@click.pass_context
def gates(ctx: click.Context, form: str) -> None:
    """List the gates on the data with their limits, also those that hold without a word.

    \b
    kaframe show gates
    """
    project = opened(ctx)
    rows = [
        {"gate": gate.name, "severity": gate.severity, "limit": gate.limit_text, "place": str(gate.at)}
        for gate in project.config.gates
    ]
    print_rows(rows, _headed(project, ("gate", "severity", "limit", "place"), form), form)


@show.command()
@click.option("--table", "name", default="", metavar="TABLE", help="Only one table, such as orders.")
@as_of_option
@format_option
@click.pass_context
def quarantine(ctx: click.Context, name: str, as_of: str | None, form: str) -> None:
    """List the rows that cannot be used, with file, line and reason; the data are read now.

    A row that breaks its column's type, repeats a key or has no day is kept apart. CSV and JSON have its raw values
    too.

    \b
    kaframe show quarantine
    kaframe show quarantine --table orders
    kaframe show quarantine --format csv > to-mend.csv
    """
    from kaframe.data import load_tables
    from kaframe.database import Database

    project = opened(ctx, as_of)
    if name:
        known_name(name, ["accounts", *project.catalog.tables], "table")
    with Database(memory_limit=project.config.limits.buffers) as db:
        load_tables(project, db)
        rows = [row for row in db.rows(QUARANTINE) if name in ("", row["table_name"])]
    columns: tuple[str, ...] = ("table_name", "source", "file", "line", "reason", "row_text")
    if form == "table":
        rows = [{"table": row["table_name"], "place": f"{row['file']}:{row['line']}", **row} for row in rows]
        columns = ("table", "place", "reason")
    print_rows(rows, _headed(project, columns, form), form)


@show.command()
@format_option
@click.pass_context
def expected(ctx: click.Context, form: str) -> None:
    """List the data that the packs can use, and which of it this project has.

    \b
    kaframe show expected
    kaframe show expected --format csv > data-to-ask-for.csv
    """
    project = opened(ctx)
    rows = list(_expected(project))
    print_rows(rows, _headed(project, ("table", "column", "type", "here", "label"), form), form)


def _headed(project: Project, columns: tuple[str, ...], form: str) -> dict[str, str]:
    """The columns with their headings: in the project's language for people, their names for programs."""
    words = words_of(project.config.language)
    return {name: words[f"show.{name}"] if form == "table" else name for name in columns}


def _expected(project: Project) -> Iterator[dict[str, Any]]:
    wanted = {"accounts": project.rules.expected.accounts, **project.rules.expected.tables}
    have = {"accounts": project.catalog.accounts, **project.catalog.tables}
    for table, columns in wanted.items():
        for name, column in columns.items():
            here = name in have.get(table, {})
            label = project.text(column.label)
            yield {"table": table, "column": name, "type": column.type, "here": here, "label": label}


def _label(project: Project, name: str) -> str | None:
    from kaframe.labels import labels

    named = labels(project)
    return next((named[f"{kind}.{name}"] for kind in ("measure", "column") if f"{kind}.{name}" in named), None)


def _place(options: Any) -> str:
    """The path of a source as the project says it; of others nothing, as a url may hold secrets."""
    path = options.get("path")
    return str(path.value) if path is not None and isinstance(path.value, str) else "-"
