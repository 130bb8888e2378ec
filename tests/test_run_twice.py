"""The same day run twice is the day run once: projects made up at random, their state compared byte by byte.

``KAFRAME_TWICE=200`` takes that many projects instead of 5.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import call
from tests.smallproject import fingerprint, write_project

HOW_MANY = int(os.environ.get("KAFRAME_TWICE", "5"))
LAST = date(2026, 3, 31)
CONFIG = """\
version: 1
project: twice
language: {language}
timezone: Asia/Shanghai
currency: CNY
accounts: {{source: {{reader: csv, path: data/accounts.csv}}, name: account}}
tables:
  orders: {{source: {{reader: csv, path: data/orders.csv}}, time: ordered_on}}
on_bad_rows: {bad_rows}
channels:
  told: {{type: file}}
reports: [{reports}]
"""
TEAM = """\
version: 1
members:
  - {id: chen, name: 陈晨, roles: [account_manager, lead]}
  - {id: kim, name: Kim, roles: [account_manager, after_sales]}
assignments:
  - {role: account_manager, member: chen}
"""
NAMES = ("Alpha", "客户=1", "<b>Beta</b>", "@all", "Gamma, Ltd", 'De"lta', "É", "E\u0301", " x", "n/a")
OF_THE_BYTES = ("sources.parquet",)  # has the fingerprints of the files themselves
REPORTS = ("report_json", "report_html", "report_xlsx")


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    """Files of a project: names, orders of two years with holes in them, settings."""
    count = draw(st.integers(1, 12))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=count, max_size=count))
    quoted = [name.replace('"', '""') for name in names]
    accounts = [f'A{place},"{name}"' for place, name in enumerate(quoted)]
    order = st.tuples(
        st.integers(0, count), st.integers(0, 700), st.decimals(-500, 90_000, places=2), st.integers(-50, 9_000)
    )
    orders = [
        f"A{account},{place},{(LAST - timedelta(days=ago)).isoformat()},{amount},{profit}"
        for place, (account, ago, amount, profit) in enumerate(draw(st.lists(order, max_size=40)), start=1)
    ]
    if orders and draw(st.booleans()):
        orders.append("A0,999,never,1,1")  # a row for the quarantine
    reports = draw(st.lists(st.sampled_from(REPORTS), unique=True, min_size=1))
    return {
        "kaframe.yaml": CONFIG.format(
            language=draw(st.sampled_from(["en", "zh"])), bad_rows="quarantine", reports=", ".join(sorted(reports))
        ),
        "team.yaml": TEAM,
        "data/accounts.csv": "\n".join(["account_id,account", *accounts, ""]),
        "data/orders.csv": "\n".join(["account_id,order_id,ordered_on,amount,profit", *orders, ""]),
    }


def state(folder: Path) -> dict[str, Any]:
    """All files, and of the store every row of every table."""
    files = {name: digest for name, digest in fingerprint(folder).items() if ".db" not in name}
    with sqlite3.connect(folder / ".kaframe" / "kaframe.db") as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return files | {name: sorted(map(repr, store.execute(f'SELECT * FROM "{name}"'))) for name in tables}


def run(folder: Path, day: date) -> int:
    """The exit code of a run."""
    told = call("-C", folder, "run", "--as-of", day.isoformat())
    assert told.code in (0, 4, 5), told.err
    return told.code


def made_up(how_many: int) -> Any:
    """So many projects, the same ones every time; a run takes too long to look for the smallest that fails."""
    return settings(
        max_examples=how_many, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@given(projects(), st.integers(0, 60))
@made_up(HOW_MANY)
def test_twice_is_once(files: dict[str, str], before: int) -> None:
    """After one run and after two, with an earlier day before them or not: the same files and the same rows."""
    with tempfile.TemporaryDirectory() as place:
        folder = write_project(Path(place) / "p", files)
        if before:
            run(folder, LAST - timedelta(days=before))
        code = run(folder, LAST)
        once = state(folder)
        assert run(folder, LAST) == code
        twice = state(folder)
        assert {name for name in twice.keys() | once.keys() if twice.get(name) != once.get(name)} == set()
        assert code == 4 or any(name.endswith("manifest.json") for name in once)


@given(projects(), st.integers(0, 2**32))
@made_up(max(2, HOW_MANY // 10))
def test_the_order_of_rows_means_nothing(files: dict[str, str], seed: int) -> None:
    """The same rows in another order: the same reports, notices and tables; only what names lines and bytes differs."""
    with tempfile.TemporaryDirectory() as place:
        one = write_project(Path(place) / "one", files)
        other = shutil.copytree(one, Path(place) / "other")
        for name in ("accounts", "orders"):
            head, *rows = files[f"data/{name}.csv"].splitlines()
            Random(seed).shuffle(rows)
            (other / "data" / f"{name}.csv").write_text("\n".join([head, *rows, ""]), "utf-8")
        assert run(one, LAST) == run(other, LAST)
        kept = [
            {name: digest for name, digest in fingerprint(folder).items()
             if name.startswith("notices/") or (name.endswith(".parquet") and not name.endswith(OF_THE_BYTES))}
            for folder in (one, other)
        ]  # fmt: skip
        assert {name for name in kept[0].keys() | kept[1].keys() if kept[0].get(name) != kept[1].get(name)} == set()
