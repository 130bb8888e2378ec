"""Step ``change``: what is new since the base run, one event a change, for whom the team looks after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kaframe.change.words import ChangeWords
from kaframe.database import Database, literal
from kaframe.project import Project

EVENTS = {
    "event_key": "VARCHAR",
    "account_id": "VARCHAR",
    "kind": "VARCHAR",
    "card": "VARCHAR",
    "subject": "VARCHAR",
    "old": "VARCHAR",
    "new": "VARCHAR",
    "value": "DOUBLE",
    "sentence": "VARCHAR",
}
IDENTITY = ("kind", "account_id", "card", "subject", "old", "new")

# Who counts: managed accounts, and those that were, so that a lost key account is told too.
WATCHED = """
    SELECT account_id FROM managed
    UNION SELECT account_id FROM past_tiers WHERE key_account
    UNION SELECT account_id FROM past_owners
    UNION SELECT account_id FROM past_stages
"""

# Each query gives those of account_id, card, subject, old, new, value that the kind has, and as `told` what
# only the sentence needs. {as_of} and {base} are the days of this run and of the base run.
CHANGES: Mapping[str, str] = {
    "status_changed": """
        SELECT c.account_id, c.card, p.status AS old, c.status AS new, c.points AS value,
            {'why': c.why, 'exception': c.exception, 'node': r.node, 'lost': r.lost,
             'reason': o.reason} AS told
        FROM colours AS c
        JOIN past_colours AS p USING (account_id, card)
        SEMI JOIN watched USING (account_id)
        LEFT JOIN reasons AS r ON r.account_id = c.account_id AND r.card = c.card AND r.rank = 1
        LEFT JOIN past_overrides AS o ON o.account_id = c.account_id AND o.card = c.card
        WHERE c.status IS DISTINCT FROM p.status
    """,
    "override_expired": """
        SELECT x.account_id, x.card, x.status AS old, c.status AS new
        FROM past_expired AS x
        JOIN colours AS c USING (account_id, card)
        SEMI JOIN watched USING (account_id)
    """,
    "tier_changed": """
        SELECT t.account_id, p.tier AS old, t.tier AS new
        FROM tiers AS t
        JOIN past_tiers AS p USING (account_id)
        SEMI JOIN watched USING (account_id)
        WHERE t.tier IS DISTINCT FROM p.tier
    """,
    "account_new": """
        SELECT t.account_id, t.tier AS new
        FROM tiers AS t SEMI JOIN managed USING (account_id) ANTI JOIN past_tiers USING (account_id)
    """,
    "account_gone": """
        SELECT p.account_id, p.tier AS old
        FROM past_tiers AS p SEMI JOIN watched USING (account_id) ANTI JOIN tiers USING (account_id)
    """,
    "stage_changed": """
        SELECT s.account_id, p.stage AS old, s.stage AS new,
            {'reason': CASE WHEN s.by = 'hand' THEN s.reason END} AS told
        FROM stages AS s JOIN past_stages AS p USING (account_id)
        WHERE s.stage IS DISTINCT FROM p.stage
    """,
    "stage_stuck": """
        SELECT s.account_id, s.stage AS subject, p.state AS old, s.state AS new,
            date_diff('day', s.entered_on, {as_of}) AS value
        FROM stages AS s LEFT JOIN past_stages AS p USING (account_id)
        WHERE s.state = 'stuck' AND (p.state IS DISTINCT FROM 'stuck' OR p.stage IS DISTINCT FROM s.stage)
    """,
    "owner_changed": """
        WITH was_managed AS (SELECT account_id FROM past_owners UNION SELECT account_id FROM past_stages)
        SELECT account_id, role AS subject, p.member AS old, o.member AS new
        FROM (SELECT account_id, role, min(member) AS member FROM owners GROUP BY ALL) AS o
        FULL JOIN (SELECT account_id, role, min(member) AS member FROM past_owners GROUP BY ALL) AS p
            USING (account_id, role)
        SEMI JOIN managed USING (account_id)
        SEMI JOIN was_managed USING (account_id)
        WHERE o.member IS DISTINCT FROM p.member
    """,
    "task_opened": """
        SELECT t.account_id, t.task_key AS subject, t.state AS new,
            {'title': t.title, 'member': t.member, 'due_on': t.due_on} AS told
        FROM tasks AS t
        ANTI JOIN (SELECT subject AS task_key FROM past_events WHERE kind = 'task_opened') USING (task_key)
        WHERE t.state = 'due'
    """,
    "task_late": """
        SELECT t.account_id, t.task_key AS subject, 'due' AS old, t.state AS new, t.days_late AS value,
            {'title': t.title, 'member': t.member, 'due_on': t.due_on} AS told
        FROM tasks AS t LEFT JOIN past_tasks AS p USING (task_key)
        WHERE t.state = 'late'
            AND (p.task_key IS NULL OR greatest(t.due_on, coalesce(p.snoozed_until, t.due_on)) >= {base})
    """,
    "task_done": """
        SELECT t.account_id, t.task_key AS subject, 'open' AS old, t.state AS new,
            {'title': t.title, 'member': coalesce(p.done_by, t.member)} AS told
        FROM tasks AS t LEFT JOIN past_tasks AS p USING (task_key)
        ANTI JOIN (SELECT subject AS task_key FROM past_events WHERE kind = 'task_done') USING (task_key)
        WHERE t.state = 'done'
    """,
    "insight_new": """
        SELECT i.account_id, i.insight AS subject,
            CASE min(i.good) WHEN true THEN 'good' WHEN false THEN 'bad' END AS new, sum(i.value) AS value,
            {'sentence': arg_max(i.sentence, {'size': abs(coalesce(i.value, 0)), 'then': i.sentence}),
             'more': count(*) - 1} AS told
        FROM insights AS i
        LEFT JOIN past_insights AS p ON p.account_id = i.account_id AND p.insight = i.insight
            AND p.subject IS NOT DISTINCT FROM i.subject
        WHERE p.insight IS NULL AND {wanted}
        GROUP BY i.account_id, i.insight
    """,
    "insight_gone": """
        SELECT DISTINCT p.account_id, p.insight AS subject
        FROM past_insights AS p
        SEMI JOIN managed USING (account_id)
        ANTI JOIN insights USING (account_id, insight)
    """,
    "plan_new": """
        SELECT n.account_id, n.state AS new, n.version AS value,
            {'title': n.title, 'role': n.approval} AS told
        FROM plans AS n ANTI JOIN past_plans USING (account_id)
        WHERE n.problem IS NULL
    """,
    "plan_changed": """
        SELECT n.account_id, p.state AS old, n.state AS new, n.version AS value,
            {'title': n.title, 'role': n.approval} AS told
        FROM plans AS n JOIN past_plans AS p USING (account_id)
        WHERE n.problem IS NULL AND n.content_hash IS DISTINCT FROM p.content_hash
    """,
}
KINDS = tuple(CHANGES)

# On a first run everything is new and most of it no news: told is only what asks somebody to do something.
FIRST_RUN = ("stage_stuck", "task_opened", "task_late", "insight_new", "plan_new")


def find_changes(project: Project, db: Database) -> None:
    """Compare this run's tables with the base run's and tell each difference in one sentence.

    Reads: ``tiers``, ``colours``, ``reasons``, ``owners``, ``stages``, ``tasks``, ``insights``, ``plans``,
        the past_* of each, ``past_run``, ``past_events``, ``past_expired``.
    Writes: ``events``, one row a change. On the first run only warnings, stuck stages, open tasks and plans.
    """
    base = db.value("SELECT max(as_of) FROM past_run")
    db.execute(f"CREATE OR REPLACE TEMP VIEW watched AS {WATCHED}")
    words = ChangeWords(project)
    rows = [_event(change, base, words) for change in _changes(project.as_of, base, db)]
    order = ("account_id", "kind", "card", "subject", "event_key")
    db.execute("DROP VIEW watched")
    db.create("events", sorted(rows, key=lambda row: [row[name] or "" for name in order]), EVENTS)


def _changes(as_of: date, base: date | None, db: Database) -> Iterator[dict[str, Any]]:
    known = {
        "{as_of}": literal(as_of),
        "{base}": literal(base or as_of),
        "{wanted}": "true" if base else "NOT i.good",
    }
    for kind in KINDS if base else FIRST_RUN:
        query = CHANGES[kind]
        for name, sql in known.items():
            query = query.replace(name, sql)
        for row in db.rows(query):
            yield {**dict.fromkeys((*EVENTS, "told")), **row, "kind": kind}


def _event(change: Mapping[str, Any], base: date | None, words: ChangeWords) -> dict[str, Any]:
    parts = [*(change[name] for name in IDENTITY), base.isoformat() if base else None]
    key = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]
    return {**change, "event_key": key, "sentence": words.sentence(change)}
