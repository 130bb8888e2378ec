"""What is wrong with scorecards and semantics is told before a run, with code, place and hint."""

# ruff: noqa: E501  (a mistake a line)

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.errors import RuleError
from kaframe.score import check
from tests.steps import AS_OF, make_project

ACCOUNTS = [{"account_id": "A", "x": 1.0, "t": "gold", "day": AS_OF}]
MISTAKES = {
    "like nobody": ("semantics: {own: {like: gainsite}}\n", "{a: {value: x}}", "own", "KF2200", "gainsight"),
    "like itself": ("semantics: {own: {like: own}}\n", "{a: {value: x}}", "own", "KF2201", "kaframe"),
    "unknown semantics": ("", "{a: {value: x}}", "totengo", "KF2130", "totango"),
    "no override": ("semantics: {kaframe: {neutral: 3}}\n", "{a: {value: x}}", "kaframe", "KF1305", "override"),
    "no category": ("", "{a: {value: t, map: {gold: god, else: poor}}}", "kaframe", "KF2202", "good"),
    "two lower edges": ("", "{a: {value: x, bands: [{from: 1, above: 2, points: 1}, {else: 0}]}}", "kaframe", "KF2203", "keep"),
    "case after else": ("", "{a: {cases: [{else: 1}, {when: x > 1, points: 2}]}}", "kaframe", "KF2204", "last"),
    "empty map": ("", "{a: {value: t, map: {}}}", "kaframe", "KF2205", "map:"),
    "half-life 0": ("", "{a: {value: x, decay: {from: day, half_life: 0 days}}}", "kaframe", "KF2206", "30 days"),
    "working days": ("", "{a: {value: x, fresh: {on: day, within: 5 working days}}}", "kaframe", "KF2206", "180 days"),
    "no way to fade": ("", "{a: {value: x, decay: {from: day}}}", "kaframe", "KF2207", "half_life"),
    "two ways to fade": ("", "{a: {value: x, decay: {from: day, half_life: 3 days, lose: 0.5, every: 1 day}}}", "kaframe", "KF2207", "half_life"),
    "lose without every": ("", "{a: {value: x, decay: {from: day, lose: 0.5}}}", "kaframe", "KF2207", "every"),
    "halves in steps": ("", "{a: {value: x, decay: {from: day, half_life: 3 days, whole_periods: true}}}", "kaframe", "KF2207", "every"),
    "leaf clamp reversed": ("", "{a: {value: x, clamp: [5, 1]}}", "kaframe", "KF2208", "clamp"),
    "group clamp reversed": ("", "{g: {clamp: [5, 5], children: {a: {value: x}}}}", "kaframe", "KF2208", "clamp"),
    "clamp of semantics reversed": ("semantics: {own: {clamp: [9, 1]}}\n", "{a: {value: x}}", "own", "KF2208", "clamp"),
    "scale reversed": ("semantics: {own: {scale: [10, 0]}}\n", "{a: {value: x}}", "own", "KF2148", "scale"),
    "rounded groups": ("semantics: {own: {renormalise: scorecard, rounding: {group: 0}}}\n", "{a: {value: x}}", "own", "KF2209", "group"),
    "start of a mean": ("", "{g: {aggregate: mean, start: 3, children: {a: {value: x}}}}", "kaframe", "KF2210", "sum"),
    "aggregate of a leaf": ("", "{a: {value: x, aggregate: min}}", "kaframe", "KF2210", "group"),
    "group and leaf": ("", "{g: {value: x, children: {a: {value: x}}}}", "kaframe", "KF2211", "leaf"),
    "unknown policy": ("", "{a: {value: x, missing: wurst}}", "kaframe", "KF2212", "worst"),
    "unknown policy of a group": ("", "{g: {missing: skipp, children: {a: {value: x}, b: {value: x}}}}", "kaframe", "KF2212", "skip"),
    "unbound worst": ("", "{a: {value: x, missing: worst}}", "planhat", "KF2213", "clamp"),
    "unbound best": ("", "{a: {value: x, curve: [[0, 0], [1, 1]], ends: extend, missing: best}}", "planhat", "KF2213", "clamp"),
    "no day": ("", "{a: {value: x, fresh: {on: t, within: 5 days}}}", "kaframe", "KF2214", "date"),
    "ends of bands": ("", "{a: {value: x, bands: [{else: 1}], ends: clamp}}", "kaframe", "KF2215", "leave"),
    "percent": ("", "{a: {value: x, weight: 60}, b: {value: x, weight: 30}}", "totango", "KF2216", "relative"),
    "points": ("", "{a: {value: x, clamp: [0, 60]}, b: {value: x, clamp: [0, 30]}}", "churnzero", "KF2217", "scale"),
    "gap between bands": ("", "{a: {value: x, bands: [{above: 5, points: 1}, {below: 5, points: 2}]}}", "kaframe", "KF2135", "else"),
}  # fmt: skip
# What stands at the place that is told: the key's value, where a key is wrong; else the item.
PLACES = {
    "unknown semantics": "totengo", "no category": "god,", "two lower edges": "1, above: 2", "empty map": "{}",
    "half-life 0": "0 days", "working days": "5 working days", "no way to fade": "{from: day}", "two ways to fade": "1 day",
    "lose without every": "0.5", "halves in steps": "true", "leaf clamp reversed": "[5, 1]",
    "group clamp reversed": "[5, 5]", "clamp of semantics reversed": "[9, 1]", "scale reversed": "[10, 0]",
    "rounded groups": "0}", "start of a mean": "3, children", "aggregate of a leaf": "min", "group and leaf": "x, children",
    "unknown policy": "wurst", "unknown policy of a group": "skipp", "unbound worst": "worst", "ends of bands": "clamp",
}  # fmt: skip


@pytest.mark.parametrize(("head", "tree", "semantics", "code", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(tmp_path: Path, head: str, tree: str, semantics: str, code: str, hint: str) -> None:
    """One problem of this code, at a line of the file, whose hint leads on."""
    rules = f"{head}scorecards:\n  main:\n    semantics: {semantics}\n    children: {tree}\n"
    try:
        found = check(make_project(tmp_path, {"score": rules}, {"accounts": ACCOUNTS}))
    except RuleError as error:
        found = list(error.problems)
    assert [problem.code for problem in found] == [code]
    assert found[0].at is not None
    assert found[0].at.file == "rules/score.yaml"
    assert found[0].at.line > 0
    assert hint in found[0].hint


@pytest.mark.parametrize("name", PLACES)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, name: str) -> None:
    """The place is that of the key inside the item, so that an editor marks what is to be mended."""
    head, tree, semantics, *_ = MISTAKES[name]
    rules = f"{head}scorecards:\n  main:\n    semantics: {semantics}\n    children: {tree}\n"
    try:
        (problem,) = check(make_project(tmp_path, {"score": rules}, {"accounts": ACCOUNTS}))
    except RuleError as error:
        (problem,) = error.problems
    assert problem.at is not None
    assert rules.splitlines()[problem.at.line - 1][problem.at.col - 1 :].startswith(PLACES[name])


def test_a_gap_is_told_with_a_value(tmp_path: Path) -> None:
    """The value that no band takes stands in the message."""
    tree = "{a: {value: x, bands: [{above: 5, points: 1}, {below: 5, points: 2}]}}"
    rules = f"scorecards: {{main: {{children: {tree}}}}}\n"
    (problem,) = check(make_project(tmp_path, {"score": rules}, {"accounts": ACCOUNTS}))
    assert "such as 5" in problem.message


def test_bands_may_end_without_else_where_nothing_is_left(tmp_path: Path) -> None:
    """Ranges that cover every value need no ``else``."""
    tree = "{a: {value: x, bands: [{to: 5, points: 1}, {from: 5, points: 2}]}}"
    rules = f"scorecards: {{main: {{children: {tree}}}}}\n"
    assert check(make_project(tmp_path, {"score": rules}, {"accounts": ACCOUNTS})) == []


def test_every_choice_is_resolved_with_its_place(tmp_path: Path) -> None:
    """What own semantics leave out stands in the resolved rules, with the place of the profile that says it."""
    rules = "semantics: {own: {like: planhat, rounding: {total: 2}}}\nscorecards: {a: {semantics: own, children: {x: {value: x}}}}\n"
    project = make_project(tmp_path, {"score": rules}, {"accounts": ACCOUNTS})
    own = project.resolved()["score"]["semantics"]["own"]
    assert (own["start"], own["scale"], own["rounding"]["total"], own["rounding"]["half"]) == (5, [0, 10], 2, "up")
    node = project.rules.nodes["score"].get("semantics").get("own")  # type: ignore[union-attr]
    assert node.get("start").at.file == "semantics/planhat.yaml"  # type: ignore[union-attr]
    assert node.get("rounding").get("total").at.file == "rules/score.yaml"  # type: ignore[union-attr]


def test_a_card_without_semantics_is_a_kaframe_card(tmp_path: Path) -> None:
    """Its choices stand in the resolved rules too."""
    rules = "scorecards: {a: {children: {x: {value: x}}}}\n"
    project = make_project(tmp_path, {"score": rules}, {"accounts": ACCOUNTS})
    assert project.resolved()["score"]["semantics"]["kaframe"]["minimum_coverage"] == 0.4
