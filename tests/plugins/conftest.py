"""Fixtures for readers: the bundled ones, and a source of one in a temporary project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kaframe.plugins import load_plugins
from kaframe.records import Reader
from tests.plugins.sources import MakeSource


@pytest.fixture(scope="session")
def readers() -> Mapping[str, Reader]:
    return load_plugins(None).readers


@pytest.fixture
def source(tmp_path: Path, readers: Mapping[str, Reader]) -> MakeSource:
    return MakeSource(tmp_path, readers)
