"""Numbers, money and days as people of a language write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kaframe.wording import Wording


@pytest.mark.parametrize(
    ("language", "currency", "value", "unit", "expected"),
    [
        ("en", "CNY", 1234567.4, "currency", "CN¥1,234,567"),
        ("en", "EUR", 12.5, "currency", "€12.50"),
        ("en", "USD", -3_000_000, "currency", "-$3,000,000"),
        ("zh", "CNY", 8500, "currency", "8,500元"),
        ("zh", "CNY", 12_554_206.6, "currency", "1,255.4万元"),
        ("zh", "CNY", 123_000_000, "currency", "1.23亿元"),
        ("zh", "USD", 12_300, "currency", "1.23万美元"),
        ("zh", "CNY", -0.2851, "percent", "-28.5%"),
        ("en", "CNY", 0.5, "percent", "50%"),
        ("en", "CNY", 46.27, "days", "46"),
        ("en", "CNY", 2.5, "days", "2.5"),
        ("en", "CNY", 1234.56, "number", "1,235"),
        ("en", "CNY", 8.456, "", "8.46"),
        ("zh", "CNY", date(2026, 6, 30), "date", "2026年6月30日"),
        ("en", "CNY", date(2026, 6, 30), "date", "30 June 2026"),
        ("zh", "CNY", True, "flag", "是"),
        ("en", "CNY", None, "currency", "—"),
        ("en", "CNY", "<b>", "text", "<b>"),
        ("en", "EUR", 1e60, "currency", "€1E60"),
        ("zh", "CNY", -1.2345e60, "currency", "-1.23E52亿元"),
        ("zh", "EUR", 1.7e308, "percent", "1.7E310%"),
        ("en", "EUR", 1e60, "count", "1E60"),
        ("zh", "EUR", 1e60, "number", "1E60"),
    ],
)
def test_a_value_is_written_by_its_unit(language: str, currency: str, value: Any, unit: str, expected: str) -> None:
    """Chinese counts in ten thousands, English in thousands."""
    assert Wording(language, currency).text(value, unit) == expected
