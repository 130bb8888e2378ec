"""What people do between the runs of a test: the same short transactions that the command line makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kaframe.errors import KaframeError, Location, Problem, RuleError, nearest
from kaframe.project import Project
from kaframe.testing.cases import Row, Run, read_day

if TYPE_CHECKING:
    from kaframe.store import Act, Store

VERBS = ("log", "done", "snooze", "plan", "stage", "park", "resume", "override", "clear_override")
NEEDS = {"done": "maintain", "snooze": "maintain", "plan": "strategy", "stage": "stage", "park": "stage",
         "resume": "stage", "log": "maintain", "override": "status", "clear_override": "status"}  # fmt: skip
DETAILS = {"snooze": ("until",), "park": ("until",), "override": ("until", "card"), "clear_override": ("card",)}
COMMON = ("account_id", "by", "on", "reason")


def wrong_acts(project: Project, acts: Iterable[Row]) -> list[Problem]:
    """Acts that nobody can do: no verb or two, details that do not belong to it, unknown stages, colours, cards."""
    problems: list[Problem] = []
    for act in acts:
        verbs = [name for name in act.cells if name in VERBS]
        if len(verbs) != 1:
            problems.append(Problem(act.at, "KF2409", "an act is one thing that somebody does",
                                    f"name one of {', '.join(VERBS)}"))
            continue
        verb = verbs[0]
        for name in act.cells:
            if name not in (verb, *COMMON, *DETAILS.get(verb, ())):
                problems.append(Problem(act.keys[name], "KF2409", f"'{name}' does not belong to '{verb}'",
                                        f"it takes {', '.join((*COMMON, *DETAILS.get(verb, ())))}"))
        problems += _unknown_names(project, act)
    return problems


def _unknown_names(project: Project, act: Row) -> Iterable[Problem]:
    stages = [stage.id for stage in project.rules.stage.stages]
    cards = [card.id for card in project.rules.score.scorecards]
    card = project.rules.status.rgb.get(_card(project, act))
    colours = [colour.id for colour in card.colours] if card else []
    for name, legal in (("stage", stages), ("card", cards), ("override", colours)):
        node = act.cells.get(name)
        if node is not None and node.value not in legal:
            yield Problem(node.at, "KF2409", f"no {'colour' if name == 'override' else name} '{node.value}'",
                          nearest(str(node.value), legal) or f"there are {', '.join(legal) or 'none'}")


def needed_steps(acts: Iterable[Row]) -> set[str]:
    """The steps whose results the acts are about."""
    return {NEEDS[name] for act in acts for name in act.cells if name in NEEDS}


def do_acts(project: Project, run: Run) -> None:
    """Write what people did before a run into the store of the test. Raises: RuleError KF2410 with the act's place."""
    from kaframe.store import Act, open_store

    store = open_store(project)
    try:
        for row in run.acts:
            on = row.cells.get("on")
            act = Act(_text(row, "by") or "somebody", read_day(on) if on else run.as_of, _text(row, "reason") or "test")
            if act.on > run.as_of:
                raise _failed(row.at, f"{act.on} lies after the run for {run.as_of}", "an act comes before its run")
            try:
                _do(project, store, row, act)
            except KaframeError as error:
                raise RuleError(
                    Problem(problem.at or row.at, "KF2410", problem.message, problem.hint) for problem in error.problems
                ) from error
    finally:
        store.close()


def _do(project: Project, store: Store, row: Row, act: Act) -> None:
    from kaframe import store as work

    account = _text(row, "account_id")
    until = read_day(row.cells["until"]) if "until" in row.cells else None
    match next(name for name in row.cells if name in VERBS):
        case "log":
            work.log_activity(store, account, _text(row, "log"), act)
        case "done":
            work.finish_task(store, _task_key(store, account, row, "done"), act)
        case "snooze":
            work.snooze_task(store, _task_key(store, account, row, "snooze"), _required(row, until), act)
        case "plan":
            decision = _text(row, "plan")
            work.decide_plan(store, account, "approved" if decision == "approved" else "rejected", act)
        case "stage":
            work.move_stage(store, account, _text(row, "stage"), act)
        case "park":
            work.park_account(store, account, until, act)
        case "resume":
            work.resume_account(store, account, act)
        case "override":
            colour = work.Override(account, _card(project, row), _text(row, "override"), _required(row, until))
            work.set_override(store, colour, act)
        case _:
            work.clear_override(store, [account], _card(project, row), act)


def _task_key(store: Store, account: str, row: Row, verb: str) -> str:
    """The key of the account's open task of a rule; of a stage's or strategy's task the last part is enough."""
    from kaframe.store import list_tasks

    wanted = _text(row, verb)
    own = [task for task in list_tasks(store) if task["account_id"] == account and task["state"] == "open"]
    found = [task for task in own if wanted in (task["rule"], task["rule"].rpartition(".")[2])]
    if found:
        return str(found[0]["task_key"])
    rules: Sequence[str] = sorted({task["rule"] for task in own})
    hint = nearest(wanted, rules) or f"open are: {', '.join(rules) or 'none'}"
    raise _failed(row.cells[verb].at, f"{account} has no open task '{wanted}'", hint)


def _required(row: Row, until: date | None) -> date:
    if until is None:
        raise _failed(row.at, "until which day?", "add 'until: 2026-12-31'")
    return until


def _card(project: Project, row: Row) -> str:
    primary = project.rules.score.primary()
    return _text(row, "card") or (primary.id if primary else "")


def _text(row: Row, name: str) -> str:
    node = row.cells.get(name)
    return str(node.value) if node is not None and node.value is not None else ""


def _failed(at: Location, message: str, hint: str) -> RuleError:
    return RuleError([Problem(at, "KF2410", message, hint)])
