"""``kaframe accounts``: the accounts of the latest run, the most urgent first."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.lookup import known_name
from kaframe.cli.projects import opened
from kaframe.cli.tables import format_option, print_rows
from kaframe.cli.words import words_of

if TYPE_CHECKING:
    from kaframe.project import Project

ROOMY = 96  # columns of a terminal from which on nothing has to be left out
AT_MOST = 50  # rows of a table that somebody reads; programs get all
COLUMNS = ("account_id", "name", "tier", "status", "points", "weakest", "stage", "owner", "late_tasks")


@click.command()
@click.option("--tier", default="", help="Only accounts of this tier.")
@click.option("--status", default="", help="Only accounts of this colour, such as red.")
@click.option("--stage", default="", help="Only accounts in this stage.")
@click.option("--owner", default="", metavar="MEMBER", help="Only accounts that this member looks after, in any role.")
@click.option("--managed", is_flag=True, help="Only key accounts, candidates and accounts in a stage.")
@click.option("--all", "everything", is_flag=True, help=f"All rows of a table, not the first {AT_MOST}.")
@click.option("--run", "run_id", default="latest", metavar="RUN", help="A run, as 2026-03-31.1, or a day.")
@format_option
@click.pass_context
def accounts(ctx: click.Context, /, run_id: str, everything: bool, form: str, **wanted: Any) -> None:
    """List accounts with tier, colour, stage and owner, the most urgent first.

    \b
    kaframe accounts --managed
    kaframe accounts --status red --owner chen
    kaframe accounts --tier key --format csv > key-accounts.csv
    """
    from kaframe.published import load_run

    project = opened(ctx)
    _require_known(project, wanted)
    with load_run(project, run_id) as run:
        db = run.open("tiers", "measures", "colours", "stages", "owners", "tasks")
        named = "m.name" if "name" in db.columns("measures") else "m.account_id"
        query, parameters = _query(project, named, wanted)
        limit = AT_MOST if form == "table" and not everything else None
        rows = db.rows(query + (f" LIMIT {limit + 1}" if limit else ""), parameters)
        count = (
            len(rows)
            if limit is None or len(rows) <= limit
            else db.value(f"SELECT count(*) FROM ({query})", parameters)
        )
    words = words_of(project.config.language)
    shown = rows[:limit]
    headings = _headings(words)
    if form == "table":
        shown = _in_words(project, shown)
        if shutil.get_terminal_size().columns < ROOMY:
            del headings["weakest"]  # names need the room, and 'explain' tells it
    print_rows(shown, headings, form)
    if count > len(shown):
        click.echo(words["more accounts"].format(count=count - len(shown)), err=True)


def _query(project: Project, named: str, wanted: dict[str, Any]) -> tuple[str, list[Any]]:
    """One row an account; red before yellow before green, low points first, unmanaged accounts last."""
    from kaframe.database import literal
    from kaframe.names import of_primary
    from kaframe.shades import names_of

    ranks = " ".join(
        f"WHEN c.card = {literal(card)} AND c.status = {literal(status)} THEN {-rank}"
        for card in project.rules.score.primaries()
        for rank, status in enumerate(names_of(project, card))
    )
    owner_role = "account_manager"
    conditions, parameters = ["TRUE"], [owner_role]
    for column, key in (("t.tier", "tier"), ("c.status", "status"), ("s.stage", "stage")):
        if wanted[key]:
            conditions.append(f"{column} = ?")
            parameters.append(wanted[key])
    if wanted["owner"]:
        conditions.append("t.account_id IN (SELECT account_id FROM owners WHERE member = ?)")
        parameters.append(wanted["owner"])
    if wanted["managed"]:
        conditions.append("(t.key_account OR t.candidate OR s.stage IS NOT NULL)")
    managed = "coalesce(t.key_account OR t.candidate, FALSE) OR s.stage IS NOT NULL"
    status = f"CASE {ranks} ELSE 1 END" if ranks else "1"
    query = (
        f"SELECT t.account_id, {named} AS name, t.tier, c.card, c.status, c.points, c.weakest, s.stage, "
        "o.member AS owner, coalesce(l.late, 0) AS late_tasks FROM tiers AS t "
        "JOIN measures AS m ON m.account_id = t.account_id "
        f"LEFT JOIN (SELECT * FROM colours WHERE {of_primary(project)}) AS c ON c.account_id = t.account_id "
        "LEFT JOIN stages AS s ON s.account_id = t.account_id "
        "LEFT JOIN (SELECT account_id, min(member) AS member FROM owners WHERE role = ? GROUP BY ALL) AS o "
        "ON o.account_id = t.account_id "
        "LEFT JOIN (SELECT account_id, count(*) AS late FROM tasks WHERE state = 'late' GROUP BY ALL) AS l "
        f"ON l.account_id = t.account_id WHERE {' AND '.join(conditions)} "
        f"ORDER BY NOT ({managed}), {status}, c.points NULLS LAST, t.account_id"
    )
    return query, parameters


def _require_known(project: Project, wanted: dict[str, Any]) -> None:
    rules = project.rules
    colours = {colour.id for rule in rules.status.rgb.values() for colour in rule.colours} | {"no_data"}
    known = {
        "tier": {tier.id for tier in rules.identify.tiers},
        "status": colours,
        "stage": {stage.id for stage in rules.stage.stages},
        "owner": {member.id for member in project.team.members},
    }
    for key, names in known.items():
        if wanted[key]:
            known_name(wanted[key], names, "member" if key == "owner" else key)


def _in_words(project: Project, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as people read them: labels instead of ids."""
    from kaframe.labels import labels
    from kaframe.shades import find_mark

    named = labels(project)

    def word(kind: str, name: str | None) -> str | None:
        return named.get(f"{kind}.{name}", name) if name else None

    def marked(card: str, status: str | None) -> str | None:
        return f"{find_mark(project, card, status)} {word('status', status)}" if status else None

    return [
        {
            **row,
            "tier": word("tier", row["tier"]),
            "status": marked(row["card"], row["status"]),
            "points": None if row["points"] is None else project.rules.score.shown(row["card"], row["points"]),
            "weakest": named.get(f"node.{row['card']}.{row['weakest']}", row["weakest"]),
            "stage": word("stage", row["stage"]),
            "owner": word("member", row["owner"]),
            "late_tasks": row["late_tasks"] or None,
        }
        for row in rows
    ]


def _headings(words: dict[str, str]) -> dict[str, str]:
    names = ("account", "name", "tier", "status", "score", "weakest", "stage", "owner", "late")
    return {column: words[name] for column, name in zip(COLUMNS, names, strict=True)}
