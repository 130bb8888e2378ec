"""Lines that fit the terminal, in both languages."""

from __future__ import annotations

import pytest

from kaframe.cli.tables import width
from kaframe.cli.wrapping import wrapped

ENGLISH = "    an exception decides: A wave of complaints; by the points it would be yellow  (rules/status.yaml:12)"
CHINESE = "    由例外规则决定：投诉达到5次，客户满意度低于（集团规定的）下限；按得分应为黄（rules/status.yaml:12）"
ADDRESS = "  /a/very/long/folder/without/any/space/in/its/name/that/no/line/can/hold/whatever/it/does/data.csv"


@pytest.mark.parametrize("line", [ENGLISH, CHINESE, ADDRESS])
@pytest.mark.parametrize("room", [20, 41, 60, 80])
def test_nothing_is_lost_and_nothing_is_too_wide(line: str, room: int) -> None:
    """Every character is still there, in its order; no line is wider than there is room."""
    lines = list(wrapped(line, room))
    assert max(width(one) for one in lines) <= room
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert len(lines) > 1


def test_what_fits_stays_as_it_is() -> None:
    """With the spaces between its columns."""
    assert list(wrapped("  A002  Harbour Retail", 40)) == ["  A002  Harbour Retail"]


def test_chinese_lines_are_full_and_keep_their_signs() -> None:
    """A line breaks between characters, never before a comma or after an opening bracket."""
    lines = list(wrapped(CHINESE, 40))
    assert all(width(line) >= 34 for line in lines[:-2])
    assert not any(line.strip()[0] in "，。；）" or line[-1] in "（" for line in lines)


def test_what_follows_is_indented_further() -> None:
    """So that the eye sees where the next thing begins."""
    first, *rest = wrapped(ENGLISH, 60)
    assert first.startswith("    an")
    assert all(line.startswith("        ") and not line.startswith("         ") for line in rest)
