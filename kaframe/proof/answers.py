"""Conditions that the data never make true: of strategies, ways between stages, cadences, and notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kaframe.calendar import read_calendar
from kaframe.database import Database, literal
from kaframe.errors import Problem
from kaframe.expression import Compiled, Expression, Scope, Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.notify.matching import EVENTS, create_events, matching_events
from kaframe.project import Project
from kaframe.proof.finding import finding
from kaframe.stage.facts import OF_THE_PAST, create_facts, read_places, stage_scope, with_facts
from kaframe.strategy.choose import strategy_scope, with_insights

Relation = Callable[[set[str]], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, what it is called, and the stage that an account must be in for it to be asked; or any."""

    words: str
    when: Expression | None
    stage: str = ""


def never_true(project: Project, db: Database, fewest: int) -> Iterator[Problem]:
    """Conditions that hold for none of those whom they ask, where these are enough to mean something.

    Reads: the tables of a run up to ``stage``; of notices those up to ``change``.
    """
    rules = project.rules
    parts = [Asked(f"strategy '{item.id}'", item.when) for item in rules.strategy.strategies]
    parts += [Asked(f"'{part.id}' of strategy '{item.id}'", part.when)
              for item in rules.strategy.strategies for part in item.parts()]  # fmt: skip
    ways = [Asked(f"the way from '{stage.id}' to '{way.stage}'", way.when, stage.id)
            for stage in rules.stage.stages for way in stage.to]  # fmt: skip
    cadences = [Asked(f"cadence '{item.id}'", item.applies) for item in rules.maintain.cadences]
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
    create_facts(project, db, read_places(db), calendar)
    steps = (
        (ways, stage_scope(project), lambda names: with_facts(project, names)),
        (parts, strategy_scope(project), lambda names: with_insights(_managed(project, "strategy", names), names)),
        (cadences, account_scope(project, "maintain"), lambda names: _managed(project, "maintain", names)),
    )
    for asked, scope, relation in steps:
        yield from _Step(project, db, scope, relation).never(asked, fewest)
    db.execute("DROP TABLE stage_facts")
    yield from _notices(project, db, fewest)


@dataclass(frozen=True, slots=True)
class _Step:
    """The managed accounts as the conditions of one step see them."""

    project: Project
    db: Database
    scope: Scope
    relation: Relation

    def never(self, asked: Sequence[Asked], fewest: int) -> Iterator[Problem]:
        written = [one for one in asked if one.when is not None and one.when.text.strip().lower() != "false"]
        compiled, problems = compile_all([(one.when, Type.BOOLEAN) for one in written], self.scope)
        told = [(one, found) for one, found in zip(written, compiled, strict=True) if found and not found.absent]
        if problems or not told:
            return
        columns = [self._counted(one, found, place) for place, (one, found) in enumerate(told)]
        used = {name for _, found in told for name in found.names}
        (row,) = self.db.rows(f"SELECT {', '.join(columns)} FROM {self.relation(used)} AS r")
        for place, (one, _) in enumerate(told):
            accounts = row[f"n{place}"]
            if accounts >= fewest and not row[f"c{place}"]:
                assert one.when is not None
                yield _never(one.when, one.words, f"{accounts} managed accounts")

    def _counted(self, asked: Asked, found: Compiled, place: int) -> str:
        """How many accounts are asked and how many meet it; what looks back asks those that are in the stage."""
        those = "TRUE"
        if found.names & OF_THE_PAST:
            those = (f"r.account_id IN (SELECT account_id FROM past_stages WHERE stage = {literal(asked.stage)} "
                     "AND state <> 'done')")  # fmt: skip
        return (f"count(*) FILTER (WHERE {those}) AS n{place}, "
                f"count(*) FILTER (WHERE {those} AND ({found.sql})) AS c{place}")


def _managed(project: Project, step: str, names: Iterable[str]) -> str:
    return account_relation(project, step, names, managed=True)


def _notices(project: Project, db: Database, fewest: int) -> Iterator[Problem]:
    """Notices whose condition none of the events of their kinds meets, of this run and the month before it."""
    conditional = [notice for notice in project.rules.notify.notices if notice.when is not None]
    if not conditional or not db.has("events"):
        return
    create_events(project, db)
    for notice in conditional:
        kinds = ", ".join(literal(kind) for kind in notice.kinds)
        events = int(db.value(f"SELECT count(*) FROM {EVENTS} WHERE kind IN ({kinds})"))
        if events >= fewest and not matching_events(project, db, notice):
            assert notice.when is not None
            yield _never(notice.when, f"notice '{notice.id}'", f"{events} events")
    db.execute(f"DROP TABLE {EVENTS}")


def _never(when: Expression, words: str, asked: str) -> Problem:
    message = f"the condition of {words} is true for none of {asked}"
    return finding(when.at, "KF2380", message, "is it too narrow, or are its data wrong?", f"0 of {asked}")
