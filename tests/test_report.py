"""One view of a run for every report, and the reports that a project asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kaframe.loading import load_project
from kaframe.project import Project
from kaframe.records import ReportFormat, RunView
from kaframe.report import check, view_run, write_reports

EXAMPLE = Path(__file__).parent.parent / "examples" / "consumer-goods"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(EXAMPLE)


def view(project: Project) -> RunView:
    return view_run(project, lambda table: [{"table": table}], "2026-06-30.1")


def test_a_view_has_what_tables_do_not_say(project: Project) -> None:
    """The primary card with its scale, colours from best to worst, units, and labels in the project's language."""
    seen = view(project)
    assert (seen.primary, tuple(seen.scales["relationship"])) == ("relationship", (0.0, 100.0))
    assert list(seen.colours["relationship"]) == ["green", "yellow", "red", "no_data"]
    assert seen.units["growth"] == "percent"
    assert seen.labels["tier.key"] == "重点客户"
    assert seen.rows("tiers") == [{"table": "tiers"}]


def test_the_tree_names_the_rule_of_every_node(project: Project) -> None:
    """Groups with their children by path, each with weight, measure, and the file and line that it stands in."""
    commercial = view(project).cards["relationship"][0]
    growth = commercial["children"][0]
    assert (commercial["path"], commercial["weight"], commercial["measure"]) == ("commercial", 35.0, "")
    assert (growth["path"], growth["measure"], growth["children"]) == ("commercial.growth", "growth", [])
    assert "score.yaml:" in growth["rule"]


def test_the_reports_asked_for_are_written(project: Project, tmp_path: Path) -> None:
    """Each form gets the view and the folder, in the order of the configuration."""

    def write(seen: RunView, folder: Path) -> Path:
        target = folder / "rows.txt"
        target.write_text(str(seen.rows("tiers")), encoding="utf-8")
        return target

    forms = {"rows": ReportFormat("rows", "", write)}
    asked = replace(
        project, config=replace(project.config, reports=("rows",)), plugins=replace(project.plugins, reports=forms)
    )
    assert write_reports(asked, view(asked), tmp_path / "new" / "report") == [tmp_path / "new" / "report" / "rows.txt"]
    assert check(asked) == []


def test_an_unknown_report_is_answered_with_the_nearest(project: Project) -> None:
    """A misspelt form is found before anything runs."""
    (problem,) = check(replace(project, config=replace(project.config, reports=("report_htlm",))))
    assert (problem.code, "report_html" in problem.hint) == ("KF5020", True)
