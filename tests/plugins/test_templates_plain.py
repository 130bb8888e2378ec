"""The plain plan: for a project whose packs bring no template, and beaten by any template that is nearer."""

from __future__ import annotations

from pathlib import Path

import pytest
from badproject import swap, write_project

import kaframe
from kaframe.loading import load_project
from kaframe.strategy.rendering import check_templates, load_templates


@pytest.mark.parametrize(("language", "title"), [("en", "## Strategy"), ("zh", "## 策略")])
def test_a_project_without_a_plan_of_its_own_gets_the_plain_one(tmp_path: Path, language: str, title: str) -> None:
    """It is sound for an account with everything and for one with nothing, in both languages."""
    root = write_project(tmp_path)
    swap("kaframe.yaml", "language: en", f"language: {language}")(root)
    (root / "templates/plan.md.j2").unlink()
    project = load_project(root)
    assert check_templates(project) == []
    with kaframe.load(root).preview(as_of="2026-06-30") as found:
        plans = found.rows("plans")
    assert plans
    assert all(title in plan["markdown"] for plan in plans)


def test_the_projects_own_template_goes_first(tmp_path: Path) -> None:
    """File by file: its plan is the project's, others may still be the plugin's."""
    project = load_project(write_project(tmp_path))
    text = load_templates(project).render("plan.md.j2", {"account": {"name": "A"}, "strategies": []})
    assert text == "# A\n\n"
