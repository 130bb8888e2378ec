"""Published data sets: where they lie, and a project folder of this place made ready to run on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared" / "data"  # beside the repository, never in it


@pytest.fixture(scope="session")
def data() -> Callable[[str], Path]:
    """The folder of a data set; the test is skipped where it is absent."""

    def folder(name: str) -> Path:
        if not (SHARED / name).is_dir():
            pytest.skip(f"the published data set '{name}' is not in ../shared/data")
        return SHARED / name

    return folder


@pytest.fixture(scope="session")
def real(data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A copy of the project folder of that name whose ``data`` is the data set."""

    def project(name: str) -> Path:
        found = data(name)
        root = tmp_path_factory.mktemp(name) / name
        shutil.copytree(HERE / name, root)
        (root / "data").symlink_to(found, target_is_directory=True)
        return root

    return project
