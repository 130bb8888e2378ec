"""The product, read aloud: load the data, recall the past, and answer one question a step, one table each.

Each step is ``(project, db) -> None``: it reads tables of earlier steps and makes exactly its own (docs/tables.md).
Nothing outside the run's database changes before ``commit_run``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.analyse import analyse_accounts
from kaframe.assign import assign_owners
from kaframe.change import find_changes
from kaframe.commit import Committed, commit_run, find_lost_runs, find_unchanged, refuse_past_day, sweep_unpublished
from kaframe.data import load_tables
from kaframe.database import Database
from kaframe.deliver import Delivered, deliver_outbox
from kaframe.deliver.unkept import send_unkept
from kaframe.edits import settle_plans
from kaframe.errors import GateError, Problem, UsageError, nearest
from kaframe.explain.kept import keep_explanations
from kaframe.gate import NOTHING, Acceptance, accept_gates, failed_gates, judge_gates, notices_of, refuse_unknown
from kaframe.held import hold_reports, is_held, release_reports
from kaframe.identify import identify_accounts
from kaframe.limits import limited
from kaframe.listeners import tell_listeners
from kaframe.maintain import plan_tasks
from kaframe.measure import measure_accounts
from kaframe.notify import write_notices
from kaframe.outputs import REPORT_FOLDER
from kaframe.plugins.calling import NOTES, PluginCalls
from kaframe.project import Project
from kaframe.published import load_run
from kaframe.recall import recall_past
from kaframe.report import keep_shown, table_rows, unwritten, view_run, with_undelivered, write_reports
from kaframe.reportnote import Written, note_report, noted_run
from kaframe.reporttables import Rows
from kaframe.score import score_accounts
from kaframe.stage import move_stages
from kaframe.status import colour_accounts
from kaframe.strategy import write_plans
from kaframe.summary import summarise
from kaframe.temporary import sweep_private

if TYPE_CHECKING:
    from kaframe.store import Held, Holder

# A gate was accepted that holds; a file in plans/ is nobody's; somebody writes in a plan right now.
NOTHING_FAILED = ("KF6025", "KF6077", "KF6078")
EDITED = """
SELECT account_id, file, if(file IS NULL, NULL, markdown) AS markdown, generated, edit FROM plans ORDER BY account_id
"""

Step = Callable[[Project, Database], None]
Summary = Mapping[str, Any]
Watch = Callable[[str], None]

STEPS: dict[str, Step] = {
    "data": load_tables,
    "recall": recall_past,
    "measure": measure_accounts,
    "gate": judge_gates,
    "identify": identify_accounts,
    "assign": assign_owners,
    "analyse": analyse_accounts,
    "score": score_accounts,
    "status": colour_accounts,
    "stage": move_stages,
    "strategy": write_plans,
    "maintain": plan_tasks,
    "change": find_changes,
    "notify": write_notices,
}

READING = ("data", "recall")


def print_nothing(step: str) -> None:
    """The watcher of those who do not watch."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run has done: what it published, told and wrote as reports.

    ``unfinished`` is the run before it that was killed; nobody has to do anything about it. ``problems`` are those
    that did not stop it: of plugins, and of a report that could not be written, which the next run writes.
    """

    committed: Committed
    summary: Summary = field(default_factory=dict)
    delivered: Delivered | None = None
    reports: tuple[Path, ...] = ()
    unfinished: Holder | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def degraded(self) -> bool:
        """Whether something failed that did not stop the run: a plan, a notice, a plugin or the report."""
        told = self.delivered is None or self.delivered.is_complete
        failed = any(problem.code not in NOTHING_FAILED for problem in self.problems)
        return not told or failed or bool(self.summary.get("plans_failed"))


def preview(project: Project, db: Database, until: str = "notify", watch: Watch = print_nothing) -> None:
    """The complete run, up to and with the step ``until``, with no effect but on ``db``."""
    for name in steps_until(until):
        watch(name)
        _take(name, project, db)


def _take(name: str, project: Project, db: Database) -> None:
    """One step; what computes is bounded, while sources are read with deadlines of their own."""
    if name in READING:
        STEPS[name](project, db)
        return
    with limited(db, project.config.limits, name):
        STEPS[name](project, db)


def run(
    project: Project,
    backfill: bool = False,
    watch: Watch = print_nothing,
    wait: float = 0,
    accepted: Acceptance = NOTHING,
) -> Finished:
    """Compute, publish, tell, report. The same day with the same inputs again only brings what is still due.

    Only one run at a time; ``wait`` is for how many seconds to wait for another one. ``accepted`` are gates whose
    failure does not stop it. Raises: LockedError KF6010, UsageError KF6007, GateError.
    """
    from kaframe.store import hold_run_lock, open_store

    refuse_unknown(project, accepted)
    refuse_past_day(project, backfill)
    with hold_run_lock(open_store(project), project.as_of, wait) as held:
        refuse_past_day(project, backfill)  # another run may have published while this one waited
        sweep_private()
        if held.unfinished:
            sweep_unpublished(project)
        return _run_alone(project, backfill, watch, held, accepted)


def _run_alone(project: Project, backfill: bool, watch: Watch, held: Held, accepted: Acceptance) -> Finished:
    with Database(memory_limit=project.config.limits.buffers) as db:
        preview(project, db, until="recall", watch=watch)
        known = find_unchanged(project, db)
        needless = [] if known else [*find_lost_runs(project), *_compute(project, db, watch, accepted)]
        committed, summary = (known, {}) if known else _publish(project, db, backfill, watch, held.epoch)
        if backfill:
            return Finished(committed, summary, unfinished=held.unfinished, problems=tuple(needless))
        show = _show_again if known else _show
        settled, written = show(project, db, committed.run_id, watch)
    watch("deliver")
    delivered = deliver_outbox(project, interrupted=held.unfinished)
    if delivered.dead or delivered.unknown:
        written = _show_given_up(project, committed.run_id, written)
    problems = (*needless, *settled, *written.problems)
    return Finished(committed, summary, delivered, written.paths, held.unfinished, problems)


def _compute(project: Project, db: Database, watch: Watch, accepted: Acceptance) -> list[Problem]:
    """Every step after the data; what is to be said of the gates. Raises: GateError."""
    needless = list[Problem]()
    for name in steps_after("recall"):
        watch(name)
        _take(name, project, db)
        if name == "gate":
            needless = _pass_gates(project, db, accepted)
    return needless


def _publish(project: Project, db: Database, backfill: bool, watch: Watch, epoch: int) -> tuple[Committed, Summary]:
    """Keep what was computed; from here on the run has happened."""
    watch("commit")
    summary = summarise(project, db)
    keep_shown(project, db)
    keep_explanations(project, db)
    return commit_run(project, db, summary, backfill, epoch), summary


def _show(project: Project, db: Database, run_id: str, watch: Watch) -> tuple[list[Problem], Written]:
    """Write the edited plans and the reports of the run that was just published."""
    settled = settle_plans(project.root, db.rows(EDITED), project.config.language)
    watch("report")
    return settled, _report(project, table_rows(db), run_id)


def _show_again(project: Project, db: Database, run_id: str, watch: Watch) -> tuple[list[Problem], Written]:
    """Write what a run that was killed after its publish had no time for."""
    settled = _settle_again(project, db, run_id)
    if _is_reported(project, run_id):
        return settled, Written(())
    watch("report")
    with load_run(project, run_id) as published:
        return settled, _report(project, table_rows(published.open()), run_id)


def _settle_again(project: Project, db: Database, run_id: str) -> list[Problem]:
    """Write the edited plans of a run that was killed before it could; nothing when it has."""
    if not db.value("SELECT count(*) FROM past_edits"):
        return []
    with load_run(project, run_id) as published:
        return settle_plans(project.root, published.open("plans").rows(EDITED), project.config.language)


def _pass_gates(project: Project, db: Database, accepted: Acceptance) -> list[Problem]:
    """Go on, with what there is to say of it, or tell people why not. Raises: GateError, with nothing published."""
    needless = accept_gates(db, accepted)
    failed = failed_gates(project, db)
    if failed:
        noted = hold_reports(project, db, project.root / REPORT_FOLDER)
        told, untold = _tell_held(project, db)
        raise GateError([*failed, *noted.problems, *needless, *untold], noted.paths, told)
    return needless


def _tell_held(project: Project, db: Database) -> tuple[list[str], list[Problem]]:
    """Put a notice into the outbox for everybody who is to hear of it, and bring it; who that is.

    Before the first published run there is no outbox: then it is brought at once, or told why not.
    """
    from kaframe.store import add_notices, list_runs, open_store

    notices, store = notices_of(project, db), open_store(project)
    published = list_runs(store) if notices else []
    if not published:
        return send_unkept(project, notices)
    kept = [{**notice, "run_id": published[0]["run_id"]} for notice in notices]
    if add_notices(store, kept, datetime.now(UTC)):
        deliver_outbox(project)
    return sorted({notice["recipient"] for notice in notices}), []


def _report(project: Project, rows: Rows, run_id: str) -> Written:
    """Write the reports, tell the listeners, and note, when all is complete, which run it was.

    A disk that takes no report keeps no notice back.
    """
    folder = project.root / REPORT_FOLDER
    calls = PluginCalls(project.root / NOTES)
    view = view_run(project, with_undelivered(project, rows), run_id, project.as_of)
    try:
        release_reports(folder)
        written = write_reports(project, view, folder, calls=calls)
        tell_listeners(project, view, calls)
        if not calls.problems:
            note_report(folder, run_id)
    except OSError as error:
        return Written((), (*calls.problems, unwritten(error)))
    return Written(written.paths, tuple(calls.problems))


def _show_given_up(project: Project, run_id: str, before: Written) -> Written:
    """Write the reports once more: now they show the notices that this run could not bring."""
    folder = project.root / REPORT_FOLDER
    try:
        with load_run(project, run_id) as published:
            rows = with_undelivered(project, table_rows(published.open()))
            written = write_reports(project, view_run(project, rows, run_id, project.as_of), folder)
        if noted_run(folder) == run_id:
            note_report(folder, run_id)
    except OSError as error:
        return Written(before.paths, (*before.problems, unwritten(error)))
    return Written(written.paths, tuple(dict.fromkeys([*before.problems, *written.problems])))


def _is_reported(project: Project, run_id: str) -> bool:
    """Whether the run had time to write its reports; one that was killed after its publish had not.

    One that speaks of a run that was held back, and whose data have come back, is written anew.
    """
    folder = project.root / REPORT_FOLDER
    if is_held(folder, project.as_of):
        return False
    return noted_run(folder) == run_id


def steps_until(last: str) -> Iterator[str]:
    """The names of the steps up to and with one. Raises: UsageError with the nearest name."""
    if last not in STEPS:
        hint = nearest(last, STEPS) or f"steps: {', '.join(STEPS)}"
        raise UsageError([Problem(None, "KF6004", f"no step '{last}'", hint)])
    yield from takewhile(lambda name: name != last, STEPS)
    yield last


def steps_after(first: str) -> Iterator[str]:
    """The names of the steps after one."""
    names = list(STEPS)
    yield from names[names.index(first) + 1 :]
