"""The explanation of a published run: its own rules, values, points and colours; the rows behind them are today's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from kaframe.database import Database
from kaframe.explain import explain_account
from kaframe.project import Project
from kaframe.published import PublishedRun, load_run
from kaframe.rules.published import published_rules
from kaframe.snapshot import CARD_PREFIX

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
    project: Project, run_id: str, steps: Sequence[Step], account_id: str, cards: tuple[str, ...] = ()
) -> list[Explanation]:
    """As ``explain_account``, for a published run.

    ``steps`` are those of ``STEPS``. Values, points and colours are the run's; the rows behind a measure are
    today's as far as they were known on the run's day, so they may differ from its value when data came late.
    Raises: UsageError KF6054, KF6058; StoreError KF7010; RuleError KF1325.
    """
    with load_run(project, run_id) as run:
        run.require_account(account_id)
        then = project_of(project, run)
        with computed(then, steps[:BEFORE_RULES]) as db:
            for table in run.tables():
                if table in OVERLAID or table.startswith(CARD_PREFIX):
                    db.load(table, run.arrow(table))
            return explain_account(then, db, account_id, cards)
