"""Gates as ``kaframe.yaml`` declares them: what must hold of the data before a run may publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from kaframe.bind import Duration
from kaframe.errors import Location
from kaframe.yamlfile import Node

GateKind = Literal["fresh", "volume", "unique", "missing"]
Severity = Literal["fail", "warn"]
MEASURES = "measures"
OFF = "off"
USUAL_VOLUME = 0.3  # RELIABILITY.md T21: a partial export has lost more than that


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must hold: of a table (``accounts`` among them), or of a measure (``measures``).

    ``limit`` is a share of 1: how far rows may differ from the run before, how many may repeat or be missing.
    ``within`` is how old the newest row may be. ``columns``: those that make a row unique, or the one that may not be
    missing.
    """

    at: Location
    kind: GateKind
    table: str
    severity: Severity = "fail"
    limit: float = 0.0
    within: Duration | None = None
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How people name it, as in ``--accept-gate orders.missing.amount``."""
        return ".".join((self.table, self.kind, *(self.columns if self.kind == "missing" else ())))

    @property
    def limit_text(self) -> str:
        """The limit as it is declared: ``3 days``, ``30%``."""
        return str(self.within) if self.within else f"{self.limit:.4%}".rstrip("%").rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of a run that was held back: roles and members, on these channels (none: on all of the project)."""

    at: Location
    to: tuple[str, ...]
    channels: tuple[str, ...] = ()


def read_told(config: Node) -> Told | None:
    """``gates: {tell: }`` of a checked ``kaframe.yaml``."""
    usual = config.get("gates")
    tell = usual.get("tell") if usual else None
    return Told(tell.at, _words(tell.get("to")), _words(tell.get("channels"))) if tell else None


def read_gates(config: Node) -> tuple[Gate, ...]:
    """All gates of a checked ``kaframe.yaml``: those of accounts, of every table, and of measures.

    Every source has a gate on its volume, unless it or ``gates: {volume: off}`` says otherwise.
    """
    usual = config.get("gates")
    accounts = [(name, node) for name, node in _items(config) if name == "accounts"]
    found: list[Gate] = []
    for name, table in [*accounts, *_items(config.get("tables"))]:
        found += _of_table(name, table, usual)
    measures = usual.get("measures") if usual else None
    found += (_shared("missing", MEASURES, share, usual, (name,)) for name, share in _items(measures))
    return tuple(found)


def _of_table(name: str, table: Node, usual: Node | None) -> Iterator[Gate]:
    own = table.get("gates")
    fresh, unique = (own.get("fresh"), own.get("unique")) if own else (None, None)
    if fresh is not None:
        within = Duration.parse(str(_part(fresh, "within").value))
        yield Gate(fresh.at, "fresh", name, _severity(fresh, usual), within=within)
    yield from _volume(name, table, usual)
    if unique is not None:
        columns = _part(unique, "columns") if isinstance(unique.value, list) else unique.get("columns")
        gate = Gate(unique.at, "unique", name, _severity(unique, usual), columns=_words(columns or table.get("unique")))
        at_most = unique.get("at_most") if isinstance(unique.value, dict) else None
        yield replace(gate, limit=read_share(at_most)) if at_most else gate
    for column, share in _items(own.get("missing") if own else None):
        yield _shared("missing", name, share, usual, (column,))


def _volume(name: str, table: Node, usual: Node | None) -> Iterator[Gate]:
    given = [gates.get("volume") for gates in (table.get("gates"), usual) if gates]
    node = next((one for one in given if one is not None), None)
    if node is None:
        yield Gate(table.at, "volume", name, _severity(table, usual), USUAL_VOLUME)
    elif node.value != OFF:
        yield Gate(node.at, "volume", name, _severity(node, usual), read_share(_part(node, "within")))


def _shared(kind: GateKind, table: str, node: Node, usual: Node | None, columns: tuple[str, ...]) -> Gate:
    share = read_share(_part(node, "at_most"))
    return Gate(node.at, kind, table, _severity(node, usual), share, columns=columns)


def read_share(node: Node) -> float:
    """A share of 1, written as ``0.3`` or ``30%``."""
    text = str(node.value)
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def _part(node: Node, key: str) -> Node:
    """The value itself, or what stands under a key of its long form."""
    part = node.get(key) if isinstance(node.value, dict) else node
    assert part is not None
    return part


def _severity(node: Node, usual: Node | None) -> Severity:
    given = [one.get("severity") for one in (node, usual) if one and isinstance(one.value, dict)]
    return cast(Severity, next((str(one.value) for one in given if one is not None), "fail"))


def _words(node: Node | None) -> tuple[str, ...]:
    return tuple(str(item.value) for item in node.value) if node and isinstance(node.value, list) else ()


def _items(node: Node | None) -> list[tuple[str, Node]]:
    """The entries of a mapping, each standing where its key stands."""
    if node is None or not isinstance(node.value, dict):
        return []
    return [(key, replace(value, at=node.keys.get(key, value.at))) for key, value in node.value.items()]
