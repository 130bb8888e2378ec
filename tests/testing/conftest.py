"""One small project for all tests of tests."""

from __future__ import annotations

import pytest
from ruletesting import small_project

from kaframe.project import Project


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with orders and the default pack; nothing of it is changed but the files in ``tests/``."""
    return small_project(tmp_path_factory.mktemp("small"))
