"""What an expression may say at one place of the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kaframe.expression.functions import FUNCTIONS, Function
from kaframe.expression.types import Name


@dataclass(frozen=True, slots=True)
class Scope:
    """The names and functions that one place of the rules may use.

    ``words`` says in messages what is being written ("a measure over table 'orders'"). Keys of
    ``names`` may be dotted (``past.status``). ``as_of`` is the day of the run, known everywhere as the
    date ``as_of``. ``aggregates``: the expression is over the rows of an account, so that columns
    stand inside ``sum``, ``count`` and the like. ``windows``: pareto, rank and percentile are allowed.
    ``rows`` is a printed condition on the rows that every aggregate sees (a measure's ``where``).
    ``later`` has names that a later step makes, and the words when. ``may_be`` says of a name that is not among
    them whether something that could not be read may define it: nothing is then said of it.
    """

    words: str
    names: Mapping[str, Name]
    as_of: date
    aggregates: bool = False
    windows: bool = False
    rows: str = ""
    later: Mapping[str, str] = field(default_factory=dict)
    may_be: Callable[[str], bool] = lambda name: False
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)
