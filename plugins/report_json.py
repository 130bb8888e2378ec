"""The JSON report: what a run says of managed accounts, for programs. The same run gives the same bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import kaframe

MANAGED = ("measures", "tiers", "colours", "scores", "reasons", "owners", "insights", "stages", "plans", "actions",
           "goals", "near_misses", "handovers", "roll_ups", "explanations")  # fmt: skip
WHOLE = ("findings", "overrides", "members", "tasks", "events", "portfolio", "tier_counts", "tier_totals",
         "colour_counts", "pareto", "gates", "sources", "orphans", "quality", "undelivered")  # fmt: skip
LEVELS = 3  # head, tables, rows
SCORES = ("colours", "scores")
JSON_COLUMNS = {"insights": "evidence", "plans": "strategies", "members": "roles", "explanations": "content"}


@kaframe.hook
def kaframe_reports() -> Iterator[kaframe.ReportFormat]:
    """Leave the run as data, for dashboards and scripts."""
    summary = {"en": "One file for programs", "zh": "供程序读取的单个文件"}
    yield kaframe.ReportFormat(name="report_json", summary=summary, write=write, hold=hold)


def write(view: kaframe.RunView, folder: Path) -> Path:
    """Write ``report.json``: head, summary, labels, scorecards and tables (managed accounts, sums over all)."""
    tables: dict[str, Sequence[Mapping[str, Any]]] = {name: view.rows(f"managed.{name}") for name in MANAGED}
    tables |= {name: view.rows(name) for name in WHOLE}
    report = {
        "version": 1,
        "project": view.project,
        "language": view.language,
        "currency": view.currency,
        "as_of": view.as_of,
        "run_id": view.run_id,
        "summary": summarise(view, tables),
        "labels": view.labels,
        "units": view.units,
        "scorecards": {"primary": view.primary, "family": view.family, "scales": view.scales, "display": view.display,
                       "trees": view.cards},
        "tables": {name: [_told(view, name, row) for row in rows] for name, rows in tables.items()},
    }
    target, beside = folder / "report.json", folder / ".tmp-report.json"
    try:
        beside.write_bytes(f"{_listed(report, LEVELS)}\n".encode("utf-8", errors="replace"))
        beside.replace(target)  # nobody reads half of it
    finally:
        beside.unlink(missing_ok=True)
    return target


def hold(held: kaframe.HeldRun, folder: Path) -> Sequence[Path]:
    """Write ``held.json`` beside the report, which stays as it is: which run was held back, when, and its gates."""
    target = folder / "held.json"
    told = {
        "version": 1,
        "project": held.project,
        "as_of": held.as_of,
        "held_at": held.held_at,
        "shown": held.shown,
        "shown_as_of": held.shown_as_of,
        "gates": list(held.gates),
    }
    target.write_bytes(f"{_listed(told, LEVELS)}\n".encode("utf-8", errors="replace"))
    return [target]


def summarise(view: kaframe.RunView, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """The counts that people ask for first; tiers and colours (as bare ``status``) are of all accounts."""
    colours, managed = Counter[str](), Counter[str]()
    for row in tables["colour_counts"]:
        if row["card"] in (view.family or (view.primary,)):
            colours[row["status"]] += row["accounts"]
            managed[row["status"]] += row["accounts"] if row["managed"] else 0
    return {
        "accounts": {
            "all": sum(row["accounts"] for row in tables["tier_counts"]),
            "managed": len(tables["measures"]),
            "key_accounts": sum(1 for row in tables["tiers"] if row["key_account"]),
            "candidates": sum(1 for row in tables["tiers"] if row["candidate"]),
        },
        "tiers": {row["tier"]: row["accounts"] for row in tables["tier_counts"]},
        "colours": {"all": colours, "managed": +managed},
        "stages": Counter(row["stage"] for row in tables["stages"]),
        "tasks": Counter(row["state"] for row in tables["tasks"]),
        "events": Counter(row["kind"] for row in tables["events"]),
        "insights": Counter(row["kind"] for row in tables["insights"]),
        "findings": Counter(row["kind"] for row in tables["findings"]),
    }


def _listed(value: Any, levels: int) -> str:
    """The value as JSON with a line for each item of its first levels: a row of a table is a line."""
    if not (levels and value and isinstance(value, Mapping | list)):
        return _encoded(value)
    if isinstance(value, Mapping):
        items = [f"{json.dumps(key, ensure_ascii=False)}: {_listed(value[key], levels - 1)}" for key in sorted(value)]
        return "{\n" + ",\n".join(items) + "\n}"
    return "[\n" + ",\n".join(_listed(item, levels - 1) for item in value) + "\n]"


def _encoded(value: Any) -> str:
    try:
        return ENCODER.encode(value)
    except ValueError:  # a number that is not finite, which is seldom
        return ENCODER.encode(plain(value))


def plain(value: Any) -> Any:
    """The value as JSON has it: days as text, what is not a finite number as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(float(value))
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value


# Compact text is what the encoder of the standard library makes quickly; a dumps with an indent is ten times slower.
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, default=plain)


def _told(view: kaframe.RunView, table: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row as it is; a score has beside its exact points those that people read."""
    if table in SCORES:
        return {**row, "shown": view.shown(row["card"], row["points"])}
    return _parsed(table, row)


def _parsed(table: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with its column of JSON text as data, so that nobody parses twice."""
    column = JSON_COLUMNS.get(table)
    return {**row, column: json.loads(row[column])} if column and row.get(column) else row
