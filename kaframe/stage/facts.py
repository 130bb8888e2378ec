"""What the step ``stage`` knows of an account before it decides: the past, acts of people, conditions."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kaframe.calendar import Calendar
from kaframe.database import Database
from kaframe.errors import RuleError
from kaframe.expression import Name, Scope, Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.stage import Transition
from kaframe.stage.places import Move, Place, Situation
from kaframe.taskkey import began_on, task_key

FACTS = {
    "stage_days": Type.NUMBER,
    "stage_working_days": Type.NUMBER,
    "plan_state": Type.TEXT,
    "open_tasks": Type.NUMBER,
    "insight_count": Type.NUMBER,
    "analysed": Type.BOOLEAN,
    "owned": Type.BOOLEAN,
}
OF_THE_PAST = frozenset({"stage_days", "stage_working_days", "plan_state", "open_tasks"})  # what no first run can know


def read_situations(project: Project, db: Database, calendar: Calendar) -> list[Situation]:
    """All that decides about each managed account, ordered by account."""
    past = read_places(db)
    moves = _read_moves(db)
    done: dict[str, set[str]] = defaultdict(set)
    for row in db.rows("SELECT * FROM past_tasks WHERE kind = 'stage' AND state = 'done'"):
        # named anew, because the account may have another id by now
        key = task_key("stage", row["rule"], row["account_id"], began_on(row["task_key"]) or row["opened_on"])
        done[row["account_id"]].add(key)
    answers = _answer_conditions(project, db, past, calendar)
    rows = db.rows(
        "SELECT t.account_id, t.key_account, t.candidate FROM tiers AS t SEMI JOIN managed AS g "
        "ON g.account_id = t.account_id ORDER BY t.account_id"
    )
    return [
        Situation(
            account,
            bool(row["key_account"]),
            bool(row["candidate"]),
            past.get(account),
            moves.get(account, ()),
            answers.get(account, {}),
            done.get(account, set()),
        )
        for row in rows
        for account in [row["account_id"]]
    ]


def read_places(db: Database) -> dict[str, Place]:
    """Where each account stood after the base run. Reads: ``past_stages``."""
    rows = db.rows("SELECT * FROM past_stages WHERE state <> 'done'")
    return {
        row["account_id"]: Place(
            row["stage"],
            row["entered_on"],
            row["counted_from"] or row["entered_on"],
            row["by"] or "rule",
            row["reason"] or "",
            row["from_stage"],
            row["state"] == "parked",
            row["parked_until"],
        )
        for row in rows
    }


def _read_moves(db: Database) -> Mapping[str, Sequence[Move]]:
    moves: dict[str, list[Move]] = defaultdict(list)
    for row in db.rows("SELECT * FROM past_moves ORDER BY made_on, move_id"):
        author = f" ({row['author']})" if row["author"] else ""
        reason = f"{row['reason'] or ''}{author}"
        moves[row["account_id"]].append(
            Move(row["action"], row["stage"], row["until"], reason, row["made_on"])
        )
    return moves


def stage_scope(project: Project) -> Scope:
    """The names of account rules at this step, and those of :data:`FACTS`."""
    scope = account_scope(project, "stage")
    names = {**scope.names, **{name: Name(kind) for name, kind in FACTS.items()}}
    return dataclasses.replace(scope, names=names, windows=False)


def _answer_conditions(
    project: Project, db: Database, past: Mapping[str, Place], calendar: Calendar
) -> dict[str, dict[tuple[str, int], bool | None]]:
    """Which transitions the conditions allow, by account; None where it cannot be known."""
    ways: list[tuple[tuple[str, int], Transition]] = [
        ((stage.id, number), way)
        for stage in project.rules.stage.stages
        for number, way in enumerate(stage.to)
    ]
    conditions = [way.when for _, way in ways]
    compiled, problems = compile_all([(when, Type.BOOLEAN) for when in conditions], stage_scope(project))
    if problems:
        raise RuleError(problems)
    listed = ", ".join(f"{item.sql if item else 'TRUE'} AS c{number}" for number, item in enumerate(compiled))
    used = {name for item in compiled if item for name in item.names}
    create_facts(project, db, past, calendar)
    rows = db.rows(f"SELECT r.account_id, {listed or 'TRUE'} FROM {with_facts(project, used)} AS r")
    db.execute("DROP TABLE stage_facts")
    return {
        row["account_id"]: {key: row[f"c{number}"] for number, (key, _) in enumerate(ways)} for row in rows
    }


def with_facts(project: Project, names: Iterable[str]) -> str:
    """The managed accounts with the names that conditions of ways between stages use. Reads: ``stage_facts``."""
    relation = account_relation(project, "stage", names, managed=True)
    return f"(SELECT * FROM {relation} AS m LEFT JOIN stage_facts AS f ON f.fact_account = m.account_id)"


def create_facts(project: Project, db: Database, past: Mapping[str, Place], calendar: Calendar) -> None:
    """Make ``stage_facts``, a row a managed account with what only this step knows of it."""
    rows = db.rows(
        "SELECT g.account_id, p.state AS plan_state, coalesce(t.number, 0) AS open_tasks, "
        "coalesce(i.number, 0) AS insight_count, coalesce(i.number, 0) > 0 AS analysed, u.account_id IS NULL AS owned "
        "FROM managed AS g "
        "LEFT JOIN (SELECT DISTINCT account_id FROM findings WHERE kind = 'unowned') AS u "
        "ON u.account_id = g.account_id "
        "LEFT JOIN past_plans AS p ON p.account_id = g.account_id "
        "LEFT JOIN (SELECT account_id, count(*) AS number FROM past_tasks WHERE state = 'open' "
        "GROUP BY ALL) AS t ON t.account_id = g.account_id "
        "LEFT JOIN (SELECT account_id, count(*) AS number FROM insights GROUP BY ALL) AS i "
        "ON i.account_id = g.account_id"
    )
    sql_types = {Type.NUMBER: "DOUBLE", Type.TEXT: "VARCHAR", Type.BOOLEAN: "BOOLEAN"}
    day = project.as_of
    facts = [
        {**row, "fact_account": row["account_id"]}
        | _days_in_stage(past.get(row["account_id"]), day, calendar)
        for row in rows
    ]
    db.create(
        "stage_facts",
        facts,
        {"fact_account": "VARCHAR"} | {name: sql_types[kind] for name, kind in FACTS.items()},
    )


def _days_in_stage(place: Place | None, day: date, calendar: Calendar) -> dict[str, int | None]:
    if place is None:
        return {"stage_days": None, "stage_working_days": None}
    return {
        "stage_days": (day - place.entered_on).days,
        "stage_working_days": calendar.between(place.entered_on, day),
    }
