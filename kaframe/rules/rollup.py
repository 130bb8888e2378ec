"""``roll_up:`` of status.yaml: how a parent company's points or colour come from its children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kaframe.bind import bind, places_in
from kaframe.errors import Location
from kaframe.expression import Expression
from kaframe.yamlfile import Node


@dataclass(frozen=True, slots=True)
class Share:
    """A colour for the parent, when so large a share of its children has one of the colours ``of``; or the rest."""

    at: Location
    status: str = ""
    of: tuple[str, ...] = ()
    at_least: float | None = None
    above: float | None = None
    rest: bool = False
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)

    @classmethod
    def from_node(cls, node: Node) -> Share:
        """``{status: Poor, above: 0.5}`` (of the children are Poor, unless ``of`` names others) or the rest."""
        said = node.plain()
        if "else" in said:
            return cls(node.at, str(said["else"]), rest=True)
        named = said.get("of", said.get("status", ""))
        of = tuple(named) if isinstance(named, list) else (str(named),)
        assert isinstance(node.value, dict)
        kept = {key: item for key, item in node.value.items() if key != "of"}
        return bind(Node(kept, node.at, keys={key: node.keys[key] for key in kept}), cls, of=of, rest=False,
                    places=places_in(node))

    @property
    def edge(self) -> float:
        """The share at which it begins."""
        return self.at_least if self.at_least is not None else self.above or 0.0


@dataclass(frozen=True, slots=True)
class RollUp:
    """What a parent has from its children: ``points``, or a colour by ``shares`` (the first that is reached).

    ``by`` names the measure that weighs a child, else each counts alike. ``where`` says which children qualify,
    ``parent`` whether its own data count as one more. ``counts`` says which colour of a child counts. ``missing`` is
    what a child without points does, ``none`` what a parent has of whose children none qualifies.
    """

    at: Location
    points: Literal["", "mean", "weighted_mean", "worst"] = ""
    shares: tuple[Share, ...] = ()
    by: str = ""
    where: Expression | None = None
    parent: Literal["left_out", "counted"] = "left_out"
    counts: Literal["calculated", "published"] = "calculated"
    missing: Any = "skip"
    none: Literal["own", "no_data"] = "own"
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)
