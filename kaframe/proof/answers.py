"""Conditions of managed accounts that the data never make true: of strategies, ways between stages, and cadences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kaframe.database import Database
from kaframe.errors import Problem
from kaframe.expression import Expression, Scope, Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.proof.finding import finding
from kaframe.stage.facts import FACTS, stage_scope
from kaframe.strategy.choose import INSIGHT, strategy_scope

Asked = Sequence[tuple[str, Expression | None]]


def never_true(project: Project, db: Database, fewest: int) -> Iterator[Problem]:
    """Conditions that hold for none of the managed accounts. Reads: the tables of a run up to ``stage``."""
    managed = int(db.value("SELECT count(*) FROM managed"))
    if managed < fewest:
        return
    rules = project.rules
    parts = [(f"strategy '{item.id}'", item.when) for item in rules.strategy.strategies]
    parts += [(f"'{part.id}' of strategy '{item.id}'", part.when)
              for item in rules.strategy.strategies for part in item.parts()]  # fmt: skip
    ways = [(f"the way from '{stage.id}' to '{way.stage}'", way.when)
            for stage in rules.stage.stages for way in stage.to]  # fmt: skip
    cadences = [(f"cadence '{item.id}'", item.applies) for item in rules.maintain.cadences]
    for step, scope, asked in (
        ("stage", stage_scope(project), ways),
        ("strategy", strategy_scope(project), parts),
        ("maintain", account_scope(project, "maintain"), cadences),
    ):
        yield from _of_step(project, db, (step, scope), asked, managed)


def _of_step(
    project: Project, db: Database, where: tuple[str, Scope], asked: Asked, managed: int
) -> Iterator[Problem]:
    """Those of one step; what speaks of insights or of days in a stage depends on more than the data of today."""
    step, scope = where
    written = [(words, when) for words, when in asked if when is not None and when.text.strip().lower() != "false"]
    compiled, problems = compile_all([(when, Type.BOOLEAN) for _, when in written], scope)
    told = [
        (words, when, found)
        for (words, when), found in zip(written, compiled, strict=True)
        if found and not found.absent and not found.names & FACTS.keys()
        and not any(name.startswith(INSIGHT) for name in found.names)
    ]  # fmt: skip
    if problems or not told:
        return
    used = {name for _, _, found in told for name in found.names}
    relation = account_relation(project, step, used, managed=True)
    sums = ", ".join(f"count(*) FILTER (WHERE {found.sql}) AS c{place}" for place, (_, _, found) in enumerate(told))
    (row,) = db.rows(f"SELECT {sums} FROM {relation} AS r")
    for (words, when, _), count in zip(told, row.values(), strict=True):
        if not count:
            message = f"the condition of {words} is true for none of {managed} managed accounts"
            hint = "is it too narrow, or are its data wrong?"
            yield finding(when.at, "KF2380", message, hint, f"0 of {managed} managed accounts")
