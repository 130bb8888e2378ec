"""Everything that can be known to be wrong before a run: each step looks at its own rules."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date
from pathlib import Path

from kaframe import bundled
from kaframe.database import Database
from kaframe.errors import DataError, KaframeError, Problem, RuleError, by_place
from kaframe.followups import without_followups
from kaframe.loading import survey_project
from kaframe.outputs import check_outputs
from kaframe.project import Project

CHECKED = (
    "data", "measure", "gate", "identify", "assign", "analyse", "score", "status", "stage", "strategy", "maintain",
    "notify", "report", "listeners",
)  # fmt: skip


def open_project(root: Path, profile: str = "", as_of: date | None = None, use_plugins: bool = True) -> Project:
    """The project of a folder. When something is wrong with it, all that is wrong anywhere is told at once.

    Raises: RuleError for what the user wrote, DataError when only data cannot be read.
    """
    survey = survey_project(root, profile, as_of, use_plugins)
    if not (survey.problems or survey.data):
        return survey.project
    problems = [*survey.problems, *check_project(survey.project), *check_outputs(survey.project)]
    told = sorted(dict.fromkeys([*problems, *survey.data]), key=by_place)
    if any(problem.severity == "error" for problem in problems):
        raise RuleError(told) from survey.cause
    raise DataError(told)


def check_project(project: Project) -> list[Problem]:
    """All problems of all rules, each told once, in the order of files and lines.

    Of a project that is known in part what is known is checked.
    """
    problems: list[Problem] = []
    for name in CHECKED:
        step = importlib.import_module(f"kaframe.{name}")
        try:
            problems += step.check(project)
        except KaframeError as error:
            problems += error.problems
    told = dict.fromkeys(_for_pack(problem) for problem in without_followups(problems, project.doubts))
    return sorted(told, key=by_place)


def check_rulebook(project: Project) -> list[Problem]:
    """The problems of all rules and, where none is an error, what the rules prove about themselves."""
    from kaframe.proof import prove_project

    problems = check_project(project)
    if any(problem.severity == "error" for problem in problems):
        return problems
    found = dict.fromkeys([*problems, *map(_for_pack, prove_project(project))])
    return sorted(found, key=by_place)


def check_data(project: Project, db: Database) -> tuple[list[Problem], dict[str, float]]:
    """What the data of a run up to ``change`` show of the rules, and the share of accounts that lack each measure."""
    from kaframe.proof.data import look_at_data, shares_missing

    found = dict.fromkeys(map(_for_pack, look_at_data(project, db)))
    return sorted(found, key=by_place), shares_missing(project, db)


def _for_pack(problem: Problem) -> Problem:
    """What is wrong in a bundled pack follows from what the project has changed or has: it is mended there."""
    at = problem.at
    if at is None or not at.path or not Path(at.path).is_relative_to(bundled.folder("rules")):
        return problem
    own = f"rules/{Path(at.path).name}"
    hint = f"'{at.file}' belongs to a pack: change what it rests on, or lay an 'override' over it in {own}"
    return replace(problem, hint=f"{problem.hint}; {hint}" if problem.hint else hint)


def absent_data(project: Project) -> dict[str, list[str]]:
    """What the packs could use and this project does not have, with the measures that are left out for it."""
    from kaframe.names import plan_measures

    have = project.catalog
    missing = {
        table: sorted(columns.keys() - have.tables.get(table, {}).keys())
        for table, columns in project.rules.expected.tables.items()
    }
    missing["accounts"] = sorted(project.rules.expected.accounts.keys() - have.accounts.keys())
    found = {table: columns for table, columns in missing.items() if columns}
    left_out = [item.measure.id for item in plan_measures(project) if item.absent]
    return {**dict(sorted(found.items())), "measures": left_out}
