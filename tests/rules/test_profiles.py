"""What colours leave unsaid is what the semantics of their card say, with the place where it was said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kaframe.rules.layers import Layer
from kaframe.rules.load import Rules, load_rules
from kaframe.rules.published import published_rules, rule_places

SCORE = """
semantics:
  ours: {like: gainsight, match: last, roll_up: {parent: counted}}
scorecards:
  main: {semantics: ours, children: {x: {value: x}}}
  other: {children: {x: {value: x}}}
"""
STATUS = """
rgb:
  main:
    green: {from: 75}
    red: else
    roll_up: {shares: [{status: red, above: 0.5}], none: no_data}
    exceptions:
      - {id: one, when: x > 1, status: red}
      - {id: two, when: x > 2, status: green}
  other: {green: {from: 75}, red: else, compare: calculated}
"""


def load(folder: Path, score: str = SCORE, status: str = STATUS) -> Rules:
    (folder / "score.yaml").write_text(f"version: 1\n{score}", "utf-8")
    (folder / "status.yaml").write_text(f"version: 1\n{status}", "utf-8")
    return load_rules([Layer(folder, "rules")])


def test_colours_say_all_that_their_semantics_chose(tmp_path: Path) -> None:
    """Every choice stands among the resolved rules, those said in status.yaml as they are said there."""
    said: dict[str, Any] = load(tmp_path).plain()["status"]["rgb"]
    names = ("edges", "compare", "match")
    assert {name: said["main"][name] for name in names} == {"edges": "upper", "compare": "shown", "match": "last"}
    assert {name: said["other"][name] for name in names} == {"edges": "lower", "compare": "calculated",
                                                            "match": "first"}  # fmt: skip
    shares = [{"status": "red", "above": 0.5}]
    assert said["main"]["roll_up"] == {
        "shares": shares, "parent": "counted", "counts": "calculated", "missing": "skip", "none": "no_data",
    }  # fmt: skip
    assert "roll_up" not in said["other"]


def test_the_rules_of_colours_follow_the_choices(tmp_path: Path) -> None:
    """The edge belongs to the colour or not, and the last exception is asked first."""
    rules = load(tmp_path).status.rgb
    assert [(one.at_least, one.above) for one in rules["main"].colours] == [(None, 75), (None, None)]
    assert [(one.at_least, one.above) for one in rules["other"].colours] == [(75, None), (None, None)]
    assert [one.id for one in rules["main"].exceptions] == ["two", "one"]


def test_a_choice_keeps_the_place_where_it_was_made(tmp_path: Path) -> None:
    """The profile's file, or the line of the project's own semantics."""
    main = load(tmp_path).nodes["status"].value["rgb"].value["main"]  # type: ignore[index, call-overload, union-attr]
    assert main.keys["edges"].file == "semantics/gainsight.yaml"
    assert str(main.keys["match"]) == "rules/score.yaml:4:27"
    assert main.value["roll_up"].keys["parent"].line == 4


def test_a_published_run_is_read_with_the_choices_it_was_made_with(tmp_path: Path) -> None:
    """From the manifest alone, whatever the profiles say by then."""
    rules = load(tmp_path)
    manifest = {"run_id": "r", "rules": rules.plain(), "places": rule_places(rules)}
    again = published_rules(manifest, rules.expected).status.rgb["main"]
    assert (again.edges, again.match, [one.id for one in again.exceptions]) == ("upper", "last", ["two", "one"])
    assert again.roll_up is not None
    assert again.roll_up.parent == "counted"


def test_colours_of_unknown_cards_and_semantics_stay_as_they_are(tmp_path: Path) -> None:
    """That there is no such card is told elsewhere."""
    score = "scorecards: {other: {semantics: nobody, children: {x: {value: x}}}}"
    said = load(tmp_path, score).plain()["status"]["rgb"]
    assert "edges" not in said["main"]
    assert "edges" not in said["other"]


def test_two_edges_of_a_colour_are_told(tmp_path: Path) -> None:
    """None of them is dropped in silence, whatever the semantics."""
    for semantics in ("kaframe", "gainsight"):
        for key in ("at_least", "above"):
            score = f"scorecards: {{main: {{semantics: {semantics}, children: {{x: {{value: x}}}}}}}}"
            status = f"rgb: {{main: {{green: {{from: 75, {key}: 70}}, red: else}}}}"
            green = load(tmp_path, score, status).status.rgb["main"].colours[0]
            assert None not in (green.at_least, green.above)
