"""A small project on disk, read by the real readers: a few accounts, their orders, the default pack."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FILES = {
    "kaframe.yaml": """\
version: 1
project: small
language: en
timezone: Asia/Shanghai
accounts: {source: {reader: csv, path: data/accounts.csv}, name: account}
tables:
  orders: {source: {reader: csv, path: data/orders.csv}, time: ordered_on}
reports: [report_json]
""",
    "team.yaml": """\
version: 1
members:
  - {id: chen, name: Chen, roles: [account_manager, lead]}
assignments:
  - {role: account_manager, member: chen}
""",
    "data/accounts.csv": "account_id,account\nA1,Alpha\nA2,Beta\nA3,Gamma\nA4,Delta\n",
    "data/orders.csv": """\
account_id,order_id,ordered_on,amount,profit
A1,1,2025-02-01,9000,900
A1,2,2026-01-10,8000,800
A2,3,2026-01-12,1500,150
A3,4,2026-02-01,500,50
A9,5,2026-02-02,10,1
A1,6,2026-03-09,4000,400
""",
}


def write_project(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Write the small project, with these files over or beside its own, and give its folder."""
    for name, text in {**FILES, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
