"""The view of a run that every report format gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaframe.database import Database
from kaframe.flow import preview
from kaframe.loading import load_project
from kaframe.records import RunView
from kaframe.report import table_rows, view_run, write_reports
from tests.smallproject import write_project

RULES = {
    "rules/status.yaml": """\
rgb:
  relationship: {override: replace, best: {at_least: 90}, fair: {at_least: 50}, poor: else}
""",
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunView]:
    project = load_project(write_project(tmp_path_factory.mktemp("report"), RULES))
    with Database() as db:
        preview(project, db)
        yield view_run(project, table_rows(db), "2026-03-31.1")


def test_the_view_names_the_run(view: RunView) -> None:
    """And the language and currency in which it is told."""
    assert (view.project, view.run_id, view.language, view.primary) == ("small", "2026-03-31.1", "en", "relationship")


def test_tables_come_as_rows(view: RunView) -> None:
    """In an order that does not change."""
    rows = view.rows("tiers")
    assert [row["account_id"] for row in rows] == sorted(row["account_id"] for row in rows)
    assert rows == view.rows("tiers")


def test_every_colour_of_a_card_has_one_to_paint(view: RunView) -> None:
    """Also those with names of their own, each another one."""
    colours = view.colours["relationship"]
    assert list(colours) == ["best", "fair", "poor", "no_data"]
    assert len(set(colours.values())) == 4


def test_the_tree_of_a_card_has_every_leaf(view: RunView) -> None:
    """With its path, its measure and the place of its rule; groups have an aggregate, leaves none."""
    groups = {group["path"]: group for group in view.cards["relationship"]}
    growth = next(leaf for leaf in groups["commercial"]["children"] if leaf["path"] == "commercial.growth")
    assert (growth["measure"], growth["aggregate"], growth["children"]) == ("growth", "", [])
    assert growth["rule"].startswith("default/score.yaml:")
    assert groups["commercial"]["aggregate"] == "weighted_mean"
    assert view.scales["relationship"] == (0.0, 100.0)


def test_only_the_wanted_formats_are_written(view: RunView, tmp_path: Path) -> None:
    """Here the one that kaframe.yaml names."""
    project = load_project(write_project(tmp_path / "project"))
    (path,) = write_reports(project, view, tmp_path / "report")
    assert json.loads(path.read_text("utf-8"))
    assert [file.name for file in (tmp_path / "report").iterdir()] == [path.name]
