"""Finding a member by what the data call the person: id, e-mail address or name."""

from __future__ import annotations

from collections import Counter

from kaframe.team import Member, Team


class Directory:
    """Members by id, by e-mail address in any case, and by name where only one has it."""

    def __init__(self, team: Team) -> None:
        names = Counter(member.name for member in team.members)
        self._found: dict[str, Member] = {}
        for member in team.members:
            if names[member.name] == 1:
                self._found.setdefault(member.name, member)
        for member in team.members:
            if member.email:
                self._found[member.email.casefold()] = member
        self._found.update({member.id: member for member in team.members})

    def find(self, text: str) -> Member | None:
        """The member, or nobody."""
        text = text.strip()
        return self._found.get(text) or self._found.get(text.casefold())
