"""What is said beside a report of a run that was held back; most of it is tested where gates fail (test_gate.py)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from kaframe.held import NOTE, is_held, release_reports

HELD = {
    "project": "p", "language": "en", "as_of": "2026-04-30", "held_at": "2026-05-01T06:00:00+08:00", "gates": [],
    "shown": "", "shown_as_of": None,
}  # fmt: skip


def note(folder: Path, *files: str) -> Path:
    folder.mkdir()
    (folder / NOTE).write_text(json.dumps({"held": HELD, "files": files}), "utf-8")
    return folder


def test_only_what_was_written_beside_the_report_goes(tmp_path: Path) -> None:
    """A note that somebody has changed leads nowhere else."""
    outside = tmp_path / "kept.html"
    folder = note(tmp_path / "report", "held.html", "../kept.html", str(tmp_path / "k"))
    for path in (outside, tmp_path / "k", folder / "held.html", folder / "index.html"):
        path.write_text("x", "utf-8")
    release_reports(folder)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["index.html", "k", "kept.html"]
    release_reports(folder)


def test_a_run_for_an_earlier_day_says_nothing_about_one_that_is_held(tmp_path: Path) -> None:
    """Only a run for that day or a later one can end it."""
    folder = note(tmp_path / "report")
    assert [is_held(folder, date(2026, 4, day)) for day in (29, 30)] == [False, True]
    assert not is_held(tmp_path, date(2026, 4, 30))
