"""What was done to runs, and what was found."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class Tally:
    """What was done and what was found."""

    runs: int = 0
    kills: int = 0
    faults: int = 0
    points: int = 0
    notices: int = 0
    lost: int = 0
    sent_in_vain: int = 0  # the outbox says sent, and nobody received it
    duplicates: int = 0
    most_copies: int = 0
    other_copies: int = 0  # received again with another content
    held: int = 0  # uncertain, and listed for a person
    manual_steps: int = 0
    told: int = 0  # unfinished runs that the next run told
    same_runs: int = 0  # of the faults, those whose run goes step by step as another one
    left: int = 0  # faults that were not tried, as somebody stopped it
    same_states: int = 0  # of the faults, those that leave a state which was healed before
    violations: list[str] = field(default_factory=list)

    def check(self, holds: object, what: str) -> None:
        """Keep what does not hold, and say it at once: the long version takes its time."""
        if not holds:
            self.violations.append(what)
            print(what, file=sys.stderr, flush=True)

    def check_sound(self, damage: Iterable[str], when: str) -> None:
        """Nothing may be damaged or left behind."""
        for what in damage:
            self.check(False, f"{when}: {what}")

    def add(self, other: Tally) -> None:
        """Count what another one has found as well."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, max(mine, theirs) if each.name == "most_copies" else mine + theirs)
