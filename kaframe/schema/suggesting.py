"""What may have been meant by a word that a schema does not know."""

from __future__ import annotations

from kaframe.errors import nearest

NEWER = "this kaframe reads version 1: pip install --upgrade kaframe, or write 'version: 1'"
_INCLUDES = ("include", "includes", "import", "imports", "extends", "ref")  # as other tools call it
_FEW = 12  # as many legal words as a message can list


def suggest(name: str, legal: list[str], kind: str) -> str:
    """The nearest legal word, and all of them when they are few or none is near."""
    if kind == "keys" and name.lstrip("$!") in _INCLUDES:
        return "there are no includes: rules of one kind stand in one file, what projects share is a pack ('packs:')"
    parts = [nearest(name, legal)]
    if 0 < len(legal) <= _FEW or not parts[0]:
        parts.append(f"legal {kind}: {', '.join(legal)}")
    return "; ".join(part for part in parts if part)
