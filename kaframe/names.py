"""Which names an expression may use, where, and with which type; and the relation that has them as columns.

Nothing sees what a later step makes: a name that exists only later is answered with the step that makes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from kaframe.database import literal, quoted
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Expression, Name, Scope, Type, compile_expression
from kaframe.project import Project
from kaframe.rules.measure import Measure

FILES = {"assign": "team"}  # a step whose rules stand in a file of another name
KNOWN_FROM = "known from step '{}' on"
ORDER = ("measure", "identify", "assign", "analyse", "score", "status", "stage", "strategy", "maintain", "notify")

ACCOUNT_PARTS = ("accounts", "measure", "packs")  # what could not be read of them may give an account a name
IN_DOUBT = {"insight": ("analyse", "packs")}
OF_CARDS = ("score", "status", "weakest", "coverage")
SEE_ALL = ("identify", "score", "status")  # the steps in which pareto, rank and percentile are among all accounts


@dataclass(frozen=True, slots=True)
class Joined:
    """Names that a table of an earlier step gives to account-level expressions, from a step on."""

    table: str
    since: str
    names: Mapping[str, tuple[str, Type]]
    of_primary_card: bool = False


JOINED = (
    Joined("past_tiers", "identify", {"past.tier": ("tier", Type.TEXT)}),
    Joined("past_colours", "identify", {
        "past.status": ("status", Type.TEXT), "past.score": ("points", Type.NUMBER),
    }, of_primary_card=True),
    Joined("past_stages", "identify", {"past.stage": ("stage", Type.TEXT)}),
    Joined("tiers", "assign", {
        "tier": ("tier", Type.TEXT),
        "key_account": ("key_account", Type.BOOLEAN),
        "candidate": ("candidate", Type.BOOLEAN),
    }),
    Joined("stages", "strategy", {"stage": ("stage", Type.TEXT), "stage_state": ("state", Type.TEXT)}),
)
OF_SCORES = {"score": ("points", Type.NUMBER), "coverage": ("coverage", Type.NUMBER)}
OF_COLOURS = {"status": ("status", Type.TEXT), "weakest": ("weakest", Type.TEXT)}
JOINED_NAMES = frozenset(name for joined in JOINED for name in joined.names)


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """A measure ready to be computed: its printed parts, and whether its data are absent from this project."""

    measure: Measure
    value: Compiled
    where: Compiled | None = None
    empty: Compiled | None = None
    absent: bool = False


def table_scope(project: Project, table: str, aggregates: bool = True) -> Scope:
    """The names of one table's rows; what only a pack speaks of is absent."""
    have = project.catalog.tables.get(table, {})
    expected = project.rules.expected.tables.get(table, {})
    names = {name: _column(project, kind) for name, kind in have.items()}
    names |= {name: Name(Type(column.type), absent=True) for name, column in expected.items() if name not in have}
    unseen = table in project.doubts.names or not project.doubts.unread.isdisjoint({"tables", "packs"})
    words = f"a measure over table '{table}'" if aggregates else f"a condition on rows of table '{table}'"
    return Scope(words, names, project.as_of, aggregates, may_be=lambda name: unseen, functions=project.functions)


def _account_names_in_doubt(project: Project) -> Callable[[str], bool]:
    """Which names of accounts may stand in what could not be read: columns, measures, and those that cards give."""
    doubts = project.doubts

    def may_be(name: str) -> bool:
        first, _, rest = name.partition(".")
        if first in OF_CARDS and doubts.touch(["score", "packs"]):
            return True
        return doubts.may_define(rest if first == "insight" else name, IN_DOUBT.get(first, ACCOUNT_PARTS))

    return may_be


def _column(project: Project, kind: Type) -> Name:
    return Name(kind, in_doubt=kind is Type.MISSING and bool(project.doubts), declarable=True)


def _measured(item: PlannedMeasure) -> Name:
    return Name(item.value.type, absent=item.absent, in_doubt=item.value.in_doubt)


def account_columns(project: Project) -> dict[str, Name]:
    """The columns of accounts; what only a pack speaks of is absent."""
    names = {name: _column(project, kind) for name, kind in project.catalog.accounts.items()}
    expected = project.rules.expected.accounts
    names |= {name: Name(Type(column.type), absent=True) for name, column in expected.items() if name not in names}
    return names


def plan_measures(project: Project) -> tuple[PlannedMeasure, ...]:
    """Every measure, compiled, in an order in which each stands after those it uses; raises all problems at once."""
    planned, problems = survey_measures(project)
    if problems:
        raise RuleError(problems)
    return planned


@lru_cache(maxsize=8)
def survey_measures(project: Project) -> tuple[tuple[PlannedMeasure, ...], tuple[Problem, ...]]:
    """Every measure, compiled as far as it can be, and what is wrong with the others: these are of no known type."""
    measures = {measure.id: measure for measure in project.rules.measure.measures}
    problems: list[Problem] = []
    columns = account_columns(project)
    taken = {column.casefold() for column in project.catalog.accounts}
    for clash in sorted(measures.keys() & taken):
        problems.append(Problem(measures[clash].at, "KF2110", f"measure '{clash}' has the name of an account column",
                                "use the column directly, or choose another name"))
    reserved = {"as_of"} | {name for joined in _joined(project) for name in joined.names}
    for clash in sorted(measures.keys() & reserved):
        problems.append(Problem(measures[clash].at, "KF2113", f"'{clash}' means something else in expressions",
                                f"call the measure something like 'own_{clash}'"))
    order = _ordered(measures, problems)
    planned: dict[str, PlannedMeasure] = {}
    if len(order) < len(measures):  # a circle: what uses one of it is no follow-up
        planned = {name: PlannedMeasure(measure, _unknown_value()) for name, measure in measures.items()}
    for measure in order:
        try:
            if measure.from_table:
                planned[measure.id] = _plan_aggregate(project, measure)
            else:
                planned[measure.id] = _plan_computed(project, measure, columns, planned)
        except RuleError as error:
            problems.extend(error.problems)
            planned[measure.id] = PlannedMeasure(measure, _unknown_value())
    return tuple(planned.values()), tuple(problems)


@lru_cache(maxsize=32)
def account_scope(project: Project, step: str) -> Scope:
    """The names that account-level expressions of a step may use."""
    place = ORDER.index(step)
    hidden = _hidden_columns(project, step)
    names = {name: known for name, known in account_columns(project).items() if name not in hidden}
    names |= {item.measure.id: _measured(item) for item in survey_measures(project)[0]}
    later: dict[str, str] = {}
    for joined in _joined(project):
        known = ORDER.index(joined.since) <= place
        for name, (_, kind) in joined.names.items():
            if known:
                names[name] = Name(kind, sql=quoted(name))
            else:
                later[name] = KNOWN_FROM.format(joined.since)
    words = f"an expression of {FILES.get(step, step)}.yaml"
    may_be = _account_names_in_doubt(project)
    scope = Scope(words, names, project.as_of, windows=step in SEE_ALL, later=later, may_be=may_be)
    return replace(scope, functions=project.functions)


def account_relation(project: Project, step: str, names: Iterable[str] | None = None, managed: bool = False) -> str:
    """A subquery with one row an account and one column for each name that the step may use.

    ``names`` limits the joins to those that are needed; ``managed`` limits the rows to managed accounts.
    """
    place = ORDER.index(step)
    hidden = ", ".join(literal(name.lower()) for name in _hidden_columns(project, step))
    own = f"(SELECT COLUMNS(lambda name: lower(name) NOT IN ({hidden})) FROM measures)" if hidden else "measures"
    wanted = None if names is None else set(names)
    columns, joins = ["m.*"], []
    for number, joined in enumerate(_joined(project)):
        used = [name for name in joined.names if wanted is None or name in wanted]
        if ORDER.index(joined.since) > place or not used:
            continue
        alias = f"j{number}"
        joins.append(f"LEFT JOIN {_table(project, joined)} AS {alias} ON {alias}.account_id = m.account_id")
        columns += [f"{alias}.{quoted(joined.names[name][0])} AS {quoted(name)}" for name in used]
    if managed:
        joins.insert(0, "SEMI JOIN managed AS g ON g.account_id = m.account_id")
    return f"(SELECT {', '.join(columns)} FROM {own} AS m {' '.join(joins)})"


def of_primary(project: Project) -> str:
    """The condition on rows that have a ``card``: that of the primary family, one row an account."""
    return f"card IN ({', '.join(literal(card) for card in project.rules.score.primaries()) or 'NULL'})"


def compile_all(
    expressions: Iterable[tuple[Expression | None, Type | None]], scope: Scope
) -> tuple[list[Compiled | None], list[Problem]]:
    """Compile many expressions against one scope; what cannot be is None, with its problems."""
    compiled: list[Compiled | None] = []
    problems: list[Problem] = []
    for expression, expects in expressions:
        try:
            compiled.append(compile_expression(expression, scope, expects) if expression else None)
        except RuleError as error:
            problems.extend(error.problems)
            compiled.append(None)
    return compiled, problems


def _hidden_columns(project: Project, step: str) -> list[str]:
    """The account columns, in whatever case they are written, whose names mean something else from this step on."""
    place = ORDER.index(step)
    joined = {name for item in _joined(project) if ORDER.index(item.since) <= place for name in item.names}
    return [name for name in account_columns(project) if name.casefold() in joined]


def _joined(project: Project) -> list[Joined]:
    """The joined tables of this project: the fixed ones and those of its scorecards."""
    found = list(JOINED)
    family = project.rules.score.primaries()
    for card in project.rules.score.scorecards:
        bare = family == (card.id,)
        found.append(Joined(f"score_{card.id}", "status", _both(card.id, bare, OF_SCORES)))
        found.append(Joined(f"colours:{card.id}", "stage", _both(card.id, bare, OF_COLOURS)))
    if len(family) > 1:  # of a family the bare words mean the card that the account has
        found.append(Joined(f"scores:{' '.join(family)}", "status", OF_SCORES))
        found.append(Joined(f"colours:{' '.join(family)}", "stage", OF_COLOURS))
    return found


def _both(card: str, bare: bool, names: Mapping[str, tuple[str, Type]]) -> dict[str, tuple[str, Type]]:
    """``status.<card>`` for every card, and bare ``status`` for the primary one."""
    dotted = {f"{name}.{card}": column for name, column in names.items()}
    return {**names, **dotted} if bare else dotted


def _table(project: Project, joined: Joined) -> str:
    table, _, named = joined.table.partition(":")
    cards = ", ".join(literal(card) for card in named.split())
    condition = of_primary(project) if joined.of_primary_card else cards and f"card IN ({cards})"
    return f"(SELECT * FROM {quoted(table)} WHERE {condition})" if condition else quoted(table)


def _ordered(measures: Mapping[str, Measure], problems: list[Problem]) -> list[Measure]:
    """Every measure after those it uses."""
    uses = {
        name: set() if measure.from_table else words_of(measure.value) & measures.keys()
        for name, measure in measures.items()
    }
    while True:
        try:
            return [measures[name] for name in TopologicalSorter(uses).static_order() if name in uses]
        except CycleError as error:
            chain = error.args[1][::-1]  # each uses the next
            message = f"measures use each other in a circle: {' -> '.join(chain)}"
            problems.append(Problem(measures[chain[0]].value.at, "KF2111", message, "let one rest on data alone"))
            uses = {name: used - {*chain} for name, used in uses.items() if name not in chain}


def words_of(expression: Expression) -> set[str]:
    """All words of an expression that could be names; what stands in quotes is text."""
    return set(re.findall(r"[^\W\d]\w*", re.sub(r"'(?:[^']|'')*'", " ", expression.text)))


def _plan_aggregate(project: Project, measure: Measure) -> PlannedMeasure:
    table = measure.from_table
    unseen = project.doubts.may_define(table, ["tables", "packs"])
    if not unseen and table not in project.catalog.tables and table not in project.rules.expected.tables:
        known = project.catalog.tables.keys() | project.rules.expected.tables.keys()
        raise RuleError([Problem(measure.places["from"], "KF2112", f"no table '{table}' for measure '{measure.id}'",
                                 nearest(table, known) or f"declared tables: {', '.join(sorted(known))}")])
    (where,), problems = compile_all([(measure.where, Type.BOOLEAN)], table_scope(project, table, aggregates=False))
    scope = replace(table_scope(project, table), rows=where.sql if where else "")
    (value,), more = compile_all([(measure.value, None)], scope)
    (empty,), last = compile_all([(measure.empty, None)], Scope("a constant", {}, project.as_of))
    if problems or more or last or value is None:
        raise RuleError(problems + more + last)
    absent = table not in project.catalog.tables or _rests_on_absent(value) or _rests_on_absent(where)
    return PlannedMeasure(measure, value, where, empty, absent)


def _plan_computed(
    project: Project, measure: Measure, columns: Mapping[str, Name], planned: Mapping[str, PlannedMeasure]
) -> PlannedMeasure:
    names = dict(columns) | {name: _measured(item) for name, item in planned.items()}
    later = {name: KNOWN_FROM.format(joined.since) for joined in _joined(project) for name in joined.names}
    words, may_be = f"measure '{measure.id}'", _account_names_in_doubt(project)
    scope = Scope(words, names, project.as_of, later=later, may_be=may_be, functions=project.functions)
    value = compile_expression(measure.value, replace(scope, windows=True))
    return PlannedMeasure(measure, value, absent=_rests_on_absent(value))


def _rests_on_absent(compiled: Compiled | None) -> bool:
    """Whether it can never be known here; ``coalesce`` says what holds instead."""
    return bool(compiled and compiled.absent and "coalesce" not in compiled.functions)


def _unknown_value() -> Compiled:
    """Stands for a measure that cannot be compiled, so that others are checked all the same."""
    return Compiled("NULL", Type.MISSING, frozenset(), frozenset(), frozenset(), False, in_doubt=True)
