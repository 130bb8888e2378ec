"""Listing accounts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.cli.tables import as_table, width


def test_most_urgent_first(finished: Path) -> None:
    """Red stands before yellow before green, and accounts that nobody looks after come last."""
    rows = json.loads(call("-C", finished, "accounts", "--format", "json").out)
    managed = json.loads(call("-C", finished, "accounts", "--managed", "--format", "json").out)
    assert [row["account_id"] for row in rows[: len(managed)]] == [row["account_id"] for row in managed]
    order = {"red": 0, "yellow": 1, "green": 2}
    ranks = [order[row["status"]] for row in managed]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("option", "value", "column"),
    [("--tier", "key", "tier"), ("--status", "red", "status"), ("--stage", "identification", "stage")],
    ids=["tier", "status", "stage"],
)
def test_filters(finished: Path, option: str, value: str, column: str) -> None:
    """Each filter leaves only what it says, and something."""
    rows = json.loads(call("-C", finished, "accounts", option, value, "--format", "json").out)
    assert {row[column] for row in rows} == {value}


def test_of_one_owner(finished: Path) -> None:
    """The accounts of all owners together are the managed ones."""
    both = [
        json.loads(call("-C", finished, "accounts", "--owner", name, "--format", "json").out) for name in ("kim", "sam")
    ]
    assert {row["owner"] for row in both[0]} == {"kim"}
    assert all(both)


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [("--status", "rde", "red"), ("--owner", "kimm", "kim"), ("--tier", "keey", "key")],
    ids=["status", "owner", "tier"],
)
def test_misspelt_names_are_answered(finished: Path, option: str, value: str, hint: str) -> None:
    """A name that does not exist is answered with the nearest one."""
    told = call("-C", finished, "accounts", option, value)
    assert told.code == 2
    assert f"did you mean '{hint}'?" in told.err


def test_table_fits_80_columns(finished: Path) -> None:
    """No line is wider than the terminal."""
    told = call("-C", finished, "accounts")
    assert max(width(line) for line in told.out.splitlines()) <= 80


def test_days_and_numbers_are_never_cut() -> None:
    """A listing that is too wide shortens texts alone: half a day says nothing."""
    rows = [["A" * 30, "2026-03-31", "1,234,567", "B" * 30], ["C", "-", "12", "D"]]
    table = as_table(rows, ["account", "due", "value", "name"], room=46)
    first = table.splitlines()[2]
    assert width(first) <= 46
    assert first.split()[1:3] == ["2026-03-31", "1,234,567"]


def test_csv_is_csv(finished: Path) -> None:
    """The CSV has a heading and as many rows as the JSON."""
    rows = list(csv.DictReader(io.StringIO(call("-C", finished, "accounts", "--format", "csv").out)))
    assert len(rows) == 12
    assert rows[0]["account_id"] == "A004"


def test_without_a_run(begun: Path) -> None:
    """Before the first run there is nothing to list, and it says how to begin."""
    told = call("-C", begun, "accounts")
    assert (told.code, told.out) == (2, "")
    assert "kaframe run" in told.err
