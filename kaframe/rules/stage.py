"""``stage.yaml``: the stages that a key account passes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kaframe.bind import Duration, Label
from kaframe.errors import Location
from kaframe.expression import Expression


@dataclass(frozen=True, slots=True)
class StageTask:
    """Work that entering a stage opens; without ``within`` it is due when the stage is."""

    at: Location
    id: str
    role: str
    title: Label
    within: Duration | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Transition:
    """A way out of a stage: where to, when, and which tasks must be done before."""

    at: Location
    stage: str
    when: Expression | None = None
    requires: tuple[str, ...] = ()
    label: Label | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: who brings accounts through it, and how long that may take; no limit without ``within``.

    ``final``: accounts are meant to stay in it.
    """

    at: Location
    id: str
    owner: str
    within: Duration | None = None
    label: Label | None = None
    start: bool = False
    final: bool = False
    tasks: tuple[StageTask, ...] = ()
    to: tuple[Transition, ...] = ()
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class StageRules:
    """The stages in the order of the team's cycle."""

    stages: tuple[Stage, ...] = ()

    def stage(self, name: str) -> Stage | None:
        """The stage of that id."""
        return next((stage for stage in self.stages if stage.id == name), None)

    def start(self) -> Stage | None:
        """The stage that new key accounts enter: the one that says so, else the first."""
        marked = next((stage for stage in self.stages if stage.start), None)
        return marked or next(iter(self.stages), None)

    def expressions(self) -> Iterator[Expression]:
        """Every condition of the file."""
        return (way.when for stage in self.stages for way in stage.to if way.when is not None)
