"""The run as data: complete, and the same bytes for the same run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kaframe.records import HeldRun, RunView
from tests.plugins.loading import load_plugin
from tests.plugins.runviews import AS_OF, insight, plan, small_view

report = load_plugin("report_json")


def written(view: Any, folder: Path) -> Any:
    """The report as a program reads it."""
    return json.loads(report.write(view, folder).read_text(encoding="utf-8"))


def test_the_example_as_data(example_run: RunView, tmp_path: Path) -> None:
    """Managed accounts with their colours, sums over all accounts, and twice the same bytes."""
    first = report.write(example_run, tmp_path).read_bytes()
    assert report.write(example_run, tmp_path).read_bytes() == first
    found = json.loads(first)
    summary, managed = found["summary"], {row["account_id"] for row in example_run.rows("managed")}
    assert {row["account_id"] for row in found["tables"]["colours"]} == managed
    assert summary["accounts"]["all"] == len(example_run.rows("tiers")) == sum(summary["tiers"].values())
    assert sum(summary["colours"]["all"].values()) == len(example_run.rows("colours"))
    assert sum(summary["colours"]["managed"].values()) == len(managed)


def test_head_and_parsed_columns(tmp_path: Path) -> None:
    """Days are text, columns of JSON text are data, words are written as they are."""
    view = small_view(names=("长城", "Beta"), insights=[insight("A0", "下滑")], plans=[plan("A0", "# 计划")])
    found = written(view, tmp_path)
    assert (found["as_of"], found["run_id"], found["version"]) == ("2026-06-30", "2026-06-30.1", 1)
    assert found["tables"]["insights"][0]["evidence"] == {"revenue": 5000.0}
    assert found["tables"]["plans"][0]["strategies"] == ["grow"]
    assert found["tables"]["plans"][0]["markdown"] == "# 计划"
    assert "长城" in (tmp_path / "report.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(float("nan"), None, id="nan"),
        pytest.param(float("inf"), None, id="infinite"),
        pytest.param(date(2026, 1, 2), "2026-01-02", id="day"),
        pytest.param(Decimal("1.5"), 1.5, id="decimal"),
        pytest.param((1, [True, None]), [1, [True, None]], id="lists"),
        pytest.param({2: {"b": 1}}, {"2": {"b": 1}}, id="mappings"),
    ],
)
def test_every_value_has_a_json_form(value: Any, expected: Any) -> None:
    """What JSON cannot say becomes what every reader understands."""
    assert report.plain(value) == expected


def test_broken_text_does_not_stop_the_report(tmp_path: Path) -> None:
    """A lone surrogate in the data becomes a question mark."""
    found = written(small_view(names=("a\ud800b",)), tmp_path)
    assert found["tables"]["measures"][0]["name"] == "a?b"


def test_a_row_is_a_line(tmp_path: Path) -> None:
    """So that two reports can be compared line by line, whatever number is in them."""
    view = small_view(measures=[{"account_id": "A0", "revenue": float("nan")}, {"account_id": "A1", "revenue": 2.5}])
    found = written(view, tmp_path)
    assert [row["revenue"] for row in found["tables"]["measures"]] == [None, 2.5]
    lines = (tmp_path / "report.json").read_text("utf-8").splitlines()
    assert '{"account_id": "A1", "revenue": 2.5}' in lines


@pytest.mark.parametrize("shown", [None, date(2026, 6, 29)], ids=["before the first publish", "an earlier run"])
def test_run_that_was_held_back_as_data(shown: date | None, tmp_path: Path) -> None:
    """Beside the report, which stays as it is: which run, when, its gates, and what is shown in its place."""
    (tmp_path / "report.json").write_text("of yesterday")
    gate = {"gate": "rows", "passed": False, "seen": float("nan")}
    named = "" if shown is None else f"{shown}.1"
    held = HeldRun("small", "zh", AS_OF, datetime(2026, 6, 30, 8, 0, tzinfo=UTC), [gate], named, shown)
    (file,) = report.hold(held, tmp_path)
    assert json.loads(file.read_text("utf-8")) == {
        "version": 1,
        "project": "small",
        "as_of": "2026-06-30",
        "held_at": "2026-06-30T08:00:00+00:00",
        "shown": named,
        "shown_as_of": None if shown is None else "2026-06-29",
        "gates": [{"gate": "rows", "passed": False, "seen": None}],
    }
    assert (file.name, (tmp_path / "report.json").read_text()) == ("held.json", "of yesterday")


def test_colours_of_other_cards_are_not_counted(tmp_path: Path) -> None:
    """An account has one bare colour: counts of a card that is none of the primary ones stay out of the summary."""
    counts = [
        {"card": card, "tier": "key", "status": status, "managed": managed, "accounts": accounts}
        for card, status, managed, accounts in (
            ("health", "red", True, 1),
            ("health", "green", False, 4),
            ("renewal", "red", True, 7),
        )
    ]
    summary = written(small_view(colour_counts=counts), tmp_path)["summary"]
    assert summary["colours"] == {"all": {"red": 1, "green": 4}, "managed": {"red": 1}}


def test_points_stand_beside_those_that_people_read(tmp_path: Path) -> None:
    """The exact ones decide; what is shown has the digits that the card's semantics display."""
    view = small_view()
    colours = [{**row, "points": 40.122} for row in view.rows("colours")]
    view = replace(small_view(colours=colours), display={"health": (0, "up")}, family=("health",))
    report = written(view, tmp_path)
    assert {(row["points"], row["shown"]) for row in report["tables"]["colours"]} == {(40.122, 40)}
    assert report["scorecards"]["display"] == {"health": [0, "up"]}
