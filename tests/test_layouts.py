"""Which template counts: project over plugin over pack over bundled, file by file."""

from __future__ import annotations

from pathlib import Path

import pytest

import kaframe
from kaframe.layouts import find_layouts, list_layouts
from tests.smallproject import write_project

PLUGIN = """
from pathlib import Path
import kaframe

@kaframe.hook
def kaframe_templates():
    yield kaframe.TemplatePack("ours", {"en": "Ours", "zh": "我们的"}, Path(__file__).parent / "ours")
"""
FILES = {
    "plugins/ours.py": PLUGIN,
    "plugins/ours/plan.md.j2": "plugin",
    "plugins/ours/win_back.md.j2": "plugin",
    "templates/plan.md.j2": "project",
}


@pytest.fixture
def project(tmp_path: Path) -> kaframe.Project:
    return kaframe.load(write_project(tmp_path / "small", FILES)).project


def test_each_file_comes_from_the_first_place_that_has_it(project: kaframe.Project) -> None:
    """And says whose place it takes."""
    found = {layout.name: layout for layout in list_layouts(project)}
    assert (found["plan.md.j2"].file, found["plan.md.j2"].origin) == ("templates/plan.md.j2", "project")
    assert found["plan.md.j2"].hides == (
        "ours:ours/plan.md.j2", "default/templates/plan.en.md.j2", "templates_plain:plain/plan.en.md.j2",
    )  # fmt: skip
    assert (found["win_back.md.j2"].file, found["win_back.md.j2"].origin) == ("ours:ours/win_back.md.j2", "plugin")
    assert (found["recover_service.md.j2"].origin, found["notice.txt.j2"].origin) == ("pack", "bundled")


def test_those_of_another_language_are_not_listed(project: kaframe.Project) -> None:
    """They are the same templates for other projects."""
    names = [layout.name for layout in list_layouts(project)]
    assert "plan.md.j2" in names
    assert not [name for name in names if ".zh." in name]


def test_all_files_of_a_name_in_their_order(project: kaframe.Project) -> None:
    """From the one that counts to the one at the bottom."""
    assert [layout.origin for layout in find_layouts(project, "plan.md.j2")] == ["project", "plugin", "pack", "bundled"]
    assert find_layouts(project, "nothing.md.j2") == []
