"""Tests of rules, for those who write them: ``kaframe.testing.run_tests(path)`` and ``kaframe test``.

>>> from kaframe.testing import run_tests
>>> run_tests("rules", pack="default").passed  # doctest: +SKIP
True
"""

from __future__ import annotations

from kaframe.testing.comparing import Difference
from kaframe.testing.coverage import Coverage
from kaframe.testing.running import Outcome
from kaframe.testing.suite import Result, Selection, run_tests

__all__ = ["Coverage", "Difference", "Outcome", "Result", "Selection", "run_tests"]
