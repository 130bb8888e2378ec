"""Which events a notice is about: those of its kinds that meet its condition."""

from __future__ import annotations

from dataclasses import replace

from kaframe.database import Database, literal, quoted
from kaframe.expression import Compiled, Name, Scope, Type, compile_expression
from kaframe.names import account_relation, account_scope
from kaframe.notify.pace import Event
from kaframe.project import Project
from kaframe.rules.notify import Notice

EVENTS = "notice_events"
EVENT_NAMES = {
    "kind": Type.TEXT,
    "old": Type.TEXT,
    "new": Type.TEXT,
    "card": Type.TEXT,
    "subject": Type.TEXT,
    "value": Type.NUMBER,
    "rule": Type.TEXT,
}

# This run's events and those of earlier runs that a notice may have held back. `rule` is the rule behind
# a task or an insight.
NOTICE_EVENTS = """
    SELECT *, CASE WHEN kind LIKE 'task%' THEN split_part(subject, ':', 2)
        WHEN kind LIKE 'insight%' THEN subject END AS rule
    FROM (
        SELECT *, {as_of} AS as_of FROM events
        UNION ALL BY NAME SELECT * FROM past_events ANTI JOIN events USING (event_key)
    )
"""


def create_events(project: Project, db: Database) -> None:
    """Make the table of all events that notices may tell. Reads: ``events``, ``past_events``."""
    query = NOTICE_EVENTS.replace("{as_of}", literal(project.as_of))
    db.execute(f"CREATE OR REPLACE TEMP TABLE {EVENTS} AS {query}")


def compile_condition(project: Project, notice: Notice) -> Compiled | None:
    """The condition of a notice, over an event ``e`` and its account ``a``. Raises: RuleError."""
    if notice.when is None:
        return None
    accounts = account_scope(project, "notify")
    names = {
        name: replace(known, sql="a." + (known.sql or quoted(name))) for name, known in accounts.names.items()
    }
    names |= {name: Name(kind, sql=f"e.{quoted(name)}") for name, kind in EVENT_NAMES.items()}
    words, functions = "a condition of notify.yaml", accounts.functions
    scope = Scope(words, names, project.as_of, may_be=accounts.may_be, functions=functions)
    return compile_expression(notice.when, scope, Type.BOOLEAN)


def matching_events(project: Project, db: Database, notice: Notice) -> list[Event]:
    """The events that a notice tells, in the order of their days. Reads: what ``create_events`` made."""
    compiled = compile_condition(project, notice)
    used = compiled.names - EVENT_NAMES.keys() if compiled else frozenset()
    kinds = ", ".join(literal(kind) for kind in notice.kinds)
    join = f"LEFT JOIN {account_relation(project, 'notify', used)} AS a USING (account_id)" if used else ""
    condition = f" AND ({compiled.sql})" if compiled else ""
    return db.rows(
        f"SELECT e.* FROM notice_events AS e {join} WHERE e.kind IN ({kinds}){condition} "
        "ORDER BY e.as_of, e.account_id, e.event_key"
    )
