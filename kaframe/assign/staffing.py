"""What the team lacks: people, training, deputies, time. Each gap is a finding with a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kaframe.bind import Label
from kaframe.calendar import Calendar
from kaframe.project import Project
from kaframe.team import Member, Team, Training
from kaframe.team.roles import NOT_DECLARED

NOTICE_DAYS = 30  # how long before somebody's last day the accounts go on the hand-over list

SENTENCES = {
    "unowned": Label("{account} has no {role}.", "“{account}”没有{role}。"),
    "unowned_key": Label("Key account {account} has no {role}.", "重点客户“{account}”没有{role}。"),
    "unknown_member": Label("The data name '{value}' as {role} of {number} accounts; nobody is called that.",
                            "数据中有{number}个客户的{role}是“{value}”，团队中没有此人。"),
    "unknown_member.one": Label("The data name '{value}' as {role} of one account; nobody is called that.",
                                "数据中有1个客户的{role}是“{value}”，团队中没有此人。"),
    "no_deputy": Label("{member} is away, leaves or has left, and nobody stands in for {number} accounts.",
                       "{member}缺勤、即将离职或已离职，名下{number}个客户无人代理。"),
    "no_deputy.one": Label("{member} is away, leaves or has left, and nobody stands in for one account.",
                           "{member}缺勤、即将离职或已离职，名下1个客户无人代理。"),
    "overloaded": Label("{member} looks after {number} accounts, {capacity} are the limit.",
                        "{member}负责{number}个客户，超过上限{capacity}个。"),
    "overloaded.one": Label("{member} looks after an account, none is the limit.",
                            "{member}负责1个客户，超过上限{capacity}个。"),
    "unfilled": Label("Nobody in the team is {role}.", "团队中没有{role}。"),
    "untrained": Label("{member} lacks the training '{training}' that {role} requires.",
                       "{member}缺少{role}要求的培训“{training}”。"),
    "expired": Label("{member}'s training '{training}', which {role} requires, was valid until {day}.",
                     "{member}的培训“{training}”（{role}要求）有效期至{day}，已过期。"),
    "untrained_tier": Label("{member} lacks the training '{training}' for {number} accounts of tier {tier}.",
                            "{member}负责{number}个{tier}等级客户，缺少所需培训“{training}”。"),
    "untrained_tier.one": Label("{member} lacks the training '{training}' for one account of tier {tier}.",
                                "{member}负责1个{tier}等级客户，缺少所需培训“{training}”。"),
    "unskilled": Label("{member} lacks the skill '{skill}' that {role} requires.",
                       "{member}缺少{role}要求的技能“{skill}”。"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the team lacks; ``number`` is how many accounts it touches, where that can be said."""

    kind: str
    sentence: str
    account_id: str | None = None
    role: str | None = None
    member: str | None = None
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """A member who acts for an account in a role; the account's tier."""

    account_id: str
    role: str
    member: str
    tier: str | None


def sentence(project: Project, kind: str, **words: object) -> str:
    """The sentence of a kind of finding in the project's language; one account is no "1 accounts"."""
    single = SENTENCES.get(f"{kind}.one") if words.get("number") == 1 else None
    return project.text(single or SENTENCES[kind]).format(**words)


def role_words(project: Project, role: str) -> str:
    """What people call a role."""
    found = project.team.role(role)
    return project.text(found.label if found else None, role)


def is_leaving(member: Member, day: date) -> bool:
    """Whether the person's last day is today or comes within the notice time."""
    return member.leaves is not None and day <= member.leaves <= day + timedelta(days=NOTICE_DAYS)


def find_gaps(project: Project, acting: Sequence[Acting], calendar: Calendar) -> list[Finding]:
    """What the team as a whole lacks, in a fixed order."""
    return [
        *_unfilled(project),
        *_overloaded(project, accounts_of(acting)),
        *_untrained_for_roles(project, calendar),
        *_untrained_for_tiers(project, acting, calendar),
        *_unskilled(project),
    ]


def accounts_of(acting: Sequence[Acting]) -> Mapping[str, int]:
    """How many accounts each member acts for, whatever the roles."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for item in acting:
        accounts[item.member].add(item.account_id)
    return {member: len(ids) for member, ids in accounts.items()}


def used_roles(project: Project) -> list[str]:
    """The roles that the team declares or assigns, and those that stages and cadences give work to."""
    team, rules = project.team, project.rules
    used = {role.id for role in team.roles if role.at != NOT_DECLARED}
    used |= {assignment.role for assignment in team.assignments}
    used |= {cadence.role for cadence in rules.maintain.cadences}
    for stage in rules.stage.stages:
        used |= {stage.owner, *(task.role for task in stage.tasks)}
    return sorted(used)


def _unfilled(project: Project) -> Iterator[Finding]:
    for role in used_roles(project):
        if not any(member.is_member(project.as_of) for member in project.team.in_role(role)):
            words = sentence(project, "unfilled", role=role_words(project, role))
            yield Finding("unfilled", words, role=role)


def _overloaded(project: Project, accounts: Mapping[str, int]) -> Iterator[Finding]:
    for member in project.team.members:
        number = accounts.get(member.id, 0)
        if member.capacity is not None and number > member.capacity:
            words = {"member": member.name, "number": number, "capacity": member.capacity}
            said = sentence(project, "overloaded", **words)
            yield Finding("overloaded", said, member=member.id, number=number)


def _untrained_for_roles(project: Project, calendar: Calendar) -> Iterator[Finding]:
    for member in _present(project):
        for role, training in _required_by_roles(project.team, member):
            if _counts(member, training, project.as_of, calendar):
                continue
            until = _expiry(member, training, calendar)
            kind = "untrained" if until is None or until >= project.as_of else "expired"
            words = sentence(
                project,
                kind,
                member=member.name,
                training=project.text(training.label),
                role=role_words(project, role),
                day=until,
            )
            yield Finding("untrained", words, role=role, member=member.id)


def _untrained_for_tiers(project: Project, acting: Sequence[Acting], calendar: Calendar) -> Iterator[Finding]:
    tiers = {tier.id: project.text(tier.label, tier.id) for tier in project.rules.identify.tiers}
    pairs = {(item.member, item.account_id, item.tier) for item in acting}
    numbers = Counter((member, tier) for member, _, tier in pairs)
    for member in _present(project):
        for training in project.team.training:
            for tier in training.required_by.tiers:
                number = numbers[member.id, tier]
                if number and not _counts(member, training, project.as_of, calendar):
                    words = sentence(
                        project,
                        "untrained_tier",
                        member=member.name,
                        number=number,
                        training=project.text(training.label),
                        tier=tiers.get(tier, tier),
                    )
                    yield Finding("untrained", words, member=member.id, number=number)


def _unskilled(project: Project) -> Iterator[Finding]:
    for member in _present(project):
        for name in member.roles:
            role = project.team.role(name)
            for skill in role.skills if role else ():
                if skill not in member.skills:
                    words = sentence(
                        project, "unskilled", member=member.name, skill=skill, role=role_words(project, name)
                    )
                    yield Finding("untrained", words, role=name, member=member.id)


def _present(project: Project) -> Iterator[Member]:
    return (member for member in project.team.members if member.is_member(project.as_of))


def _required_by_roles(team: Team, member: Member) -> Iterator[tuple[str, Training]]:
    """Each training that one of the member's roles requires, with the first such role."""
    for training in team.training:
        for name in member.roles:
            role = team.role(name)
            if name in training.required_by.roles or (role is not None and training.id in role.training):
                yield name, training
                break


def _counts(member: Member, training: Training, day: date, calendar: Calendar) -> bool:
    """Whether the member has done the training by that day and it is still valid."""
    done = member.training.get(training.id)
    if done is None or done > day:
        return False
    until = _expiry(member, training, calendar)
    return until is None or day <= until


def _expiry(member: Member, training: Training, calendar: Calendar) -> date | None:
    """The last day on which the member's training counts; None = for ever, or never done."""
    done = member.training.get(training.id)
    if done is None or training.valid_for is None:
        return None
    return calendar.later(done, training.valid_for)
