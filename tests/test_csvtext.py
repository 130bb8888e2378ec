"""Taking delimited text apart; the reader's own tests have what users see."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.csvtext import open_csv, walk_csv
from kaframe.errors import Location
from kaframe.records import BadRow, Source


def source(folder: Path, text: str, **options: object) -> Source:
    (folder / "a.csv").write_bytes(text.encode())
    return Source("orders", "csv", {"path": "a.csv", **options}, folder, Location("kaframe.yaml", 1, 1))


def walked(declared: Source) -> list[tuple[int, list[str] | str]]:
    """Line and fields, or line and what was rejected."""
    (table,) = open_csv(declared)
    return [(line, row.text if isinstance(row, BadRow) else row) for line, row in walk_csv(declared, table)]


def test_every_record_has_the_line_where_it_begins(tmp_path: Path) -> None:
    """Past blank lines and line ends in fields."""
    assert walked(source(tmp_path, 'a,b\n\n1,"x\r\ny"\n2,z\n')) == [(3, ["1", "x\r\ny"]), (5, ["2", "z"])]


def test_a_header_may_take_several_lines(tmp_path: Path) -> None:
    """Spreadsheets write them so."""
    (table,) = open_csv(source(tmp_path, 'title\n"id\n(new)",b\n1,2\n', header=2))
    assert (table.names, table.body) == (("id\n(new)", "b"), 3)


def test_behind_an_open_quote_reading_begins_again_at_the_next_line(tmp_path: Path) -> None:
    """Only that line is lost, not the rows up to the next quote."""
    text = 'a,b\n1,"open\n2,x\n3,y\n4,"z"\n'
    assert walked(source(tmp_path, text)) == [
        (2, '1,"open'),
        (3, ["2", "x"]),
        (4, ["3", "y"]),
        (5, ["4", "z"]),
    ]


def test_a_long_record_with_text_behind_its_quote_is_lost_whole(tmp_path: Path) -> None:
    """Its second line is no row, although it has the right number of fields."""
    text = 'a,b\n1,"first\nsecond"x,2\n3,y\n'
    assert walked(source(tmp_path, text)) == [(2, '1,"first\nsecond"x,2'), (4, ["3", "y"])]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2\n3,5;4\n", ";"),
        ("a,b\n1,x;y\n2,x;y\n", ","),
        ("a\tb c\n1\t2,3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('"a;b",c\n"1;2",3\n', ","),
        ("name\nWang, Li\nZhao\n", ","),
        ("a;b\n", ";"),
        ('a;b\n1;"open\n2;3\n4;5\n', ";"),
    ],
)
def test_the_delimiter_is_the_one_that_fits_most_lines(tmp_path: Path, text: str, delimiter: str) -> None:
    """A single column has none, and a comma will do."""
    (table,) = open_csv(source(tmp_path, text))
    assert table.delimiter == delimiter


def test_special_characters_may_be_delimiters_and_quotes(tmp_path: Path) -> None:
    """They mean nothing in the search for broken lines either."""
    text = "a^b\n1^]x^y]\n2^]open\n3^z\n"
    assert walked(source(tmp_path, text, delimiter="^", quote="]")) == [
        (2, ["1", "x^y"]), (3, "2^]open"), (4, ["3", "z"]),
    ]  # fmt: skip
