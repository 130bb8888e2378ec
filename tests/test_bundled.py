"""Finding what comes with kaframe."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from kaframe import bundled
from kaframe.bundled import folder


@pytest.mark.parametrize("name", ["plugins", "rules", "schemas", "examples"])
def test_bundled_folders(name: str) -> None:
    """They are found from the checkout, wherever the command runs."""
    assert folder(name).is_dir()
    assert folder(name).name == name


def test_missing_folder() -> None:
    """A broken installation says what is missing."""
    with pytest.raises(FileNotFoundError, match="its folder 'nothing' is missing"):
        folder("nothing")


def test_wheel_holds_them_inside_the_package(tmp_path: Path) -> None:
    """An installed package has no folders beside it; its own ones come first."""
    package = tmp_path / "kaframe"
    (package / "_bundled/rules").mkdir(parents=True)
    (tmp_path / "rules").mkdir()
    shutil.copy(bundled.__file__, package / "bundled.py")
    spec = importlib.util.spec_from_file_location("installed", package / "bundled.py")
    assert spec is not None
    assert spec.loader is not None
    installed = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(installed)
    assert installed.folder("rules") == package / "_bundled/rules"
