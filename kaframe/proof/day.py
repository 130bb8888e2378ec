"""Columns that no rule can ever name, as their name means the day of the run."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.errors import Location, Problem
from kaframe.project import Project
from kaframe.proof.finding import finding

DAY = "as_of"


def check_day(project: Project) -> list[Problem]:
    """A source brings a column ``as_of``: in every expression that word is the day of the run."""
    hint = "give the column another name: columns: {stand: as_of}"
    return [
        finding(at, "KF2386", f"the column 'as_of' of {table} is never seen: in rules that is the day of the run", hint)
        for table, at in _tables(project)
    ]


def _tables(project: Project) -> Iterator[tuple[str, Location]]:
    config, catalog = project.config, project.catalog
    if DAY in catalog.accounts and config.accounts.sources:
        yield "accounts", config.accounts.sources[0].at
    for name, columns in catalog.tables.items():
        if DAY in columns and name in config.tables:
            yield name, config.tables[name].sources[0].at
