"""The score tree of one account, from the card to the leaves, with what each part lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .explained import explained
from .facts import Facts, Row

Node = Mapping[str, Any]

DEEPEST = 4  # deeper nodes are not indented further
LABELLED = 6  # marks of the history that have words: as many as stand beside one another on a phone
LEAST_SHOWN = 0.05  # points: less than the last digit that is shown


def cards(facts: Facts, account_id: str) -> list[dict[str, Any]]:
    """Every scorecard that applies to the account, first the one that bare score means."""
    order = sorted(facts.view.cards, key=lambda card: card != facts.card(account_id))
    return [_card(facts, account_id, card) for card in order if (card, account_id) in facts.colours]


def shown_value(facts: Facts, node: Node, raw: Any) -> str:
    """The value of a leaf in the unit of its measure; ``raw`` may be the text that reasons keep."""
    if isinstance(raw, str):
        try:
            raw = float(raw)
        except ValueError:
            return str(raw)
    return facts.say.measured(str(node["measure"]), raw)


def leaves(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every leaf of a tree."""
    for node in nodes:
        if node["children"]:
            yield from leaves(node["children"])
        else:
            yield node


def _card(facts: Facts, account_id: str, card: str) -> dict[str, Any]:
    say, colour = facts.say, facts.colours[card, account_id]
    scored = facts.points.get(card, {}).get(account_id, {})
    lost = {row["node"]: row["lost"] or 0.0 for row in facts.rows("reasons", account_id) if row["card"] == card}
    low, high = _ends(facts, card)
    rows = list(_Tree(facts, card, account_id, scored, lost).rows(facts.view.cards[card], 0))
    past = [row for row in facts.rows("past_scores", account_id) if row["card"] == card]
    before = past[0]["points"] if past else None
    return {
        "label": say.label("card", card),
        "colour": say.colour(card, colour["status"]),
        "points": say.points(card, scored.get("points")),
        "scale": say.points(card, high),
        "part": _part(scored.get("points"), low, high),
        "coverage": say.word("coverage", share=say.percent(scored["coverage"])) if _partly(scored) else "",
        "interval": _interval(facts, card, scored),
        "change": _change(facts, card, scored.get("points"), before),
        "rows": rows,
        "history": _history(facts, account_id, card),
        "explained": explained(facts, account_id, card),
    }


@dataclass(frozen=True, slots=True)
class _Tree:
    """One card of one account: its row of points, and the points of the total that each leaf lost."""

    facts: Facts
    card: str
    account_id: str
    scored: Row
    lost: Mapping[str, float]

    def rows(self, nodes: Iterable[Node], depth: int) -> Iterator[dict[str, Any]]:
        """A row a node, each group above its children."""
        sisters = list(nodes)
        whole = sum(node["weight"] for node in sisters) or 1.0
        for node in sisters:
            yield {"depth": min(depth, DEEPEST), **self._row(node, node["weight"] / whole)}
            yield from self.rows(node["children"], depth + 1)

    def _row(self, node: Node, weight: float) -> dict[str, Any]:
        path, say = node["path"], self.facts.say
        points, low, high = self.scored.get(path), *_ends(self.facts, self.card)
        gone = sum(value for leaf, value in self.lost.items() if leaf == path or leaf.startswith(f"{path}."))
        return {
            "label": say.label("node", f"{self.card}.{path}"),
            "group": bool(node["children"]),
            "weight": say.percent(round(weight, 3)),
            "points": say.points(self.card, points),
            "part": _part(points, low, high),
            "missing": points is None,
            "lost": f"−{say.lost(gone)}" if gone >= LEAST_SHOWN else "",
            "value": "" if node["children"] else shown_value(self.facts, node, self._value(node)),
            "rule": say.word("rule_at", at=node["rule"]) + (f" · {node['measure']}" if node["measure"] else ""),
        }

    def _value(self, node: Node) -> Any:
        name = f"value:{node['path']}"
        if name in self.scored:
            return self.scored[name]
        return self.facts.accounts[self.account_id].get(str(node["measure"]))


def _ends(facts: Facts, card: str) -> tuple[float, float]:
    scale = facts.view.scales.get(card, (0.0, 100.0))
    return float(scale[0]), float(scale[1])


def _part(points: float | None, low: float, high: float) -> float:
    """Where points stand on the scale, in percent of it."""
    if points is None or high <= low:
        return 0.0
    return round(min(max((points - low) / (high - low), 0.0), 1.0) * 100, 1)


def _partly(scored: Row) -> bool:
    return scored.get("coverage") is not None and scored["coverage"] < 0.9995


def _interval(facts: Facts, card: str, scored: Row) -> str:
    if not _partly(scored) or scored.get("low") is None or scored.get("high") is None:
        return ""
    ends = {name: facts.say.points(card, scored[name]) for name in ("low", "high")}
    return facts.say.word("interval", **ends)


def _change(facts: Facts, card: str, points: float | None, before: float | None) -> dict[str, Any] | None:
    now, then = facts.view.shown(card, points), facts.view.shown(card, before)
    if now is None or then is None:
        return None
    moved = now - then
    sign = "+" if moved > LEAST_SHOWN else "−" if moved < -LEAST_SHOWN else "±"
    said = f"{sign}{facts.say.points(card, abs(moved))}"
    return {
        "text": facts.say.word("was_points", change=said),
        "worse": moved < -LEAST_SHOWN,
        "better": moved > LEAST_SHOWN,
    }


def _history(facts: Facts, account_id: str, card: str) -> list[dict[str, Any]]:
    """Published points on earlier runs and now, oldest first; empty when there is only now."""
    past = {row["as_of"]: row for row in facts.rows("past_points", account_id) if row["card"] == card}
    now = facts.colours[card, account_id]
    marks = [(day, past[day]["points"], past[day]["status"]) for day in sorted(past)]
    marks.append((facts.view.as_of, now["points"], now["status"]))
    known = [(day, points, status) for day, points, status in marks if points is not None]
    if len(known) < 2:
        return []
    low, high = _ends(facts, card)
    every = -(-len(known) // LABELLED)
    return [
        {"day": facts.say.day(day), "points": facts.say.points(card, points), "part": _part(points, low, high),
         "colour": facts.say.colour(card, status), "labelled": (len(known) - 1 - place) % every == 0}
        for place, (day, points, status) in enumerate(known)
    ]  # fmt: skip
