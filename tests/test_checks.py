"""What is known to be wrong before a run."""

from __future__ import annotations

from pathlib import Path

from kaframe.checks import CHECKED, absent_data, check_project
from kaframe.flow import STEPS
from kaframe.loading import load_project
from kaframe.testing.packproject import write_pack_project
from tests.smallproject import FILES, write_project

BAD = {
    "rules/measure.yaml": "measures:\n  bad: {from: orders, value: sum(amuont)}\n",
    "rules/identify.yaml": "tiers: [{id: vip, key: true, when: revenue_12 > 1, before: strategic}]\n",
    "rules/stage.yaml": "stages: [{id: extra, owner: nobody_such, label: {en: Extra, zh: 额外}}]\n",
}


def test_the_default_pack_is_sound_on_a_small_project(tmp_path: Path) -> None:
    """However little the project has of what the pack can use."""
    assert check_project(load_project(write_project(tmp_path))) == []


def test_problems_of_all_steps_come_in_the_order_of_files_each_once(tmp_path: Path) -> None:
    """A broken measure is told once, not by every step that reads it, and before what rests on it."""
    problems = check_project(load_project(write_project(tmp_path, BAD)))
    places = [problem.at for problem in problems if problem.at]
    files = list(dict.fromkeys(at.file for at in places))
    assert files == ["rules/measure.yaml", "rules/identify.yaml", "rules/stage.yaml"]
    assert places == sorted(places, key=lambda at: (files.index(at.file), at.line, at.col))
    assert len(problems) == len(set(problems))
    codes = [(problem.at.file, problem.code) for problem in problems if problem.at]
    assert [code for file, code in codes if file == "rules/measure.yaml"] == ["KF2010"]


def test_a_mistake_in_what_a_pack_rests_on_says_where_to_mend_it(tmp_path: Path) -> None:
    """Nobody can edit a bundled pack."""
    removed = {"rules/measure.yaml": "measures: {revenue_12m: {override: remove}}\n"}
    problems = check_project(load_project(write_project(tmp_path, removed)))
    assert problems
    hints = [problem.hint for problem in problems if problem.at and problem.at.file.startswith("default/")]
    assert hints
    assert all("override" in hint for hint in hints)


def test_every_step_with_rules_is_checked() -> None:
    """All steps but those that have nothing to check."""
    assert set(STEPS) - set(CHECKED) == {"recall", "change"}


def test_what_a_project_lacks_is_listed(tmp_path: Path) -> None:
    """By table, with the measures that are left out for it."""
    absent = absent_data(load_project(write_project(tmp_path)))
    assert "wallet" in absent["accounts"]
    assert "orders" in absent
    assert "amount" not in absent["orders"]
    assert "satisfaction" in absent["measures"]
    assert "revenue_12m" not in absent["measures"]


def test_a_report_that_no_plugin_brings_is_told(tmp_path: Path) -> None:
    """With the nearest one."""
    text = FILES["kaframe.yaml"].replace("report_json", "report_jsn")
    (problem,) = check_project(load_project(write_project(tmp_path, {"kaframe.yaml": text})))
    assert (problem.code, problem.hint) == ("KF5020", "did you mean 'report_json'?")


def test_a_scorecard_of_one_s_own_needs_no_improvement_of_the_pack(tmp_path: Path) -> None:
    """What the pack says of nodes that are gone is told once for the file, and is no error; one's own still is."""
    root = write_pack_project(tmp_path, ["default"])
    (root / "rules").mkdir()
    leaf = "mine: {weight: 1, value: days_since_order, curve: [[0, 100], [90, 0]], missing: worst}"
    card = "{override: replace, children: {" + leaf + "}}"
    (root / "rules" / "score.yaml").write_text(f"version: 1\nscorecards: {{relationship: {card}}}\n", "utf-8")
    (told,) = [problem for problem in check_project(load_project(root)) if problem.code in ("KF2154", "KF2155")]
    assert (told.severity, told.at and told.at.file) == ("warning", "default/strategy.yaml")
    assert "'commercial.growth' is no node of the primary scorecard 'relationship', and " in told.message
    assert told.message.endswith(" more like it: not used")
    item = "{id: own, node: mina, role: lead, within: 5 working days, title: {en: Ask, zh: 询问}}"
    (root / "rules" / "strategy.yaml").write_text(f"version: 1\nimprovements: [{item}]\n", "utf-8")
    (own,) = [problem for problem in check_project(load_project(root)) if problem.severity == "error"]
    assert (own.code, own.hint) == ("KF2154", "did you mean 'mine'?")
