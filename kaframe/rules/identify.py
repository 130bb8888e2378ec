"""``identify.yaml``: tiers by ordered conditions, near misses, and whose concentration is watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaframe.bind import Duration, Label
from kaframe.errors import Location
from kaframe.expression import Expression


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier; the first whose ``when`` holds is the account's.

    An account that has the tier keeps it while ``stay`` holds, and for at least ``dwell`` in any case.
    """

    at: Location
    id: str
    when: Expression
    key: bool = False
    stay: Expression | None = None
    dwell: Duration | None = None
    label: Label | None = None
    note: Label | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Near misses: accounts that are no key accounts but managed like them."""

    at: Location
    when: Expression


@dataclass(frozen=True, slots=True)
class IdentifyRules:
    """The tiers from the highest to the lowest, the near misses, and the measures whose concentration is told."""

    tiers: tuple[Tier, ...] = ()
    candidates: Candidates | None = None
    concentration: tuple[str, ...] = ()
