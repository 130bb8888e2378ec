"""How long something must last before a colour follows: a time, or a number of published runs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaframe.bind import Duration
from kaframe.errors import Problem, RuleError
from kaframe.yamlfile import Node

# The most days that a unit can take; a working day with a long public holiday around it.
UNIT_DAYS = {"day": 1, "working day": 3, "week": 7, "month": 31, "quarter": 92, "year": 366}
_RUNS = re.compile(r"([0-9]{1,3}) runs?")


@dataclass(frozen=True, slots=True)
class Patience:
    """``14 days``: since a published run at least so long ago; ``2 runs``: on so many runs in a row, this one counted.

    Exactly one of ``time`` and ``runs`` is set.
    """

    time: Duration | None = None
    runs: int = 0

    @classmethod
    def parse(cls, text: str) -> Patience:
        """Read ``14 days`` or ``2 runs``. Raises: ValueError."""
        found = _RUNS.fullmatch(text)
        return cls(runs=int(found[1])) if found else cls(Duration.parse(text))

    @classmethod
    def from_node(cls, node: Node) -> Patience:
        """The patience that a key gives. Raises: RuleError."""
        try:
            return cls.parse(str(node.value))
        except ValueError as error:
            message = f"{error}; write it like '14 days' or '2 runs'"
            raise RuleError([Problem(node.at, "KF1106", message)]) from None

    @property
    def days(self) -> int:
        """The most days that it can take; 0 when it is a number of runs."""
        return self.time.count * UNIT_DAYS[self.time.unit] if self.time else 0

    def __str__(self) -> str:
        return str(self.time) if self.time else f"{self.runs} run{'' if self.runs == 1 else 's'}"
