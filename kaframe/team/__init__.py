"""The team: roles with duties, members, who has which account, and the training that is required."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from kaframe.bind import Duration, Label, bind
from kaframe.doubts import NO_DOUBTS, Doubts, keep_sound, unread
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.expression import Expression
from kaframe.team.roles import NOT_DECLARED, STANDARD_ROLES, Role
from kaframe.yamlfile import Node, read_yaml


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a member is away, both ends included."""

    start: date = field(metadata={"key": "from"})
    until: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the team. ``leaves`` is the last day there, ``capacity`` counts managed accounts."""

    at: Location
    id: str
    name: str
    roles: tuple[str, ...]
    email: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
    skills: tuple[str, ...] = ()
    training: Mapping[str, date] = field(default_factory=dict)
    deputy: str = ""
    absent: tuple[Absence, ...] = ()
    joined: date | None = None
    leaves: date | None = None
    capacity: int | None = None

    def absence_on(self, day: date) -> Absence | None:
        """The absence that covers the day, if any."""
        return next((away for away in self.absent if away.start <= day <= away.until), None)

    def has_left(self, day: date) -> bool:
        """Whether the person's last day lies before that day."""
        return self.leaves is not None and self.leaves < day

    def is_member(self, day: date) -> bool:
        """Whether the person belongs to the team on that day: has joined and not left."""
        return (self.joined is None or self.joined <= day) and not self.has_left(day)

    def is_there(self, day: date) -> bool:
        """Whether the person acts on that day: belongs to the team and is not away."""
        return self.is_member(day) and self.absence_on(day) is None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who has a role for an account: a column of the accounts says so, or a condition does."""

    at: Location
    role: str
    column: str = field(default="", metadata={"key": "from"})
    when: Expression | None = None
    member: str = ""
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class RequiredBy:
    """Whom a training is required of: members in roles, members who act for accounts of tiers."""

    roles: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Training:
    """A training and how long it counts; for ever without ``valid_for``."""

    at: Location
    id: str
    label: Label
    required_by: RequiredBy = RequiredBy()
    valid_for: Duration | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Everything in ``team.yaml``; ``roles`` are the usual five and the declared ones."""

    roles: tuple[Role, ...] = ()
    members: tuple[Member, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    training: tuple[Training, ...] = ()

    def role(self, name: str) -> Role | None:
        """The role of that id."""
        return next((role for role in self.roles if role.id == name), None)

    def member(self, name: str) -> Member | None:
        """The member of that id."""
        return next((member for member in self.members if member.id == name), None)

    def in_role(self, role: str) -> tuple[Member, ...]:
        """The members who have that role, in the order of the file."""
        return tuple(member for member in self.members if role in member.roles)

    def is_bound(self, role: str) -> bool:
        """Whether each account has its own person in this role; a role that nothing assigns is for all."""
        found = self.role(role)
        assigned = any(assignment.role == role for assignment in self.assignments)
        return assigned and not (found is not None and found.for_all)

    def acting_for(self, member: Member, day: date) -> Member | None:
        """Who acts for a member on that day: the person, else the first deputy of the chain who is there."""
        seen: set[str] = set()
        current: Member | None = member
        while current is not None and current.id not in seen:
            if current.is_there(day):
                return current
            seen.add(current.id)
            current = self.member(current.deputy)
        return None

    def on_duty(self, role: str, day: date) -> Member | None:
        """Who acts on that day in a role that is for all accounts: its first member, or that one's deputy."""
        members = self.in_role(role)
        there = next((member for member in members if member.is_there(day)), None)
        return there or next(filter(None, (self.acting_for(member, day) for member in members)), None)

    def role_problem(self, name: str, at: Location) -> Problem | None:
        """What to say of a role that a rule names and the team does not know."""
        known = [role.id for role in self.roles]
        return None if name in known else _unknown("KF1320", "role", name, at, known)


def load_team(path: Path, shown: str) -> Team:
    """Read and check ``team.yaml``; without the file the team has the five usual roles and nobody in them.

    Raises: RuleError with all problems: unknown roles (KF1320), members (KF1321), trainings (KF1322), ids and
    e-mail addresses that stand twice (KF1323), own deputies and spans that end before they begin (KF1324).
    """
    read = survey_team(path, shown)
    if read.problems:
        raise RuleError(read.problems)
    return read.team


@dataclass(frozen=True, slots=True)
class TeamRead:
    """The team as far as the file is sound, what is wrong with the rest, and what is in doubt for it."""

    team: Team
    problems: tuple[Problem, ...] = ()
    doubts: Doubts = NO_DOUBTS


def survey_team(path: Path, shown: str) -> TeamRead:
    """Read what is sound of ``team.yaml``; of a file that cannot be read nothing is known but the usual roles."""
    if not path.exists():
        return TeamRead(Team(roles=STANDARD_ROLES))
    try:
        whole = read_yaml(path, shown)
    except RuleError as error:
        return TeamRead(Team(roles=STANDARD_ROLES), error.problems, unread("team"))
    node, problems, doubts = keep_sound(whole, "team")
    team = bind(node, Team)
    declared = {role.id for role in team.roles}
    team = replace(team, roles=(*(role for role in STANDARD_ROLES if role.id not in declared), *team.roles))
    dangling = [] if doubts.unread else _dangling(node, team, doubts.names)
    problems = [*problems, *_twice(node), *dangling, *_backwards(node)]
    ordered = sorted(problems, key=lambda problem: problem.at or NOT_DECLARED)
    return TeamRead(team, tuple(ordered), doubts.about("team"))


def _twice(node: Node) -> Iterator[Problem]:
    """Ids that stand twice in their list, and e-mail addresses of two members."""
    for section, key in (("roles", "id"), ("members", "id"), ("training", "id"), ("members", "email")):
        seen: dict[str, Location] = {}
        for item in _items(node, section):
            found = item.get(key)
            if found is None:
                continue
            name = str(found.value).casefold() if key == "email" else str(found.value)
            if name in seen:
                yield Problem(
                    found.at,
                    "KF1323",
                    f"{key} '{found.value}' stands twice under {section}",
                    "every one needs its own",
                    also=seen[name],
                )
            seen.setdefault(name, found.at)


def _dangling(node: Node, team: Team, broken: Collection[str]) -> Iterator[Problem]:
    """Names of roles, members and trainings that nothing declares, not even an item that is broken."""
    kinds = {
        "role": ("KF1320", [role.id for role in team.roles]),
        "member": ("KF1321", [member.id for member in team.members]),
        "training": ("KF1322", [training.id for training in team.training]),
    }
    for kind, name, at in _references(node):
        code, known = kinds[kind]
        if name not in known and name not in broken:
            yield _unknown(code, kind, name, at, known)


def _references(node: Node) -> Iterator[tuple[str, str, Location]]:
    """Every name that refers to something declared elsewhere in the file: its kind, itself, its place."""
    for role in _items(node, "roles"):
        yield from _names("training", role.get("training"))
    for member in _items(node, "members"):
        yield from _names("role", member.get("roles"))
        yield from _names("member", member.get("deputy"))
        yield from _names("training", member.get("training"))
    for assignment in _items(node, "assignments"):
        yield from _names("role", assignment.get("role"))
        yield from _names("member", assignment.get("member"))
    for training in _items(node, "training"):
        required = training.get("required_by")
        yield from _names("role", required.get("roles") if required else None)


def _names(kind: str, node: Node | None) -> Iterator[tuple[str, str, Location]]:
    """The names in a value, a list, or the keys of a mapping."""
    if node is None:
        return
    if isinstance(node.value, dict):
        yield from ((kind, key, at) for key, at in node.keys.items())
    elif isinstance(node.value, list):
        yield from ((kind, str(item.value), item.at) for item in node.value)
    else:
        yield kind, str(node.value), node.at


def _backwards(node: Node) -> Iterator[Problem]:
    """Deputies of themselves, absences that end before they begin, people who leave before they join."""
    for member in _items(node, "members"):
        deputy = member.get("deputy")
        if deputy is not None and deputy.value == _value(member, "id"):
            yield Problem(deputy.at, "KF1324", f"'{deputy.value}' is their own deputy", "name somebody else")
        spans = [(away, "from", "until") for away in _items(member, "absent")]
        spans.append((member, "joined", "leaves"))
        for item, first, last in spans:
            start, end = _value(item, first), _value(item, last)
            if start and end and end < start:
                message = f"'{last}' ({end}) lies before '{first}' ({start})"
                yield Problem(item.at, "KF1324", message, "swap them")


def _items(node: Node, section: str) -> list[Node]:
    found = node.get(section)
    return found.value if found is not None and isinstance(found.value, list) else []


def _value(node: Node, key: str) -> Any:
    found = node.get(key)
    return found.value if found is not None else None


def _unknown(code: str, kind: str, name: str, at: Location, known: list[str]) -> Problem:
    listed = ", ".join(sorted(known)) or "none"
    return Problem(at, code, f"no {kind} '{name}' in team.yaml", nearest(name, known) or f"known: {listed}")
