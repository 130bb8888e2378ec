"""Projects and databases for the tests of steps: rules from YAML text, data from rows."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kaframe.bind import Label
from kaframe.config import bind_config
from kaframe.database import Database
from kaframe.expression import Type
from kaframe.plugins import load_plugins
from kaframe.project import Catalog, Project
from kaframe.rules.layers import Layer
from kaframe.rules.load import load_rules
from kaframe.team import load_team
from kaframe.yamlfile import parse_yaml

AS_OF = date(2026, 6, 30)
TYPES = {str: ("VARCHAR", Type.TEXT), float: ("DOUBLE", Type.NUMBER), int: ("DOUBLE", Type.NUMBER),
         bool: ("BOOLEAN", Type.BOOLEAN), date: ("DATE", Type.DATE)}  # fmt: skip
PAST = {
    "past_tiers": {"account_id": "VARCHAR", "tier": "VARCHAR", "key_account": "BOOLEAN", "since": "DATE"},
    "past_colours": {"account_id": "VARCHAR", "card": "VARCHAR", "status": "VARCHAR", "calculated": "VARCHAR",
                     "points": "DOUBLE", "since": "DATE", "last_colour": "VARCHAR"},
    "past_statuses": {"account_id": "VARCHAR", "card": "VARCHAR", "status": "VARCHAR", "as_of": "DATE",
                      "calculated": "VARCHAR", "points": "DOUBLE"},
    "past_overrides": {"account_id": "VARCHAR", "card": "VARCHAR", "status": "VARCHAR", "reason": "VARCHAR",
                       "author": "VARCHAR", "set_on": "DATE", "expires_on": "DATE"},
    "past_expired": {"account_id": "VARCHAR", "card": "VARCHAR", "status": "VARCHAR", "reason": "VARCHAR",
                     "author": "VARCHAR", "set_on": "DATE", "expires_on": "DATE"},
    "past_stages": {"account_id": "VARCHAR", "stage": "VARCHAR", "entered_on": "DATE", "state": "VARCHAR"},
}  # fmt: skip
CONFIG = "version: 1\nproject: test\nlanguage: en\naccounts: {source: {reader: csv, path: accounts.csv}}\n"
Rows = Sequence[Mapping[str, Any]]


def make_project(folder: Path, rules: Mapping[str, str], tables: Mapping[str, Rows], as_of: date = AS_OF) -> Project:
    """A project whose rules are these texts by kind, over data with the columns of these rows."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for kind, text in rules.items():
        (folder / "rules" / f"{kind}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    if not (folder / "team.yaml").exists():
        (folder / "team.yaml").write_text("version: 1\nroles: []\nmembers: []\n", encoding="utf-8")
    catalog = {name: {column: TYPES[kind][1] for column, kind in kinds(rows).items()} for name, rows in tables.items()}
    accounts = catalog.pop("accounts", {"account_id": Type.TEXT})
    config = bind_config(parse_yaml(CONFIG, "kaframe.yaml"))
    team = load_team(folder / "team.yaml", "team.yaml")
    loaded = load_rules([Layer(folder / "rules", "rules")])
    return Project(folder, config, loaded, team, load_plugins(None), Catalog(accounts, catalog), as_of)


def make_database(tables: Mapping[str, Rows], past: Mapping[str, Rows] | None = None) -> Database:
    """A database with these tables and the past (empty where nothing is given)."""
    db = Database()
    for name, rows in tables.items():
        db.create(name, rows, {column: TYPES[kind][0] for column, kind in kinds(rows).items()})
    for name, columns in PAST.items():
        db.create(name, (past or {}).get(name, ()), columns)
    return db


def kinds(rows: Rows) -> dict[str, type]:
    """The Python type of every column, from the first row that has a value."""
    found: dict[str, type] = {}
    for row in rows:
        for name, value in row.items():
            if value is not None:
                found.setdefault(name, type(value))
            else:
                found.setdefault(name, float) if all(other.get(name) is None for other in rows) else None
    return found


def label(text: str) -> Label:
    return Label(text, text)
