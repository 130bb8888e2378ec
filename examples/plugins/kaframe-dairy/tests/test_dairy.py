"""The pack is sound over the default one in both languages, its own tests pass, and its function gives what it says."""

import kaframe_dairy

from kaframe.testing import FunctionConformance, PackConformance


class TestDairy(PackConformance):
    plugin = kaframe_dairy


class TestPerDelivery(FunctionConformance):
    plugin = kaframe_dairy
