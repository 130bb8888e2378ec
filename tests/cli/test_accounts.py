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


def test_a_table_of_too_many_columns_is_told_row_by_row() -> None:
    """Cut to six letters each they would say nothing; what a row does not have is left out."""
    rows = [[f"值{n}" if n else "C006" for n in range(14)], ["C007", *["-"] * 13]]
    table = as_table(rows, ["account", *[f"column {n}" for n in range(1, 14)]], room=80)
    first, second = table.split("\n\n")
    assert first.splitlines()[:2] == ["account    C006", "column 1   值1"]
    assert second == "account    C007"
    assert max(map(width, table.splitlines())) <= 80


def test_what_commands_are_given_is_cut_last() -> None:
    """The name of a template stands whole, though the column behind it is cut."""
    table = as_table([["make_profitable.md.j2", "x" * 70]], ["template", "place"], room=60)
    assert "make_profitable.md.j2" in table
    assert max(map(width, table.splitlines())) <= 60


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


FAMILY = {
    "kaframe.yaml": "version: 1\nproject: small\nlanguage: en\npacks: []\nreports: []\n"
    "accounts: {source: {reader: csv, path: data/accounts.csv}, name: account}\n",
    "team.yaml": "version: 1\nmembers: []\n",
    "data/accounts.csv": "account_id,account,size,x\nA1,Alpha,500,40.122\nA2,Beta,5,40.122\nA3,Gamma,5,90\n",
    "rules/identify.yaml": "version: 1\ntiers: [{id: key, key: true, when: true}]\n",
    "rules/score.yaml": """\
version: 1
semantics:
  whole: {like: gainsight}
  fine: {like: gainsight, rounding: {display: 2}}
scorecards:
  big: {family: health, primary: true, semantics: whole, applies: size > 100, children: {x: {value: x, label: Growth}}}
  rest: {family: health, default: true, semantics: fine, children: {x: {value: x, label: Logins}}}
""",
    "rules/status.yaml": """\
version: 1
rgb:
  big: {green: {from: 75}, red: else}
  rest: {warm: {from: 75}, cold: else}
""",
}


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which accounts have the card of their segment; not to be changed but by overrides of A2."""
    folder = tmp_path_factory.mktemp("family")
    for name, text in FAMILY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    told = call("-C", folder, "run", "--as-of", "2026-06-30")
    assert told.code == 0, told.err
    return folder


def test_scores_are_shown_with_the_digits_of_their_card(family: Path) -> None:
    """In the listing, the history and the explanation; data keep the exact points."""
    listed = call("-C", family, "accounts").out.splitlines()
    alpha, beta = (next(line for line in listed if name in line) for name in ("Alpha", "Beta"))
    assert ("40 " in alpha, "40.12" in alpha, "40.12" in beta) == (True, False, True)
    assert ("cold" in beta, "Logins" in beta or "Growth" not in beta) == (True, True)
    rows = json.loads(call("-C", family, "accounts", "--format", "json").out)
    assert {row["account_id"]: row["points"] for row in rows} == {"A1": 40.122, "A2": 40.122, "A3": 90}
    assert [row["status"] for row in rows][-1] == "warm"
    assert "40.12, key" in call("-C", family, "history", "A2", "--format", "csv").out
    assert "40 / 100" in call("-C", family, "explain", "A1").out
    assert "40.12 / 100" in call("-C", family, "explain", "A2").out


def test_a_colour_by_hand_is_of_the_card_of_the_segment(family: Path) -> None:
    """Without --card it is the one that the account has, whose colours are the legal ones."""
    said = ("--until", "2027-06-30", "--reason", "a new board", "--author", "sam", "--on", "2026-06-30")
    assert "did you mean" in call("-C", family, "override", "set", "A2", "wram", *said).err
    assert call("-C", family, "override", "set", "A2", "green", *said).code == 2
    assert call("-C", family, "override", "set", "A2", "warm", *said).code == 0
    (row,) = json.loads(call("-C", family, "override", "list", "--format", "json").out)
    assert (row["account_id"], row["card"], row["status"]) == ("A2", "rest", "warm")
    assert call("-C", family, "override", "clear", "A2", "--author", "sam", "--on", "2026-06-30").code == 0
