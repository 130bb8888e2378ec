"""The filters of templates that write values as people of the project's language do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import kaframe


@kaframe.hook
def kaframe_filters() -> Iterator[kaframe.Filter]:
    """Bring money, percent, number, date, ago and shown."""
    yield _written("money", money, "{{ 1234.5 | money }}", "€1,234", en="An amount of money", zh="金额")
    yield _written("percent", percent, "{{ 0.285 | percent }}", "28.5%", en="A share of 1 in percent", zh="百分比")
    yield _written("number", number, "{{ 1234 | number }}", "1,234", en="A number", zh="数字")
    yield _written("date", day, "{{ as_of | date }}", "30 June 2026", en="A day", zh="日期")
    yield kaframe.Filter(
        name="ago",
        summary={"en": "How long before or after another day, such as as_of", "zh": "距另一日期（如 as_of）多久"},
        apply=ago,
        example="{{ account.since | ago(as_of) }}",
        gives="3 months ago",
        written=True,
    )
    yield kaframe.Filter(
        name="shown",
        summary={"en": "A measure with its unit", "zh": "带单位的指标值"},
        apply=shown,
        example="{{ measures.revenue_12m | shown }}",
        gives="€1,234,567",
        written=True,
    )


def money(value: float | None, wording: kaframe.Wording, currency: str = "") -> str:
    """An amount in the project's currency, or in another one: ``money('USD')``; nothing is converted."""
    if value is None or not currency:
        return wording.text(value, "currency")
    return kaframe.escape_markdown(kaframe.Wording(wording.language, str(currency)).text(value, "currency"))


def percent(value: float | None, wording: kaframe.Wording, digits: int | None = None) -> str:
    """A share with so many digits after the point; up to one when not said."""
    return wording.text(value, "percent") if value is None or digits is None else wording.percent(value, digits)


def number(value: float | None, wording: kaframe.Wording, digits: int | None = None) -> str:
    """A number with so many digits after the point; up to two for small ones when not said."""
    return wording.text(value, "number") if value is None or digits is None else wording.number(value, digits)


def day(value: date | None, wording: kaframe.Wording) -> str:
    """A day in words."""
    return wording.text(value, "date")


def ago(value: date | None, wording: kaframe.Wording, today: date) -> str:
    """The distance of two days in words; a dash when the first is not known."""
    return wording.text(None) if value is None else wording.distance(value, today)


def shown(measure: Mapping[str, Any], wording: kaframe.Wording) -> str:
    """The value of a measure by its unit; texts of the data are escaped."""
    return kaframe.escape_markdown(wording.text(measure["value"], measure["unit"]))


def _written(name: str, apply: Callable[..., str], example: str, gives: str, **summary: str) -> kaframe.Filter:
    return kaframe.Filter(name, summary, apply, example, gives, written=True)
