"""Problems that only follow from a file that could not be read, and are therefore not told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from kaframe.doubts import Doubts
from kaframe.errors import Problem

# A problem of this kind says that something is in none of these parts. While one of them is in doubt nobody knows.
RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "KF1302": ("plugins",),
    "KF1320": ("team",),
    "KF1321": ("team",),
    "KF1322": ("team",),
    "KF1340": ("plugins",),
    "KF1345": ("rates",),
    "KF2003": ("plugins",),
    "KF2120": ("measure", "accounts"),
    "KF2130": ("score",),
    "KF2133": ("score",),
    "KF2140": ("score",),
    "KF2141": ("status",),
    "KF2153": ("measure",),
    "KF2154": ("score",),
    "KF2155": ("score", "analyse"),
    "KF2170": ("stage",),
    "KF2175": ("stage",),
    "KF2190": ("accounts",),
    "KF2191": ("identify",),
    "KF4001": ("packs",),
    "KF4003": ("measure", "accounts", "score", "analyse"),
    "KF5001": ("plugins",),
    "KF5020": ("plugins",),
    "KF8002": ("team",),
    "KF8004": ("channels",),
    "KF8010": ("plugins",),
}


def without_followups(problems: Iterable[Problem], doubts: Doubts) -> list[Problem]:
    """The problems that stand whatever the parts in doubt may say."""
    return [problem for problem in problems if not _follows(problem, doubts)]


def _follows(problem: Problem, doubts: Doubts) -> bool:
    file = PurePath(problem.at.file).name if problem.at else ""
    parts = RESTS_ON.get(problem.code, ())
    return file in doubts.unread or bool(parts and doubts.touch((*parts, "packs")))
