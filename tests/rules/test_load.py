"""From rule files to records: the default pack, and every mistake of every file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.bundled import folder
from kaframe.errors import RuleError
from kaframe.rules.layers import Layer
from kaframe.rules.load import KINDS, load_rules


def write(folder: Path, **texts: str) -> list[Layer]:
    for kind, text in texts.items():
        (folder / f"{kind}.yaml").write_text(text, encoding="utf-8")
    return [Layer(folder, "rules")]


def test_the_default_pack_has_every_kind() -> None:
    """No kind is empty, every id is its own, and each item knows its place."""
    rules = load_rules([Layer(folder("rules") / "default", "default")])
    assert sorted(rules.plain()) == sorted(KINDS)
    assert rules.measure.measures
    assert rules.identify.tiers
    assert rules.analyse.analyses
    assert rules.score.primary()
    assert rules.status.rgb.keys() == {card.id for card in rules.score.scorecards}
    assert [stage.id for stage in rules.stage.stages]
    assert rules.strategy.strategies
    assert rules.maintain.cadences
    assert rules.notify.notices
    for item in (*rules.measure.measures, *rules.identify.tiers, *rules.stage.stages, *rules.notify.notices):
        assert item.at.file.startswith("default/")
        assert item.at.line > 1


def test_no_rules_are_rules_too() -> None:
    """Empty records, so that every step copes with a kind that nobody wrote."""
    rules = load_rules([])
    assert (rules.measure.measures, rules.identify.tiers, rules.score.scorecards) == ((), (), ())
    assert (rules.plain(), rules.score.primary()) == ({}, None)


def test_what_a_pack_can_use_is_known(tmp_path: Path) -> None:
    """Several packs together; the higher one wins a column."""
    low, high = tmp_path / "low", tmp_path / "high"
    for place, kind in ((low, "number"), (high, "text")):
        place.mkdir()
        (place / "pack.yaml").write_text(
            f"version: 1\naccounts: {{columns: {{size: {{type: {kind}}}}}}}\n"
            f"tables: {{orders: {{columns: {{{kind}_column: {{type: {kind}}}}}}}}}\n"
        )
    expected = load_rules([Layer(low, "low"), Layer(high, "high")]).expected
    assert expected.accounts["size"].type == "text"
    assert set(expected.tables["orders"]) == {"number_column", "text_column"}


def test_mistakes_of_all_files_come_together_in_their_order(tmp_path: Path) -> None:
    """By file, then by line as a number: 9 before 10."""
    measures = "measures:\n" + "".join(f"  m{number}: {{valeu: 1}}\n" for number in range(12))
    layers = write(tmp_path, measure=measures, identify="tiers: [{id: a}]\n", score="scorecards: [1]\n")
    with pytest.raises(RuleError) as caught:
        load_rules(layers)
    places = [problem.at for problem in caught.value.problems if problem.at]
    assert places == sorted(places)
    assert {place.file for place in places} == {"rules/measure.yaml", "rules/identify.yaml", "rules/score.yaml"}
    assert [place.line for place in places if place.file == "rules/measure.yaml"] == list(range(2, 14))


def test_a_mistake_in_one_kind_hides_none_in_another(tmp_path: Path) -> None:
    """What the schema refuses and what the records refuse."""
    cadences = "cadences: [{id: x, every: 3 fortnights}]\n"
    layers = write(tmp_path, measure="measures: {a: {valeu: 1}}\n", maintain=cadences)
    with pytest.raises(RuleError) as caught:
        load_rules(layers)
    assert len({problem.at.file for problem in caught.value.problems if problem.at}) == 2
