"""Importing the code of a plugin, from its file or its package, the same way in every process that needs it."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.metadata import EntryPoint
from pathlib import Path
from types import CodeType, ModuleType

PACKAGE_FILE = "__init__.py"


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """Where the code of a plugin is: a file (``path``), or what an entry point names (``module``).

    ``fresh`` files are compiled each time and leave no ``__pycache__``.
    """

    path: str = ""
    module: str = ""
    fresh: bool = False

    def load(self) -> ModuleType:
        """Import it. Raises: whatever the code raises."""
        if self.module:
            found: ModuleType = EntryPoint("plugin", self.module, "kaframe").load()
            return found
        return _import_file(Path(self.path), _FreshLoader if self.fresh else SourceFileLoader)


class _FreshLoader(SourceFileLoader):
    """Compiles what the file says now and leaves no ``__pycache__`` in a project."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _import_file(file: Path, kind: type[SourceFileLoader]) -> ModuleType:
    """Import a file under a private name, so that it hides no other module."""
    digest = hashlib.sha256(str(file).encode()).hexdigest()[:8]
    is_package = file.name == PACKAGE_FILE
    name = f"kaframe_plugin_{digest}_{file.parent.name if is_package else file.stem}"
    inside = [str(file.parent)] if is_package else None
    loader = kind(name, str(file))
    spec = importlib.util.spec_from_file_location(name, file, loader=loader, submodule_search_locations=inside)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
