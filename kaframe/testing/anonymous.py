"""Neutral words in place of those that would tell who an account is, and money on another scale."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaframe.expression import Type
from kaframe.names import words_of
from kaframe.project import Project

NEUTRAL = "A"  # what the account is called
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
# Numbers that are called like this are ids too, and tell who somebody is.
_IDS = re.compile(r"(?:^|_)(?:id|no|nr|ref|code)$|(?:编号|单号|号码|代码)$", re.IGNORECASE)
DIGITS = 4

Row = Mapping[str, Any]


@dataclass(slots=True)
class Mask:
    """Replaces ids, names, people and free text, the same one everywhere by the same word; remembers what.

    Texts that a rule names itself, such as 'complaint', stay: they belong to the rules, not to the account. What an
    account is called does not, even where a rule names it. Days and numbers stay as well, except those that are ids:
    called so, or declared ``unique``.
    """

    account_id: str
    rule_texts: frozenset[str]
    unique: frozenset[str] = frozenset()
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    kept: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project, account_id: str, called: Collection[str] = ()) -> Mask:
        """A mask for an account under a project's rules; ``called`` is how accounts and members are called."""
        texts = (text for one in _strings(project.resolved()) for text in _LITERAL.findall(one))
        unique = (name for table in project.config.tables.values() for name in table.unique)
        return cls(account_id, frozenset(texts) - frozenset(called), frozenset(unique))

    def masked(self, row: Row, kinds: Mapping[str, Type]) -> dict[str, Any]:
        """The row without what is missing, its texts and ids replaced."""
        return {name: self._value(name, value, kinds[name]) for name, value in row.items() if value is not None}

    def replaced(self) -> list[str]:
        """How many values of which columns were replaced."""
        counts: dict[str, int] = {}
        for column, _ in self.words:
            counts[column] = counts.get(column, 0) + 1
        return ["account_id", "name", *(f"{column} ({count})" for column, count in sorted(counts.items()))]

    def left(self) -> list[str]:
        """The texts that stay, by column."""
        return [f"{column}: {', '.join(sorted(texts))}" for column, texts in sorted(self.kept.items())]

    def _value(self, column: str, value: Any, kind: Type) -> Any:
        if column == "account_id":
            return NEUTRAL
        is_id = column in self.unique or _IDS.search(column) is not None
        if kind is not Type.TEXT and not (is_id and kind is Type.NUMBER):
            return value
        text = str(value)
        if text in self.rule_texts:
            self.kept.setdefault(column, set()).add(text)
            return value
        number = sum(known == column for known, _ in self.words) + 1
        word = self.words.setdefault((column, text), f"{column} {number}")
        return int(word.rpartition(" ")[2]) if kind is Type.NUMBER else word


def _strings(value: Any) -> Iterator[str]:
    """Every text of plain data, each by itself: an apostrophe of one must not pair with that of another."""
    if isinstance(value, str):
        yield value
    below = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for one in below:
        yield from _strings(one)


def money_columns(project: Project) -> dict[str, frozenset[str]]:
    """The number columns of accounts and tables that hold money: those that measures of money are made from.

    A number of the account is money when a measure sets it against a measure of money, as a share of it does.
    """
    found: dict[str, set[str]] = {}
    money: set[str] = set()
    measures = project.rules.measure.measures
    for measure in measures:
        if measure.unit == "currency":
            money.add(measure.id)
            if measure.from_table:
                found.setdefault(measure.from_table, set()).update(words_of(measure.value))
    for measure in measures:
        words = set() if measure.from_table else words_of(measure.value)
        if words & money:
            found.setdefault("accounts", set()).update(words)
    tables = {"accounts": project.catalog.accounts, **project.catalog.tables}
    return {
        table: frozenset(name for name in words if tables.get(table, {}).get(name) is Type.NUMBER)
        for table, words in found.items()
    }


def scaled(rows: Sequence[dict[str, Any]], columns: frozenset[str], factor: float) -> list[dict[str, Any]]:
    """The rows with their money multiplied."""
    return [
        {name: round(float(value) * factor, DIGITS) if name in columns else value for name, value in row.items()}
        for row in rows
    ]


def factor_of(seed: int) -> float:
    """The factor that a seed stands for: between a half and two, never near one."""
    draw = random.Random(seed)  # noqa: S311 - nothing is kept secret by it alone
    low, high = draw.choice(((0.5, 0.8), (1.25, 2.0)))
    return round(draw.uniform(low, high), 3)
