"""What the command line says of gates on the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kaframe.cli.problems import problem_data, tell_problems
from kaframe.cli.tables import json_text, plain
from kaframe.cli.words import Words, words_of
from kaframe.secrets import redacted

if TYPE_CHECKING:
    from kaframe.database import Database
    from kaframe.errors import GateError
    from kaframe.project import Project

MARKS = {"failed": "✗", "accepted": "!", "warned": "!"}


def tell_held(project: Project, error: GateError, form: str) -> None:
    """A run that was held back: its gates with places and numbers, and where people can read it."""
    notes = [str(path) for path in error.notes]
    if form == "json":
        held = {"state": "held", **problem_data(error.problems), "reports": notes, "told": list(error.told)}
        click.echo(redacted(json_text(held)))
        return
    tell_problems(error.problems)
    words = words_of(project.config.language)
    click.echo(words["held"], err=True)
    for note in notes:
        click.echo(f"{words['report']}: {note}", err=True)
    if error.told:
        click.echo(f"{words['held.told']}: {plain(', '.join(error.told))}", err=True)


def tell_gates(db: Database, words: Words) -> None:
    """How many gates held; those that did not, each in a line."""
    counts = {row["state"]: row["n"] for row in db.rows("SELECT state, count(*) AS n FROM gates GROUP BY ALL")}
    if not counts:
        return
    parts = [f"{words[f'gate.{state}']} {counts[state]}" for state in ("passed", "no_run") if state in counts]
    parts += [f"{words[f'gate.{state}']} {counts[state]}" for state in MARKS if state in counts]
    click.echo(f"{words['gates']}: {', '.join(parts)}")
    order = "list_position(['failed', 'accepted', 'warned'], state), gate, source"
    for row in db.rows(f"SELECT * FROM gates WHERE state IN ('failed', 'accepted', 'warned') ORDER BY {order}"):
        reason = f" ({row['author']}: {row['reason']})" if row["reason"] else ""
        click.echo(f"  {MARKS[row['state']]} {plain(row['gate'])}: {plain(row['sentence'])}{plain(reason)}")
