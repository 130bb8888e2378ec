"""What is left of a file when what its schema refuses is taken out, and what is in doubt for it."""

from __future__ import annotations

import pytest

from kaframe.doubts import NO_DOUBTS, Doubts, keep_sound, unread
from kaframe.yamlfile import parse_yaml

MEASURES = "measures:\n  a: {value: '1'}\n  b: {valeu: '1'}\n  c: {value: '2', unit: parsec}\n"


def test_a_sound_file_is_left_as_it_is() -> None:
    """And nothing is in doubt."""
    node = parse_yaml("measures: {a: {value: '1'}}\n", "measure.yaml")
    assert keep_sound(node, "measure") == (node, [], NO_DOUBTS)


def test_items_that_are_wrong_go_and_the_others_stay() -> None:
    """The ids of those that went are known."""
    kept, problems, doubts = keep_sound(parse_yaml(MEASURES, "measure.yaml"), "measure")
    assert kept.plain() == {"measures": {"a": {"value": "1"}}}
    assert {problem.code for problem in problems} == {"KF1104", "KF1105", "KF1107"} - (
        {"KF1105"} - {problem.code for problem in problems}
    )
    assert (doubts.names, doubts.partial, doubts.unread) == ({"b", "c"}, {"measures"}, frozenset())


def test_items_of_a_list_go_by_their_place() -> None:
    """In flow style too."""
    text = "tiers: [{id: a, when: true}, {id: b, wehn: true}, {id: c, when: true}]\n"
    kept, _, doubts = keep_sound(parse_yaml(text, "identify.yaml"), "identify")
    assert [tier["id"] for tier in kept.plain()["tiers"]] == ["a", "c"]
    assert doubts.names == {"b"}


def test_a_section_without_items_goes_whole() -> None:
    """Half of what describes the accounts would say something else."""
    text = "project: x\nlanguage: en\naccounts: {source: {reader: csv, path: a}, kye: id}\ncalendar: CN\n"
    kept, _, doubts = keep_sound(parse_yaml(text, "kaframe.yaml"), "kaframe", ("tables",))
    assert set(kept.plain()) == {"project", "language", "calendar"}
    assert doubts.unread == {"accounts"}


@pytest.mark.parametrize(
    ("section", "meant"), [("chanels", {"channels"}), ("whatever", {"tables", "channels"})], ids=["misspelt", "strange"]
)
def test_a_section_of_another_name_may_be_one_that_is_missing(section: str, meant: set[str]) -> None:
    """The one of a like name; else any that holds items."""
    text = f"project: x\nlanguage: en\naccounts: {{source: {{reader: csv, path: a}}}}\n{section}: {{}}\n"
    _, _, doubts = keep_sound(parse_yaml(text, "kaframe.yaml"), "kaframe", ("tables", "channels"))
    assert doubts.unread - {section} == meant


def test_what_is_missing_does_not_take_the_first_section_with_it() -> None:
    """A missing key is told at the beginning of the file, where another one stands."""
    kept, problems, doubts = keep_sound(parse_yaml("project: x\nlanguage: en\n", "kaframe.yaml"), "kaframe", ())
    assert [problem.code for problem in problems] == ["KF1105"]
    assert kept.plain() == {"project": "x", "language": "en"}
    assert doubts.unread == {"accounts"}


def test_doubts_add_up_and_answer() -> None:
    """Of a part that was not read every name is possible, of one that lacks items only theirs."""
    doubts = unread("score") | Doubts(partial=frozenset({"measure"}), names=frozenset({"growth"}))
    assert doubts.may_define("anything", ["score"])
    assert doubts.may_define("growth", ["measure"])
    assert not doubts.may_define("revenue", ["measure"])
    assert doubts.touch(["measure"])
    assert not doubts.touch(["team"])
    assert not NO_DOUBTS
