"""Profiles of ``kaframe.yaml``: other sources, store and channels, laid over the base configuration."""

from __future__ import annotations

from kaframe.errors import Problem, nearest
from kaframe.yamlfile import Node


def with_profile(node: Node, profile: str) -> tuple[Node, list[Problem]]:
    """Lay a profile's sources, store and channels over the base configuration; the problem of one nobody declares."""
    assert isinstance(node.value, dict)
    profiles = dict(_items(node.get("profiles")))
    if profile and profile not in profiles:
        hint = nearest(profile, profiles) or f"declared profiles: {', '.join(profiles) or 'none'}"
        at = node.keys.get("profiles", node.at)
        return node, [Problem(at, "KF1301", f"no profile '{profile}'", hint)]
    return _laid_over(_without_other_types(node, profiles[profile]), profiles[profile]) if profile else node, []


def _without_other_types(node: Node, profile: Node) -> Node:
    """Without the channels that the profile gives another type: the options of the one mean nothing to the other."""
    low, high = dict(_items(node.get("channels"))), dict(_items(profile.get("channels")))
    kept = {
        name: channel for name, channel in low.items() if name not in high or _type(high[name]) in ("", _type(channel))
    }
    if len(kept) == len(low):
        return node
    channels = node.get("channels")
    assert channels is not None
    assert isinstance(node.value, dict)
    return Node({**node.value, "channels": Node(kept, channels.at, keys=channels.keys)}, node.at, keys=node.keys)


def _type(channel: Node) -> str:
    found = channel.get("type")
    return str(found.value) if found else ""


def _laid_over(low: Node, high: Node) -> Node:
    """Mappings by key, everything else whole."""
    if not (isinstance(low.value, dict) and isinstance(high.value, dict)):
        return high
    merged = dict(low.value)
    for key, value in high.value.items():
        replaces = key in ("source", "sources")
        merged[key] = _laid_over(merged[key], value) if key in merged and not replaces else value
        if replaces:
            merged.pop("sources" if key == "source" else "source", None)
    return Node(merged, low.at, keys={**low.keys, **high.keys})


def _items(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.value.items()) if node is not None and isinstance(node.value, dict) else []
