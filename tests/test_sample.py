"""The sample of a new project."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from kaframe.sample import ACCOUNTS, sample_files

TODAY = date(2026, 3, 1)
OWNERS = ("chen", "wang")


def rows(name: str, language: str = "zh") -> list[dict[str, str]]:
    """One of its files as rows."""
    return list(csv.DictReader(io.StringIO(sample_files(TODAY, language, OWNERS)[name])))


def test_same_day_gives_the_same_bytes() -> None:
    """There is no chance in it."""
    assert sample_files(TODAY, "zh", OWNERS) == sample_files(TODAY, "zh", OWNERS)


@pytest.mark.parametrize(
    ("name", "column"),
    [("orders.csv", "ordered_on"), ("tickets.csv", "opened_on"), ("activities.csv", "activity_on")],
    ids=["orders", "tickets", "activities"],
)
def test_nothing_lies_in_the_future(name: str, column: str) -> None:
    """Its data end before the day on which the project begins."""
    assert max(row[column] for row in rows(name)) < TODAY.isoformat()


def test_names_in_the_language() -> None:
    """The accounts are called what people of that language would call them."""
    assert rows("accounts.csv", "en")[0]["name"] == "Northwind Stores"
    assert rows("accounts.csv")[0]["name"] == "北方商超"
    assert len(rows("accounts.csv")) == len(ACCOUNTS)


def test_each_story_is_in_the_data() -> None:
    """One loses money, one complains, one has been silent for a quarter."""
    ids = {account.story: f"A{number + 1:03}" for number, account in reversed(list(enumerate(ACCOUNTS)))}
    assert sum(float(row["profit"]) for row in rows("orders.csv") if row["account_id"] == ids["loss"]) < 0
    assert sum(row["account_id"] == ids["complaining"] for row in rows("tickets.csv")) == 7
    last = max(row["activity_on"] for row in rows("activities.csv") if row["account_id"] == ids["silent"])
    assert last < (TODAY - timedelta(days=90)).isoformat()
