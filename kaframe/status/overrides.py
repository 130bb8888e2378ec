"""What became of the colours that people set by hand: none is lost in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaframe.bind import Label
from kaframe.database import Database
from kaframe.labels import labels
from kaframe.project import Project
from kaframe.rules.status import NO_DATA

OVERRIDES = {
    "account_id": "VARCHAR", "card": "VARCHAR", "status": "VARCHAR", "reason": "VARCHAR", "author": "VARCHAR",
    "set_on": "DATE", "expires_on": "DATE", "state": "VARCHAR", "sentence": "VARCHAR",
}  # fmt: skip
ACTIVE = "active"

# Those that hold on the day and those that have run out since the last run; few, for people have typed them.
QUERY = """
    SELECT o.*, m.account_id IS NOT NULL AS is_known, c.account_id IS NOT NULL AS is_on_card, c.calculated
    FROM (
        SELECT account_id, card, status, reason, author, set_on, expires_on, FALSE AS is_over FROM past_overrides
        UNION ALL
        SELECT account_id, card, status, reason, author, set_on, expires_on, TRUE FROM past_expired
    ) AS o
    LEFT JOIN measures AS m USING (account_id)
    LEFT JOIN colours AS c USING (account_id, card)
    ORDER BY o.account_id, o.card, o.is_over
"""
SAID = Label(
    "{account}: '{status}' on '{card}', set by hand by {author} until {until} ({reason}), ",
    "{account}：{author} 在“{card}”上人工设定“{status}”，至 {until}（{reason}），",
)
SENTENCES = {
    ACTIVE: Label("holds; calculated: {calculated}", "有效；系统计算：{calculated}"),
    "expired": Label("has run out; it is calculated again: {calculated}", "已到期，恢复系统计算：{calculated}"),
    "account_gone": Label(
        "has no effect: the data no longer have this account; clear it or mend the data",
        "不起作用：数据中已无此客户；请解除设定或修正数据",
    ),
    "not_on_card": Label(
        "has no effect: the scorecard no longer applies to the account; clear it or look at 'applies'",
        "不起作用：该评分卡不再适用于此客户；请解除设定或检查 applies",
    ),
    "card_gone": Label(
        "has no effect: the rules no longer have this scorecard; clear it and set it on another",
        "不起作用：规则中已无此评分卡；请解除设定，改设在其他评分卡上",
    ),
    "colour_gone": Label(
        "has no effect: the scorecard no longer has this colour; set another",
        "不起作用：评分卡中已无此状态；请改设其他状态",
    ),
}


def list_overrides(project: Project, db: Database) -> None:
    """Say of every colour set by hand whether it holds, has run out, or has lost what it spoke of.

    Reads: ``past_overrides``, ``past_expired``, ``measures``, ``colours``. Writes: ``overrides``, a row an override.
    """
    named = labels(project)
    rows = [_row(project, named, row) for row in db.rows(QUERY)]
    db.create("overrides", rows, OVERRIDES)


def _row(project: Project, named: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, Any]:
    state = _state(project, row)
    words = {
        "account": row["account_id"],
        "card": named.get(f"card.{row['card']}", row["card"]),
        "status": named.get(f"status.{row['status']}", row["status"]),
        "author": row["author"], "until": row["expires_on"], "reason": row["reason"],
        "calculated": named.get(f"status.{row['calculated']}", row["calculated"] or ""),
    }  # fmt: skip
    sentence = "".join(project.text(label).format(**words) for label in (SAID, SENTENCES[state]))
    return {**row, "state": state, "sentence": sentence}


def _state(project: Project, row: Mapping[str, Any]) -> str:
    """What became of one override; that it speaks of nothing any more comes before that it is over."""
    rule = project.rules.status.of(row["card"])
    if not row["is_known"]:
        return "account_gone"
    if rule is None:
        return "card_gone"
    if row["status"] not in (*rule.names, NO_DATA):
        return "colour_gone"
    if not row["is_on_card"]:
        return "not_on_card"
    return "expired" if row["is_over"] else ACTIVE
