"""Sets of texts, against membership itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kaframe.ranges import WordSet

WORDS = ["a", "b", "c", "other", "other2"]
SETS = st.builds(WordSet, st.frozensets(st.sampled_from(WORDS)), st.booleans())


@given(one=SETS, two=SETS)
def test_sets_are_what_their_members_say(one: WordSet, two: WordSet) -> None:
    """Meeting, joining and the rest."""
    for word in [*WORDS, "something else"]:
        inside = one.contains(word), two.contains(word)
        assert one.meet(two).contains(word) is all(inside)
        assert one.join(two).contains(word) is any(inside)
        assert one.complement().contains(word) is not inside[0]
    if not one.is_empty:
        assert one.contains(one.example())
