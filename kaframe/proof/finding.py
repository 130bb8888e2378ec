"""What a proof finds: something that runs but cannot mean what was wanted."""

from __future__ import annotations

from dataclasses import replace

from kaframe.errors import Location, Problem


def finding(at: Location, code: str, message: str, hint: str, example: str = "") -> Problem:
    """A finding stops nothing unless ``--strict`` is given. ``example`` is a value that shows it."""
    return Problem(at, code, message, hint, "warning", example=example)


def beside(problem: Problem, also: Location) -> Problem:
    """The same with a second place that belongs to it."""
    return replace(problem, also=also)
