"""Maven Analytics' CRM: deals without an account, a misspelt product, and 80/20 does not hold."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

Row = dict[str, str]
NAME = "maven-crm"
LAST_DAY = "2017-12-31"


@pytest.fixture(scope="module")
def deals(data: Callable[[str], Path]) -> list[Row]:
    with (data(NAME) / "sales_pipeline.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def companies(data: Callable[[str], Path]) -> list[Row]:
    with (data(NAME) / "accounts.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_files_have_the_published_counts(deals: list[Row], companies: list[Row]) -> None:
    """85 accounts in groups, 8,800 deals of which 1,425 have no account and 1,480 a misspelt product."""
    parents = Counter(row["subsidiary_of"] for row in companies if row["subsidiary_of"])
    assert (len(companies), parents.total(), len(parents)) == (85, 15, 7)
    stages = Counter(row["deal_stage"] for row in deals)
    assert stages == {"Won": 4_238, "Lost": 2_473, "Engaging": 1_589, "Prospecting": 500}
    assert sum(not row["account"] for row in deals) == 1_425
    assert sum(row["product"] == "GTXPro" for row in deals) == 1_480


def test_the_portfolio_is_flat(deals: list[Row]) -> None:
    """Won value is 10,005,534, and it takes 59 of 85 accounts to carry 80 % of it."""
    won: dict[str, int] = defaultdict(int)
    for row in deals:
        if row["deal_stage"] == "Won":
            won[row["account"]] += int(row["close_value"])
    total = sum(won.values())
    assert total == 10_005_534
    above = [sum(other for other in won.values() if other > value) for value in won.values()]
    assert sum(share < 0.8 * total for share in above) == 59
