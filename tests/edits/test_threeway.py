"""Three texts, line by line: what two sides made of one base."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kaframe.edits.threeway import Clash, merge_lines

CASES = {
    "nobody": ("a b c", "a b c", "a b c", "a b c"),
    "only the person": ("a b c", "a B c", "a b c", "a B c"),
    "only the data": ("a b c", "a b c", "a b C", "a b C"),
    "apart": ("a b c d e", "A b c d e", "a b c d E", "A b c d E"),
    "side by side": ("a b", "A b", "a B", "A B"),
    "the same, once": ("a b c", "a X c", "a X c", "a X c"),
    "the same line put in, once": ("a b", "a X b", "a X b", "a X b"),
    "a note below a line that changes": ("a b c", "a b note c", "a B c", "a B note c"),
    "a note between lines that all change": ("a b", "a note b", "A B", "A note B"),
    "a deletion stays": ("a b c", "a c", "a b c", "a c"),
    "a deletion beside a change": ("a b c", "a c", "A b c", "A c"),
    "both delete": ("a b c", "a c", "a c", "a c"),
    "all is new": ("", "", "x y", "x y"),
}


@pytest.mark.parametrize(("base", "theirs", "new", "merged"), CASES.values(), ids=CASES.keys())
def test_changes_of_both_are_kept(base: str, theirs: str, new: str, merged: str) -> None:
    """What does not touch each other is all there, and nothing twice."""
    assert merge_lines(base.split(), theirs.split(), new.split()) == merged.split()


CLASHES = {
    "one line": ("a b c", "a X c", "a Y c", ["a", Clash(("X",), ("Y",)), "c"]),
    "deleted and changed": ("a b c", "a c", "a Y c", ["a", Clash((), ("Y",)), "c"]),
    "changed and gone": ("a b c", "a X c", "a c", ["a", Clash(("X",), ()), "c"]),
    "lines that follow each other are one": ("a b", "X Y", "P Q", [Clash(("X", "Y"), ("P", "Q"))]),
    "one of two lines": ("a b", "X b", "P Q", [Clash(("X",), ("P",)), "Q"]),
    "more lines for one": ("a b c", "a X Z c", "a Y c", ["a", Clash(("X", "Z"), ("Y",)), "c"]),
    "two additions at one place": ("a b", "a X b", "a Y b", ["a", Clash(("X",), ("Y",)), "b"]),
}


@pytest.mark.parametrize(("base", "theirs", "new", "merged"), CLASHES.values(), ids=CLASHES.keys())
def test_what_both_change_in_another_way_is_a_clash(base: str, theirs: str, new: str, merged: list[object]) -> None:
    """And no more than that: the lines around it are merged."""
    assert merge_lines(base.split(), theirs.split(), new.split()) == merged


TEXTS = st.lists(st.sampled_from("abcdef"), max_size=12)


def flat(merged: list[str | Clash[str]]) -> list[str]:
    """Every line that somebody can read in it."""
    return [line for part in merged for line in ([part] if isinstance(part, str) else [*part.theirs, *part.new])]


@given(TEXTS, TEXTS, TEXTS)
@example(list("abcabba"), list("cbabac"), list("abcb"))
def test_no_line_of_a_person_is_lost(base: list[str], theirs: list[str], new: list[str]) -> None:
    """Each line beyond the base is in what comes out, as often as it was written."""
    merged = flat(merge_lines(base, theirs, new))
    assert not (Counter(theirs) - Counter(base)) - Counter(merged)
    assert not (Counter(new) - Counter(base)) - Counter(merged)  # nor one of the data
    assert not Counter(merged) - Counter([*theirs, *new])  # nothing comes from nowhere


@given(TEXTS, TEXTS)
def test_one_side_alone_is_taken_as_it_is(base: list[str], side: list[str]) -> None:
    """Whoever has changed nothing has no say."""
    assert merge_lines(base, side, base) == merge_lines(base, base, side) == merge_lines(base, side, side) == side


@given(TEXTS, TEXTS, TEXTS)
def test_a_deletion_stays_deleted(base: list[str], theirs: list[str], new: list[str]) -> None:
    """A line that the person took out everywhere comes back only inside a clash, or because the data say it anew."""
    gone = set(base) - set(theirs)
    merged = merge_lines(base, theirs, new)
    plain = Counter(line for line in merged if isinstance(line, str) and line in gone)
    assert not plain - (Counter(new) - Counter())
    for line in gone:
        if Counter(new)[line] <= Counter(base)[line] and new == base:
            assert line not in plain


def test_texts_of_many_thousand_lines_are_left_to_a_person() -> None:
    """Comparing them line by line would take hours: what both have changed is one clash, and no line is missing."""
    base = [str(number % 7) for number in range(300_000)]
    theirs = ["mine", *base[1:150_000], *base[150_500:]]
    new = [*base[:100_000], "data", *base[100_002:-1], "end"]
    merged = merge_lines(base, theirs, new)
    assert sum(isinstance(part, Clash) for part in merged) == 1
    kept = Counter(flat(merged))
    assert not (Counter(theirs) - Counter(base)) - kept
    assert not (Counter(new) - Counter(base)) - kept


def test_what_both_ends_have_is_merged_in_long_texts_too() -> None:
    """A change at the beginning and one at the end do not meet."""
    base = [str(number) for number in range(5_000)]
    theirs, new = ["mine", *base[1:]], [*base[:-1], "data"]
    assert merge_lines(base, theirs, new) == ["mine", *base[1:-1], "data"]
