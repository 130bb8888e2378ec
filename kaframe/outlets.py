"""The blocks of ``kaframe.yaml`` whose options belong to plugins that tell others: channels and listeners."""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.errors import Location
from kaframe.yamlfile import Node


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """A declared channel: which plugin, and the plugin's own options."""

    at: Location
    id: str
    type: str
    options: Node


@dataclass(frozen=True, slots=True)
class ListenerConfig:
    """A declared listener: which plugin, of which kinds of events it hears (all without any), its options."""

    at: Location
    id: str
    type: str
    on: tuple[str, ...]
    options: Node


def bind_channel(name: str, node: Node) -> ChannelConfig:
    """The record of one block under ``channels:``."""
    assert isinstance(node.value, dict)
    return ChannelConfig(node.at, name, str(node.value["type"].value), _without(node, "type"))


def bind_listener(name: str, node: Node) -> ListenerConfig:
    """The record of one block under ``listeners:``."""
    assert isinstance(node.value, dict)
    on = node.get("on")
    kinds = tuple(str(kind.value) for kind in on.value) if on and isinstance(on.value, list) else ()
    return ListenerConfig(node.at, name, str(node.value["type"].value), kinds, _without(node, "type", "on"))


def _without(node: Node, *names: str) -> Node:
    """The options of a plugin: the block without the keys that are kaframe's."""
    assert isinstance(node.value, dict)
    own = {key: value for key, value in node.value.items() if key not in names}
    return Node(own, node.at, keys={key: node.keys[key] for key in own})
