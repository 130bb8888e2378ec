"""The Chinese sample superstore: an old .xls, with everything in Chinese."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import python_calamine

import kaframe

Rows = Callable[[str], list[dict[str, Any]]]
NAME = "superstore-zh"
LAST_DAY = "2017-12-30"


@pytest.fixture(scope="module")
def lines(data: Callable[[str], Path]) -> list[dict[str, Any]]:
    book = python_calamine.CalamineWorkbook.from_path(str(data(NAME) / "示例 - 超市.xls"))
    header, *rows = book.get_sheet_by_name("订单").to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_the_sheet_has_the_published_counts(lines: list[dict[str, Any]]) -> None:
    """10,000 lines of 790 customers with 771 names; sales, profit and 138 customers that lose money."""
    profit: dict[str, float] = defaultdict(float)
    for row in lines:
        profit[row["客户 ID"]] += row["利润"]
    assert (len(lines), len(profit), len({row["客户名称"] for row in lines})) == (10_000, 790, 771)
    assert round(sum(row["销售额"] for row in lines), 2) == 16_117_548.24
    assert round(sum(profit.values()), 2) == 2_156_559.52
    assert sum(value < 0 for value in profit.values()) == 138


def test_kaframe_finds_the_published_figures(previewed: Rows) -> None:
    """790 customers from the order lines, sales and profit to the cent, 138 customers that lose money."""
    measures = previewed("measures")
    assert len(measures) == 790
    assert round(sum(row["sales_in_all"] for row in measures), 2) == 16_117_548.24
    assert round(sum(row["profit_in_all"] for row in measures), 2) == 2_156_559.52
    assert sum(row["profit_in_all"] < 0 for row in measures) == 138


def test_returns_find_their_customer_through_the_order(previewed: Rows, data: Callable[[str], Path]) -> None:
    """296 rows, none lost and none doubled: 143 of one customer each, 153 whose order number several customers have."""
    book = python_calamine.CalamineWorkbook.from_path(str(data(NAME) / "示例 - 超市.xls"))
    orders, returns = (book.get_sheet_by_name(name).to_python() for name in ("订单", "退货"))
    order, customer = orders[0].index("订单 ID"), orders[0].index("客户 ID")
    customers: dict[Any, set[Any]] = defaultdict(set)
    for row in orders[1:]:
        customers[row[order]].add(row[customer])
    expected: Counter[Any] = Counter()
    for row in returns[1:]:
        if len(customers[row[0]]) == 1:
            expected.update(customers[row[0]])
    found = {row["account_id"]: row["returns_in_all"] for row in previewed("measures") if row["returns_in_all"]}
    assert found == expected
    assert sum(found.values()) == 143
    source = next(row for row in previewed("sources") if row["table_name"] == "returns")
    assert [source[name] for name in ("rows_read", "kept", "left_out", "orphans")] == [296, 296, 0, 153]
    several = [row for row in previewed("orphans") if row["table_name"] == "returns"]
    assert all(row["accounts"] == len(customers[row["account_id"]]) > 1 for row in several)
    assert sum(row["row_count"] for row in several) == 153


def test_customers_have_columns_of_their_own(previewed: Rows) -> None:
    """Type, region and first order, from the lines of each customer."""
    one = next(row for row in previewed("accounts") if row["account_id"] == "曾惠-14485")
    assert one["segment"] in ("消费者", "公司", "小型企业")
    assert {row["region"] for row in previewed("accounts")} == {"东北", "中南", "华东", "华北", "西北", "西南"}


def test_what_is_written_is_chinese(previewed: Rows) -> None:
    """Names, insights, plans and tasks are in Chinese."""
    assert {row["account_id"]: row["name"] for row in previewed("accounts")}["曾惠-14485"] == "曾惠"
    texts = [row["sentence"] for row in previewed("insights")] + [row["title"] for row in previewed("tasks")]
    assert texts
    assert [text for text in texts if not re.search("[一-鿿]", text)] == []
    assert all("客户" in row["markdown"] for row in previewed("plans"))


def test_a_run_goes_to_the_report(real: Callable[[str], Path]) -> None:
    """The whole cycle runs, publishes and writes its reports; the same again publishes nothing new."""
    project = kaframe.load(real(NAME))
    first, second = project.run(as_of=LAST_DAY), project.run(as_of=LAST_DAY)
    assert first.reports
    assert all(report.stat().st_size > 1_000 for report in first.reports)
    assert second.committed.run_id == first.committed.run_id
