"""``kaframe explain --between``: why a score moved, as people read it on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from kaframe.cli.scoretree import room, valued, wrapped
from kaframe.cli.summary import painted
from kaframe.cli.tables import fitted, plain, width
from kaframe.cli.words import Words, words_of

if TYPE_CHECKING:
    from kaframe.explain.movement import Link, Movement, NodeChange
    from kaframe.explain.records import Explanation
    from kaframe.project import Project

CHANGE = 8  # columns of a change in points
FEW = 5  # leaves told of a cause; of more only with --all


def tell_movements(project: Project, movements: Sequence[Movement], everything: bool) -> None:
    """Print the movements of one account."""
    from kaframe.labels import labels

    teller = _Teller(project, words_of(project.config.language), labels(project), everything, room())
    for place, one in enumerate(movements):
        for line in [*([""] if place else []), *teller.lines(one)]:
            click.echo(line)


@dataclass(frozen=True, slots=True)
class _Teller:
    project: Project
    words: Words
    named: Mapping[str, str]
    everything: bool
    room: int

    def lines(self, one: Movement) -> Iterator[str]:
        yield f"{one.account_id}  {plain(one.name)}  {one.first} → {one.second}"
        yield f"{one.label}: {self._end(one.before)} → {self._end(one.after)}"
        yield ""
        yield self._row(self.words["moved by"], self.words["points"])
        for link in one.links:
            yield from self._link(link)
        yield self._row(self.words["moved in all"], _signed(one.change))

    def _end(self, explained: Explanation | None) -> str:
        """Colour and score at one end."""
        if explained is None:
            return self.words["card does not apply"]
        status = explained.decision.status if explained.decision else ""
        score = "-" if explained.score is None else f"{explained.score:g}"
        word = self.named.get(f"status.{status}", status)
        return f"{painted(self.project, explained.card, status, word)} {score}"

    def _link(self, link: Link) -> Iterator[str]:
        unmoved = link.change is None and link.before == link.after
        yield self._row(f"  {self.words[f'cause.{link.cause}']}", "0" if unmoved else _signed(link.change))
        if link.status_before != link.status_after:
            was, now = (self._status(name) for name in (link.status_before, link.status_after))
            yield f"      {self.words['colour then'].format(before=was, after=now)}"
        if link.reason:
            yield from wrapped(f"      {plain(link.reason)}", self.room)
        if link.change is None and link.before != link.after:
            score = ["-" if value is None else f"{value:g}" for value in (link.before, link.after)]
            yield from wrapped(f"      {self.words['no score'].format(before=score[0], after=score[1])}", self.room)
        shown = link.nodes if self.everything else link.nodes[:FEW]
        for node in shown:
            yield self._row(f"      {self._node(node)}", _signed(node.change))
        if link.other:
            yield self._row(f"      {self.words['other']}", _signed(link.other))
        if len(link.nodes) > len(shown):
            yield f"      {self.words['more leaves'].format(count=len(link.nodes) - len(shown))}"

    def _node(self, node: NodeChange) -> str:
        was, now = (valued(value, node.unit) or "-" for value in (node.value_before, node.value_after))
        return f"{node.label}: {was} → {now}" if was != now else node.label

    def _status(self, status: str) -> str:
        return self.named.get(f"status.{status}", status) if status else self.words["card does not apply"]

    def _row(self, text: str, number: str) -> str:
        left = fitted(plain(text), self.room - CHANGE - 1)
        gap = self.room - CHANGE - width(left)
        return f"{left}{' ' * gap}{' ' * (CHANGE - width(number))}{number}".rstrip()


def _signed(change: float | None) -> str:
    return "?" if change is None else f"{change:+g}" if change else "0"
