"""The arithmetic of scorecards once more, from the text of the rules alone, in exact fractions: what tests believe.

It knows nothing of the package: cards and semantics are plain data, as YAML writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from tests.scorecard.tableoracle import table_points, table_span

Number = Fraction | None
INFINITE = Fraction(10**30)  # stands for no bound


@dataclass(frozen=True)
class Scored:
    """What an account gets: the score, the share of the weight that is known, and the ends of the interval."""

    points: Number
    coverage: Fraction
    low: Number
    high: Number


class Oracle:
    """One card under semantics that say everything."""

    def __init__(self, card: Mapping[str, Any], meaning: Mapping[str, Any], as_of: date) -> None:
        self.card, self.meaning, self.as_of = card, meaning, as_of
        self.worst, self.best = (Fraction(str(end)) for end in meaning["scale"])

    def score(self, row: Mapping[str, Any]) -> Scored:
        """The account's result, from its columns."""
        known = {path: self.leaf_points(leaf, row, in_sum) for path, leaf, in_sum in self.leaves()}
        lows = {path: self.span(leaf, in_sum)[0] for path, leaf, in_sum in self.leaves()}
        highs = {path: self.span(leaf, in_sum)[1] for path, leaf, in_sum in self.leaves()}
        coverage = self.coverage(self.card, "", known)
        needed = [path for path, leaf, _ in self.leaves()
                  if known[path] is None and leaf.get("missing", self.meaning["missing"]) == "no_data"]
        total = self.total(known)
        enough = coverage >= Fraction(str(self.meaning["minimum_coverage"])) and not needed
        low = self.total({path: lows[path] if own is None else own for path, own in known.items()})
        high = self.total({path: highs[path] if own is None else own for path, own in known.items()})
        return Scored(total if enough else None, coverage, _finite(low), _finite(high))

    def total(self, known: Mapping[str, Number]) -> Number:
        """The rounded total from the points of leaves, None where missing."""
        imputed = {
            path: self.imputed(leaf, in_sum) if known[path] is None else known[path]
            for path, leaf, in_sum in self.leaves()
        }
        total = self.node(self.card, "", imputed)
        return None if total is None else self.rounded(total, "total")

    def leaves(self) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
        """Every leaf with its path, and whether it is added up."""
        yield from self._leaves(self.card, "")

    def _leaves(self, node: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
        for name, child in node["children"].items():
            below = f"{path}.{name}" if path else name
            if "children" in child:
                yield from self._leaves(child, below)
            else:
                yield below, child, self.how(node) == "sum"

    def how(self, group: Mapping[str, Any]) -> str:
        """The group's aggregate."""
        return str(group.get("aggregate", self.meaning["aggregate"]))

    def coverage(self, node: Mapping[str, Any], path: str, known: Mapping[str, Number]) -> Fraction:
        """The share of the weight whose values are known."""
        if "children" not in node:
            return Fraction(known[path] is not None)
        return sum((share * self.coverage(child, below, known) for below, child, share in self.shared(node, path)),
                   Fraction(0))

    def shared(self, group: Mapping[str, Any], path: str) -> list[tuple[str, Mapping[str, Any], Fraction]]:
        """The children with their shares of the group."""
        weighted = self.how(group) == "weighted_mean"
        weights = [Fraction(str(child.get("weight", 1))) if weighted else Fraction(1)
                   for child in group["children"].values()]
        return [
            (f"{path}.{name}" if path else name, child, weight / sum(weights))
            for (name, child), weight in zip(group["children"].items(), weights, strict=True)
        ]

    def node(self, node: Mapping[str, Any], path: str, points: Mapping[str, Number]) -> Number:
        """The points of a node from those of its leaves."""
        if "children" not in node:
            return points[path]
        how = self.how(node)
        if how in ("weighted_mean", "mean"):
            parts = [(self.node(child, below, points), share) for below, child, share in self.units(node, path)]
            whole = sum(share for own, share in parts if own is not None)
            found = sum(own * share for own, share in parts if own is not None) / whole if whole else None
        else:
            below = [self.node(child, name, points) for name, child, _ in self.shared(node, path)]
            found = self.joined(node, how, [own for own in below if own is not None])
        if found is None:
            return None
        clamp = node.get("clamp", self.meaning["clamp"] if how == "sum" else "none")
        found = self.clamped(found, clamp)
        return self.rounded(found, "group") if path else found

    def joined(self, group: Mapping[str, Any], how: str, known: list[Fraction]) -> Number:
        """The points of a group that is no mean."""
        if not known:
            return None
        if how == "sum":
            return Fraction(str(group.get("start", self.meaning["start"]))) + sum(known)
        if how == "worst_of":
            categories = sorted(Fraction(str(value)) for value in self.meaning["categories"].values())
            return min(max([edge for edge in categories if edge <= own], default=categories[0]) for own in known)
        return min(known) if how == "min" else max(known)

    def units(self, group: Mapping[str, Any], path: str) -> list[tuple[str, Mapping[str, Any], Fraction]]:
        """What a mean is taken over."""
        found = []
        for below, child, share in self.shared(group, path):
            plain = "children" in child and self.how(child) in ("weighted_mean", "mean") and "clamp" not in child
            if self.meaning["renormalise"] == "scorecard" and plain and self.is_plain(group):
                found += [(name, unit, share * part) for name, unit, part in self.units(child, below)]
            else:
                found.append((below, child, share))
        return found

    def is_plain(self, group: Mapping[str, Any]) -> bool:
        """Whether a group's points are nothing but a mean."""
        return self.how(group) in ("weighted_mean", "mean") and group.get("clamp", "none") == "none"

    def leaf_points(self, leaf: Mapping[str, Any], row: Mapping[str, Any], in_sum: bool) -> Number:
        """The points of a leaf's value, None where it is missing."""
        value = row.get(leaf.get("value", ""))
        points = self.ruled(leaf, value, row)
        if "fresh" in leaf:
            day = row[leaf["fresh"]["on"]]
            if day is None or (self.as_of - day).days > _days(leaf["fresh"]["within"]):
                return None
        if points is None:
            return None
        if "decay" in leaf:
            left = self.left(leaf["decay"], row)
            if left is None:
                return None
            toward = Fraction(str(leaf["decay"].get("toward", 0)))
            points = toward + (points - toward) * left
        return self.limited(leaf, points, in_sum)

    def limited(self, leaf: Mapping[str, Any], points: Fraction, in_sum: bool) -> Number:
        """The points within limits, rounded."""
        if "clamp" in leaf:
            points = self.clamped(points, leaf["clamp"])
        elif not in_sum and self.meaning["beyond_scale"] != "keep" and not self.worst <= points <= self.best:
            if self.meaning["beyond_scale"] == "missing":
                return None
            points = self.clamped(points, "scale")
        return self.rounded(points, "leaf")

    def ruled(self, leaf: Mapping[str, Any], value: Any, row: Mapping[str, Any]) -> Number:
        """What bands, curve, map, cases, a table or nothing make of a value."""
        if "cases" in leaf or "table" in leaf:
            return self.of_cases(leaf["cases"], row) if "cases" in leaf else table_points(leaf["table"], row)
        if value is None:
            return None
        if "bands" in leaf:
            return next(self.worth(band.get("points", band.get("else"))) for band in leaf["bands"]
                        if self.takes(band, Fraction(str(value))))
        if "map" in leaf:
            found = leaf["map"].get(value, leaf["map"].get("else"))
            return None if found is None else self.worth(found)
        if "curve" in leaf:
            return self.on_curve(leaf, Fraction(str(value)))
        return self.worth(value)

    def of_cases(self, cases: list[Mapping[str, Any]], row: Mapping[str, Any]) -> Number:
        """The first case that holds, of the form ``column >= number``; an unknown one before it makes it missing."""
        for case in cases:
            if "else" in case:
                return self.worth(case["else"])
            column, _, edge = case["when"].split()
            if row[column] is None:
                return None
            if row[column] >= float(edge):
                return self.worth(case["points"])
        return None

    def worth(self, written: Any) -> Fraction:
        """Points that are a number or a category."""
        return Fraction(str(self.meaning["categories"].get(written, written)))

    def takes(self, band: Mapping[str, Any], value: Fraction) -> bool:
        """Whether a value is in a band."""
        lower = self.meaning["edges"] == "lower"
        tests: dict[str, Callable[[Fraction], bool]] = {
            "at_least": lambda edge: value >= edge, "above": lambda edge: value > edge,
            "at_most": lambda edge: value <= edge, "below": lambda edge: value < edge,
            "from": lambda edge: value >= edge if lower else value > edge,
            "to": lambda edge: value < edge if lower else value <= edge,
        }  # fmt: skip
        return all(test(Fraction(str(band[name]))) for name, test in tests.items() if name in band)

    def on_curve(self, leaf: Mapping[str, Any], value: Fraction) -> Number:
        """The points of a value on a curve."""
        corners = [(Fraction(str(x)), Fraction(str(y))) for x, y in leaf["curve"]]
        ends = leaf.get("ends", self.meaning["ends"])
        if value < corners[0][0] or value > corners[-1][0]:
            if ends == "missing":
                return None
            if ends == "clamp":
                return corners[0][1] if value < corners[0][0] else corners[-1][1]
        place = next((n for n, (x, _) in enumerate(corners[1:], 1) if value <= x), len(corners) - 1)
        (x0, y0), (x1, y1) = corners[place - 1], corners[place]
        return y0 + (value - x0) * (y1 - y0) / (x1 - x0)

    def left(self, decay: Mapping[str, Any], row: Mapping[str, Any]) -> Number:
        """The part of its points that an old signal still has."""
        if row[decay["from"]] is None:
            return None
        age = max((self.as_of - row[decay["from"]]).days, 0)
        if "half_life" in decay:
            return Fraction(0.5 ** (age / _days(decay["half_life"])))
        periods = Fraction(age, _days(decay["every"]))
        periods = Fraction(int(periods)) if decay.get("whole_periods") else periods
        return max(1 - periods * Fraction(str(decay["lose"])), Fraction(0))

    def span(self, leaf: Mapping[str, Any], in_sum: bool) -> tuple[Fraction, Fraction]:
        """The fewest and the most points that a leaf can give."""
        ends = self.raw_span(leaf)
        if "decay" in leaf:
            toward = Fraction(str(leaf["decay"].get("toward", 0)))
            ends = [*ends, toward]
        clamp = leaf.get("clamp", "none" if in_sum or self.meaning["beyond_scale"] == "keep" else "scale")
        low, high = (self.clamped(end, clamp) for end in (min(ends), max(ends)))
        return self.rounded(low, "leaf"), self.rounded(high, "leaf")

    def raw_span(self, leaf: Mapping[str, Any]) -> list[Fraction]:
        """Points that the rule itself can give, the fewest and the most among them."""
        if "bands" in leaf:
            return [self.worth(band.get("points", band.get("else"))) for band in leaf["bands"]]
        if "cases" in leaf:
            return [self.worth(case.get("points", case.get("else"))) for case in leaf["cases"]]
        if "table" in leaf:
            return table_span(leaf["table"])
        if "map" in leaf:
            return [self.worth(points) for points in leaf["map"].values()]
        if "curve" not in leaf:
            return [-INFINITE, INFINITE]
        points = [Fraction(str(y)) for _, y in leaf["curve"]]
        if leaf.get("ends", self.meaning["ends"]) == "extend":
            first, last = points[1] - points[0], points[-1] - points[-2]
            points += [-INFINITE] * (first > 0 or last < 0) + [INFINITE] * (first < 0 or last > 0)
        return points

    def imputed(self, leaf: Mapping[str, Any], in_sum: bool) -> Number:
        """What a missing value counts as."""
        policy = leaf.get("missing", self.meaning["missing"])
        if policy in ("skip", "no_data"):
            return None
        low, high = self.span(leaf, in_sum)
        neutral = Fraction(0) if in_sum else Fraction(str(self.meaning["neutral"]))
        found = {"worst": low, "best": high, "neutral": neutral}.get(policy)
        return self.rounded(self.worth(policy) if found is None else found, "leaf")

    def clamped(self, points: Fraction, clamp: Any) -> Fraction:
        """The points within limits."""
        if clamp == "none":
            return points
        low, high = self.meaning["scale"] if clamp == "scale" else clamp
        return min(max(points, Fraction(str(low))), Fraction(str(high)))

    def rounded(self, points: Fraction, where: str) -> Fraction:
        """The points at the digits of that place; to nine digits at the top where none are asked for."""
        digits = self.meaning["rounding"][where]
        if abs(points) >= INFINITE / 1000 or (digits == "none" and where != "total"):
            return points
        half = ROUND_HALF_UP if self.meaning["rounding"]["half"] == "up" or digits == "none" else ROUND_HALF_EVEN
        with localcontext() as context:
            context.prec = 60
            exact = Decimal(points.numerator) / Decimal(points.denominator)
            places = 9 if digits == "none" else digits
            return Fraction(exact.quantize(Decimal(1).scaleb(-places), half))


def _finite(points: Number) -> Number:
    return None if points is None or abs(points) >= INFINITE / 1000 else points


def _days(text: str) -> int:
    count, unit = text.split()
    return int(count) * {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[unit.removesuffix("s")]
