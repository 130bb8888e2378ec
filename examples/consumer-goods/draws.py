"""What every table of the generator uses: streams of numbers, months and days, the form of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portfolio import FIRST_DAY, Account

SEED = "consumer-goods-1"


@dataclass(frozen=True, slots=True)
class Table:
    """A table on its way into a file: its header line and its rows."""

    header: str
    rows: Sequence[Sequence[object]]


def draw(table: str, account: Account) -> Random:
    """A stream of numbers of its own for each table and account, so that no table moves another.

    Only ``random()`` is drawn from it: it is the same in every Python, which the other methods need not be.
    """
    return Random(f"{SEED}:{table}:{account.id}")  # noqa: S311


def whole(source: Random, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(source.random() * (high - low + 1))


def month_start(index: int) -> date:
    """The first day of a month, 0 = July 2024."""
    months = FIRST_DAY.month - 1 + index
    return date(FIRST_DAY.year + months // 12, months % 12 + 1, 1)


def workday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def yuan(fen: int) -> str:
    """Fen as yuan with two digits."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
