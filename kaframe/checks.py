"""Everything that can be known to be wrong before a run: each step looks at its own rules."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

from kaframe import bundled
from kaframe.errors import KaframeError, Problem
from kaframe.project import Project

CHECKED = (
    "data", "measure", "identify", "assign", "analyse", "score", "status", "stage", "strategy", "maintain", "notify",
    "report",
)  # fmt: skip


def check_project(project: Project) -> list[Problem]:
    """All problems of all rules, each told once, in the order of files and lines."""
    problems: list[Problem] = []
    for name in CHECKED:
        step = importlib.import_module(f"kaframe.{name}")
        try:
            problems += step.check(project)
        except KaframeError as error:
            problems += error.problems
    told = dict.fromkeys(_for_pack(problem) for problem in problems)
    return sorted(told, key=_by_place)


def _for_pack(problem: Problem) -> Problem:
    """What is wrong in a bundled pack follows from what the project has changed or has: it is mended there."""
    at = problem.at
    if at is None or not at.path or not Path(at.path).is_relative_to(bundled.folder("rules")):
        return problem
    own = f"rules/{Path(at.path).name}"
    hint = f"'{at.file}' belongs to a pack: change what it rests on, or lay an 'override' over it in {own}"
    return replace(problem, hint=f"{problem.hint}; {hint}" if problem.hint else hint)


def _by_place(problem: Problem) -> tuple[str, int, int, str]:
    at = problem.at
    return (at.file, at.line, at.col, problem.code) if at else ("", 0, 0, problem.code)


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
