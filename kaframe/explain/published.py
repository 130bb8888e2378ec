"""The explanation of a published run: its own rules, values, points and colours; the rows behind them are today's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from kaframe.database import Database, literal, quoted
from kaframe.explain import explain_account
from kaframe.explain.following import Followed
from kaframe.expression import Type
from kaframe.names import survey_measures
from kaframe.project import Project
from kaframe.published import PublishedRun, load_run
from kaframe.rules.published import published_rules
from kaframe.snapshot import CARD_PREFIX
from kaframe.values import arrow_type

if TYPE_CHECKING:
    from kaframe.explain.records import Explanation

Step = Callable[[Project, Database], None]
# What explanations read of a run, beside its score tables.
OVERLAID = ("measures", "tiers", "colours", "roll_ups", "overrides")
BEFORE_RULES = 2  # data and recall: the steps that no rule of a run decides


@contextmanager
def computed(project: Project, steps: Sequence[Step]) -> Iterator[Database]:
    """A database in which the steps have run."""
    with Database() as db:
        for step in steps:
            step(project, db)
        yield db


def project_of(project: Project, run: PublishedRun) -> Project:
    """The project as the run saw it: its rules and its day; sources, team and plugins are those of now."""
    rules = published_rules(run.manifest, project.rules.expected)
    return replace(project, rules=rules, as_of=run.as_of)


def explain_run(
    project: Project, run_id: str, steps: Sequence[Step], account: Followed, cards: tuple[str, ...] = ()
) -> list[Explanation]:
    """As ``explain_account``, for a published run, which is the first that ``account`` was followed to.

    ``steps`` are those of ``STEPS``. Values, points and colours are the run's; the rows behind a measure are
    today's as far as they were known on the run's day, so they may differ from its value when data came late, or
    when other accounts have been merged into this one; of an account that the data no longer have there are none.
    Raises: UsageError KF6054, KF6058; StoreError KF7010; RuleError KF1325.
    """
    own = account.then[0] or account.now
    with load_run(project, run_id) as run:
        run.require_account(own)
        then = _with_columns_of(project_of(project, run), run)
        with computed(then, steps[:BEFORE_RULES]) as db:
            for table in run.tables():
                if table in OVERLAID or table.startswith(CARD_PREFIX):
                    db.load(table, run.arrow(table))
                    _bring_to_id_of_today(db, table, own, account.now)
            explained = explain_account(then, db, account.now, cards)
    return [replace(one, account_id=own, merged=account.merged) for one in explained]


def _with_columns_of(then: Project, run: PublishedRun) -> Project:
    """The project whose accounts have the columns of the run, among them measures that the data of now cannot give."""
    lost = {item.measure.id for item in survey_measures(then)[0] if item.value.in_doubt}
    kept = tuple(measure for measure in then.rules.measure.measures if measure.id not in lost)
    known = {measure.id for measure in kept}
    kinds = {field.name: Type(arrow_type(field.type)) for field in run.arrow("measures").schema}
    columns = {name: kind for name, kind in kinds.items() if name not in known}
    rules = replace(then.rules, measure=replace(then.rules.measure, measures=kept))
    catalog = replace(then.catalog, accounts={**columns, **then.catalog.accounts})
    return replace(then, rules=rules, catalog=catalog)


def _bring_to_id_of_today(db: Database, table: str, own: str, now: str) -> None:
    """Give the rows of an account its id of today, by which the data and the past know it."""
    if own == now:
        return
    db.execute(f"DELETE FROM {quoted(table)} WHERE account_id = {literal(now)}")
    for column in {"account_id", "member"} & db.columns(table).keys():
        db.execute(f"UPDATE {quoted(table)} SET {column} = {literal(now)} WHERE {column} = {literal(own)}")
