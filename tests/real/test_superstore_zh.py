"""The Chinese sample superstore: an old .xls, with everything in Chinese."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import python_calamine

NAME = "superstore-zh"
LAST_DAY = "2017-12-30"


@pytest.fixture(scope="module")
def lines(data: Callable[[str], Path]) -> list[dict[str, Any]]:
    book = python_calamine.CalamineWorkbook.from_path(str(data(NAME) / "示例 - 超市.xls"))
    header, *rows = book.get_sheet_by_name("订单").to_python()
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_sheet_has_the_published_counts(lines: list[dict[str, Any]]) -> None:
    """10,000 lines of 790 customers with 771 names; sales, profit and 138 customers that lose money."""
    profit: dict[str, float] = defaultdict(float)
    for row in lines:
        profit[row["客户 ID"]] += row["利润"]
    assert (len(lines), len(profit), len({row["客户名称"] for row in lines})) == (10_000, 790, 771)
    assert round(sum(row["销售额"] for row in lines), 2) == 16_117_548.24
    assert round(sum(profit.values()), 2) == 2_156_559.52
    assert sum(value < 0 for value in profit.values()) == 138
