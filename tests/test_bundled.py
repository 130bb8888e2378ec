"""Finding what comes with kaframe."""

from __future__ import annotations

import pytest

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
