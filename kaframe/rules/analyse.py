"""``analyse.yaml``: what is looked for in the data of managed accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AnalyseRules:
    """The analyses, in the order they are written."""

    analyses: tuple[Any, ...] = ()
