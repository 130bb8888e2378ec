"""Why a colour is what it is, and which one would be the next better."""

from __future__ import annotations

from kaframe.database import Database
from kaframe.explain.records import Decision, Target
from kaframe.expression import Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.status import StatusRule
from kaframe.scorecard.tree import PlannedCard


def find_decision(project: Project, db: Database, card: PlannedCard, account_id: str) -> Decision | None:
    """What decided the account's colour on a card; None when the card has no thresholds."""
    rule = project.rules.status.rgb.get(card.card.id)
    mine = [account_id, card.card.id]
    rows = db.rows("SELECT * FROM colours WHERE account_id = ? AND card = ?", mine)
    if rule is None or not rows:
        return None
    row = rows[0]
    past = db.rows("SELECT status FROM past_colours WHERE account_id = ? AND card = ?", mine)
    override = db.rows("SELECT * FROM past_overrides WHERE account_id = ? AND card = ?", mine)
    exception = next((item for item in rule.exceptions if item.id == row["exception"]), None)
    by_hand = override[0] if row["why"] == "override" and override else None
    return Decision(
        status=row["status"],
        calculated=row["calculated"],
        why=row["why"],
        since=row["since"],
        before=past[0]["status"] if past else "",
        exception=row["exception"] or "",
        reason=by_hand["reason"] if by_hand else project.text(exception.reason, exception.id) if exception else "",
        rule=f"{exception.at.file}:{exception.at.line}" if exception else f"{rule.at.file}:{rule.at.line}",
        author=by_hand["author"] if by_hand else "",
        until=by_hand["expires_on"] if by_hand else None,
        recover=rule.recover,
        hold=str(rule.hold) if rule.hold else "",
        unknown=_unknown_exceptions(project, db, rule, account_id),
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


def _unknown_exceptions(project: Project, db: Database, rule: StatusRule, account_id: str) -> tuple[str, ...]:
    """Exceptions of which nobody knows whether they hold, because a value is missing."""
    wanted = [(item.when, Type.BOOLEAN) for item in rule.exceptions]
    compiled, _ = compile_all(wanted, account_scope(project, "status"))
    known = [(item, one) for item, one in zip(rule.exceptions, compiled, strict=True) if one and not one.absent]
    if not known:
        return ()
    names = {name for _, one in known for name in one.names}
    columns = ", ".join(f"({one.sql}) IS NULL AS x{place}" for place, (_, one) in enumerate(known))
    relation = account_relation(project, "status", names)
    row = db.rows(f"SELECT {columns} FROM {relation} WHERE account_id = ?", [account_id])[0]
    return tuple(project.text(item.reason, item.id) for place, (item, _) in enumerate(known) if row[f"x{place}"])
