"""The clock of the computer does what it likes: no notice is told twice or lost, what is kept are moments of UTC."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.bind import Duration
from kaframe.calendar import Calendar
from tests.gateproject import broken, gated

CLOCKS = ("kaframe.loading", "kaframe.commit", "kaframe.deliver", "kaframe.store.runlock", "kaframe.cli.projects")
SetClock = Callable[..., None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Let every module that asks for the time be told this moment; ``later`` is told where notices are sent."""

    def set_to(moment: str, later: str = "") -> None:
        for module in CLOCKS:
            told = datetime.fromisoformat(later if later and module == "kaframe.deliver" else moment)

            class Clock(datetime):
                @classmethod
                def now(cls, tz: tzinfo | None = None, told: datetime = told) -> datetime:
                    return told.astimezone(tz)

            monkeypatch.setattr(f"{module}.datetime", Clock)

    return set_to


def project(folder: Path, zone: str) -> Path:
    """The forty accounts with a team that is told."""
    own = gated(folder)
    config = own / "kaframe.yaml"
    text = config.read_text("utf-8").replace("Asia/Shanghai", zone).replace("fresh: 20 days, ", "")
    config.write_text(text.replace("gates: {measures: {revenue_12m: 20%}}", "gates: {volume: off}"), "utf-8")
    return own


def earlier(lines: dict[str, list[str]], years: int) -> dict[str, list[str]]:
    """The same rows so many years before."""
    return {
        name: [re.sub(r"\b(202\d)-", lambda found: f"{int(found[1]) - years}-", row) for row in rows_of]
        for name, rows_of in lines.items()
    }


def half_stops_buying(folder: Path, years: int = 0) -> None:
    """Every other account has bought nothing for nine months: people must be told."""

    def change(lines: dict[str, list[str]]) -> dict[str, list[str]]:
        head, *orders = lines["orders"]
        kept = [row for row in orders if int(row[1:3]) % 2 or row.split(",")[2] < "2025-07"]
        return earlier({**lines, "orders": [head, *kept]}, years)

    broken(folder, change)


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / ".kaframe" / "kaframe.db") as store:
        return list(store.execute(query))


def days(folder: Path) -> list[str]:
    return [str(day) for (day,) in rows(folder, "SELECT as_of FROM runs WHERE state = 'published' ORDER BY as_of")]


def assert_told_once(folder: Path) -> None:
    """Every notice was sent, and each event to each person by one of them."""
    assert {state for (state,) in rows(folder, "SELECT state FROM outbox")} == {"sent"}
    told = rows(folder, "SELECT rule, recipient, channel, events FROM outbox")
    assert [again for again, count in Counter(told).items() if count > 1] == []
    sent = [path for path in (folder / "notices").rglob("*") if path.is_file()]
    assert len(sent) == len(told) > 0


def assert_all_times_are_utc(folder: Path) -> None:
    """Every moment in the store ends in Z, or in +00:00."""
    tables = [name for (name,) in rows(folder, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    moments = [
        value
        for table in tables
        for row in rows(folder, f"SELECT * FROM {table}")
        for value in row
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", value)
    ]
    assert moments
    assert [moment for moment in moments if not moment.endswith(("Z", "+00:00"))] == []


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        pytest.param(
            ["2026-03-28T22:30+00:00", "2026-03-29T00:59+00:00", "2026-03-29T01:01+00:00", "2026-03-29T21:59+00:00"],
            ["2026-03-28", "2026-03-29"],
            id="summer time begins",
        ),
        pytest.param(
            ["2025-10-25T21:59+00:00", "2025-10-26T00:30+00:00", "2025-10-26T01:30+00:00", "2025-10-26T22:59+00:00"],
            ["2025-10-25", "2025-10-26"],
            id="summer time ends, an hour comes twice",
        ),
        pytest.param(
            ["2024-02-28T12:00+00:00", "2024-02-29T12:00+00:00", "2024-03-01T12:00+00:00"],
            ["2024-02-28", "2024-02-29", "2024-03-01"],
            id="a leap day",
        ),
    ],
)
def test_days_are_those_of_the_project(
    tmp_path: Path, set_clock: SetClock, moments: list[str], expected: list[str]
) -> None:
    """Each day is published once, however many runs it sees."""
    own = project(tmp_path / "own", "Europe/Berlin")
    years = 2026 - int(moments[-1][:4]) if expected[0].startswith("2024") else 0
    broken(own, lambda lines: earlier(lines, years))
    for number, moment in enumerate(moments):
        set_clock(moment)
        told = call("-C", own, "run")
        assert told.code == 0, told.err
        if number == 0:
            half_stops_buying(own, years)
    assert days(own) == expected
    assert_told_once(own)
    assert_all_times_are_utc(own)


def test_a_clock_that_goes_back(tmp_path: Path, set_clock: SetClock) -> None:
    """An hour within the day is nothing; over midnight the day is past and refused, and nothing is told again."""
    own = project(tmp_path / "own", "UTC")
    set_clock("2026-03-30T12:00+00:00")
    assert call("-C", own, "run").code == 0
    half_stops_buying(own)
    for hour in ("00:30", "23:30", "22:30"):
        set_clock(f"2026-03-31T{hour}+00:00")
        assert call("-C", own, "run").code == 0
    set_clock("2026-03-30T23:30+00:00")
    told = call("-C", own, "run")
    assert (told.code, "KF6012" in told.err) == (2, True)
    assert days(own) == ["2026-03-30", "2026-03-31"]
    assert_told_once(own)


@pytest.mark.parametrize("later", ["2026-03-31T11:00", "2026-04-01T12:00"], ids=["an hour back", "a day ahead"])
def test_a_clock_that_jumps_while_the_run_goes_on(tmp_path: Path, set_clock: SetClock, later: str) -> None:
    """Between the publish and the sending: everything is sent, once."""
    own = project(tmp_path / "own", "UTC")
    set_clock("2026-03-30T12:00+00:00")
    assert call("-C", own, "run").code == 0
    half_stops_buying(own)
    set_clock("2026-03-31T12:00+00:00", later=f"{later}+00:00")
    for _ in range(2):
        assert call("-C", own, "run").code in (0, 5)  # what is not due yet by that clock waits, and is said to wait
    set_clock("2026-04-01T12:00+00:00")
    assert call("-C", own, "run").code == 0
    assert_told_once(own)
    assert_all_times_are_utc(own)


def test_a_year_after_a_leap_day() -> None:
    """The calendar's own arithmetic: a month after 31 January, a year after 29 February."""
    calendar = Calendar()
    assert calendar.later(date(2024, 2, 29), Duration(1, "year")) == date(2025, 2, 28)
    assert calendar.later(date(2024, 1, 31), Duration(1, "month")) == date(2024, 2, 29)
    assert calendar.earlier(date(2024, 3, 31), Duration(1, "month")) == date(2024, 2, 29)
    assert calendar.earlier(date(2025, 2, 28), Duration(1, "year")) == date(2024, 2, 28)
