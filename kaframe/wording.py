"""The one door to Babel: numbers, money and days as people of a language write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

UNKNOWN = "—"
CACHED = 8192
CHINESE_STEPS = ((1e8, "亿"), (1e4, "万"))  # how Chinese groups large numbers: by ten thousands
WHOLE_COUNT_FROM = 10
MOST_DIGITS = 9
WHOLE_FROM = 100  # from here on decimals of a number or an amount tell nobody anything
HUGE_FROM = 1e21  # from here on nobody counts the digits, and Babel soon cannot write them
HUGE = "0.##E0"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language, with amounts in one currency."""

    language: str
    currency: str

    def text(self, value: Any, unit: str = "") -> str:
        """A value by its unit: currency, percent, count, days, date, number; what is missing is a dash."""
        if value is None:
            return UNKNOWN
        if isinstance(value, bool):
            return self._flag(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, str):
            return value
        return _BY_UNIT.get(unit, Wording.number)(self, float(value))

    def money(self, value: float) -> str:
        """``CN¥1,234,567`` in English, ``123.5万元`` in Chinese."""
        if self.language == "zh":
            return f"{_chinese(value)}{_chinese_currency(self.currency)}"
        return _english_money(value, self.currency)

    def percent(self, value: float, digits: int | None = None) -> str:
        """A share of 1 as ``28.5%``, or with just so many digits after the point."""
        return _percent(value, "#,##0.#%" if digits is None else f"{_form(digits)}%", self.language)

    def count(self, value: float) -> str:
        """How many, or how many days: whole from ten on."""
        return _decimal(value, "#,##0" if abs(value) >= WHOLE_COUNT_FROM else "#,##0.#", self.language)

    def number(self, value: float, digits: int | None = None) -> str:
        """``1,234``, or with up to two decimals when it is small, or with just so many digits after the point."""
        if digits is not None:
            return _decimal(value, _form(digits), self.language)
        return _decimal(value, "#,##0" if abs(value) >= WHOLE_FROM else "#,##0.##", self.language)

    def day(self, value: date) -> str:
        """``30 June 2026``, ``2026年6月30日``."""
        return _day(value, self.language)

    def distance(self, value: date, today: date) -> str:
        """How far a day is from another: ``3 weeks ago``, ``in 5 days``, ``3周前``; ``today`` itself is today."""
        if value == today:
            return "今天" if self.language == "zh" else "today"
        return _distance((value - today).days, self.language)

    def _flag(self, value: bool) -> str:
        if self.language == "zh":
            return "是" if value else "否"
        return "yes" if value else "no"


# Babel takes some 0.1 ms for each of them, and the same days and numbers come by in thousands of plans.
@lru_cache(maxsize=CACHED)
def _decimal(value: float, form: str, language: str) -> str:
    from babel.numbers import format_decimal, format_scientific

    if abs(value) >= HUGE_FROM:
        return str(format_scientific(value, format=HUGE, locale=language))
    return str(format_decimal(value, format=form, locale=language))


@lru_cache(maxsize=CACHED)
def _percent(value: float, form: str, language: str) -> str:
    from babel.numbers import format_percent

    return str(format_percent(value, format=f"{HUGE}%" if abs(value) >= HUGE_FROM else form, locale=language))


@lru_cache(maxsize=CACHED)
def _english_money(value: float, currency: str) -> str:
    from babel.numbers import format_currency

    whole = abs(value) >= WHOLE_FROM or value == int(value)
    form = f"¤{HUGE}" if abs(value) >= HUGE_FROM else "¤#,##0" if whole else "¤#,##0.00"
    return str(format_currency(value, currency, format=form, locale="en", currency_digits=False))


@lru_cache(maxsize=CACHED)
def _day(value: date, language: str) -> str:
    from babel.dates import format_date

    form = "y年M月d日" if language == "zh" else "d MMMM y"
    return str(format_date(value, format=form, locale=language))


@lru_cache(maxsize=CACHED)
def _distance(days: int, language: str) -> str:
    from babel.dates import format_timedelta

    # Weeks from two on, months from two on, years from two on: "1 month ago" would hide whether it is 4 or 7 weeks.
    span = timedelta(days=days)
    return str(format_timedelta(span, granularity="day", threshold=2, add_direction=True, locale=language))


def _form(digits: int) -> str:
    digits = min(max(int(digits), 0), MOST_DIGITS)
    return f"#,##0.{'0' * digits}" if digits else "#,##0"


def _chinese(value: float) -> str:
    for step, word in CHINESE_STEPS:
        if abs(value) >= step:
            form = "#,##0.##" if abs(value) / step < WHOLE_COUNT_FROM else "#,##0.#"
            return f"{_decimal(value / step, form, 'zh')}{word}"
    return _decimal(value, "#,##0" if abs(value) >= WHOLE_FROM else "#,##0.##", "zh")


@lru_cache(maxsize=CACHED)
def _chinese_currency(currency: str) -> str:
    from babel.numbers import get_currency_name

    return "元" if currency == "CNY" else str(get_currency_name(currency, locale="zh"))


_BY_UNIT: Mapping[str, Callable[[Wording, float], str]] = {
    "currency": Wording.money,
    "percent": Wording.percent,
    "count": Wording.count,
    "days": Wording.count,
}
