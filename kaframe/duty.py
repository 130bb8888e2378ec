"""Who does what for which account today: its owners, or the team for roles that are for all accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaframe.database import Database
from kaframe.project import Project


@dataclass(frozen=True, slots=True)
class Duty:
    """Who acts: ``owners`` by account and role, ``for_all`` by role."""

    owners: Mapping[tuple[str, str], str]
    for_all: Mapping[str, str]

    def who(self, account_id: str | None, role: str) -> str | None:
        """The member who acts in a role for an account, if there is one."""
        if role in self.for_all or account_id is None:
            return self.for_all.get(role)
        return self.owners.get((account_id, role))


def read_duty(project: Project, db: Database) -> Duty:
    """Read from ``owners`` and the team who acts on the day of the run."""
    rows = db.rows("SELECT account_id, role, member FROM owners WHERE member IS NOT NULL")
    team = project.team
    for_all = [role.id for role in team.roles if not team.is_bound(role.id)]
    acting = {role: team.on_duty(role, project.as_of) for role in for_all}
    return Duty(
        {(row["account_id"], row["role"]): row["member"] for row in rows},
        {role: member.id for role, member in acting.items() if member is not None},
    )
