"""Maven Analytics' CRM: deals without an account, a misspelt product, and 80/20 does not hold."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kaframe

Row = dict[str, str]
Rows = Callable[[str], list[dict[str, Any]]]
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


def test_deals_without_an_account_are_shown(previewed: Rows) -> None:
    """All 8,800 deals are kept; the 1,425 without an account stand apart and are counted."""
    (source,) = [row for row in previewed("sources") if row["table_name"] == "opportunities"]
    assert (source["rows_read"], source["kept"], source["orphans"]) == (8_800, 8_800, 1_425)
    orphans = [row for row in previewed("orphans") if row["table_name"] == "opportunities"]
    assert [(row["account_id"], row["row_count"]) for row in orphans] == [(None, 1_425)]


def test_the_misspelt_product_is_shown(previewed: Rows, deals: list[Row]) -> None:
    """Deals of GTXPro stay with their accounts and are told as deals of unlisted products."""
    found = sum(row["deals_of_unlisted_products"] for row in previewed("measures"))
    assert found == sum(row["product"] == "GTXPro" and row["account"] != "" for row in deals) > 1_000


def test_kaframe_finds_the_published_figures(previewed: Rows, companies: list[Row]) -> None:
    """85 accounts with their parents, 10,005,534 won, and 59 of them carry 80 %."""
    parents = {row["account_id"]: row["parent"] for row in previewed("accounts")}
    assert parents == {row["account"]: row["subsidiary_of"] or None for row in companies}
    assert sum(row["won_value"] for row in previewed("measures")) == 10_005_534
    (portfolio,) = [row for row in previewed("portfolio") if row["measure"] == "won_value"]
    assert (portfolio["accounts"], portfolio["total"], portfolio["carry_80"]) == (85, 10_005_534, 59)


def test_a_run_goes_to_the_report(real: Callable[[str], Path]) -> None:
    """The whole cycle runs, publishes and writes its reports; the same again publishes nothing new."""
    project = kaframe.load(real(NAME))
    first, second = project.run(as_of=LAST_DAY), project.run(as_of=LAST_DAY)
    assert first.reports
    assert all(report.stat().st_size > 1_000 for report in first.reports)
    assert second.committed.run_id == first.committed.run_id
