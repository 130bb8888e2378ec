"""What people decide between runs, each with author and reason: plans, moves by hand, overrides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select, update

from kaframe.errors import Problem, UsageError, nearest
from kaframe.store.engine import Store
from kaframe.store.latest import Row, plans_on, rows_of
from kaframe.store.schema import moves, overrides, plans
from kaframe.store.work import Act


@dataclass(frozen=True, slots=True)
class Override:
    """A colour that a person sets over the calculated one, until a day (which it still holds on)."""

    account_id: str
    card: str
    status: str
    expires_on: date


def decide_plan(store: Store, account_id: str, decision: Literal["approved", "rejected"], act: Act) -> Row:
    """Approve or reject the latest version of an account's plan; a rejection needs a reason.

    Raises: UsageError KF6051 no plan of this account, KF6052 the plan waits for nobody, KF6055 no reason.
    """
    if decision == "rejected":
        _require_reason(act, "a plan is rejected")
    decided = {
        "decision": decision,
        "decided_by": act.author,
        "decided_on": act.on,
        "decision_reason": act.note or None,
    }
    with store.writing() as connection:
        found = {row["account_id"]: row for row in plans_on(connection, None)}
        plan = found.get(account_id)
        if plan is None:
            hint = nearest(account_id, found) or "'kaframe plans list' shows all"
            raise UsageError([Problem(None, "KF6051", f"no plan for the account '{account_id}'", hint)])
        if plan["approval"] is None:
            message = f"version {plan['version']} of the plan for '{account_id}' needs no approval"
            raise UsageError(
                [Problem(None, "KF6052", message, "a strategy asks for it with 'approval: <role>'")]
            )
        which = (plans.c.account_id == account_id) & (plans.c.version == plan["version"])
        connection.execute(update(plans).where(which).values(**decided))
    return {**plan, **decided, "state": decision}


def move_stage(store: Store, account_id: str, stage: str, act: Act) -> None:
    """Put an account into a stage by hand, for the next run. Raises: UsageError KF6055 without a reason."""
    _move(store, {"account_id": account_id, "action": "move", "stage": stage, "until": None}, act)


def park_account(store: Store, account_id: str, until: date | None, act: Act) -> None:
    """Let an account rest until a day, or until it is resumed. Raises: UsageError KF6055, KF6056."""
    if until is not None and until <= act.on:
        raise UsageError([Problem(None, "KF6056", f"{until} is not after {act.on}", "give a later day")])
    _move(store, {"account_id": account_id, "action": "park", "stage": None, "until": until}, act)


def resume_account(store: Store, account_id: str, act: Act) -> None:
    """Let a parked account go on. Raises: UsageError KF6055 without a reason."""
    _move(store, {"account_id": account_id, "action": "resume", "stage": None, "until": None}, act)


def set_override(store: Store, override: Override, act: Act) -> None:
    """Set a colour by hand, in place of one set before for this card. Raises: UsageError KF6055, KF6056."""
    _require_reason(act, "a colour is overridden")
    if override.expires_on < act.on:
        raise UsageError(
            [Problem(None, "KF6056", f"{override.expires_on} is already past", "give a later day")]
        )
    row = {**asdict(override), "reason": act.note, "author": act.author, "set_on": act.on}
    with store.writing() as connection:
        connection.execute(overrides.insert().values(**row))


def clear_override(store: Store, account_ids: Sequence[str], card: str, act: Act) -> Row:
    """End what is set by hand for an account and card, under any of the ids that the account has or had.

    Raises: UsageError KF6053 when nothing is set.
    """
    valid = (overrides.c.expires_on >= act.on) & overrides.c.cleared_on.is_(None)
    cleared = {"cleared_on": act.on, "cleared_by": act.author, "clear_reason": act.note or None}
    with store.writing() as connection:
        found = rows_of(connection, select(overrides).where(valid).order_by(overrides.c.id))
        own = [row for row in found if row["account_id"] in account_ids and row["card"] == card]
        if not own:
            message = f"nobody has overridden '{card}' of the account '{account_ids[0]}'"
            hint = nearest(account_ids[0], {row["account_id"] for row in found} - {account_ids[0]})
            raise UsageError([Problem(None, "KF6053", message, hint or "'kaframe override list' shows all")])
        which = valid & overrides.c.account_id.in_(account_ids) & (overrides.c.card == card)
        connection.execute(update(overrides).where(which).values(**cleared))
    return {**own[-1], **cleared}


def _move(store: Store, move: Row, act: Act) -> None:
    _require_reason(act, "a stage is changed by hand")
    row = {**move, "reason": act.note, "author": act.author, "made_on": act.on}
    with store.writing() as connection:
        connection.execute(moves.insert().values(**row))


def _require_reason(act: Act, when: str) -> None:
    if not act.note.strip():
        raise UsageError(
            [Problem(None, "KF6055", f"a reason is needed when {when}", "say why with --reason")]
        )
