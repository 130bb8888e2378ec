"""Fixtures for plugins: the bundled readers, a source of one in a temporary project, and the run of the example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kaframe.database import Database
from kaframe.plugins import load_plugins
from kaframe.records import Reader, RunView
from tests.plugins.runviews import example_view
from tests.plugins.sources import MakeSource


@pytest.fixture(scope="session")
def readers() -> Mapping[str, Reader]:
    return load_plugins(None).readers


@pytest.fixture
def source(tmp_path: Path, readers: Mapping[str, Reader]) -> MakeSource:
    return MakeSource(tmp_path, readers)


@pytest.fixture(scope="session")
def example_run() -> Iterator[RunView]:
    """The run of the example for the last day of its data; nothing is written into it."""
    with Database() as db:
        yield example_view(db)
