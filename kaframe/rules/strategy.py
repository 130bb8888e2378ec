"""``strategy.yaml``: which strategies key accounts get, and what their plans say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaframe.bind import Duration, Label
from kaframe.errors import Location
from kaframe.expression import Expression


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached. The target is worked out on the day the goal is set and kept until it is due."""

    at: Location
    id: str
    measure: str
    target: Expression
    by: Duration
    label: Label | None = None
    when: Expression | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product or service that the account is offered; ``role`` brings it."""

    at: Location
    id: str
    label: Label
    role: str = ""
    when: Expression | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do, as a task of a role. ``because`` names an analysis or a node of the score."""

    at: Location
    id: str
    role: str
    within: Duration
    title: Label
    when: Expression | None = None
    because: str = ""
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Strategy:
    """What is done for key accounts for which ``when`` holds; ``otherwise``: for which no other does.

    ``white_space``: what comparable accounts buy and this one does not becomes an offer.
    """

    at: Location
    id: str
    label: Label
    aim: Label | None = None
    when: Expression | None = None
    otherwise: bool = False
    template: str = ""
    goals: tuple[Goal, ...] = ()
    offers: tuple[Offer, ...] = ()
    white_space: bool = False
    approval: str = ""
    actions: tuple[Action, ...] = ()
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    def parts(self) -> tuple[Goal | Offer | Action, ...]:
        """Everything of the strategy that may have a condition of its own."""
        return (*self.goals, *self.offers, *self.actions)


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is done when a node of the primary scorecard loses points of an account that is not green.

    Where segments have cards of their own it is that of the account.
    """

    at: Location
    id: str
    node: str
    role: str
    within: Duration
    title: Label
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    def answers(self, leaf: str) -> bool:
        """Whether it is about that leaf: the node itself, or a group above it."""
        return leaf == self.node or leaf.startswith(f"{self.node}.")


@dataclass(frozen=True, slots=True)
class Improve:
    """Which leaves the improvement plan answers: the ``most`` at the top that lose so many points."""

    lost: float = 3.0
    most: int = 3


@dataclass(frozen=True, slots=True)
class StrategyRules:
    """The strategies in the order of their priority, ``most`` of which make a plan, and the improvements."""

    strategies: tuple[Strategy, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    most: int = 3
    improve: Improve = Improve()
    plan: str = "plan.md.j2"
