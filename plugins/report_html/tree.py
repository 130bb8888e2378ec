"""The score tree of one account, from the card to the leaves, with what each part lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .facts import Facts, Row

Node = Mapping[str, Any]


def cards(facts: Facts, account_id: str) -> list[dict[str, Any]]:
    """Every scorecard that applies to the account, the primary one first."""
    order = sorted(facts.view.cards, key=lambda card: card != facts.view.primary)
    return [_card(facts, account_id, card) for card in order if (card, account_id) in facts.colours]


def shown_value(facts: Facts, node: Node, raw: Any) -> str:
    """The value of a leaf in the unit of its measure; ``raw`` may be the text that reasons keep."""
    if isinstance(raw, str):
        try:
            raw = float(raw)
        except ValueError:
            return raw
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
    rows = list(_rows(facts, card, account_id, facts.view.cards[card], scored, lost, 0))
    past = [row for row in facts.rows("past_scores", account_id) if row["card"] == card]
    before = past[0]["points"] if past else None
    return {
        "label": say.label("card", card),
        "colour": say.colour(card, colour["status"]),
        "points": say.points(scored.get("points")),
        "scale": say.points(high),
        "part": _part(scored.get("points"), low, high),
        "coverage": say.word("coverage", share=say.percent(scored["coverage"])) if _partly(scored) else "",
        "interval": _interval(facts, scored),
        "change": _change(facts, scored.get("points"), before),
        "rows": rows,
        "history": _history(facts, account_id, card),
    }


def _rows(facts: Facts, card: str, account_id: str, nodes: Iterable[Node], scored: Row, lost: Mapping[str, float],
          depth: int) -> Iterator[dict[str, Any]]:  # fmt: skip
    nodes = list(nodes)
    whole = sum(node["weight"] for node in nodes) or 1.0
    low, high = _ends(facts, card)
    for node in nodes:
        path = node["path"]
        points = scored.get(path)
        gone = sum(value for leaf, value in lost.items() if leaf == path or leaf.startswith(f"{path}."))
        yield {
            "label": facts.say.label("node", f"{card}.{path}"),
            "depth": depth,
            "group": bool(node["children"]),
            "weight": facts.say.percent(round(node["weight"] / whole, 3)),
            "points": facts.say.points(points),
            "part": _part(points, low, high),
            "missing": points is None,
            "lost": f"−{facts.say.points(gone)}" if gone > 0.05 else "",
            "value": "" if node["children"] else shown_value(facts, node, _value(facts, account_id, node, scored)),
            "rule": facts.say.word("rule_at", at=node["rule"]) + (f" · {node['measure']}" if node["measure"] else ""),
        }
        yield from _rows(facts, card, account_id, node["children"], scored, lost, depth + 1)


def _value(facts: Facts, account_id: str, node: Node, scored: Row) -> Any:
    name = f"value:{node['path']}"
    return scored[name] if name in scored else facts.accounts[account_id].get(str(node["measure"]))


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


def _interval(facts: Facts, scored: Row) -> str:
    if not _partly(scored) or scored.get("low") is None or scored.get("high") is None:
        return ""
    return facts.say.word("interval", low=facts.say.points(scored["low"]), high=facts.say.points(scored["high"]))


def _change(facts: Facts, points: float | None, before: float | None) -> dict[str, Any] | None:
    if points is None or before is None:
        return None
    moved = points - before
    sign = "+" if moved > 0.05 else "−" if moved < -0.05 else "±"
    said = f"{sign}{facts.say.points(abs(moved))}"
    return {"text": facts.say.word("was_points", change=said), "worse": moved < -0.05, "better": moved > 0.05}


def _history(facts: Facts, account_id: str, card: str) -> list[dict[str, Any]]:
    """Points on earlier runs and now, oldest first; empty when there is only now."""
    past = {row["as_of"]: row for row in facts.rows("past_statuses", account_id) if row["card"] == card}
    now = facts.colours[card, account_id]
    marks = [(day, past[day]["points"], past[day]["calculated"]) for day in sorted(past) if day < facts.view.as_of]
    marks = [*marks[-23:], (facts.view.as_of, now["points"], now["status"])]
    known = [(day, points, status) for day, points, status in marks if points is not None]
    if len(known) < 2:
        return []
    low, high = _ends(facts, card)
    return [
        {"day": facts.say.day(day), "points": facts.say.points(points), "part": _part(points, low, high),
         "colour": facts.say.colour(card, status)}
        for day, points, status in known
    ]  # fmt: skip
