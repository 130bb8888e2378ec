"""Why colours are what they are, and which one would be the next better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kaframe.calendar import read_calendar
from kaframe.database import Database
from kaframe.errors import Location
from kaframe.explain.lookup import AMONG, Row, all_each, one_each
from kaframe.explain.records import Considered, Decision, Target
from kaframe.expression import Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.status import StatusException, StatusRule, Threshold
from kaframe.scorecard.tree import PlannedCard

State = Literal["decides", "overridden", "changes_nothing", "later", "unknown", "does_not_hold"]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of an account beside its colour: the last one, the override, which exceptions hold."""

    past: Row
    override: Row
    holds: Row
    lost: tuple[str, ...]


def find_decisions(project: Project, db: Database, card: PlannedCard, ids: Sequence[str]) -> dict[str, Decision]:
    """What decided the colour of each account on a card; none when the card has no thresholds."""
    rule = project.rules.status.rgb.get(card.card.id)
    if rule is None:
        return {}
    asked = [card.card.id, list(ids)]
    mine = f"WHERE card = ? AND {AMONG}"
    past = one_each(db, f"SELECT * FROM past_colours {mine}", asked)
    overrides = one_each(db, f"SELECT * FROM past_overrides {mine}", asked)
    holds, lost = _holding(project, db, rule, ids), _lost_overrides(db, asked)
    found = {}
    for row in db.rows(f"SELECT * FROM colours {mine} ORDER BY account_id", asked):
        own = row["account_id"]
        beside = _Beside(past.get(own, {}), overrides.get(own, {}), holds.get(own, {}), lost.get(own, ()))
        found[own] = _decide(project, rule, row, beside)
    return found


def _decide(project: Project, rule: StatusRule, row: Row, beside: _Beside) -> Decision:
    decides = row["exception"] if row["why"] == "exception" else None
    exception = next((item for item in rule.exceptions if item.id == decides), None)
    by_hand = beside.override if row["why"] == "override" else {}
    reason = project.text(exception.reason, exception.id) if exception else ""
    return Decision(
        status=row["status"],
        calculated=row["calculated"],
        why=row["why"],
        since=row["since"],
        before=beside.past.get("last_colour") or "",
        exception=decides or "",
        reason=by_hand.get("reason", reason),
        rule=_place(exception.at if exception else rule.at),
        author=by_hand.get("author", ""),
        until=by_hand.get("expires_on"),
        recover=rule.recover,
        hold=str(rule.hold) if rule.hold else "",
        points=row["points"],
        calculated_points=row["calculated_points"],
        considered=_considered(project, rule, row, beside.holds),
        lost=beside.lost,
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
    if not blocked and any(_caps_below(rule, item, better) for item in _holding_now(rule, decision)):
        blocked = "exception"
    hold = str(rule.hold) if rule.hold and was_worse else ""
    return Target(better.id, points, blocked, above=better.at_least is None, hold=hold)


def _holding_now(rule: StatusRule, decision: Decision) -> list[StatusException]:
    """The exceptions that hold beside what decides."""
    held = {one.id for one in decision.considered if one.state in ("changes_nothing", "later")}
    return [item for item in rule.exceptions if item.id in held]


def _caps_below(rule: StatusRule, item: StatusException, better: Threshold) -> bool:
    """Whether an exception would keep the account below a colour, whatever its points."""
    cap = item.at_most
    if cap is None:
        return False
    if isinstance(cap, str):
        return rule.names.index(cap) > rule.names.index(better.id)
    return not better.takes(cap)


def _holding(project: Project, db: Database, rule: StatusRule, ids: Sequence[str]) -> dict[str, Row]:
    """Whether each exception holds for each account: ``x0``, ``x1`` ... in their order."""
    wanted = [(item.when, Type.BOOLEAN) for item in rule.exceptions]
    compiled, _ = compile_all(wanted, account_scope(project, "status"))
    names = {name for one in compiled if one for name in one.names - one.absent}
    columns = [f"{one.sql if one else 'NULL'} AS x{place}" for place, one in enumerate(compiled)]
    if not columns:
        return {}
    relation = account_relation(project, "status", names)
    flags = f"SELECT account_id, {', '.join(columns)} FROM {relation}"  # pareto is among all accounts
    return one_each(db, f"SELECT * FROM ({flags}) WHERE {AMONG}", [list(ids)])


def _considered(project: Project, rule: StatusRule, row: Row, holds: Row) -> tuple[Considered, ...]:
    """Every exception in order, and what became of it."""
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


def _waits(project: Project, rule: StatusRule, row: Row) -> dict[str, Any]:
    """Since when the evidence of a hold or wait runs, and what is still missing."""
    patience = rule.hold if row["why"] == "hold" else rule.wait
    waits = {"begun": row["begun"], "runs": row["runs"]}
    if row["begun"] is None or patience is None:
        return waits
    if patience.time is None:
        return waits | {"runs_left": max(patience.runs - row["runs"], 1)}
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
    return waits | {"ready_on": calendar.later(row["begun"], patience.time)}


def _lost_overrides(db: Database, asked: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    if "overrides" not in db.tables():
        return {}
    query = f"SELECT account_id, sentence FROM overrides WHERE card = ? AND {AMONG} AND state <> 'active'"
    found = all_each(db, f"{query} ORDER BY sentence", asked)
    return {account_id: tuple(row["sentence"] for row in rows) for account_id, rows in found.items()}


def _place(at: Location) -> str:
    return f"{at.file}:{at.line}"
