"""The line where a problem is: found in files of any size, and never shown as a whole when it has no end."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.cli.excerpt import WHOLE, excerpt
from kaframe.errors import Location


def line_of(path: Path, number: int, col: int = 1) -> list[str]:
    return excerpt(Location(path.name, number, col, str(path)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [100, 200_000], ids=["small", "large"])
def test_the_line_is_found(tmp_path: Path, end: str, size: int) -> None:
    """Whatever ends lines, and however far down it is; characters of several bytes stand across the blocks."""
    path = tmp_path / "a.csv"
    path.write_text("".join(f"{number},客户{number}{end}" for number in range(1, size + 1)), "utf-8", newline="")
    assert (path.stat().st_size > WHOLE) == (size > 100)
    for number in (1, 2, size // 2, size - 1, size):
        assert line_of(path, number) == [f"  | {number},客户{number}", "  | ^"]
    assert line_of(path, size + 1) == line_of(path, size * 3) == []


def test_a_line_without_end_is_shown_where_the_problem_is(tmp_path: Path) -> None:
    """Of 8 MB a few words before the place and behind it."""
    path = tmp_path / "a.csv"
    path.write_text("a\n" + "x" * (8 << 20) + "\n", "utf-8")
    assert line_of(path, 2) == ["  | " + "x" * 160, "  | ^"]
    assert line_of(path, 2, 5000) == ["  | ..." + "x" * 157, "  | " + " " * 63 + "^"]


def test_a_password_stays_hidden_in_a_line_without_end(tmp_path: Path) -> None:
    """What follows it, by which it is known, stands beyond what is shown."""
    path = tmp_path / "a.yaml"
    path.write_text("x" * 150 + "postgresql://user:" + "geheim" * 20 + "@host" + "y" * (2 << 20), "utf-8")
    assert "geheim" not in str(line_of(path, 1))
    assert "geheim" not in str(line_of(path, 1, 200))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_no_line_of_another_encoding_is_shown(tmp_path: Path, encoding: str) -> None:
    """Wrong letters under a caret help nobody."""
    path = tmp_path / "a.csv"
    path.write_text("é,b\n" * 1_000_000, encoding)
    assert line_of(path, 900_000) == []
