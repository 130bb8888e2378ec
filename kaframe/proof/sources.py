"""Which names can have any values together: those that do not rest on the same data.

That a condition cannot hold is proven whatever the names rest on. That two hold together is only said of names that
decide nothing about each other: revenue of a year and of a quarter come from the same orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from kaframe.expression import Expression
from kaframe.names import plan_measures, words_of
from kaframe.project import Project
from kaframe.ranges import Verdict

# Of these nothing else decides: a person may set any colour and move an account into any stage, whatever the data say.
ALONE = ("past.status", "past.stage", "stage", "plan_state", "open_tasks", "kind", "old", "new", "card", "subject")
CLOCK = ("stage_days", "stage_working_days", "stage_state")
TIERS = ("tier", "key_account", "candidate", "past.tier")
EVERYTHING = ("score", "coverage", "weakest", "insight", "insight_count", "analysed", "owned", "past")


def is_independent(project: Project, names: Iterable[str]) -> bool:
    """Whether no two of the names rest on the same data."""
    seen: set[str] = set()
    for name in names:
        found = _sources(project, name)
        if seen & found:
            return False
        seen |= found
    return True


def shown_example(project: Project, verdict: Verdict) -> str:
    """The example of a verdict in words; nothing when its values might never come together."""
    names = [term.name for term in verdict.example]
    return verdict.described() if verdict.is_possible and is_independent(project, names) else ""


@lru_cache(maxsize=1024)
def _sources(project: Project, name: str) -> frozenset[str]:
    """The data that decide about a name."""
    word, _, card = name.partition(".")
    if name in ALONE:
        return frozenset({name})
    if word == "status":
        primary = project.rules.score.primary()
        return frozenset({f"status.{card or (primary.id if primary else '')}"})
    if name in CLOCK:
        return frozenset({"clock"})
    if name in TIERS:
        return _of_names(project, _words(_of_tiers(project))) | {"tiers"}
    return _everything(project) if word in EVERYTHING else _of_data(project, name)


def _of_data(project: Project, name: str) -> frozenset[str]:
    """What decides about a measure or a column."""
    item = next((item for item in plan_measures(project) if item.measure.id == name), None)
    if item is None:
        return frozenset({f"column {name}"})
    if item.measure.from_table:
        return frozenset({f"table {item.measure.from_table}"})
    return _of_names(project, item.value.names) or frozenset({name})


def _everything(project: Project) -> frozenset[str]:
    """All data of the project."""
    columns = frozenset(f"column {name}" for name in project.catalog.accounts)
    tables = project.catalog.tables.keys() | project.rules.expected.tables.keys()
    expected = frozenset(f"column {name}" for name in project.rules.expected.accounts)
    return columns | expected | {f"table {name}" for name in tables} | {"tiers"}


def _of_names(project: Project, names: Iterable[str]) -> frozenset[str]:
    return frozenset(source for name in names for source in _sources(project, name))


def _of_tiers(project: Project) -> Iterator[Expression | None]:
    for tier in project.rules.identify.tiers:
        yield from (tier.when, tier.stay)


def _words(expressions: Iterable[Expression | None]) -> set[str]:
    """The words of conditions; functions among them are no harm, as they are nobody's data."""
    return {word for expression in expressions if expression for word in words_of(expression)} - {"past", "tier"}
