"""What a report's note says: the run it shows, and each file that has changed since."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kaframe.reportnote import changed_files, note_report, noted_run
from kaframe.soundness import examine_report

FLIPS = 100


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    (folder / "accounts").mkdir(parents=True)
    for name in ("index.html", "report.json", "portfolio.xlsx", "accounts/a1-00000000.html"):
        (folder / name).write_text(f"{name} in 客户\n" * 20, "utf-8")
    note_report(folder, "2026-03-31.1")
    return folder


def test_a_report_as_it_was_written(report: Path) -> None:
    """Its run is named; files that others put there are theirs."""
    (report / "my notes.txt").write_text("x", "utf-8")
    assert (noted_run(report), changed_files(report)) == ("2026-03-31.1", [])
    [told] = examine_report(report)
    assert (told.state, "2026-03-31.1" in told.note) == ("ok", True)


def test_every_flipped_bit_is_found(report: Path) -> None:
    """One bit at 100 random places of its files, each time found by name and put back."""
    chance, files = random.Random(5), sorted(path for path in report.rglob("*.*") if path.name != ".run")
    for _ in range(FLIPS):
        path = chance.choice([file for file in files if file.is_file()])
        before = path.read_bytes()
        at = chance.randrange(len(before))
        path.write_bytes(before[:at] + bytes([before[at] ^ 1 << chance.randrange(8)]) + before[at + 1 :])
        [told] = examine_report(report)
        assert (told.code, told.place) == ("KF7027", f"report/{path.relative_to(report).as_posix()}")
        assert "kaframe report" in told.hint
        path.write_bytes(before)
    assert examine_report(report)[0].state == "ok"


def test_files_that_are_gone_are_told_a_few_by_name(report: Path) -> None:
    """And how many more."""
    for number in range(9):
        (report / f"{number}.html").write_text("x", "utf-8")
    note_report(report, "2026-03-31.1")
    for number in range(9):
        (report / f"{number}.html").unlink()
    told = examine_report(report)
    assert [one.place for one in told] == [*(f"report/{number}.html" for number in range(5)), "report"]
    assert told[-1].note == "and 4 more files"


def test_without_a_note_nothing_is_said(tmp_path: Path) -> None:
    """A folder that no run has filled."""
    assert (noted_run(tmp_path), changed_files(tmp_path), examine_report(tmp_path)) == ("", [], [])
