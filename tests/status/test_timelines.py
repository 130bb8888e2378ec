"""Colours over many published runs of a real project: gaps, revised and late days, overrides, changed thresholds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import kaframe
from kaframe.published import load_run
from kaframe.store import Act, Override, Store, clear_override, open_store, set_override
from tests.smallproject import write_project

STATUS = """version: 1
rgb:
  main:
    green: {{at_least: {green}}}
    yellow: {{at_least: 50}}
    red: else
    {patience}
"""
FILES = {
    "kaframe.yaml": (
        "version: 1\nproject: small\nlanguage: en\npacks: []\n"
        "accounts: {source: {reader: csv, path: data/accounts.csv}, key: id, name: name}\n"
    ),
    "rules/measure.yaml": "version: 1\nmeasures: {}\n",
    "rules/identify.yaml": "version: 1\ntiers: [{id: key, key: true, when: true}]\n",
    "rules/score.yaml": "version: 1\nscorecards: {main: {primary: true, children: {x: {value: x}}}}\n",
    "team.yaml": "version: 1\nroles: []\nmembers: []\n",
}


class Timeline:
    """A project of one account, run day by day."""

    def __init__(self, folder: Path, patience: str) -> None:
        self.folder = write_project(folder, FILES)
        self.patience = patience
        self.rules(75)

    def rules(self, green: int) -> None:
        text = STATUS.format(green=green, patience=self.patience)
        (self.folder / "rules/status.yaml").write_text(text, encoding="utf-8")

    def run(self, day: int, points: float | None, backfill: bool = False) -> tuple[str, str]:
        """The published colour on a day of January, and what decided it; None: the account is not in the data."""
        rows = "B,Other,10\n" + ("" if points is None else f"A,Account,{points}\n")
        (self.folder / "data/accounts.csv").write_text(f"id,name,x\n{rows}", encoding="utf-8")
        loaded = kaframe.load(self.folder)
        finished = loaded.run(date(2026, 1, day), backfill=backfill)
        with load_run(loaded.project, finished.committed.run_id) as run:
            found = [row for row in run.rows("colours") if row["account_id"] == "A"]
            return (found[0]["status"], found[0]["why"]) if found else ("", "")

    def store(self) -> Store:
        return open_store(kaframe.load(self.folder).project)


def test_revisions_and_late_days_count_as_they_stand(tmp_path: Path) -> None:
    """The last revision of a day is the evidence; a day filled in later counts for the runs that follow."""
    line = Timeline(tmp_path / "a", "hold: 3 runs")
    assert line.run(1, 60) == ("yellow", "score")
    assert line.run(3, 80) == ("yellow", "hold")
    assert line.run(5, 80) == ("yellow", "hold")
    assert line.run(5, 60) == ("yellow", "score")
    assert line.run(7, 80) == ("yellow", "hold")
    assert line.run(4, 82, backfill=True) == ("yellow", "hold")
    assert line.run(9, 80) == ("yellow", "hold")
    assert line.run(11, 80) == ("green", "score")


def test_a_late_day_breaks_a_hold(tmp_path: Path) -> None:
    """What is known of a day between two runs counts, whenever it became known."""
    line = Timeline(tmp_path / "a", "hold: 6 days")
    assert line.run(1, 60) == ("yellow", "score")
    assert line.run(3, 80) == ("yellow", "hold")
    assert line.run(7, 80) == ("yellow", "hold")
    line.run(5, 60, backfill=True)
    assert line.run(9, 80) == ("yellow", "hold")
    assert line.run(13, 80) == ("green", "score")


def test_gaps_overrides_and_changed_thresholds(tmp_path: Path) -> None:
    """A run without the account breaks nothing; evidence runs on below a colour by hand; today's edges count."""
    line = Timeline(tmp_path / "a", "hold: 3 runs")
    assert line.run(1, 60) == ("yellow", "score")
    assert line.run(2, 70) == ("yellow", "score")
    assert line.run(3, None) == ("", "")
    act = Act("li", date(2026, 1, 4), "agreed")
    set_override(line.store(), Override("A", "main", "red", date(2026, 1, 31)), act)
    assert line.run(4, 70) == ("red", "override")
    clear_override(line.store(), ["A"], "main", Act("li", date(2026, 1, 5), "done"))
    assert line.run(5, 70) == ("yellow", "score")
    line.rules(70)
    assert line.run(6, 70) == ("green", "score")


def test_the_colour_set_last_stands_in_place_of_all_before_it(tmp_path: Path) -> None:
    """Also when it ends before them: nobody meant the first one to come back."""
    line = Timeline(tmp_path / "a", "recover: 0")
    assert line.run(1, 60) == ("yellow", "score")
    act = Act("li", date(2026, 1, 2), "agreed")
    set_override(line.store(), Override("A", "main", "red", date(2026, 1, 31)), act)
    set_override(line.store(), Override("A", "main", "green", date(2026, 1, 4)), act)
    assert line.run(3, 60) == ("green", "override")
    assert line.run(5, 60) == ("yellow", "score")
