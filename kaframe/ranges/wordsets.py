"""Sets of values without an order: texts, true and false."""

from __future__ import annotations

from dataclasses import dataclass

Word = str | bool


@dataclass(frozen=True, slots=True)
class WordSet:
    """These values, or (``but``) every value except these."""

    words: frozenset[Word]
    but: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no value in it."""
        return not self.words and not self.but

    def meet(self, other: WordSet) -> WordSet:
        """The values that are in both."""
        if self.but and other.but:
            return WordSet(self.words | other.words, True)
        if self.but:
            return WordSet(other.words - self.words)
        return WordSet(self.words - other.words if other.but else self.words & other.words)

    def join(self, other: WordSet) -> WordSet:
        """The values that are in either."""
        return self.complement().meet(other.complement()).complement()

    def complement(self) -> WordSet:
        """All other values."""
        return WordSet(self.words, not self.but)

    def contains(self, value: Word) -> bool:
        """Whether the value is in it."""
        return (value in self.words) is not self.but

    def example(self) -> Word:
        """The first of the values, or one that is none of those left out."""
        if not self.but:
            return min(self.words, key=lambda word: (not word, word) if isinstance(word, bool) else (False, word))
        names = ("other", *(f"other{number}" for number in range(2, len(self.words) + 3)))
        return next(name for name in names if name not in self.words)


TRUE_OR_FALSE = WordSet(frozenset({True, False}))
ANY_TEXT = WordSet(frozenset(), but=True)
