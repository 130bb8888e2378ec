"""Stages, tasks, plans and notices whose role nobody fills, and notices that nobody can receive."""

from __future__ import annotations

from collections.abc import Iterator

from kaframe.bind import place_of
from kaframe.channels import OpenChannel, channel_names, find_channel
from kaframe.errors import Location, Problem
from kaframe.expression import Scope
from kaframe.expression.types import Name
from kaframe.names import account_scope
from kaframe.notify.matching import EVENT_NAMES
from kaframe.notify.recipients import ALIASES, ASSIGNEE
from kaframe.project import Project
from kaframe.proof.domains import event_domains
from kaframe.proof.finding import finding
from kaframe.proof.reading import Reading, limits
from kaframe.rules.notify import Notice
from kaframe.rules.strategy import Action, Offer
from kaframe.team import Member

FILL = "give a member the role, or the work to another role"


def check_roles(project: Project) -> list[Problem]:
    """Work that falls to nobody; each role is told once, where it is needed first."""
    told: dict[str, Problem] = {}
    for role, words, at in _work(project):
        if role and project.team.role(role) and role not in told and not fills(project, role):
            told[role] = finding(at, "KF2350", f"nobody is '{role}', who {words}", FILL, example=_why(project, role))
    return list(told.values())


def check_notices(project: Project) -> list[Problem]:
    """Notices whose condition never holds, or that reach nobody."""
    accounts = account_scope(project, "notify")
    names = {**accounts.names, **{name: Name(kind) for name, kind in EVENT_NAMES.items()}}
    scope = Scope("a condition of notify.yaml", names, project.as_of, functions=project.functions)
    problems: list[Problem] = []
    for notice in project.rules.notify.notices:
        reading = Reading(project, scope=scope, known=event_domains(project, notice.kinds))
        if notice.when is not None and reading.never(notice.when):
            problems.append(finding(notice.when.at, "KF2314", f"the condition of notice '{notice.id}' never holds",
                                    "take it out, or mend what contradicts itself",
                                    limits(reading.read(notice.when))))  # fmt: skip
        problems += _unheard(project, notice)
    return problems


def fills(project: Project, role: str) -> bool:
    """Whether somebody is or can be in the role: by an assignment, or for all accounts."""
    team = project.team
    if team.is_bound(role):
        return bool(_assigned(project, role)) or any(
            assignment.column for assignment in team.assignments if assignment.role == role
        )
    return bool(_members(project, role))


def _members(project: Project, role: str) -> list[Member]:
    return [member for member in project.team.in_role(role) if not member.has_left(project.as_of)]


def _assigned(project: Project, role: str) -> list[Member]:
    """The members whom rules, not data, give the role."""
    named = [project.team.member(item.member) for item in project.team.assignments if item.role == role]
    return [member for member in named if member is not None and not member.has_left(project.as_of)]


def _why(project: Project, role: str) -> str:
    gone = [member for member in project.team.in_role(role) if member.has_left(project.as_of)]
    if gone:
        return f"{gone[0].name} left on {gone[0].leaves}"
    return f"no member of team.yaml has the role '{role}'"


def _work(project: Project) -> Iterator[tuple[str, str, Location]]:
    """Every role that rules give work to, with what it is."""
    rules = project.rules
    for stage in rules.stage.stages:
        yield stage.owner, f"brings accounts through the stage '{stage.id}'", place_of(stage, "owner")
        for task in stage.tasks:
            yield task.role, f"has the task '{task.id}' of the stage '{stage.id}'", place_of(task, "role")
    for strategy in rules.strategy.strategies:
        yield strategy.approval, f"approves plans with the strategy '{strategy.id}'", place_of(strategy, "approval")
        parts: tuple[Offer | Action, ...] = (*strategy.offers, *strategy.actions)
        for part in parts:
            yield part.role, f"has '{part.id}' of '{strategy.id}'", place_of(part, "role")
    for item in rules.strategy.improvements:
        yield item.role, f"has the improvement '{item.id}'", place_of(item, "role")
    for cadence in rules.maintain.cadences:
        yield cadence.role, f"has the cadence '{cadence.id}'", place_of(cadence, "role")


def _unheard(project: Project, notice: Notice) -> Iterator[Problem]:
    """A notice with no recipient at all, or none with an address on any of its channels."""
    if ASSIGNEE in notice.to:
        return
    names = [ALIASES.get(name, name) for name in notice.to]
    roles = [name for name in names if project.team.role(name)]
    people = [member for name in names if (member := project.team.member(name)) and name not in roles]
    people = [member for member in people if not member.has_left(project.as_of)]
    open_roles = [role for role in roles if fills(project, role)]
    if not people and not open_roles:
        yield finding(place_of(notice, "to"), "KF2370", f"nobody receives the notice '{notice.id}'", FILL,
                      example="; ".join(_why(project, role) for role in roles))  # fmt: skip
        return
    reachable = people + [member for role in open_roles for member in _candidates(project, role)]
    channels = _channels(project, notice)
    if channels and not any(_has_address(member, channel) for member in reachable for channel in channels):
        field = channels[0].channel.address
        example = f"{reachable[0].name} has no '{field}'" if reachable else ""
        listed = ", ".join(channel.name for channel in channels)
        message = f"nobody receives the notice '{notice.id}': no recipient has an address on {listed}"
        hint = "give members an address in team.yaml, or the notice another channel"
        yield finding(place_of(notice, "to"), "KF2370", message, hint, example)


def _candidates(project: Project, role: str) -> list[Member]:
    """Who could be in the role; data may name any member."""
    by_data = any(item.column for item in project.team.assignments if item.role == role)
    staying = [member for member in project.team.members if not member.has_left(project.as_of)]
    return staying if by_data else _members(project, role) + _assigned(project, role)


def _channels(project: Project, notice: Notice) -> list[OpenChannel]:
    named = [channel for name in notice.channels if (channel := find_channel(project, name))]
    return named or [channel for name in channel_names(project) if (channel := find_channel(project, name))]


def _has_address(member: Member, channel: OpenChannel) -> bool:
    field = channel.channel.address
    return not field or bool(member.addresses.get(channel.name) or getattr(member, field, ""))
