"""How a colour is shown, and how bad it is: by its place between the best and the worst, never by its name.

A colour shows the shade that its rule names (``shade: orange``), else the one that it is called after, else the one of
its place.
"""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.project import Project
from kaframe.rules.status import StatusRule

MARKS, NO_MARK = ("●", "▲", "■", "◆", "★", "✚"), "○"  # by place, for those who do not see colours


@dataclass(frozen=True, slots=True)
class Shade:
    """The same shade on a page (CSS), in a message (a dot) and on a terminal (a word of ANSI, or nothing)."""

    css: str
    dot: str
    paint: str | None


SHADES = {
    "green": Shade("#2e9e5b", "🟢", "green"),
    "lime": Shade("#8bbf3f", "🟢", "bright_green"),
    "yellow": Shade("#e0a100", "🟡", "yellow"),
    "orange": Shade("#e06c00", "🟠", "bright_red"),
    "red": Shade("#d43d3d", "🔴", "red"),
    "purple": Shade("#8c2f6b", "🟣", "magenta"),
    "blue": Shade("#2f6fb5", "🔵", "blue"),
    "grey": Shade("#8a8f98", "⚪", None),
}
GREY = SHADES["grey"]
# From the best to the worst, for so many colours; more than five share shades with their neighbours.
RAMPS = {
    1: ("green",), 2: ("green", "red"), 3: ("green", "yellow", "red"), 4: ("green", "yellow", "orange", "red"),
    5: ("green", "lime", "yellow", "orange", "red"),
}  # fmt: skip


def find_shade(project: Project, card: str, status: str | None) -> Shade:
    """How a colour of a card is shown; grey for no_data and for what the rules no longer name."""
    rule = project.rules.status.of(card)
    return rule_shades(rule).get(status or "", GREY) if rule else GREY


def rule_shades(rule: StatusRule) -> dict[str, Shade]:
    """The shade of every colour of a card, best first."""
    ramp = RAMPS[min(len(rule.colours), len(RAMPS))]
    last = max(len(rule.colours) - 1, 1)
    by_place = [ramp[place * (len(ramp) - 1) // last] for place in range(len(rule.colours))]
    return {
        colour.id: SHADES[colour.shade or (colour.id if colour.id in SHADES else named)]
        for colour, named in zip(rule.colours, by_place, strict=True)
    }


def find_mark(project: Project, card: str, status: str | None) -> str:
    """The shape beside a colour's word."""
    names = names_of(project, card)
    return MARKS[names.index(status) % len(MARKS)] if status in names else NO_MARK


def names_of(project: Project, card: str) -> tuple[str, ...]:
    """The colours of a card from the best to the worst."""
    rule = project.rules.status.of(card)
    return rule.names if rule else ()


def worst_first(project: Project, card: str, status: str | None) -> int:
    """The place of a colour among those to look at first; no_data comes before what is good, and unknown ones last."""
    rule = project.rules.status.of(card)
    names = [name for name in reversed(rule.names) if name not in rule.good] if rule else []
    order = [*names, "no_data", *(name for name in reversed(names_of(project, card)) if name not in names)]
    return order.index(status) if status in order else len(order)


def is_good(project: Project, card: str, status: str | None) -> bool:
    """Whether an account of this colour needs no improvement."""
    rule = project.rules.status.of(card)
    return bool(rule and status in rule.good)
