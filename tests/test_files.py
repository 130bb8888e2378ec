"""Finding the files of a source, and telling when they change."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kaframe.errors import DataError, Location
from kaframe.files import check_header, check_names, find_files, fingerprint_files, place_in, show_file
from kaframe.records import Source

AT = Location("kaframe.yaml", 7, 3)
TWELVE = "00, 01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11"


def source(folder: Path, path: str) -> Source:
    return Source("orders", "csv", {"path": path}, folder, AT)


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("b.csv", ["b.csv"], id="one"),
        pytest.param("*.csv", ["a[1].csv", "b.csv"], id="glob"),
        pytest.param("a[1].csv", ["a[1].csv"], id="a file that looks like a glob"),
        pytest.param("**/*.csv", ["a[1].csv", "b.csv", "deep/er/c.csv"], id="folders"),
        pytest.param("deep/*/c.csv", ["deep/er/c.csv"], id="folder glob"),
    ],
)
def test_files_are_found_in_the_order_of_their_names(tmp_path: Path, path: str, expected: list[str]) -> None:
    """Paths are shown as below the project; lock files of office programs do not count."""
    make(tmp_path, "b.csv", "a[1].csv", "deep/er/c.csv", "~$b.csv")
    declared = source(tmp_path, path)
    assert [show_file(declared, file) for file in find_files(declared)] == expected


def test_an_absolute_path_is_shown_whole(tmp_path: Path) -> None:
    """A file outside the project has no shorter name."""
    make(tmp_path, "b.csv")
    declared = source(tmp_path / "project", str(tmp_path / "b.csv"))
    assert show_file(declared, find_files(declared)[0]) == (tmp_path / "b.csv").as_posix()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("ordres.csv", "KF3001 file 'ordres.csv' does not exist (did you mean 'orders.csv'?)"),
        (
            "daten/orders.csv",
            "KF3001 file 'daten/orders.csv' does not exist (the folder 'daten' does not exist",
        ),
        ("data", "KF3002 'data' is a folder (name the files in it: 'data/*')"),
        ("a/b/c.csv", "KF3001 file 'a/b/c.csv' does not exist (the folder 'a' does not exist in '{folder}')"),
        ("data/", "KF3002 'data/' is a folder (name the files in it: 'data/*')"),
        ("*.xml", "KF3002 no file matches '*.xml' (its folder has data, empty, link.csv, many, orders.csv)"),
        ("empty/x.csv", "KF3001 file 'empty/x.csv' does not exist (its folder has no file)"),
        ("many/none", f"KF3001 file 'many/none' does not exist (its folder has {TWELVE})"),
        ("link.csv", "KF3001 'link.csv' is a link to a file that does not exist (put the file in its place)"),
        ("x" * 300, "KF3004 the path cannot be read: File name too long (check the name)"),
    ],
    ids=["missing", "no folder", "folder", "no folders", "slash", "no match", "empty", "many", "link", "long"],
)
def test_what_is_not_there_is_explained(tmp_path: Path, path: str, message: str) -> None:
    """At the place of the source."""
    make(tmp_path, "orders.csv", "data/x.csv", "empty/.hidden", *(f"many/{number:02}" for number in range(14)))
    (tmp_path / "link.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(DataError) as caught:
        find_files(source(tmp_path, path))
    assert str(caught.value).startswith(f"kaframe.yaml:7:3: {message.format(folder=tmp_path)}")


def test_the_fingerprint_is_of_names_and_contents(tmp_path: Path) -> None:
    """Two files that swap their contents are other data; a touched file is not."""
    make(tmp_path, "a.csv", "b.csv")
    declared = source(tmp_path, "*.csv")
    first = fingerprint_files(declared)
    make(tmp_path, "a.csv")
    assert fingerprint_files(declared) == first
    (tmp_path / "a.csv").write_text("b.csv")
    (tmp_path / "b.csv").write_text("a.csv")
    assert fingerprint_files(declared) != first


def test_names_that_differ_in_case_only_are_refused() -> None:
    """All of them at once."""
    with pytest.raises(DataError) as caught:
        check_header(["id", "Id", "x", "ID", "y"], AT)
    assert [problem.message for problem in caught.value.problems] == [
        "column 'ID' stands 3 times, first as columns 1 and 2",
    ]


def test_two_columns_of_one_name_are_placed() -> None:
    """Each pair at its columns, with what to do; a header without one passes."""
    check_header(["id", "x"], AT)
    with pytest.raises(DataError) as caught:
        check_header(["id", "x", "X", "id"], AT)
    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        ("column 'id' stands twice: columns 1 and 4", "rename one of them"),
        ("column 'X' stands twice: columns 2 and 3", "rename one of them"),
    ]


def test_unknown_names_are_answered_all_at_once(tmp_path: Path) -> None:
    """With the nearest name, or those that there are."""
    with pytest.raises(DataError) as caught:
        check_names(source(tmp_path, "a.csv"), ["id", "amuont", "zzz"], ["id", "amount"])
    assert [problem.hint for problem in caught.value.problems] == [
        "did you mean 'amount'?",
        "it has id, amount",
    ]


def test_a_line_of_a_file_is_a_place(tmp_path: Path) -> None:
    """Without a line it is the whole file."""
    make(tmp_path, "b.csv")
    declared = source(tmp_path, "b.csv")
    assert [str(place_in(declared, tmp_path / "b.csv", line)) for line in (0, 3)] == ["b.csv", "b.csv:3:1"]


def test_pipe_is_no_file_that_can_be_read_again(tmp_path: Path) -> None:
    """Its rows could be read once only, and who opens it waits."""
    os.mkfifo(tmp_path / "orders.csv")
    with pytest.raises(DataError, match=r"KF3002 'orders\.csv' is no file that can be read again"):
        find_files(source(tmp_path, "orders.csv"))


def test_a_pattern_that_matches_far_too_many_files_is_refused(tmp_path: Path) -> None:
    """Each would be opened several times."""
    (tmp_path / "data").mkdir()
    for number in range(10_001):
        (tmp_path / f"data/{number}.csv").touch()
    with pytest.raises(DataError, match=r"KF3032 'data/\*.csv' matches more than 10,000 files"):
        find_files(source(tmp_path, "data/*.csv"))
    (tmp_path / "data/0.csv").unlink()
    assert len(find_files(source(tmp_path, "data/*.csv"))) == 10_000


def test_many_names_are_looked_up_one_by_one() -> None:
    """As many columns as a source may have: each is found without a look at the others."""
    names = [f"c{number}" for number in range(16_384)]
    begun = time.monotonic()
    for _ in range(20):
        check_names(Source("t", "csv", {}, Path(), AT), names, names)
    assert time.monotonic() - begun < 10


def test_more_columns_than_anybody_names() -> None:
    """A file without line ends looks like that."""
    with pytest.raises(DataError) as caught:
        check_header([f"c{number}" for number in range(16_385)], AT)
    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("KF3022", "there are 16,385 columns")
