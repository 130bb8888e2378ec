"""Rule packs by name where there is no project: those of kaframe, and those of installed plugins that are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaframe.additions import RulePack
from kaframe.errors import Problem, RuleError, UsageError, nearest
from kaframe.plugins import load_plugins
from kaframe.plugins.importing import find_installed


def find_packs(names: Sequence[str], plugins: Sequence[str]) -> Mapping[str, RulePack]:
    """The named packs in the order of their names here; ``plugins`` are the installed plugins that may bring one.

    No other installed plugin is imported. Raises: UsageError KF6033 for a pack that none of them brings, or with what
    is wrong with a plugin.
    """
    try:
        known = load_plugins(None, plugins).packs
    except RuleError as error:
        raise UsageError(error.problems) from error
    unknown = [name for name in dict.fromkeys(names) if name not in known]
    if unknown:
        raise UsageError([_no_such_pack(name, known, plugins) for name in unknown])
    return {name: known[name] for name in names}


def _no_such_pack(name: str, known: Mapping[str, RulePack], plugins: Sequence[str]) -> Problem:
    others = [plugin.name for plugin in find_installed() if plugin.name not in plugins]
    hint = nearest(name, known) or f"packs: {', '.join(sorted(known))}"
    if others:
        hint += f"; --plugin NAME looks into an installed plugin ({', '.join(others[:5])})"
    return Problem(None, "KF6033", f"no rule pack '{name}'", hint)
