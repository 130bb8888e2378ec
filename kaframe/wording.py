"""The one door to Babel: numbers, money and days as people of a language write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

UNKNOWN = "—"
CHINESE_STEPS = ((1e8, "亿"), (1e4, "万"))  # how Chinese groups large numbers: by ten thousands
WHOLE_COUNT_FROM = 10
WHOLE_FROM = 100  # from here on decimals of a number or an amount tell nobody anything


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
            return f"{self._chinese(value)}{self._chinese_currency()}"
        from babel.numbers import format_currency

        whole = abs(value) >= WHOLE_FROM or value == int(value)
        form = "¤#,##0" if whole else "¤#,##0.00"
        return str(format_currency(value, self.currency, format=form, locale="en", currency_digits=False))

    def percent(self, value: float) -> str:
        """A share of 1 as ``28.5%``."""
        from babel.numbers import format_percent

        return str(format_percent(value, format="#,##0.#%", locale=self.language))

    def count(self, value: float) -> str:
        """How many, or how many days: whole from ten on."""
        from babel.numbers import format_decimal

        form = "#,##0" if abs(value) >= WHOLE_COUNT_FROM else "#,##0.#"
        return str(format_decimal(value, format=form, locale=self.language))

    def number(self, value: float) -> str:
        """``1,234``, or with up to two decimals when it is small."""
        from babel.numbers import format_decimal

        form = "#,##0" if abs(value) >= WHOLE_FROM else "#,##0.##"
        return str(format_decimal(value, format=form, locale=self.language))

    def day(self, value: date) -> str:
        """``30 June 2026``, ``2026年6月30日``."""
        from babel.dates import format_date

        form = "y年M月d日" if self.language == "zh" else "d MMMM y"
        return str(format_date(value, format=form, locale=self.language))

    def _chinese(self, value: float) -> str:
        from babel.numbers import format_decimal

        for step, word in CHINESE_STEPS:
            if abs(value) >= step:
                form = "#,##0.##" if abs(value) / step < 10 else "#,##0.#"
                return f"{format_decimal(value / step, format=form, locale='zh')}{word}"
        return self.number(value)

    def _chinese_currency(self) -> str:
        from babel.numbers import get_currency_name

        return "元" if self.currency == "CNY" else str(get_currency_name(self.currency, locale="zh"))

    def _flag(self, value: bool) -> str:
        if self.language == "zh":
            return "是" if value else "否"
        return "yes" if value else "no"


_BY_UNIT: Mapping[str, Callable[[Wording, float], str]] = {
    "currency": Wording.money,
    "percent": Wording.percent,
    "count": Wording.count,
    "days": Wording.count,
}
