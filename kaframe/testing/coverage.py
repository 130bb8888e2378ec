"""How much of the rules the tests have brought to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kaframe.database import Database
from kaframe.project import Project
from kaframe.testing.cases import Run
from kaframe.testing.hits import rule_hits
from kaframe.testing.points import Key, RulePoint, rule_points


@dataclass(frozen=True, slots=True)
class Coverage:
    """The points of the rules, and those that held in some test."""

    points: Sequence[RulePoint]
    hit: frozenset[Key]

    @property
    def missed(self) -> list[RulePoint]:
        """What no test has brought to hold, by place."""
        return sorted((point for point in self.points if point.key not in self.hit), key=lambda point: point.at)

    @property
    def percent(self) -> float:
        """The share of points that held, 0 to 100; 100 where there is nothing to cover."""
        return 100.0 * (len(self.points) - len(self.missed)) / len(self.points) if self.points else 100.0

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """For each kind how many points held, and how many there are."""
        counts: dict[str, tuple[int, int]] = {}
        for point in self.points:
            hit, total = counts.get(point.kind, (0, 0))
            counts[point.kind] = (hit + (point.key in self.hit), total + 1)
        return counts


@dataclass(slots=True)
class Watcher:
    """Looks at the tables of every run and remembers what held."""

    hit: set[Key] = field(default_factory=set)

    def look(self, project: Project, db: Database, run: Run, steps: frozenset[str]) -> None:
        """Take in one run; what it gives itself has not been brought about by a rule."""
        self.hit |= rule_hits(project, db, steps, run.given)

    def coverage(self, project: Project) -> Coverage:
        """What has held so far, of the project's rules."""
        return Coverage(rule_points(project), frozenset(self.hit))
