"""Words, labels and values as people read them, in the language of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import kaframe

from .words import WORDS

SHAPES = ("●", "▲", "■", "◆", "★", "✚")  # colours differ by shape too, for those who do not see them
NO_DATA, NO_SHAPE, GREY = "no_data", "○", "#8a8f98"
VEGA_SHAPES = {"●": "circle", "▲": "triangle-up", "■": "square", "◆": "diamond", "★": "triangle-down",
               "✚": "cross", NO_SHAPE: "circle"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colour:
    """A status as it is shown: its word, CSS colour, shape, and place from best (0) to worst."""

    id: str
    label: str
    css: str
    shape: str
    place: int


@dataclass(frozen=True, slots=True)
class Saying:
    """Says everything in the language of one run."""

    view: kaframe.RunView
    wording: kaframe.Wording
    place: int
    colours: Mapping[tuple[str, str], Colour] = field(default_factory=dict)

    def word(self, key: str, **values: Any) -> str:
        """A word of the report, for one of them where the word has a form for one."""
        one = WORDS.get(f"{key}.one") if values.get("count") == 1 else None
        text = (one or WORDS[key])[self.place]
        return text.format(**values) if values else text

    def known(self, kind: str, key: str | None) -> str:
        """The word for an id of kaframe itself, such as a task's state; the id when it is new."""
        return self.word(f"{kind}.{key}") if f"{kind}.{key}" in WORDS else str(key or "")

    def label(self, kind: str, key: str | None) -> str:
        """The label of an id of the rules or the team."""
        return str(self.view.labels.get(f"{kind}.{key}", key or ""))

    def value(self, value: Any, unit: str = "") -> str:
        """A value by its unit."""
        if isinstance(value, float | int) and not isinstance(value, bool) and unit == "date":
            unit = ""
        return _worded(self.wording, value, unit)

    def measured(self, measure: str, value: Any) -> str:
        """A value of a measure."""
        return self.value(value, self.view.units.get(measure, ""))

    def percent(self, value: float | None) -> str:
        return self.value(value, "percent")

    def points(self, card: str, value: float | None) -> str:
        """Points of a card with the digits that its semantics display."""
        shown = self.view.shown(card, value)
        return "—" if shown is None else f"{shown:.9f}".rstrip("0").rstrip(".")

    def lost(self, value: float) -> str:
        """Points that a part of a score lost, with one decimal at most."""
        return f"{value:.1f}".removesuffix(".0")

    def day(self, value: date | None) -> str:
        return "—" if value is None else value.isoformat()

    def member(self, member: str | None) -> str:
        return self.label("member", member) if member else self.word("nobody")

    def colour(self, card: str, status: str | None) -> Colour:
        """How a status of a card is shown; one that its rules do not name comes last."""
        found = self.colours.get((card, status or NO_DATA))
        return found or Colour(status or NO_DATA, self.label("status", status or NO_DATA), GREY, NO_SHAPE, len(SHAPES))


def make_saying(view: kaframe.RunView) -> Saying:
    """The words for one run."""
    wording = kaframe.Wording(view.language, view.currency)
    colours: dict[tuple[str, str], Colour] = {}
    for card, statuses in view.colours.items():
        named = [status for status in statuses if status != NO_DATA]
        for place, status in enumerate(named):
            shape = SHAPES[place % len(SHAPES)]
            label = view.labels.get(f"status.{status}", status)
            colours[card, status] = Colour(status, label, statuses[status], shape, place)
        label = view.labels.get(f"status.{NO_DATA}", NO_DATA)
        colours[card, NO_DATA] = Colour(NO_DATA, label, statuses.get(NO_DATA, GREY), NO_SHAPE, len(named))
    return Saying(view, wording, int(view.language == "zh"), colours)


@lru_cache(maxsize=100_000, typed=True)
def _worded(wording: kaframe.Wording, value: Any, unit: str) -> str:
    """The same values stand on many pages; Babel takes its time for each."""
    return str(wording.text(value, unit))
