"""The csv reader on what no program writes as a table: endless lines, columns without number, only bad rows."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from kaframe import csvlines, csvtext
from kaframe.errors import DataError, Problem
from tests.plugins.sources import MakeSource

MEGABYTE = 1 << 20
LIMIT = 20  # seconds; quadratic in any of these sizes takes minutes


def write(folder: Path, text: str, encoding: str = "utf-8") -> None:
    (folder / "a.csv").write_text(text, encoding, newline="")


def problem_of(source: MakeSource, **options: object) -> Problem:
    """What is said about the file, which must be soon."""
    begun = time.monotonic()
    declared = source("csv", **{"path": "a.csv", **options})
    with pytest.raises(DataError) as caught:
        source.read(declared, list(source.types(declared)))
    assert time.monotonic() - begun < LIMIT
    return caught.value.problems[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", ["x", ",", '"', '"a",', 'a"', "1,2\t"])
def test_a_line_without_end_is_a_bad_row(source: MakeSource, tmp_path: Path, text: str, encoding: str) -> None:
    """Whatever it is made of; it is never held as a whole, and the rows around it are read."""
    write(tmp_path, f"a,b\n1,2\n{text * (12 * MEGABYTE // len(text))}\n3,4\n", encoding)
    declared = source("csv", path="a.csv", encoding="utf-8")
    reading = source.read(declared, ["a", "b"])
    assert reading.arrow.to_pylist() == [{"a": "1", "b": "2", "_row": 1}, {"a": "3", "b": "4", "_row": 3}]
    assert [(row.line, row.reason) for row in reading.rejected] == [(3, "the line is longer than 4,194,304 characters")]
    assert source.read(declared, []).arrow.num_rows == 2
    assert source.locate(declared, [3]) == [("a.csv", 4)]


def test_a_line_is_given_up_to_the_limit(
    source: MakeSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of exactly so many characters is read, with one more it is not, wherever blocks of the file end."""
    monkeypatch.setattr(csvlines, "LONGEST", 40)
    monkeypatch.setattr(csvlines, "BLOCK", 8)
    for end in ("\n", "\r\n", "\r"):
        fits = "1," + "x" * (38 - len(end))
        write(tmp_path, f"a,b\n{fits}{end}{fits}x{end}2,y{end}")
        reading = source.read(source("csv", path="a.csv"), ["a"])
        assert reading.arrow.column("a").to_pylist() == ["1", "2"], end
        assert [row.line for row in reading.rejected] == [3], end


def test_a_record_without_end_gives_its_lines_back(source: MakeSource, tmp_path: Path) -> None:
    """Every line goes on in a quoted field; only the first is lost, as the others are rows by themselves."""
    write(tmp_path, 'a\nx\n",y\n' + '",y,"\n' * MEGABYTE + "z\n")
    begun = time.monotonic()
    reading = source.read(source("csv", path="a.csv"), ["a"])
    assert reading.arrow.column("a").to_pylist() == ["x", *[",y,"] * MEGABYTE, "z"]
    rejected = [(row.line, row.reason) for row in reading.rejected]
    assert rejected == [(3, 'the quote " that is opened here is not closed')]
    assert time.monotonic() - begun < LIMIT


@pytest.mark.parametrize("row", ["1\n", '1,"2\n', '1,"2"3\n', f"1,{'x' * 40}\0\n", '"\n', "1,2,3\n"])
def test_a_file_of_bad_rows_is_refused(source: MakeSource, tmp_path: Path, row: str) -> None:
    """Not one after the other: each is kept and told, and millions of them fit nowhere."""
    write(tmp_path, "a,b\n1,2\n" + row * 300_000)
    problem = problem_of(source)
    assert problem.code == "KF3023"
    assert problem.message.startswith("more than 100,000 rows cannot be read; here ")
    assert problem.at
    assert problem.at.line > csvtext.MOST_BAD


@pytest.mark.parametrize(
    ("head", "message"),
    [
        pytest.param(",".join(f"c{number}" for number in range(100_000)), "there are 100,000 columns", id="columns"),
        pytest.param("," * 20_000, "there are 20,001 columns", id="no names"),
        pytest.param("x" * 30 * MEGABYTE, "the line of column names is longer than 1,048,576 characters", id="long"),
        pytest.param("," * 30 * MEGABYTE, "the line of column names is longer than 1,048,576 characters", id="many"),
    ],
)
@pytest.mark.parametrize("above", ["", "Orders\n"])
def test_a_header_beyond_measure_is_refused(
    source: MakeSource, tmp_path: Path, head: str, message: str, above: str
) -> None:
    """Before each column costs something."""
    write(tmp_path, f"{above}{head}\n1\n")
    problem = problem_of(source, header=1 + bool(above))
    assert (problem.code, problem.message) == ("KF3022", message)
    assert problem.at
    assert problem.at.line == 1 + bool(above)


def test_as_many_columns_as_a_sheet_has_are_read(source: MakeSource, tmp_path: Path) -> None:
    """Their names are longer than what is looked at first, and all of them are asked for."""
    names = [f"the_revenue_of_day_{number:06}" for number in range(16_384)]
    write(tmp_path, ",".join(names) + "\n" + ",".join(map(str, range(16_384))) + "\n")
    declared = source("csv", path="a.csv")
    begun = time.monotonic()
    assert list(source.types(declared)) == names
    assert source.read(declared, names).arrow.column(names[-1]).to_pylist() == ["16383"]
    assert time.monotonic() - begun < LIMIT


def test_the_limit_of_a_field_is_said_first(source: MakeSource, tmp_path: Path) -> None:
    """A line below the limit of lines that holds a field beyond that of fields."""
    write(tmp_path, f"a,b\n1,{'x' * 3 * MEGABYTE}\n")
    reading = source.read(source("csv", path="a.csv"), ["a"])
    assert [row.reason for row in reading.rejected] == [f"a field is longer than {csv.field_size_limit():,} characters"]
