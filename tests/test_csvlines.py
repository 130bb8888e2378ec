"""Lines of a delimited text: none is held as a whole that is longer than a record may be."""

from __future__ import annotations

import csv
import io
from collections import deque
from pathlib import Path

import pytest

from kaframe.csvlines import BLOCK, ENDLESS, LONGEST, hold, look_through, read_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"a,b\n1,2\n", (False, False), id="plain"),
        pytest.param(b"a,b\n" + b"x" * LONGEST + b"\0\n", (True, True), id="endless, with NUL at its end"),
        pytest.param(b"x" * (LONGEST + BLOCK) + b"\na\n", (False, True), id="endless at the beginning"),
        pytest.param((b"x" * BLOCK + b"\n") * 9, (False, False), id="long lines"),
        pytest.param((b"x" * BLOCK + b"\r") * 9, (False, False), id="long lines of an old Macintosh"),
    ],
)
def test_what_must_be_looked_for_is_known(tmp_path: Path, text: bytes, expected: tuple[bool, bool]) -> None:
    """A scan of the bytes tells whether any row may hold NUL, and whether any line may be too long."""
    (tmp_path / "a.csv").write_bytes(text)
    assert look_through(tmp_path / "a.csv", "utf-8") == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_of_an_endless_line_only_the_beginning_is_kept(end: str) -> None:
    """The lines around it are whole, with their ends as they are."""
    text = io.StringIO(f"a{end}{'x' * (3 * LONGEST)}{end}b{end}", newline="")
    first, endless, last = read_lines(text, bounded=True)
    assert (first, last) == (f"a{end}", f"b{end}")
    assert endless == "x" * (LONGEST + 1)


def test_a_record_is_bounded_by_all_its_lines() -> None:
    """What waits counts as well; a record that is complete makes room for the next."""
    half = "x" * (LONGEST // 2 + 1)
    held: list[str] = []
    lines = hold(iter([half, half]), deque([half]), held)
    assert next(lines) == half
    held.clear()
    assert next(lines) == half
    with pytest.raises(csv.Error, match=ENDLESS):
        next(lines)
    assert held == [half, half]
