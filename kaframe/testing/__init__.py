"""Tests for those who write rules, ``run_tests(path)`` as ``kaframe test`` does, and for those who write plugins.

A plugin's own tests subclass the class of its kind: ``class TestPager(HttpChannelConformance): plugin = pager``.

>>> from kaframe.testing import run_tests
>>> run_tests("rules", pack="default").passed  # doctest: +SKIP
True
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from kaframe.testing.comparing import Difference
from kaframe.testing.coverage import Coverage
from kaframe.testing.running import Outcome
from kaframe.testing.suite import Result, Selection, run_tests

if TYPE_CHECKING:
    from kaframe.testing.conformance import (
        ChannelConformance,
        CommandConformance,
        FilterConformance,
        FunctionConformance,
        HttpChannelConformance,
        ListenerConformance,
        PackConformance,
        PanelConformance,
        ReaderConformance,
        ReportConformance,
        TemplateConformance,
    )

__all__ = [
    "ChannelConformance",
    "CommandConformance",
    "Coverage",
    "Difference",
    "FilterConformance",
    "FunctionConformance",
    "HttpChannelConformance",
    "ListenerConformance",
    "Outcome",
    "PackConformance",
    "PanelConformance",
    "ReaderConformance",
    "ReportConformance",
    "Result",
    "Selection",
    "TemplateConformance",
    "run_tests",
]

CONFORMANCE = "kaframe.testing.conformance"


def __getattr__(name: str) -> Any:
    """The classes of the conformance kit, which need pytest, when a plugin's tests ask for one."""
    if not name.endswith("Conformance"):
        raise AttributeError(f"module 'kaframe.testing' has no attribute '{name}'")
    if CONFORMANCE not in sys.modules:
        import pytest

        pytest.register_assert_rewrite(CONFORMANCE)  # so that a test that fails shows what was found
    from kaframe.testing import conformance

    return getattr(conformance, name)
