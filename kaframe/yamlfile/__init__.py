"""Strict YAML 1.2, with the place of every key and value.

``Node`` is what a file says; reading and writing one loads PyYAML, so these are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaframe.yamlfile.tree import Node

if TYPE_CHECKING:
    from kaframe.yamlfile.reading import dump_yaml, parse_yaml, read_yaml

__all__ = ["Node", "dump_yaml", "parse_yaml", "read_yaml"]


def __getattr__(name: str) -> Any:
    """Import the reader when one of its functions is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'kaframe.yamlfile' has no attribute '{name}'")
    from kaframe.yamlfile import reading

    return getattr(reading, name)
