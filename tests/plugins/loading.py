"""Load a bundled plugin by its path, as kaframe does."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from kaframe.modules import ModuleSource

PLUGINS = Path(__file__).parents[2] / "plugins"


def load_plugin(name: str) -> ModuleType:
    """The module of ``plugins/<name>.py``, or of the folder of that name."""
    file = PLUGINS / f"{name}.py"
    return ModuleSource(path=str(file if file.is_file() else PLUGINS / name / "__init__.py")).load()
