"""The one door to ``holidays``: which days people work, and how to count them.

A calendar is a country (``CN``), a country and a part of it (``DE-BY``), or ``none``: Monday to Friday.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from kaframe.bind import Duration
from kaframe.errors import Location, Problem, RuleError, nearest

NO_HOLIDAYS = "none"
# Outside these years no holiday is sure, and a stray 9999-12-31 in the data must not cost a minute.
KNOWN_YEARS = range(1990, 2101)
SATURDAY = 5
MONTHS = {"month": 1, "quarter": 3, "year": 12}
ONE_DAY = timedelta(days=1)


class Calendar:
    """The working days of a country, less the company's own closed days, plus its own open ones.

    Public holidays are closed. Weekend days that a government declares working (调休) are open as far as the
    library knows them: for China from 2001 to the last year whose plan it has; ``open_days`` adds later ones.
    """

    def __init__(
        self, code: str = NO_HOLIDAYS, closed_days: Iterable[date] = (), open_days: Iterable[date] = ()
    ) -> None:
        self.code = code
        self._country = None if code == NO_HOLIDAYS else _country(code)
        self._closed = frozenset(closed_days)
        self._open = frozenset(open_days)
        self._years: dict[int, list[date]] = {}

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        days = self._year(day.year)
        found = bisect_left(days, day)
        return found < len(days) and days[found] == day

    def next_working(self, day: date) -> date:
        """The day itself when people work on it, else the first working day after it."""
        return day if self.is_working(day) else self.add(day, 1)

    def add(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it when negative); 0 is :meth:`next_working`.

        ``between(day, add(day, n)) == n`` for n > 0. What lies beyond the calendar's end is its last day.
        """
        if count == 0:
            return self.next_working(day)
        return self._after(day, count) if count > 0 else self._before(day, -count)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after ``start``, up to and with ``end``; negative when it is earlier."""
        if end < start:
            return -self.between(end, start)
        whole = sum(len(self._year(year)) for year in range(start.year, end.year))
        return whole + bisect_right(self._year(end.year), end) - bisect_right(self._year(start.year), start)

    def later(self, day: date, duration: Duration) -> date:
        """The day so much later; a month after 31 January is the last day of February."""
        return self._moved(day, duration, 1)

    def earlier(self, day: date, duration: Duration) -> date:
        """The day so much earlier; see :meth:`later`."""
        return self._moved(day, duration, -1)

    def _moved(self, day: date, duration: Duration, sign: int) -> date:
        count = sign * duration.count
        if duration.unit == "working day":
            return self.add(day, count) if count else day
        try:
            if duration.unit in MONTHS:
                return _months_later(day, count * MONTHS[duration.unit])
            return day + timedelta(days=count * (7 if duration.unit == "week" else 1))
        except (OverflowError, ValueError):
            return date.max if sign > 0 else date.min

    def _after(self, day: date, count: int) -> date:
        passed = bisect_right(self._year(day.year), day)
        for year in range(day.year, date.max.year + 1):
            days = self._year(year)
            if passed + count <= len(days):
                return days[passed + count - 1]
            count, passed = count - (len(days) - passed), 0
        return date.max

    def _before(self, day: date, count: int) -> date:
        left = bisect_left(self._year(day.year), day)
        for year in range(day.year, date.min.year - 1, -1):
            days = self._year(year)[:left]
            if count <= len(days):
                return days[-count]
            count, left = count - len(days), len(_days_of(year - 1)) if year > date.min.year else 0
        return date.min

    def _year(self, year: int) -> list[date]:
        """The working days of a year, in order."""
        if year not in self._years:
            self._years[year] = [day for day in _days_of(year) if self._works(day)]
        return self._years[year]

    def _works(self, day: date) -> bool:
        if day in self._closed:
            return False
        if day in self._open:
            return True
        if self._country is None or day.year not in KNOWN_YEARS:
            return day.weekday() < SATURDAY
        return bool(self._country.is_working_day(day))


def read_calendar(code: str, closed_days: Iterable[str], at: Location | None = None) -> Calendar:
    """The calendar that a project names; ``closed_days`` are days or spans (2026-12-24/2026-12-31).

    Raises: RuleError (KF1310 unknown calendar, KF1311 not a day).
    """
    return Calendar(_known_code(code, at), [day for text in closed_days for day in _read_span(text, at)])


def _known_code(code: str, at: Location | None) -> str:
    if code == NO_HOLIDAYS:
        return code
    import holidays

    country, _, part = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        hint = nearest(code, [*known, NO_HOLIDAYS]) or "use a country code such as CN or DE-BY, or none"
        raise RuleError([Problem(at, "KF1310", f"no calendar '{code}'", hint)])
    if part and part not in known[country]:
        parts = ", ".join(known[country]) or "none"
        hint = nearest(part, known[country]) or f"known parts of {country}: {parts}"
        raise RuleError([Problem(at, "KF1310", f"no calendar '{code}'", hint)])
    return code


def _country(code: str) -> Any:
    """The holidays of all years: a working weekend belongs to the year whose holiday it makes up for."""
    import holidays

    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=KNOWN_YEARS)


def _months_later(day: date, months: int) -> date:
    """Raises: ValueError beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=index) for index in range((date(year, 12, 31) - first).days + 1)]


def _read_span(text: str, at: Location | None) -> list[date]:
    first, _, last = text.partition("/")
    try:
        start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError:
        raise RuleError(
            [
                Problem(
                    at,
                    "KF1311",
                    f"'{text}' is not a day",
                    "write 2026-12-24, or 2026-12-24/2026-12-31 for several",
                )
            ]
        ) from None
    if not timedelta(0) <= end - start <= timedelta(days=366):
        raise RuleError(
            [
                Problem(
                    at,
                    "KF1311",
                    f"'{text}' ends before it begins, or is longer than a year",
                    "write first/last",
                )
            ]
        )
    return [start + ONE_DAY * index for index in range((end - start).days + 1)]
