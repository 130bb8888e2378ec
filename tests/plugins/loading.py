"""Load a bundled plugin by its path, as kaframe does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

PLUGINS = Path(__file__).parents[2] / "plugins"


def load_plugin(name: str) -> ModuleType:
    """The module of ``plugins/<name>.py``."""
    spec = importlib.util.spec_from_file_location(f"bundled_{name}", PLUGINS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
