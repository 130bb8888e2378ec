"""Small projects with real files, for the tests of the data step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kaframe.data import load_tables
from kaframe.database import Database
from kaframe.errors import KaframeError
from kaframe.loading import load_project
from kaframe.project import Project

DAY = date(2026, 6, 30)
HEAD = "version: 1\nproject: test\nlanguage: en\npacks: []\ncurrency: CNY\ntimezone: Asia/Shanghai\n"
ACCOUNTS = "accounts: {source: {reader: csv, path: accounts.csv}}\n"
THREE = "account_id,name,region\nA1,Alpha,south\nA2,Beta,north\nA3,Gamma,south\n"


def make(folder: Path, config: str, files: Mapping[str, str | bytes], uses: str = "", as_of: date = DAY) -> Project:
    """The project with this configuration and these files; ``uses`` are the columns that it speaks of."""
    labels = f"labels: {{{', '.join(f'{name}: {name}' for name in uses.split())}}}\n" if uses else ""
    config = config if "accounts:" in config else ACCOUNTS + config
    everything: dict[str, str | bytes] = {"accounts.csv": THREE, **files, "kaframe.yaml": HEAD + config + labels}
    everything.setdefault("team.yaml", "version: 1\nroles: []\nmembers: []\n")
    for name, content in everything.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_project(folder, as_of=as_of)


class Loaded:
    """The tables after the data step."""

    def __init__(self, project: Project) -> None:
        self.db = Database()
        load_tables(project, self.db)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """All rows of a table in their natural order, these columns of them."""
        chosen = ", ".join(f'"{name}"' for name in columns) or "*"
        found = self.db.rows(f'SELECT {chosen} FROM "{table}" ORDER BY ALL')
        return [tuple(row.values()) for row in found]

    def source(self, table: str) -> dict[str, int]:
        """The counts of a table's sources, added up."""
        names = ("rows_read", "kept", "quarantined", "left_out", "after_as_of", "orphans")
        sums = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in names)
        return self.db.rows(f"SELECT {sums} FROM sources WHERE table_name = '{table}'")[0]

    def quality(self) -> dict[tuple[str, str, str], int]:
        """Findings by table, column and kind."""
        return {(row[0], row[1], row[2]): row[3] for row in self.rows("quality")}


def load(folder: Path, config: str, files: Mapping[str, str | bytes], uses: str = "") -> Loaded:
    """Make a project and load it."""
    return Loaded(make(folder, config, files, uses))


def problems(error: KaframeError) -> list[str]:
    """Place, code and message of each problem."""
    return [f"{problem.at}: {problem.code} {problem.message}" for problem in error.problems]


def codes(error: KaframeError) -> list[str]:
    """The codes of all problems, in their order."""
    return [problem.code for problem in error.problems]


def csv_rows(header: str, rows: Iterable[str]) -> str:
    """A CSV text."""
    return "\n".join([header, *rows]) + "\n"
