"""Running a test: the steps of ``kaframe.flow`` over the given rows, with a real store where time passes."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kaframe.commit import commit_run
from kaframe.database import Database
from kaframe.errors import KaframeError, Problem
from kaframe.flow import STEPS
from kaframe.project import Project
from kaframe.testing.acts import do_acts, needed_steps, wrong_acts
from kaframe.testing.cases import RuleTest, Run
from kaframe.testing.comparing import Difference, compare
from kaframe.testing.given import Rows, Shape, lay_out, pinned_measures
from kaframe.testing.known import KnownTables, given_accounts, known_tables, wrong_names
from kaframe.testing.placing import place_rows, refuse_lost_rows, source_rows

ORDER = tuple(STEPS)
COLOURS_ONLY = ("data", "recall", "measure", "identify", "score", "status")  # what a colour is made from
Look = Callable[[Project, Database, Run, frozenset[str]], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test: ``differences`` make it fail, ``problems`` say that it is no valid test."""

    test: RuleTest
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0

    @property
    def state(self) -> str:
        """passed, failed or invalid."""
        return "invalid" if self.problems else "failed" if self.differences else "passed"


@dataclass(slots=True)
class Bench:
    """Where tests of one project run, one after the other: compiled projects are kept, rows and stores are not."""

    project: Project
    known: KnownTables
    folder: tempfile.TemporaryDirectory[str]
    rows: Mapping[str, Rows] = field(default_factory=dict)
    laid_out: dict[Shape, Project] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project) -> Bench:
        """A bench for a project. Raises: RuleError when its measures cannot be compiled."""
        return cls(project, known_tables(project), tempfile.TemporaryDirectory(prefix="kaframe-test-"))

    def close(self) -> None:
        """Forget everything."""
        self.folder.cleanup()

    def run(self, test: RuleTest, look: Look | None = None) -> Outcome:
        """Run a test; ``look`` sees the tables of every run, and which steps have been computed."""
        accounts = given_accounts(test)
        problems = [problem for run in test.runs for problem in self._wrong(run, accounts)]
        if problems:
            return Outcome(test, problems=tuple(problems))
        self._clear()
        differences: list[Difference] = []
        try:
            for number, run in enumerate(test.runs):
                is_last = number == len(test.runs) - 1
                differences += self._run(test, run, is_last, look)
        except KaframeError as error:
            return Outcome(test, problems=tuple(error.problems))
        return Outcome(test, tuple(differences))

    def _wrong(self, run: Run, accounts: frozenset[str]) -> Iterable[Problem]:
        yield from wrong_names(run, self.known, accounts)
        yield from wrong_acts(self.project, run.acts)

    def _clear(self) -> None:
        """Nothing of the test before is left in the store."""
        for path in Path(self.folder.name).iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _run(self, test: RuleTest, run: Run, is_last: bool, look: Look | None) -> list[Difference]:
        self.rows = source_rows(run, self.known)
        project = self._project(run)
        if run.acts:
            do_acts(project, run)
        steps = self._steps(test, run)
        with Database(threads=1) as db:
            for step in steps:
                STEPS[step](project, db)
                if step == "data":
                    refuse_lost_rows(db, run, self.rows)
                place_rows(project, db, run, step, self.known)
            found = compare(project, db, run, test.tolerance, self.known)
            if look is not None:
                look(project, db, run, frozenset(steps))
            if not is_last:
                commit_run(project, db, {})
        return found

    def _project(self, run: Run) -> Project:
        """The project with the data of a run; one of a shape and day is compiled once."""
        tables = frozenset(self.known.sources).intersection(run.given)
        measured = {name for row in run.given.get("measures", ()) for name in row.cells} - {"account_id"}
        shape = Shape(tables, pinned_measures(self.project, tables, measured), self._new_columns(run))
        if shape not in self.laid_out:
            workplace = Path(self.folder.name)
            self.laid_out[shape] = lay_out(self.project, self.known, shape, self._read, workplace)
        found = self.laid_out[shape]
        if found.as_of != run.as_of:
            found = self.laid_out[shape] = found.on(run.as_of)
        return found

    def _new_columns(self, run: Run) -> frozenset[tuple[str, str]]:
        """The given columns that the project's own data do not have."""
        own = {"accounts": self.project.catalog.accounts, **self.project.catalog.tables}
        given = {(table, name) for table in own for row in run.given.get(table, ()) for name in row.cells}
        return frozenset((table, name) for table, name in given if name not in own[table])

    def _read(self, table: str) -> Rows:
        """The rows of a table in the test that is running."""
        return self.rows.get(table, ())

    def _steps(self, test: RuleTest, run: Run) -> list[str]:
        """The steps that the expectations ask for; on a timeline also those that a later run looks back at."""
        runs = test.runs if len(test.runs) > 1 else (run,)
        wanted = {self.known.step_of(table) for one in runs for table in one.expected_tables()}
        wanted |= needed_steps(act for one in test.runs for act in one.acts)
        last = max((ORDER.index(step) for step in wanted), default=0)
        colours = ORDER.index("status")
        if len(test.runs) > 1:
            last = max(last, colours)
            if last > colours or self._looks_at_stages():
                last = max(last, ORDER.index("maintain"))
        until = ORDER[: last + 1]
        skips = last <= colours and not wanted & {"assign", "analyse"}
        return [step for step in until if step in COLOURS_ONLY] if skips else list(until)

    def _looks_at_stages(self) -> bool:
        """Whether a rule says ``past.stage``: then a colour rests on stages too."""
        return "past.stage" in json.dumps(self.project.resolved(), ensure_ascii=False)


def run_one(bench: Bench, test: RuleTest, look: Look | None = None) -> Outcome:
    """Run a test and take its time."""
    began = time.perf_counter()
    outcome = bench.run(test, look)
    return replace(outcome, seconds=time.perf_counter() - began)
