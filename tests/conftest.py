"""Fixtures that several tests share."""

import os
from collections.abc import Iterator

import pytest
from servers import postgres_server, postgres_url, store_url

from kaframe.templates import process

__all__ = ["measured_worker", "postgres_server", "postgres_url", "store_url"]
MEASURED = "COVERAGE_PROCESS_CONFIG"  # how coverage finds its settings in another process


@pytest.fixture(autouse=True, scope="session")
def measured_worker() -> Iterator[None]:
    """The process that renders templates gets nothing of the environment; under ``make coverage`` it is measured."""
    real = process._environment
    if MEASURED in os.environ:
        process._environment = lambda: real() | {MEASURED: os.environ[MEASURED]}
    yield
    process._environment = real
