"""Step ``assign``: who has which account, who acts today, and what the team lacks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from kaframe.assign.people import Directory
from kaframe.assign.staffing import Acting, Finding, accounts_of, find_gaps, is_leaving, role_words, sentence
from kaframe.bind import place_of
from kaframe.calendar import read_calendar
from kaframe.database import Database, quoted
from kaframe.errors import Problem, nearest
from kaframe.expression import Type
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.team import Member, Team

OWNERS = dict.fromkeys(("account_id", "role", "member", "holder", "via"), "VARCHAR")
HANDOVERS = {
    "account_id": "VARCHAR", "role": "VARCHAR", "from_member": "VARCHAR", "to_member": "VARCHAR",
    "reason": "VARCHAR", "from_day": "DATE", "until": "DATE",
}  # fmt: skip
FINDINGS = {
    "account_id": "VARCHAR", "kind": "VARCHAR", "role": "VARCHAR", "member": "VARCHAR", "sentence": "VARCHAR",
    "number": "DOUBLE",
}  # fmt: skip
MEMBERS = {
    "member": "VARCHAR", "name": "VARCHAR", "roles": "VARCHAR", "accounts": "BIGINT", "capacity": "BIGINT",
    "load": "DOUBLE",
}  # fmt: skip

Strangers = Counter[tuple[str, str]]  # role and name to a number of accounts


@dataclass(frozen=True, slots=True)
class Account:
    """A managed account, and what each assignment says of it: a name, or whether its condition holds."""

    id: str
    name: str
    tier: str | None
    is_key: bool
    answers: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who has a role for an account and who acts in it today: the holder, a deputy, or nobody who is there.

    A holder who is only away keeps acting when no deputy is there; of one who has left nobody acts.
    """

    account: Account
    role: str
    holder: Member
    acting: Member | None
    via: str
    is_uncovered: bool


def assign_owners(project: Project, db: Database) -> None:
    """Say who has each managed account in each assigned role, who acts today, and what the team lacks.

    Reads: ``managed``, ``accounts``, ``measures``, ``tiers`` (M rows of each).
    Writes: ``owners`` (M x roles found), ``handovers``, ``findings``, ``members``.
    """
    accounts = _read_accounts(project, db)
    owned, strangers = find_owners(project, accounts)
    acting = [
        Acting(item.account.id, item.role, item.acting.id, item.account.tier)
        for item in owned
        if item.acting is not None
    ]
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
    findings = [
        *_unowned(project, accounts, acting),
        *_unknown_members(project, strangers),
        *_without_deputy(project, owned),
        *find_gaps(project, acting, calendar),
    ]
    db.create("owners", (_owner_row(item) for item in owned if item.acting is not None), OWNERS)
    db.create("handovers", (row for item in owned for row in _handovers(project, item)), HANDOVERS)
    db.create("findings", (asdict(finding) for finding in findings), FINDINGS)
    db.create("members", _member_rows(project.team, acting), MEMBERS)


def check(project: Project) -> list[Problem]:
    """What is wrong with the assignments: unknown columns and tiers, conditions that cannot be read."""
    scope = account_scope(project, "assign")
    problems: list[Problem] = []
    for assignment in project.team.assignments:
        if assignment.column and assignment.column not in scope.names:
            hint = nearest(assignment.column, scope.names) or "name a column of the accounts"
            message = f"no column '{assignment.column}' in accounts"
            problems.append(Problem(place_of(assignment, "from"), "KF2190", message, hint))
    tiers = [tier.id for tier in project.rules.identify.tiers]
    for training in project.team.training:
        for name in training.required_by.tiers:
            if name not in tiers:
                hint = nearest(name, tiers) or f"tiers: {', '.join(tiers) or 'none'}"
                at = training.required_by.places.get(f"tiers.{name}", training.at)
                problems.append(Problem(at, "KF2191", f"no tier '{name}' in identify.yaml", hint))
    conditions = [(assignment.when, Type.BOOLEAN) for assignment in project.team.assignments]
    return problems + compile_all(conditions, scope)[1]


def find_owners(project: Project, accounts: Sequence[Account]) -> tuple[list[Ownership], Strangers]:
    """Every ownership, and how often the data name somebody whom the team does not know."""
    people, team, strangers = Directory(project.team), project.team, Strangers()
    roles = assigned_roles(team)
    owned = []
    for account in accounts:
        for role in roles:
            holder, via = None, ""
            for number, assignment in enumerate(team.assignments):
                if assignment.role != role or holder is not None:
                    continue
                answer, via = account.answers[number], "column" if assignment.column else "rule"
                if assignment.column and answer:
                    holder = people.find(str(answer))
                    strangers[role, str(answer)] += holder is None
                elif answer:
                    holder = team.member(assignment.member)
            if holder is not None:
                owned.append(_ownership(team, account, role, (holder, via), project.as_of))
    return owned, strangers


def assigned_roles(team: Team) -> list[str]:
    """The roles that accounts have somebody in, in the order of the assignments."""
    return [role for role in dict.fromkeys(item.role for item in team.assignments) if team.is_bound(role)]


def _ownership(team: Team, account: Account, role: str, found: tuple[Member, str], day: date) -> Ownership:
    holder, via = found
    acting = team.acting_for(holder, day)
    uncovered = acting is None
    if acting is None and not holder.has_left(day):
        acting = holder
    via = via if acting is holder else "deputy"
    return Ownership(account, role, holder, acting, via, uncovered)


def _read_accounts(project: Project, db: Database) -> list[Account]:
    """Managed accounts, key accounts first, with the answer of every assignment."""
    scope = account_scope(project, "assign")
    assignments = project.team.assignments
    conditions, _ = compile_all(((item.when, Type.BOOLEAN) for item in assignments), scope)
    answers = []
    for number, (item, condition) in enumerate(zip(assignments, conditions, strict=True)):
        known = item.column in scope.names and not scope.names[item.column].absent
        column = f"CAST({quoted(item.column)} AS VARCHAR)" if known else "NULL"
        answer = column if item.column else condition.sql if condition else "TRUE"
        answers.append(f"{answer} AS answer_{number}")
    listed = ", ".join(["account_id", "tier", "key_account", *answers])
    names = {"tier", "key_account"}.union(*(condition.names for condition in conditions if condition))
    relation = account_relation(project, "assign", names, managed=True)
    rows = db.rows(
        f"SELECT r.*, coalesce(a.name, r.account_id) AS name FROM (SELECT {listed} FROM {relation}) AS r "
        "LEFT JOIN accounts AS a USING (account_id) ORDER BY r.key_account DESC, r.account_id"
    )
    return [
        Account(
            row["account_id"],
            row["name"],
            row["tier"],
            bool(row["key_account"]),
            [row[f"answer_{number}"] for number in range(len(assignments))],
        )
        for row in rows
    ]


def _owner_row(item: Ownership) -> dict[str, Any]:
    acting = item.acting.id if item.acting else None
    return {
        "account_id": item.account.id,
        "role": item.role,
        "member": acting,
        "holder": item.holder.id,
        "via": item.via,
    }


def _handovers(project: Project, item: Ownership) -> Iterator[dict[str, Any]]:
    """What changes hands: now, because the holder is away or has left, or soon, because the holder leaves."""
    holder, day = item.holder, project.as_of
    row = {"account_id": item.account.id, "role": item.role, "from_member": holder.id}
    successor = item.acting.id if item.acting and not item.is_uncovered else None
    away = holder.absence_on(day)
    if holder.leaves is not None and holder.has_left(day):
        yield row | {"to_member": successor, "reason": "left", "from_day": holder.leaves + timedelta(days=1)}
    elif away is not None:
        yield row | {"to_member": successor, "reason": "absent", "from_day": away.start, "until": away.until}
    elif holder.joined is not None and holder.joined > day:
        until = holder.joined - timedelta(days=1)
        yield row | {"to_member": successor, "reason": "absent", "from_day": day, "until": until}
    if holder.leaves is not None and is_leaving(holder, day):
        first_without = holder.leaves + timedelta(days=1)
        heir = _heir(project, holder)
        yield row | {"to_member": heir.id if heir else None, "reason": "leaving", "from_day": first_without}


def _heir(project: Project, holder: Member) -> Member | None:
    """Who acts on the first day without the holder."""
    return project.team.acting_for(holder, holder.leaves + timedelta(days=1)) if holder.leaves else None


def _unowned(project: Project, accounts: Sequence[Account], acting: Sequence[Acting]) -> Iterator[Finding]:
    """Managed accounts without anybody in an assigned role, key accounts first."""
    have = {(item.account_id, item.role) for item in acting}
    for account in accounts:
        for role in assigned_roles(project.team):
            if (account.id, role) not in have:
                kind = "unowned_key" if account.is_key else "unowned"
                words = sentence(project, kind, account=account.name, role=role_words(project, role))
                yield Finding("unowned", words, account.id, role)


def _unknown_members(project: Project, strangers: Strangers) -> Iterator[Finding]:
    for (role, name), number in sorted(strangers.items()):
        if number:
            called = role_words(project, role)
            words = sentence(project, "unknown_member", value=name, role=called, number=number)
            yield Finding("unknown_member", words, role=role, member=name, number=number)


def _without_deputy(project: Project, owned: Sequence[Ownership]) -> Iterator[Finding]:
    """Members who are away, leave or have left while nobody is there for their accounts."""
    numbers: dict[str, set[str]] = {}
    for item in owned:
        leaving = is_leaving(item.holder, project.as_of)
        if item.is_uncovered or (leaving and _heir(project, item.holder) is None):
            numbers.setdefault(item.holder.id, set()).add(item.account.id)
    for name, ids in sorted(numbers.items()):
        member = project.team.member(name)
        words = sentence(project, "no_deputy", member=member.name if member else name, number=len(ids))
        yield Finding("no_deputy", words, member=name, number=len(ids))


def _member_rows(team: Team, acting: Sequence[Acting]) -> Iterator[dict[str, Any]]:
    accounts = accounts_of(acting)
    for member in team.members:
        number = accounts.get(member.id, 0)
        yield {
            "member": member.id, "name": member.name, "roles": json.dumps(sorted(member.roles)),
            "accounts": number, "capacity": member.capacity,
            "load": number / member.capacity if member.capacity else None,
        }  # fmt: skip
