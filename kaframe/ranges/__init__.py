"""Which values a condition holds for: exact sets of values, and whether conditions can hold together."""

from kaframe.ranges.domain import Domain, Values
from kaframe.ranges.logic import ALWAYS, NEVER, All, AnyOf, In, Logic, Term, negate, terms_of
from kaframe.ranges.reading import Condition, read_condition
from kaframe.ranges.solving import Verdict, can_hold, sketch
from kaframe.ranges.spans import REAL, WHOLE, Spans
from kaframe.ranges.wordsets import WordSet

__all__ = [
    "ALWAYS",
    "NEVER",
    "REAL",
    "WHOLE",
    "All",
    "AnyOf",
    "Condition",
    "Domain",
    "In",
    "Logic",
    "Spans",
    "Term",
    "Values",
    "Verdict",
    "WordSet",
    "can_hold",
    "negate",
    "read_condition",
    "sketch",
    "terms_of",
]
