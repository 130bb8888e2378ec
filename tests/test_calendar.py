"""Working days as people in that country count them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaframe.bind import Duration
from kaframe.calendar import Calendar, read_calendar
from kaframe.errors import RuleError

CHINA = Calendar("CN")
PLAIN = Calendar()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 2, 14), True, id="Saturday that makes up for the Spring Festival"),
        pytest.param(date(2026, 2, 28), True, id="Saturday after it"),
        pytest.param(date(2026, 2, 17), False, id="New Year's Day of the lunar calendar"),
        pytest.param(date(2026, 2, 23), False, id="Monday of the long holiday"),
        pytest.param(date(2026, 2, 24), True, id="first day back"),
        pytest.param(date(2026, 10, 1), False, id="National Day"),
        pytest.param(date(2026, 10, 10), True, id="Saturday that makes up for it"),
        pytest.param(date(2026, 3, 7), False, id="ordinary Saturday"),
        pytest.param(date(2006, 12, 30), True, id="Saturday that makes up for a holiday of the next year"),
    ],
)
def test_chinese_days(day: date, works: bool) -> None:
    """Public holidays are free and 调休 weekends are not."""
    assert CHINA.is_working(day) is works


@pytest.mark.parametrize(
    ("calendar", "day", "count", "expected"),
    [
        pytest.param(PLAIN, date(2026, 1, 2), 1, date(2026, 1, 5), id="over a weekend"),
        pytest.param(PLAIN, date(2026, 1, 3), 1, date(2026, 1, 5), id="from a Saturday"),
        pytest.param(PLAIN, date(2026, 1, 3), 0, date(2026, 1, 5), id="none from a Saturday is Monday"),
        pytest.param(PLAIN, date(2026, 1, 5), 0, date(2026, 1, 5), id="none from a Monday is that Monday"),
        pytest.param(PLAIN, date(2026, 1, 5), -1, date(2026, 1, 2), id="back over a weekend"),
        pytest.param(PLAIN, date(2026, 1, 1), -1, date(2025, 12, 31), id="back over a year's end"),
        pytest.param(PLAIN, date(2025, 12, 31), 262, date(2027, 1, 1), id="forward over a year"),
        pytest.param(CHINA, date(2026, 2, 13), 2, date(2026, 2, 24), id="over the Spring Festival"),
        pytest.param(CHINA, date(2026, 9, 30), 7, date(2026, 10, 15), id="over National Day"),
    ],
)
def test_adding_working_days(calendar: Calendar, day: date, count: int, expected: date) -> None:
    """ "Within 7 working days" leaves out the day itself, weekends and holidays."""
    assert calendar.add(day, count) == expected


@pytest.mark.parametrize("calendar", [PLAIN, CHINA, Calendar("DE-BY")], ids=["none", "CN", "DE-BY"])
def test_counting_and_adding_agree(calendar: Calendar) -> None:
    """The n-th working day after a day lies n working days after it, and going back leads to it again."""
    for offset in range(0, 800, 13):
        day = calendar.next_working(date(2024, 11, 1) + timedelta(days=offset))
        for count in (1, 5, 9, 300):
            later = calendar.add(day, count)
            assert calendar.is_working(later)
            assert calendar.between(day, later) == count == -calendar.between(later, day)
            assert calendar.add(later, -count) == day


def test_company_days() -> None:
    """A company closes on days of its own, and opens on others."""
    calendar = Calendar("none", [date(2026, 1, 5)], [date(2026, 1, 10)])
    assert calendar.add(date(2026, 1, 2), 1) == date(2026, 1, 6)
    assert calendar.is_working(date(2026, 1, 10))


def test_closed_days_of_a_project() -> None:
    """Closed days may be written as single days and as spans."""
    calendar = read_calendar("none", ["2026-12-24/2026-12-31", "2026-07-01"])
    assert not calendar.is_working(date(2026, 7, 1))
    assert calendar.add(date(2026, 12, 23), 1) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("code", "closed", "message"),
    [
        pytest.param("CM-XX", (), "KF1310 no calendar 'CM-XX'", id="unknown part"),
        pytest.param("XX", (), "KF1310 no calendar 'XX'", id="unknown country"),
        pytest.param("non", (), "did you mean 'none'?", id="nearest"),
        pytest.param("CN", ("2026-02-30",), "KF1311 '2026-02-30' is not a day", id="no such day"),
        pytest.param("CN", ("2026-02-10/2026-02-01",), "ends before it begins", id="backwards"),
    ],
)
def test_what_cannot_be_a_calendar(code: str, closed: tuple[str, ...], message: str) -> None:
    """A misspelt calendar stops with its name and what would be right."""
    with pytest.raises(RuleError, match=r"KF131[01]") as caught:
        read_calendar(code, closed)
    assert message in str(caught.value)


def test_a_day_beyond_all_calendars_costs_no_minute() -> None:
    """A stray 9999-12-31 in the data is answered at once."""
    assert CHINA.add(date(9999, 12, 30), 5) == date.max
    assert CHINA.add(date(1, 1, 2), -5) == date.min
    assert CHINA.next_working(date(9999, 12, 31)) == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("day", "duration", "later"),
    [
        pytest.param(date(2026, 1, 31), "1 month", date(2026, 2, 28), id="the last day of a shorter month"),
        pytest.param(date(2024, 2, 29), "1 year", date(2025, 2, 28), id="from a leap day"),
        pytest.param(date(2026, 11, 30), "1 quarter", date(2027, 2, 28), id="over the year's end"),
        pytest.param(date(2026, 2, 13), "2 weeks", date(2026, 2, 27), id="weeks know no holidays"),
        pytest.param(date(2026, 2, 13), "14 working days", date(2026, 3, 11), id="working days know them"),
        pytest.param(date(2026, 2, 14), "0 working days", date(2026, 2, 14), id="nothing is today"),
        pytest.param(date(9999, 12, 1), "99999 years", date.max, id="the end of the calendar"),
    ],
)
def test_durations(day: date, duration: str, later: date) -> None:
    """Durations are added as people do it."""
    assert CHINA.later(day, Duration.parse(duration)) == later


def test_earlier() -> None:
    """A lead time goes back the same way."""
    assert CHINA.earlier(date(2026, 3, 31), Duration.parse("1 month")) == date(2026, 2, 28)
    assert CHINA.earlier(date(2026, 2, 24), Duration.parse("3 working days")) == date(2026, 2, 12)
    assert CHINA.earlier(date(2, 1, 1), Duration.parse("99999 days")) == date.min
