"""``strategy.yaml``: which strategies an account gets, and what its plan says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StrategyRules:
    """The strategies, in the order of their priority."""

    strategies: tuple[Any, ...] = ()
