"""``kaframe explain --between``: why a score moved, as people read it on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from kaframe.cli.scoretree import INDENT, LISTED, room, valued
from kaframe.cli.summary import painted
from kaframe.cli.tables import fitted, plain, width
from kaframe.cli.words import Words, words_of
from kaframe.cli.wrapping import wrapped
from kaframe.explain.movement import published_points
from kaframe.labels import labels

if TYPE_CHECKING:
    from kaframe.explain.movement import Link, Movement, NodeChange
    from kaframe.explain.records import Explanation
    from kaframe.project import Project

CHANGE = 8  # columns of a change in points
FEW = 5  # leaves told of a cause; of more only with --all


def tell_movements(ends: tuple[Project, Project], movements: Sequence[Movement], everything: bool) -> None:
    """Print the movements of one account; ``ends`` are the projects as the two runs saw them."""
    teller = _Teller(ends, words_of(ends[1].config.language), everything, room())
    for place, one in enumerate(movements):
        for line in [*([""] if place else []), *teller.lines(one)]:
            click.echo(line)


@dataclass(frozen=True, slots=True)
class _Teller:
    ends: tuple[Project, Project]
    words: Words
    everything: bool
    room: int

    def lines(self, one: Movement) -> Iterator[str]:
        yield from wrapped(f"{plain(one.account_id)}  {plain(one.name)}  {one.first} → {one.second}", self.room)
        for line in self._other_ids(one):
            yield from wrapped(line, self.room)
        ends = [self._end(place, (one.before, one.after)[place], one) for place in (0, 1)]
        yield from wrapped(f"{one.label}: {' → '.join(ends)}", self.room)
        yield ""
        yield self._row(self.words["moved by"], self.words["points"])
        for link in one.links:
            yield from self._link(link, one)
        if one.change is None:
            why = "not in both" if any(link.cause in ("new", "gone") for link in one.links) else "not counted"
            yield from wrapped(self.words[f"moved {why}"], self.room)
        else:
            yield self._row(self.words["moved in all"], _signed(one.change))

    def _other_ids(self, one: Movement) -> Iterator[str]:
        """Under which ids the account went before, and which others have become one with it."""
        if one.id_before:
            yield INDENT + self.words["id before"].format(old=one.id_before, new=one.account_id)
        if one.merged:
            yield INDENT + self.words["merged ids"].format(names=", ".join(one.merged))

    def _end(self, place: int, explained: Explanation | None, one: Movement) -> str:
        """Colour and published points at one end, as the rules of its run show them."""
        if explained is None:
            return self._absent(place, one)
        points = published_points(explained)
        score = "-" if points is None else self.ends[place].rules.score.shown(explained.card, points)
        if explained.decision is None:
            return score
        status = explained.decision.status
        return f"{painted(self.ends[place], explained.card, status, self._status(status, place, one))} {score}"

    def _absent(self, place: int, one: Movement) -> str:
        """Why there is no score at one end: the account, the scorecard, or its condition."""
        lacking = ("new", "gone")[place]
        if any(link.cause == lacking for link in one.links):
            return self.words["not in the data"]
        cards = self.ends[place].rules.score.scorecards
        is_known = any(one.card in (card.id, card.family) for card in cards)
        return self.words["card does not apply" if is_known else "card is not there"]

    def _link(self, link: Link, one: Movement) -> Iterator[str]:
        is_there = link.cause not in ("new", "gone")
        unmoved = link.change is None and link.before == link.after
        change = "0" if unmoved else _signed(link.change)
        yield self._row(f"{INDENT}{self.words[f'cause.{link.cause}']}", change if is_there else "")
        inner = INDENT * 3
        if link.also:
            names = LISTED[self.ends[1].config.language].join(self.words[f"cause.{cause}"] for cause in link.also)
            yield from wrapped(inner + self.words["not told apart"].format(causes=names), self.room)
        if link.reason:
            yield from wrapped(inner + plain(link.reason), self.room)
        if not is_there:
            return
        if link.status_before != link.status_after:
            was, now = (self._status(name, 1, one) for name in (link.status_before, link.status_after))
            word = "colour then" if link.cause == "decision" else "colour by points"
            yield from wrapped(inner + self.words[word].format(before=was, after=now), self.room)
        if link.change is None and link.before != link.after:
            score = ["-" if value is None else f"{value:g}" for value in (link.before, link.after)]
            yield from wrapped(inner + self.words["no score"].format(before=score[0], after=score[1]), self.room)
        yield from self._nodes(link)

    def _nodes(self, link: Link) -> Iterator[str]:
        inner = INDENT * 3
        shown = link.nodes if self.everything else link.nodes[:FEW]
        for node in shown:
            yield self._row(f"{inner}{self._node(node)}", _signed(node.change))
        if link.other:
            yield self._row(f"{inner}{self.words['other moved']}", _signed(link.other))
        if len(link.nodes) > len(shown):
            yield inner + self.words["more leaves"].format(count=len(link.nodes) - len(shown))

    def _node(self, node: NodeChange) -> str:
        was, now = (valued(value, node.unit) or "-" for value in (node.value_before, node.value_after))
        return f"{node.label}: {was} → {now}" if was != now else node.label

    def _status(self, status: str, place: int, one: Movement) -> str:
        """A colour in the words of one of the runs, or of the other where that has no such colour."""
        if not status:
            return self._absent(place, one)
        found = [labels(self.ends[end]).get(f"status.{status}") for end in (place, 1 - place)]
        return next((word for word in found if word), status)

    def _row(self, text: str, number: str) -> str:
        left = fitted(plain(text), self.room - CHANGE - 1)
        gap = self.room - CHANGE - width(left)
        return f"{left}{' ' * gap}{' ' * (CHANGE - width(number))}{number}".rstrip()


def _signed(change: float | None) -> str:
    return "?" if change is None else f"{change:+g}" if change else "0"
