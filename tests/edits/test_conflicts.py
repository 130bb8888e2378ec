"""A plan that a person has edited over what is generated: marked in words, and marked once."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaframe.edits import find_changes, find_conflicts, merge_edit
from kaframe.edits.conflicts import IS_END, IS_GENERATED, IS_YOURS
from kaframe.wording import Wording

TODAY, TOMORROW = date(2026, 6, 30), date(2026, 7, 1)
EN, ZH = Wording("en", "CNY"), Wording("zh", "CNY")
BASE = "# Plan\n\n- revenue 5\n- tickets 3\n\nEnd\n"


def test_a_conflict_is_marked_in_plain_words() -> None:
    """Both texts, each under a heading that says whose it is; the day is that of the run."""
    merged = merge_edit(BASE, BASE.replace("revenue 5", "revenue 6, they say"), BASE.replace("5", "7"), TODAY, EN)
    assert merged == """# Plan

###### ⚠ Conflict: your text
- revenue 6, they say
###### ⚠ Conflict: the text of 30 June 2026
- revenue 7
###### ⚠ End of the conflict: keep what is right, delete the three lines with ⚠
- tickets 3

End
"""
    assert find_conflicts(merged) == [3]


def test_a_conflict_in_chinese() -> None:
    """A line that the person deleted and the data changed anew."""
    merged = merge_edit(BASE, BASE.replace("- revenue 5\n", ""), BASE.replace("5", "7"), TODAY, ZH)
    assert merged.splitlines()[2:6] == [
        "###### ⚠ 冲突：您写的内容（您已删除）",
        "###### ⚠ 冲突：2026年6月30日生成的内容",
        "- revenue 7",
        "###### ⚠ 冲突结束：请保留正确的内容，并删除带⚠的三行",
    ]
    assert find_conflicts(merged) == [3]


def test_an_open_conflict_is_renewed_and_never_marked_twice() -> None:
    """Day by day the lower half is that of the day; the upper half stays the person's."""
    text, base = BASE.replace("revenue 5", "mine"), BASE
    for figure in ("7", "8", "9"):
        new = BASE.replace("5", figure)
        text, base = merge_edit(base, text, new, TOMORROW, EN), new
        assert merge_edit(base, text, new, TOMORROW, EN) == text  # the same again changes nothing
    assert len(find_conflicts(text)) == 1
    assert [line for line in text.splitlines() if "⚠" not in line] == ["# Plan", "", "- mine", "- revenue 9",
        "- tickets 3", "", "End"]  # fmt: skip


def test_an_open_conflict_stays_while_other_lines_change() -> None:
    """It is still to be decided."""
    marked = merge_edit(BASE, BASE.replace("revenue 5", "mine"), BASE.replace("5", "7"), TODAY, EN)
    later = merge_edit(BASE.replace("5", "7"), marked, BASE.replace("5", "7").replace("End", "The end"), TOMORROW, EN)
    assert later == marked.replace("End\n", "The end\n")


def test_what_a_person_writes_into_the_lower_half_is_kept() -> None:
    """It is no longer the text of a run alone."""
    marked = merge_edit(BASE, BASE.replace("revenue 5", "mine"), BASE.replace("5", "7"), TODAY, EN)
    written = marked.replace("- revenue 7\n", "- revenue 7\n- and a word about it\n")
    later = merge_edit(BASE.replace("5", "7"), written, BASE.replace("5", "8"), TOMORROW, EN)
    assert "- and a word about it" in later.splitlines()
    assert "- mine" in later.splitlines()
    assert "- revenue 8" in later.splitlines()


def test_a_decided_conflict_is_over() -> None:
    """The person's choice is an edit like any other."""
    marked = merge_edit(BASE, BASE.replace("revenue 5", "mine"), BASE.replace("5", "7"), TODAY, EN)
    decided = "\n".join(line for line in marked.split("\n") if "⚠" not in line and line != "- revenue 7")
    later = merge_edit(BASE.replace("5", "7"), decided, BASE.replace("5", "7").replace("3", "4"), TOMORROW, EN)
    assert later == BASE.replace("revenue 5", "mine").replace("3", "4")


def test_without_a_base_both_texts_are_kept() -> None:
    """A file made by hand: what only one of them has is there."""
    merged = merge_edit(None, "# Plan\n\nMine\n\nEnd\n", BASE, TODAY, EN)
    assert {"Mine", "- revenue 5", "- tickets 3", "End"} <= set(merged.splitlines())
    assert merged.splitlines().count("# Plan") == 1


def test_changes_are_the_lines_that_one_text_has_more() -> None:
    """Lines put in, lines taken out; the figures of both texts are none of them."""
    assert find_changes("a\nb\n", "a\nc\nc\n") == (["c", "c"], ["b"])
    assert find_changes("a\n", "a\n") == ([], [])


def test_an_open_conflict_is_the_same_change_day_by_day() -> None:
    """What the data say in its lower half is no change of a person; deciding it is."""
    text, base, found = BASE.replace("revenue 5", "mine"), BASE, []
    for figure in ("7", "8"):
        new = BASE.replace("5", figure)
        text, base = merge_edit(base, text, new, TODAY, EN), new
        found.append(find_changes(new, text))
    assert found == [(["- mine", "⚠"], [])] * 2
    assert find_changes(base, base.replace("revenue 8", "mine")) == (["- mine"], ["- revenue 8"])


LINES = st.sampled_from(["a", "b", "- c", "", "| 1 |", "# h", "###### ⚠ Conflict: your text", "###### ⚠ 冲突结束"])
TEXTS = st.lists(LINES, max_size=9).map("\n".join)


def is_mark(line: str) -> bool:
    return any(mark.match(line) for mark in (IS_YOURS, IS_GENERATED, IS_END))


def written(text: str, base: str) -> Counter[str]:
    """The lines of a text beyond its base, without marks of conflicts."""
    beyond = Counter(text.split("\n")) - Counter(base.split("\n"))
    return Counter(line for line in beyond.elements() if not is_mark(line))


PLACES = st.lists(st.integers(0, 30), max_size=3)
ROUNDS = st.lists(st.tuples(TEXTS, PLACES, PLACES), min_size=1, max_size=6)


@given(TEXTS, ROUNDS)
def test_no_line_is_lost_over_many_runs(generated: str, rounds: list[tuple[str, list[int], list[int]]]) -> None:
    """Between runs a person puts lines in anywhere, also into open conflicts, and takes lines out, also their marks."""
    text, own, count = generated, set[str](), 0
    for new, put_in, taken_out in rounds:
        lines = text.split("\n")
        for place in put_in:
            count += 1
            own.add(f"own {count}")
            lines.insert(place % (len(lines) + 1), f"own {count}")
        for place in taken_out:
            if lines:
                own.discard(lines.pop(place % len(lines)))
        text = merge_edit(generated, "\n".join(lines), new, TODAY, EN)
        assert own <= set(text.split("\n"))
        assert merge_edit(new, text, new, TODAY, EN) == text
        generated = new


@pytest.mark.parametrize("base", [None, "", BASE])
@given(theirs=TEXTS, new=TEXTS)
def test_no_line_is_lost_whatever_the_base_is(base: str | None, theirs: str, new: str) -> None:
    """Also when nobody knows what the person began with."""
    merged = merge_edit(base, theirs, new, TODAY, ZH)
    assert not written(theirs, base or "") - Counter(merged.split("\n"))
