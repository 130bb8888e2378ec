"""Why a colour is what it is, and which one would be the next better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from kaframe.calendar import read_calendar
from kaframe.database import Database
from kaframe.errors import Location
from kaframe.explain.records import Considered, Decision, Target
from kaframe.expression import Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.status import StatusRule
from kaframe.scorecard.tree import PlannedCard

State = Literal["decides", "overridden", "changes_nothing", "later", "unknown", "does_not_hold"]


def find_decision(project: Project, db: Database, card: PlannedCard, account_id: str) -> Decision | None:
    """What decided the account's colour on a card; None when the card has no thresholds."""
    rule = project.rules.status.rgb.get(card.card.id)
    mine = [account_id, card.card.id]
    rows = db.rows("SELECT * FROM colours WHERE account_id = ? AND card = ?", mine)
    if rule is None or not rows:
        return None
    row = rows[0]
    past = db.rows("SELECT last_colour FROM past_colours WHERE account_id = ? AND card = ?", mine)
    override = db.rows("SELECT * FROM past_overrides WHERE account_id = ? AND card = ?", mine)
    decides = row["exception"] if row["why"] == "exception" else None
    exception = next((item for item in rule.exceptions if item.id == decides), None)
    by_hand = override[0] if row["why"] == "override" and override else None
    return Decision(
        status=row["status"],
        calculated=row["calculated"],
        why=row["why"],
        since=row["since"],
        before=(past[0]["last_colour"] or "") if past else "",
        exception=decides or "",
        reason=by_hand["reason"] if by_hand else project.text(exception.reason, exception.id) if exception else "",
        rule=_place(exception.at if exception else rule.at),
        author=by_hand["author"] if by_hand else "",
        until=by_hand["expires_on"] if by_hand else None,
        recover=rule.recover,
        hold=str(rule.hold) if rule.hold else "",
        points=row["points"],
        calculated_points=row["calculated_points"],
        considered=_considered(project, db, rule, row),
        lost=_lost_overrides(db, mine),
        **_waits(project, rule, row),
    )


def find_target(project: Project, card: PlannedCard, decision: Decision) -> Target | None:
    """The next better colour than the published one and the points it takes; None for the best."""
    rule = project.rules.status.rgb[card.card.id]
    names = rule.names
    if decision.status not in names or names.index(decision.status) == 0:
        return None
    better = rule.colours[names.index(decision.status) - 1]
    was_worse = decision.before in names and names.index(decision.before) > names.index(better.id)
    points = better.beyond(rule.recover if was_worse else 0.0)
    blocked = decision.why if decision.why in ("override", "exception", "hold") else ""
    return Target(better.id, points, blocked)


def _considered(project: Project, db: Database, rule: StatusRule, row: Mapping[str, Any]) -> tuple[Considered, ...]:
    """Every exception in order, and what became of it."""
    wanted = [(item.when, Type.BOOLEAN) for item in rule.exceptions]
    compiled, _ = compile_all(wanted, account_scope(project, "status"))
    names = {name for one in compiled if one for name in one.names - one.absent}
    columns = [f"{one.sql if one else 'NULL'} AS x{place}" for place, one in enumerate(compiled)]
    if not columns:
        return ()
    relation = account_relation(project, "status", names)
    flags = f"SELECT account_id, {', '.join(columns)} FROM {relation}"  # pareto is among all accounts
    holds = db.rows(f"SELECT * FROM ({flags}) WHERE account_id = ?", [row["account_id"]])[0]
    found, has_decided = [], False
    for place, item in enumerate(rule.exceptions):
        decides = item.id == row["exception"]
        state = _state(holds[f"x{place}"], decides, has_decided, row["why"])
        has_decided = has_decided or decides
        found.append(Considered(item.id, project.text(item.reason, item.id), _place(item.at), state))
    return tuple(found)


def _state(holds: bool | None, decides: bool, has_decided: bool, why: str) -> State:
    if decides:
        return "overridden" if why == "override" else "decides"
    if holds is None:
        return "unknown"
    if not holds:
        return "does_not_hold"
    return "later" if has_decided else "changes_nothing"


def _waits(project: Project, rule: StatusRule, row: Mapping[str, Any]) -> dict[str, Any]:
    """Since when the evidence of a hold or wait runs, and what is still missing."""
    patience = rule.hold if row["why"] == "hold" else rule.wait
    waits = {"begun": row["begun"], "runs": row["runs"]}
    if row["begun"] is None or patience is None:
        return waits
    if patience.time is None:
        return waits | {"runs_left": max(patience.runs - row["runs"], 1)}
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.at)
    return waits | {"ready_on": calendar.later(row["begun"], patience.time)}


def _lost_overrides(db: Database, mine: list[str]) -> tuple[str, ...]:
    if "overrides" not in db.tables():
        return ()
    query = "SELECT sentence FROM overrides WHERE account_id = ? AND card = ? AND state <> 'active' ORDER BY sentence"
    return tuple(row["sentence"] for row in db.rows(query, mine))


def _place(at: Location) -> str:
    return f"{at.file}:{at.line}"
