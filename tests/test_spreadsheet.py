"""What a cell of a CSV file becomes, so that a spreadsheet shows it and never computes it."""

from __future__ import annotations

from datetime import date

import pytest

from kaframe.spreadsheet import harmless_cell


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"])
def test_a_live_text_is_marked(sign: str) -> None:
    """A ``'`` before it; the same sign further inside is left alone."""
    assert harmless_cell(f"{sign}1+1") == f"'{sign}1+1"
    assert harmless_cell(f"a{sign}1") == f"a{sign}1"


@pytest.mark.parametrize("value", [-1.5, 0, True, None, date(2026, 3, 31), "Nordwind AG", "客户", "a\nb", ""])
def test_other_values_stay(value: object) -> None:
    """Numbers below zero too: they are no texts."""
    assert harmless_cell(value) is value


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (" =1", "' =1"), ("\u200b=1", "'\u200b=1"), ("﹦1", "'﹦1"), ("a;=1", "a;'=1"), ("a\n+1", "a\n'+1"),
        ("a\t -1", "a\t' -1"), ("a;b=1", "a;b=1"), ("calls:\n- Kim\n- Chen", "calls:\n- Kim\n- Chen"),
    ],
)  # fmt: skip
def test_what_is_live_for_one_spreadsheet_or_another(text: str, marked: str) -> None:
    """Behind blanks and what is not seen, and where lists are parted by semicolons or tabs; lists stay readable."""
    assert harmless_cell(text) == marked


def test_control_characters_go() -> None:
    """And a carriage return or NUL before a formula does not hide it."""
    assert harmless_cell("\x1b[31mred") == " [31mred"
    assert [harmless_cell(text) for text in ("\r=1", "\0=1")] == ["' =1", "' =1"]
