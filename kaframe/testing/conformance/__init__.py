"""What a plugin must keep to, as classes of tests: an author subclasses the one for the kind and runs pytest.

``docs/plugins/`` has a page for every kind. Bundled plugins pass the same classes.
"""

from __future__ import annotations

from kaframe.testing.conformance.channel import ChannelConformance, HttpChannelConformance
from kaframe.testing.conformance.filters import FilterConformance
from kaframe.testing.conformance.function import FunctionConformance
from kaframe.testing.conformance.pack import PackConformance, TemplateConformance
from kaframe.testing.conformance.reader import ReaderConformance
from kaframe.testing.conformance.shown import (
    CommandConformance,
    ListenerConformance,
    PanelConformance,
    ReportConformance,
)

__all__ = [
    "ChannelConformance",
    "CommandConformance",
    "FilterConformance",
    "FunctionConformance",
    "HttpChannelConformance",
    "ListenerConformance",
    "PackConformance",
    "PanelConformance",
    "ReaderConformance",
    "ReportConformance",
    "TemplateConformance",
]
