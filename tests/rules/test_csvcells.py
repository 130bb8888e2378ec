"""Cells of a CSV keep the line and column where they begin."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaframe.errors import Location, RuleError
from kaframe.rules.csvcells import split_cells

FILE = Location("rules/t.csv")


def cells(text: str, delimiter: str = "") -> list[list[tuple[str, int, int]]]:
    return [[(cell.text, cell.at.line, cell.at.col) for cell in line] for line in split_cells(text, FILE, delimiter)]


def test_places_of_cells() -> None:
    """Behind the opening quote, over line breaks inside quotes, and past blank lines."""
    text = '\ufeffa,"b, ""c""",d\r\n\r\n"one\ntwo",,x\n'
    assert cells(text) == [
        [("a", 1, 1), ('b, "c"', 1, 4), ("d", 1, 14)],
        [("one\ntwo", 3, 2), ("", 4, 6), ("x", 4, 7)],
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_that_of_the_first_line(delimiter: str) -> None:
    """Signs in quotes do not count."""
    found = cells(delimiter.join(['"a,;b,;c"', "d", "e"]) + "\n1\n")
    assert [text for text, _, _ in found[0]] == ["a,;b,;c", "d", "e"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a,b\n1,"2\n', "rules/t.csv:2:3: KF2247 the quote opened here is not closed"),
        ('a,b\n"1" 2,3\n', "rules/t.csv:2:4: KF2247 text follows a closing quote"),
        ("\n \n", "rules/t.csv: KF2247 the table is empty, without even a header"),
    ],
)
def test_what_cannot_be_taken_apart(text: str, said: str) -> None:
    """The place of the quote, and how a cell with quotes is written."""
    with pytest.raises(RuleError) as caught:
        split_cells(text, FILE)
    assert str(caught.value).startswith(said)


ROWS = st.lists(st.lists(st.text(st.characters(blacklist_characters="\r\0", blacklist_categories=["Cs"])), min_size=2,
                         max_size=4), min_size=1, max_size=4)  # fmt: skip


@given(ROWS)
def test_what_a_spreadsheet_writes_is_read(rows: list[list[str]]) -> None:
    """The same cells as Python's own reader finds, whatever they hold."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    text = out.getvalue()
    assert [[one for one, _, _ in line] for line in cells(text.replace("\ufeff", ""), ",")] == [
        [one.replace("\ufeff", "") for one in row] for row in rows
    ]
