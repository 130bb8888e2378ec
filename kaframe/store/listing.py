"""What the store shows people: rows of plain values in a fixed order, none when there is no store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from kaframe.errors import Problem, UsageError, nearest
from kaframe.store.engine import Store
from kaframe.store.latest import Row, plans_on, rows_of, tasks_on
from kaframe.store.schema import PRUNED, activities, events, moves, outbox, overrides, plans, runs, task_acts


def list_runs(store: Store) -> list[Row]:
    """All published runs, the latest publish first."""
    return store.rows(select(runs).order_by(runs.c.seq.desc()))


def find_run(store: Store, run_id: str = "latest") -> Row:
    """One run; ``latest`` is the current revision of the latest day, a day (``2026-03-31``) that day's.

    Raises: UsageError KF6054 when there is none.
    """
    found = list_runs(store)
    current = sorted((run for run in found if run["state"] == "published"), key=lambda run: run["as_of"])
    if not current:
        raise UsageError(
            [Problem(None, "KF6054", "nothing has been published yet", "begin with 'kaframe run'")]
        )
    named = (
        {run["run_id"]: run for run in found}
        | {str(run["as_of"]): run for run in current}
        | {"latest": current[-1]}
    )
    if run_id in named and named[run_id]["state"] == PRUNED:
        message = f"the run '{run_id}' was pruned: its snapshot is gone"
        raise UsageError([Problem(None, "KF6054", message, f"the latest is {current[-1]['run_id']}")])
    if run_id not in named:
        hint = nearest(run_id, named) or f"the latest is {current[-1]['run_id']}"
        raise UsageError([Problem(None, "KF6054", f"no run '{run_id}'", hint)])
    return named[run_id]


def list_tasks(store: Store) -> list[Row]:
    """All tasks as they stand now: state open, done or dropped, snoozed or not; by due day."""
    with store.reading() as connection:
        found = tasks_on(connection, None) if connection else []
    return sorted(found, key=lambda task: (str(task["due_on"]), task["task_key"]))


def list_plans(store: Store, account_ids: Sequence[str] = ()) -> list[Row]:
    """The latest version of every plan, by account; or all versions of one account's, whose ids are given, the one of
    today first: what an earlier id had counts as far as the versions of a later one do not go back."""
    if account_ids:
        found = store.rows(select(plans).where(plans.c.account_id.in_(account_ids)).order_by(plans.c.version))
        versions: list[Row] = []
        for name in account_ids:
            own = [row for row in found if row["account_id"] == name]
            versions = [row for row in own if not versions or row["version"] < versions[0]["version"]] + versions
        return [{**row, "state": row["decision"] or row["state"]} for row in versions]
    with store.reading() as connection:
        return plans_on(connection, None) if connection else []


def plans_of(store: Store, account_ids: Sequence[str], day: date) -> list[Row]:
    """The plans of these accounts as the last run until ``day`` left them, by account."""
    wanted = plans.c.account_id.in_(account_ids) & (plans.c.as_of <= day)
    found = store.rows(select(plans).where(wanted).order_by(plans.c.account_id, plans.c.version))
    return list({row["account_id"]: row for row in found}.values())


def list_overrides(store: Store) -> list[Row]:
    """All overrides ever set, with who cleared them; the last one first."""
    return store.rows(select(overrides).order_by(overrides.c.id.desc()))


def list_moves(store: Store) -> list[Row]:
    """All moves by hand, with the run that used them; the last one first."""
    return store.rows(select(moves).order_by(moves.c.id.desc()))


def list_outbox(store: Store, states: Sequence[str] = ()) -> list[Row]:
    """All notices that were decided, or those in some states; oldest first."""
    query = select(outbox).order_by(outbox.c.created_at, outbox.c.notice_key)
    return store.rows(query.where(outbox.c.state.in_(list(states))) if states else query)


def list_history(store: Store, account_ids: Sequence[str]) -> list[Row]:
    """What happened to an account (under all ids that it had), oldest first.

    Shape: day, what, subject, old, new, who, note.
    """
    with store.reading() as connection:
        if connection is None:
            return []
        ids = list(account_ids)
        own = {row["task_key"]: row for row in tasks_on(connection, None) if row["account_id"] in ids}
        found = {
            table.name: rows_of(connection, select(table).where(table.c.account_id.in_(ids)))
            for table in (events, activities, overrides, moves, plans)
        }
        acts = rows_of(connection, select(task_acts).order_by(task_acts.c.id))
    history = [
        *(
            _line(row["as_of"], row["kind"], row["card"] or row["subject"], row["sentence"]) | _change(row)
            for row in found["events"]
        ),
        *(
            _line(row["done_on"], "activity", row["kind"], row["note"], row["author"])
            for row in found["activities"]
        ),
        *(
            _line(row["made_on"], f"stage_{row['action']}", row["stage"], row["reason"], row["author"])
            for row in found["moves"]
        ),
        *(
            _line(
                row["acted_on"],
                f"task_{row['action']}",
                own[row["task_key"]]["title"],
                row["note"],
                row["author"],
            )
            for row in acts
            if row["task_key"] in own
        ),
        *(
            _line(
                row["decided_on"],
                f"plan_{row['decision']}",
                f"v{row['version']}",
                row["decision_reason"],
                row["decided_by"],
            )
            for row in found["plans"]
            if row["decision"]
        ),
        *(line for row in found["overrides"] for line in _override_lines(row)),
    ]
    return sorted(history, key=lambda line: (line["day"], line["what"], str(line["subject"])))


def _line(day: object, what: str, subject: str | None, note: str | None, who: str | None = None) -> Row:
    return {"day": day, "what": what, "subject": subject, "old": None, "new": None, "who": who, "note": note}


def _change(event: Row) -> Row:
    return {"old": event["old"], "new": event["new"]}


def _override_lines(row: Row) -> list[Row]:
    made = _line(row["set_on"], "override_set", row["card"], row["reason"], row["author"]) | {
        "new": row["status"]
    }
    if row["cleared_on"] is None:
        return [made]
    ended = _line(row["cleared_on"], "override_cleared", row["card"], row["clear_reason"], row["cleared_by"])
    return [made, ended | {"old": row["status"]}]
