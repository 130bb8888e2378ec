"""A project of forty accounts that is published for one day, and ways in which its data break before the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.smallproject import fingerprint, write_project

BEFORE, DAY = "2026-03-31", "2026-04-30"
MONTHS = [f"2025-{month:02}" for month in range(1, 13)] + [f"2026-{month:02}" for month in range(1, 5)]
CONFIG = """\
version: 1
project: gated
language: {language}
timezone: Asia/Shanghai
accounts:
  source: {{reader: csv, path: data/accounts.csv}}
  name: account
  gates: {{unique: [vat_id], missing: {{region: 10%}}}}
tables:
  orders:
    source: {{reader: csv, path: data/orders.csv}}
    time: ordered_on
    types: {{amount: number, profit: number}}
    gates: {{fresh: 20 days, missing: {{amount: 5%}}}}
  tickets:
    source: {{reader: csv, path: data/tickets.csv}}
    time: opened_on
    unique: [ticket_id]
    gates: {{unique: {{at_most: 2%}}}}
channels: {{file: {{type: file, folder: notices}}}}
gates: {{measures: {{revenue_12m: 20%}}}}
"""
Files = Mapping[str, str]
Broken = Callable[[dict[str, list[str]]], dict[str, list[str]]]


def rows() -> dict[str, list[str]]:
    """The lines of every file, heads first."""
    accounts = ["account_id,account,vat_id,region"]
    accounts += [f"A{number:02},Account {number},V{number:03},{'north' if number % 2 else 'south'}"
                 for number in range(40)]  # fmt: skip
    orders = ["account_id,order_id,ordered_on,amount,profit"]
    orders += [
        f"A{number:02},{number}-{month},{month}-15,{1000 + 100 * number},{100 + number}"
        for number in range(40)
        for month in MONTHS
    ]
    tickets = ["account_id,ticket_id,opened_on,closed_on"]
    tickets += [f"A{number % 40:02},T{number},2026-0{1 + number % 3}-10,2026-0{1 + number % 3}-11"
                for number in range(100)]  # fmt: skip
    return {"accounts": accounts, "orders": orders, "tickets": tickets}


def gated(folder: Path, language: str = "en") -> Path:
    """The project with sound data."""
    return broken(write_project(folder, {"kaframe.yaml": CONFIG.format(language=language)}), lambda lines: lines)


def broken(folder: Path, change: Broken) -> Path:
    """The project with data that something has happened to."""
    for name, lines in change(rows()).items():
        (folder / "data" / f"{name}.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def kept(folder: Path) -> dict[str, Any]:
    """All that a run which is held back may not change: snapshots, the store's rows, notices, figures of the report."""
    files = fingerprint(folder)
    shown = ("report/accounts/", "report/report.json", "report/.run", ".kaframe/runs/", "notices/")
    store = sqlite3.connect(folder / ".kaframe" / "kaframe.db")
    tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    state = {name: sorted(map(repr, store.execute(f"SELECT * FROM {name}"))) for name in tables if name != "run_epoch"}
    store.close()
    return {"files": {name: sha for name, sha in files.items() if name.startswith(shown)}, "store": state}
