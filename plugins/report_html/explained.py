"""Where a score comes from, for those who ask: what stands behind every leaf, and what would change it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .facts import Facts

Record = Mapping[str, Any]
TOLD = ("overridden", "changes_nothing", "later", "unknown", "does_not_hold")  # what becomes of exceptions


def explained(facts: Facts, account_id: str, card: str) -> dict[str, Any] | None:
    """The explanation that the run keeps for an account on a card, as text ready to show; None when it has none."""
    kept = [row["content"] for row in facts.rows("explanations", account_id) if row["card"] == card]
    if not kept:
        return None
    one = json.loads(kept[0])
    teller = _Teller(facts, card, one.get("target", {}))
    return {
        "head": list(teller.head(one)),
        "leaves": [teller.leaf(node) for node in _leaves(one["nodes"])],
        "cheapest": teller.cheapest(one.get("cheapest")),
    }


def _leaves(nodes: Iterable[Record]) -> Iterator[Record]:
    for node in nodes:
        yield from _leaves(node["children"]) if node.get("children") else (node,)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells one explanation; a measure that stands behind several leaves is told in full once."""

    facts: Facts
    card: str
    target: Record
    told: set[str] = field(default_factory=set)

    def head(self, one: Record) -> Iterator[str]:
        """How the score adds up, the exceptions that were considered, and what the next colour takes."""
        say = self.facts.say
        if one.get("score") is not None:
            lost = sum(leaf["lost"] for leaf in _leaves(one["nodes"]))
            other = one.get("other", 0.0)
            rounded = one.get("rounded", 0.0)
            by = "group" if one.get("members") else "other"
            terms = [say.word("adds.score", points=_number(one["score"])), say.word("adds.lost", points=_number(lost))]
            terms += [say.word(f"adds.{by}", points=_number(other))] if other else []
            terms += [say.word("adds.rounded", points=_number(rounded))] if rounded else []
            yield say.word("adds.up", terms=say.word("adds.and").join(terms), best=_number(one["best"]))
        considered = one.get("decision", {}).get("considered", ())
        for state in TOLD:
            if reasons := [item["reason"] for item in considered if item["state"] == state]:
                yield say.word(f"exceptions.{state}", names=say.word("comma").join(reasons))
        yield from one.get("decision", {}).get("lost", ())
        if self.target:
            word = f"next.{self.target.get('blocked') or ('above' if self.target.get('above') else 'points')}"
            told = say.word(word, status=self._aim(), points=_number(self.target["points"]))
            hold = self.target.get("hold") if not self.target.get("blocked") else None
            yield say.word("next.lasting", next=told, hold=hold) if hold else told

    def leaf(self, node: Record) -> dict[str, Any]:
        """One leaf: value, points, share of this account's score, what it lost, and the lines behind it."""
        say = self.facts.say
        points, weight = say.points(self.card, node.get("points")), say.percent(round(node["effective"], 4))
        line = say.word("leaf_line", value=say.value(node.get("value"), node.get("unit", "")), points=points,
                        weight=weight, lost=_number(node["lost"]))  # fmt: skip
        return {
            "label": node["label"],
            "line": line,
            "rule": f"{node['how']} ({node['rule']})",
            "notes": list(self._notes(node)),
            "reach": self._reach(node),
            "behind": [line for item in node.get("evidence", ()) for line in self._behind(item, 0)],
        }

    def cheapest(self, found: Record | None) -> list[str]:
        """The cheapest combination of changes, its title first."""
        say = self.facts.say
        if found is None:
            return []
        moves = found.get("moves", ())
        if not moves:
            return [say.word("cheapest_none", status=self._aim())]
        word = "cheapest" if found.get("is_cheapest") else "cheapest_found"
        lines = [
            say.word("move", label=move["label"], now=say.value(move["now"], move.get("unit", "")),
                     then=say.value(move["value"], move.get("unit", "")), effort=_number(move["effort"]))
            for move in moves
        ]  # fmt: skip
        return [say.word(word, status=self._aim(), effort=_number(found["effort"])), *lines]

    def _notes(self, node: Record) -> Iterator[str]:
        say = self.facts.say
        if node.get("stale"):
            yield say.word("stale")
        if node.get("undated") and "value" in node:
            yield say.word("undated")
        if node.get("imputed"):
            yield say.word("imputed")
        if node.get("left", 1) < 1:
            yield say.word("faded", left=say.percent(node["left"]))
        decided = node.get("decided", ())
        if node.get("points") is None and len(decided) > 1:
            yield say.word("contradict", rules=say.word("comma").join(item["rule"] for item in decided))
            return
        for item in decided:
            yield say.word("decided_by", rule=item["rule"]) + (f" · {item['reason']}" if "reason" in item else "")

    def _behind(self, item: Record, depth: int) -> Iterator[dict[str, Any]]:
        """A measure with the rows that it counts, then the measures that it uses, each further in."""
        say, name = self.facts.say, item["name"]
        text = say.word("named", role=item["label"], name=say.value(item.get("value"), item.get("unit", "")))
        line: dict[str, Any] = {"depth": min(depth, 3), "text": text, "formula": "", "counted": "", "rows": []}
        if name in self.told and "formula" in item:
            yield line | {"formula": say.word("above")}
            return
        self.told.add(name)
        if "formula" in item:
            where = f" {say.word('where')} {item['condition']}" if "condition" in item else ""
            line["formula"] = f"= {item['formula']}{where} ({item['rule']})"
        if "row_count" in item:
            line["counted"] = self._counted(item)
            line["rows"] = [self._row(row) for row in item.get("rows", ())]
        elif "sources" in item:
            line["counted"] = say.word("comma").join(item["sources"])
        yield line
        for below in item.get("uses", ()):
            yield from self._behind(below, depth + 1)

    def _counted(self, item: Record) -> str:
        say = self.facts.say
        sources = say.word("comma").join(item.get("sources", ()))
        text = say.word("rows_of", count=item["row_count"], table=item["table"], sources=sources)
        if item.get("total") is None:
            return text
        return f"{text} · {say.word('sum_of', column=item['column'], total=say.value(item['total']))}"

    def _row(self, row: Record) -> str:
        """One row of the data, as it is."""
        say = self.facts.say
        return " · ".join(f"{say.label('column', name)} {say.value(value)}" for name, value in row.items())

    def _reach(self, node: Record) -> str:
        """What the value must become for the next colour."""
        say, reach = self.facts.say, node.get("reach")
        if reach is None:
            return ""
        if "why" in reach:
            return say.word(f"alone.{reach['why']}", status=self._aim())
        if "options" in reach:
            options = " | ".join(map(self._option, reach["options"]))
            unknown = say.word("comma").join(reach.get("unknown", ()))
            told = say.word("alone.with", status=self._aim(), value=options)
            return told + (say.word("alone.unknown", names=unknown) if unknown else "")
        if "value" not in reach:
            return say.word("alone.cannot", status=self._aim())
        unit = node.get("unit", "")
        now, value = say.value(node.get("value"), unit), say.value(reach["value"], unit)
        return say.word(f"alone.{reach.get('passing', 'at')}", status=self._aim(), value=value, now=now)

    def _option(self, option: Record) -> str:
        """A name, condition or row, and which others go before it."""
        others = option.get("unless", ())
        if not others:
            return str(option["when"])
        say = self.facts.say
        return say.word("alone.unless", value=option["when"], others=say.word("alone.or").join(others))

    def _aim(self) -> str:
        return self.facts.say.label("status", self.target.get("status"))


def _number(value: float) -> str:
    """Points as exact as the score is."""
    return f"{round(value, 6):g}"
