"""Published data sets: where they lie, and a project folder of this place made ready to run on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import kaframe

Rows = Callable[[str], list[dict[str, Any]]]
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


@pytest.fixture(scope="module")
def previewed(real: Callable[[str], Path], request: pytest.FixtureRequest) -> Iterator[Rows]:
    """The tables of a preview of the module's project on the last day of its data."""
    with kaframe.load(real(request.module.NAME)).preview(as_of=request.module.LAST_DAY) as preview:
        yield preview.rows
