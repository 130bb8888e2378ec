"""Panels of plugins: what they show reaches every report as text, and one that fails is left out whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kaframe
from kaframe.database import Database
from kaframe.flow import preview
from kaframe.loading import load_project
from kaframe.panels import MOST_ROWS, detached, with_panels
from kaframe.plugins.calling import PluginCalls
from kaframe.project import Project
from kaframe.records import RunView
from kaframe.report import table_rows, view_run
from tests.badproject import write_project

Show = Callable[[RunView, str], Any]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, RunView]]:
    project = load_project(write_project(tmp_path_factory.mktemp("panels")), as_of=date(2026, 6, 30))
    with Database() as db:
        preview(project, db)
        yield project, view_run(project, table_rows(db), "2026-06-30.1", project.as_of)


def shown(
    found: tuple[Project, RunView], tmp_path: Path, show: Show, page: Any = "portfolio"
) -> tuple[RunView, list[str]]:
    """The view with one panel, and what went wrong."""
    project, view = found
    panel = kaframe.Panel("mine", "Mine", {"en": "Mine", "zh": "我的"}, page, show)
    plugins = dataclasses.replace(project.plugins, panels={"mine": panel})
    calls = PluginCalls(tmp_path)
    filled = with_panels(dataclasses.replace(project, plugins=plugins), view, calls)
    return filled, [problem.message for problem in calls.problems]


def test_values_become_texts(found: tuple[Project, RunView], tmp_path: Path) -> None:
    """As people of the project's language write them."""
    content = kaframe.PanelContent("Text", ("a", "b", "c"), [(1234.5, date(2026, 6, 1), None)])
    view, wrong = shown(found, tmp_path, lambda view, account_id: content)
    assert wrong == []
    (panel,) = view.panels[""]
    assert (panel.title, panel.text, panel.rows) == ("Mine", "Text", (("1,234", "1 June 2026", "—"),))


def test_a_panel_of_accounts_is_asked_for_each_managed_one(found: tuple[Project, RunView], tmp_path: Path) -> None:
    """And may have nothing to say of one."""
    view, _ = shown(
        found, tmp_path, lambda view, key: kaframe.PanelContent(key) if key != "A1" else None, "account"
    )
    managed = {row["account_id"] for row in view.rows("managed")}
    assert len(managed) > 1
    assert {key: panels[0].text for key, panels in view.panels.items()} == {key: key for key in managed - {"A1"}}


def test_a_huge_panel_is_cut(found: tuple[Project, RunView], tmp_path: Path) -> None:
    """A panel is no listing."""
    content = kaframe.PanelContent("x" * 1_000_000, ("a",), [(number,) for number in range(100_000)])
    view, wrong = shown(found, tmp_path, lambda view, account_id: content)
    (panel,) = view.panels[""]
    assert (len(panel.rows), len(panel.text), wrong) == (MOST_ROWS, 2_000, [])


@pytest.mark.parametrize(
    ("show", "says"),
    [
        (lambda view, key: {}[key], "KeyError"),
        (lambda view, key: "text", "gives str, not kaframe.PanelContent"),
        (lambda view, key: kaframe.PanelContent("", ("a", "b"), [(1,)]), "a row has 1 cells for 2 columns"),
        (lambda view, key: kaframe.PanelContent("", ("a",), 7), "TypeError"),
        (lambda view, key: view.labels.clear(), "AttributeError"),
    ],
    ids=["raises", "text", "short row", "no rows", "clears labels"],
)
def test_a_panel_that_fails_is_left_out_whole(
    found: tuple[Project, RunView], tmp_path: Path, show: Show, says: str
) -> None:
    """Named, and the view is as it would be without it."""
    view, wrong = shown(found, tmp_path, show)
    assert (view.panels, len(wrong)) == ({}, 1)
    assert says in wrong[0]
    assert view.labels == found[1].labels


def test_nothing_of_a_view_can_be_changed(found: tuple[Project, RunView]) -> None:
    """Not even deep inside; rows belong to whoever asks for them."""
    view = detached(found[1])
    with pytest.raises(TypeError):
        view.cards["relationship"][0]["weight"] = 100  # type: ignore[index]
    rows: Any = view.rows("tiers")
    rows[0]["tier"] = "mine"
    assert view.rows("tiers")[0]["tier"] != "mine"
