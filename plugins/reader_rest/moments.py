"""Moments as services write them: what was the newest change seen, and since when to ask."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

FORMATS = {"iso": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d"}
NUMBERS = {"epoch_s": 1, "epoch_ms": 1000}
UNITS = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
OVERLAP = re.compile(r"(\d{1,5}) (minute|hour|day|week)s?")
MILLISECONDS = 10**11  # seconds of this size lie beyond the year 5000


def read_moment(value: Any) -> datetime:
    """The moment that a value of a row means: ISO text, or seconds or milliseconds since 1970. Raises: ValueError."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(value)
    if isinstance(value, str) and not re.fullmatch(r"\d{9,14}", value):
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    number = float(value)
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) >= MILLISECONDS else number, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(value) from error


def write_moment(moment: datetime, form: str) -> str | int:
    """The moment as a service wants it: a name of ``FORMATS`` or ``NUMBERS``, or letters of strftime.

    Raises: ValueError for a form that leaves the year out, or has letters that nobody knows.
    """
    if form in NUMBERS:
        return int(moment.timestamp()) * NUMBERS[form]
    written = moment.strftime(FORMATS.get(form, form))
    if str(moment.year) not in written or "%" in written:
        raise ValueError(form)
    return written


def read_overlap(text: str) -> timedelta:
    """``1 hour`` as a time. Raises: ValueError."""
    found = OVERLAP.fullmatch(text)
    if not found:
        raise ValueError(text)
    return timedelta(minutes=int(found[1]) * UNITS[found[2]])
