"""Layers of rules: packs below, the project above, nothing overridden in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import Location, Problem
from kaframe.plugins import load_plugins
from kaframe.rules.layers import Layer, find_layers, merge_layers, read_layers
from kaframe.yamlfile import parse_yaml

AT = Location("kaframe.yaml", 3, 1)
LOW = """\
measures:
  revenue: {from: orders, value: sum(amount), label: {en: Revenue, zh: 销售额}}
  growth: {value: revenue - 1}
tiers: [{id: gold, when: a > 1, key: true}, {id: rest, when: true}]
concentration: [revenue]
"""


def merged(*texts: str) -> tuple[Any, list[Problem]]:
    node, problems = merge_layers([parse_yaml(text, f"{place}.yaml") for place, text in enumerate(texts)])
    return (node.plain() if node else None), problems


def test_no_layers_give_nothing() -> None:
    """A kind that nobody wrote."""
    assert merged() == (None, [])


def test_one_layer_is_itself() -> None:
    """Without a word on layers there is nothing to lay over."""
    found, problems = merged(LOW)
    assert (found, problems) == (parse_yaml(LOW, "x").plain(), [])


def test_what_is_new_is_added() -> None:
    """Mappings by key; list items to the end."""
    found, problems = merged(LOW, "measures: {profit: {value: b}}\ntiers: [{id: last, when: c}]\n")
    assert problems == []
    assert list(found["measures"]) == ["revenue", "growth", "profit"]
    assert [tier["id"] for tier in found["tiers"]] == ["gold", "rest", "last"]


@pytest.mark.parametrize(
    ("override", "item"),
    [
        ("merge", {"from": "orders", "value": "sum(paid)", "label": {"en": "Revenue", "zh": "收入"}}),
        ("replace", {"value": "sum(paid)", "label": {"zh": "收入"}}),
        ("remove", None),
    ],
)
def test_a_mapping_is_overridden_as_it_says(override: str, item: dict[str, Any] | None) -> None:
    """Key by key at every depth, whole, or away; the word itself is gone."""
    text = f"measures: {{revenue: {{override: {override}, value: sum(paid), label: {{zh: 收入}}}}}}\n"
    found, problems = merged(LOW, text)
    assert problems == []
    assert found["measures"].get("revenue") == item


def test_a_list_item_is_overridden_in_its_place() -> None:
    """The order of the lower layer stays."""
    found, problems = merged(LOW, "tiers: [{id: gold, override: merge, when: a > 2}]\n")
    assert (found["tiers"][0], problems) == ({"id": "gold", "when": "a > 2", "key": True}, [])


def test_a_new_item_goes_before_the_one_it_names() -> None:
    """And two of them in their order."""
    found, problems = merged(LOW, "tiers: [{id: x, when: a, before: rest}, {id: y, when: b, before: rest}]\n")
    assert problems == []
    assert [tier["id"] for tier in found["tiers"]] == ["gold", "x", "y", "rest"]
    assert all("before" not in tier for tier in found["tiers"])


def test_a_list_of_plain_values_is_added_to() -> None:
    """As they have no id, none of them can be meant."""
    assert merged(LOW, "concentration: [profit]\n")[0]["concentration"] == ["revenue", "profit"]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("measures: {revenue: {value: x}}\n", "KF1305", "1.yaml:1:12"),
        ("tiers: [{id: gold, when: x}]\n", "KF1305", "1.yaml:1:9"),
        ("tiers: [{id: new, when: x, before: rst}]\n", "KF1304", "1.yaml:1:36"),
        ("measures: {revenu: {override: merge, value: x}}\n", "KF1304", "1.yaml:1:20"),
        ("tiers: [{id: silver, override: remove}]\n", "KF1304", "1.yaml:1:9"),
    ],
    ids=["silent mapping", "silent item", "before nothing", "mapping over nothing", "item over nothing"],
)
def test_what_is_not_meant_so_is_told(text: str, code: str, place: str) -> None:
    """At the place of the upper layer."""
    _, problems = merged(LOW, text)
    assert [(problem.code, str(problem.at)) for problem in problems] == [(code, place)]


def test_a_silent_override_names_both_places() -> None:
    """So that somebody can look at what they would override."""
    _, (problem,) = merged(LOW, "measures: {growth: {value: x}}\n")
    assert str(problem.also) == "0.yaml:3:3"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("tiers: [{id: gold, when: x}]\n", "in a lower layer (0.yaml:"),
        ("tiers: [{id: new, when: x}, {id: new, when: y}]\n", "above (1.yaml:1:9)"),
    ],
    ids=["lower-layer", "same-file"],
)
def test_a_silent_override_says_where_the_first_one_stands(text: str, where: str) -> None:
    """The same id twice in one file is no matter of layers."""
    _, (problem,) = merged(LOW, text)
    assert problem.code == "KF1305"
    assert where in problem.message


def test_three_layers_lie_on_each_other() -> None:
    """The middle one overrides the lowest, the highest what came of it."""
    middle = "measures: {growth: {override: merge, unit: percent}}\n"
    found, problems = merged(LOW, middle, "measures: {growth: {override: merge, value: g}}\n")
    assert (found["measures"]["growth"], problems) == ({"value": "g", "unit": "percent"}, [])


def test_values_keep_the_places_of_their_own_files() -> None:
    """Which is what ``kaframe show rules --origin`` prints."""
    high = parse_yaml("measures: {growth: {override: merge, unit: percent}}\n", "high.yaml")
    node, _ = merge_layers([parse_yaml(LOW, "low.yaml"), high])
    assert node is not None
    growth = node.value["measures"].value["growth"]  # type: ignore[index, call-overload, union-attr]
    assert (str(growth.get("value").at), str(growth.get("unit").at)) == ("low.yaml:3:19", "high.yaml:1:44")


def listed_at(number: int) -> Location:
    return Location("kaframe.yaml", 6, 9 + number)


def test_bundled_packs_lie_below_the_project(tmp_path: Path) -> None:
    """In the order of ``packs:``; a pack of the project is a path."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "packs/own").mkdir(parents=True)
    (tmp_path / "packs/own/pack.yaml").write_text("version: 1\n")
    layers, problems = find_layers(tmp_path, ["default", "packs/own"], load_plugins(None).packs, listed_at)
    assert problems == []
    assert [layer.shown for layer in layers] == ["default", "packs/own", "rules"]


@pytest.mark.parametrize("packs", [["defualt"], ["../elsewhere"], ["packs/none"], ["default", "default"]], ids=str)
def test_packs_that_cannot_be_used_are_told(tmp_path: Path, packs: list[str]) -> None:
    """Unknown, outside of the project, without a pack.yaml, or twice."""
    (tmp_path / "project").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/pack.yaml").write_text("version: 1\n")
    layers, problems = find_layers(tmp_path / "project", packs, load_plugins(None).packs, listed_at)
    assert [problem.at for problem in problems] == [listed_at(len(packs) - 1)]
    assert [layer.shown for layer in layers] == (["default"] if "default" in packs else [])


def test_broken_files_and_files_of_no_kind_come_together(tmp_path: Path) -> None:
    """All of a folder at once."""
    (tmp_path / "measure.yaml").write_text("measures: {a: 1, a: 2}\n")
    (tmp_path / "mesure.yaml").write_text("measures: {}\n")
    (tmp_path / "score.yml").write_text("scorecards: {}\n")
    (tmp_path / "status.yaml").write_text("rgb: {}\n")
    read = read_layers([Layer(tmp_path, "rules")], ["measure", "score", "status"])
    assert {problem.code for problem in read.problems} == {"KF1005", "KF1303"}
    assert {problem.hint for problem in read.problems} >= {"did you mean 'measure'?", "call it 'score.yaml'"}
    assert read.broken == {"measure", "score"}
    assert [kind for kind, nodes in read.nodes.items() if nodes] == ["status"]


def test_rule_file_one_folder_too_deep_is_told(tmp_path: Path) -> None:
    """Nobody would ever read it; those of tests and of other packs are where they belong."""
    for name in ("sub/measure.yaml", "tests/measure.yaml", "mine/measure.yaml", "mine/pack.yaml", "sub/notes.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a: 1\n", "utf-8")
    read = read_layers([Layer(tmp_path, "rules")], ["measure"])
    assert [str(problem) for problem in read.problems] == [
        "rules/sub/measure.yaml: KF1303 'sub/measure.yaml' is not read (move it to 'rules/measure.yaml')"
    ]
