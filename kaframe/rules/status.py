"""``status.yaml``: from points to red, yellow and green, with exceptions and patience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaframe.bind import Duration, Label, bind
from kaframe.errors import Location
from kaframe.expression import Expression
from kaframe.yamlfile import Node

NO_DATA = "no_data"
SETTINGS = ("recover", "hold", "for", "exceptions", "override")


@dataclass(frozen=True, slots=True)
class Threshold:
    """One colour and the least points it needs; the last colour is for the rest."""

    id: str
    at: Location
    at_least: float | None
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class StatusException:
    """A fact that decides the colour whatever the points say (``status``), or caps it (``at_most``); the first wins.

    A cap takes part only where the account would be better than it.
    """

    at: Location
    id: str
    when: Expression
    status: str = ""
    at_most: str = ""
    reason: Label | None = None


@dataclass(frozen=True, slots=True)
class StatusRule:
    """How one scorecard's points become a colour.

    It improves only with points ``recover`` beyond the edge, on every published run over ``hold``; it worsens at once
    unless it has been worse on every published run over ``wait`` (``for:`` in YAML).
    """

    at: Location
    id: str
    colours: tuple[Threshold, ...]
    recover: float = 0.0
    hold: Duration | None = None
    wait: Duration | None = field(default=None, metadata={"key": "for"})
    exceptions: tuple[StatusException, ...] = ()

    @classmethod
    def from_node(cls, node: Node, id: str) -> StatusRule:
        """The keys that are no settings are the colours, best first; ``red: else`` takes the rest."""
        assert isinstance(node.value, dict)
        colours = tuple(_threshold(name, item) for name, item in node.value.items() if name not in SETTINGS)
        settings = {key: item for key, item in node.value.items() if key in SETTINGS}
        rest = Node(settings, node.at, keys={key: node.keys[key] for key in settings})
        return bind(rest, cls, id=id, colours=colours)


@dataclass(frozen=True, slots=True)
class StatusRules:
    """The thresholds of every scorecard."""

    rgb: Mapping[str, StatusRule] = field(default_factory=dict)


def _threshold(name: str, node: Node) -> Threshold:
    least = node.get("at_least")
    label = node.get("label")
    return Threshold(
        name,
        node.keys.get("at_least", node.at),
        float(least.plain()) if least else None,
        bind(label, Label) if label and isinstance(label.value, dict) else None,
    )
