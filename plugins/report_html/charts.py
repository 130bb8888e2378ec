"""Charts of the portfolio page: Vega-Lite specifications as data, drawn as SVG without a browser or a network."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import floor, log10
from typing import Any

from .saying import VEGA_SHAPES, Colour

UNDRAWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
Values = Sequence[Mapping[str, Any]]
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"  # a name, nothing is fetched
WIDTH, BAR = 360, 24
AMOUNTS = {
    "en": "format(datum.value, '~s')",
    "zh": "datum.value >= 1e8 ? format(datum.value / 1e8, '~g') + '亿' : "
    "datum.value >= 1e4 ? format(datum.value / 1e4, '~g') + '万' : format(datum.value, '~g')",
}
CROWDED = 120  # marks: with more of them they are small, and no name could be read
NAME_WIDTH, NAME_HEIGHT = 0.35, 0.09  # of the chart's width; in powers of ten
INK, GRID = "#1f2933", "#e6e9ed"
CONFIG = {
    "font": "sans-serif",
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelColor": INK,
             "titleColor": "#52606d",
             "gridColor": GRID, "domain": False, "ticks": False, "labelPadding": 6, "labelLimit": 130},
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "orient": "top", "title": None, "symbolSize": 110,
               "labelLimit": 200},
}  # fmt: skip


def draw(spec: Mapping[str, Any]) -> str:
    """The chart as SVG text; what stands in the data is escaped by the renderer."""
    import vl_convert

    whole = _printable({"$schema": VEGA_LITE, "config": CONFIG, **spec})
    svg: str = vl_convert.vegalite_to_svg(json.dumps(whole), allowed_base_urls=[])
    return svg


def _printable(value: Any) -> Any:
    """The same data without characters at which the renderer ends the whole process, such as NUL."""
    if isinstance(value, str):
        return UNDRAWN.sub(" ", value)
    if isinstance(value, Mapping):
        return {name: _printable(inner) for name, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list | tuple) else value


def stacked_bars(
    values: Values, order: Sequence[str], parts: Sequence[tuple[str, str]], x_title: str
) -> dict[str, Any]:
    """Bars of counts, one a row, split into coloured parts with their number in them.

    ``values``: ``row``, ``part``, ``count``, and ``mark``, the shape that stands before the number where there is room;
    ``order``: the rows from the top; ``parts``: word and CSS colour, in order.
    """
    places = {word: place for place, (word, _) in enumerate(parts)}
    data = [{**value, "place": places.get(str(value["part"]), len(parts))} for value in values]
    longest = max(_totals(values).values(), default=1)
    shared = {
        "y": {"field": "row", "type": "nominal", "scale": {"domain": list(order)},
              "axis": {"title": None, "labelLimit": 230}},
        "x": {"field": "count", "type": "quantitative", "stack": "zero",
              "axis": {"title": x_title, "format": "d", "values": _whole_ticks(longest)}},
        "order": {"field": "place", "type": "quantitative"},
    }  # fmt: skip
    colour = {"field": "part", "type": "nominal",
              "scale": {"domain": [word for word, _ in parts], "range": [css for _, css in parts]},
              **({} if len(parts) > 1 else {"legend": None})}  # fmt: skip
    middle = {"field": "middle", "type": "quantitative"}
    text = {**shared, "x": middle, "text": {"field": "text", "type": "nominal"}}
    del text["order"]
    return {
        "width": WIDTH,
        "height": {"step": BAR + 8},
        "data": {"values": _with_middles(data)},
        "layer": [
            {"mark": {"type": "bar", "height": BAR, "stroke": "white"}, "encoding": {**shared, "color": colour}},
            {"mark": {"type": "text", "color": "white", "fontWeight": "bold", "fontSize": 13}, "encoding": text},
        ],
    }


def _totals(values: Values) -> dict[str, int]:
    totals: dict[str, int] = {}
    for value in values:
        totals[value["row"]] = totals.get(value["row"], 0) + value["count"]
    return totals


def _whole_ticks(highest: int) -> list[int]:
    """At most six whole numbers from 0 on: there is no half account."""
    step = next(step * 10**power for power in range(20) for step in (1, 2, 5) if step * 10**power * 5 >= highest)
    return list(range(0, highest + step, step))


def _amount_ticks(least: float, most: float) -> list[float]:
    """Round amounts between two amounts, on a scale of powers."""
    powers = range(floor(log10(least)), floor(log10(most)) + 1)
    within = [[part * 10.0**power for power in powers for part in parts if least <= part * 10.0**power <= most]
              for parts in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7))]  # fmt: skip
    return next((ticks for ticks in within if len(ticks) >= 3), within[-1])


def _with_middles(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The middle of each part, where its number stands, and that number; nothing where the part is too narrow."""
    longest = max(_totals(data).values(), default=1)
    reached: dict[str, float] = {}
    placed = []
    for value in sorted(data, key=lambda value: value["place"]):
        start = reached.get(value["row"], 0)
        reached[value["row"]] = start + value["count"]
        room = value["count"] / longest * WIDTH - 8 * len(str(value["count"]))
        text = (
            f"{value.get('mark', '')} {value['count']}".strip()
            if room > 24
            else str(value["count"])
            if room > 2
            else ""
        )
        placed.append({**value, "middle": start + value["count"] / 2, "text": text})
    return placed


def value_and_health(
    values: Values, colours: Sequence[Colour], titles: tuple[str, str], language: str
) -> dict[str, Any]:
    """Accounts by points and by what they bring (more than nothing).

    ``values``: ``points``, ``worth``, ``status`` (its word), ``name`` (empty where none is written beside the mark).
    """
    domain = [colour.label for colour in colours]
    x_title, y_title = titles
    worths = [value["worth"] for value in values]
    least, most = min(worths) * 0.75, max(worths) * 1.33  # room for marks at the edges
    marks = {
        "mark": {"type": "point", "filled": True, "size": 45 if len(values) > CROWDED else 110, "opacity": 0.85},
        "encoding": {
            "color": {"field": "status", "type": "nominal",
                      "scale": {"domain": domain, "range": [c.css for c in colours]}},
            "shape": {"field": "status", "type": "nominal",
                      "scale": {"domain": domain, "range": [VEGA_SHAPES[c.shape] for c in colours]}},
        },
    }  # fmt: skip
    names = {"mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "limit": 120, "color": INK},
             "encoding": {"text": {"field": "name", "type": "nominal"}}}  # fmt: skip
    return {
        "width": WIDTH,
        "height": 230,
        "data": {"values": list(values)},
        "layer": [marks, names],
        "encoding": {
            "x": {"field": "points", "type": "quantitative", "scale": {"zero": False, "nice": True},
                  "axis": {"title": x_title}},
            "y": {"field": "worth", "type": "quantitative",
                  "scale": {"type": "log", "domain": [least, most]},
                  "axis": {"title": y_title, "labelExpr": AMOUNTS[language], "values": _amount_ticks(least, most)}},
        },
    }  # fmt: skip


def keep_names_apart(values: Values, at_most: int) -> list[dict[str, Any]]:
    """The same marks with the first names alone, and only those that do not run into one another."""
    points = [value["points"] for value in values]
    span = (max(points, default=0) - min(points, default=0)) or 1
    placed: list[tuple[float, float]] = []
    kept = []
    for value in values:
        here = (value["points"] / span, log10(value["worth"]))
        free = all(abs(here[0] - x) > NAME_WIDTH or abs(here[1] - y) > NAME_HEIGHT for x, y in placed)
        named = bool(value["name"]) and free and len(placed) < at_most
        placed += [here] if named else []
        kept.append({**value, "name": value["name"] if named else ""})
    return kept


def pareto_curves(values: Values, x_title: str, y_title: str) -> dict[str, Any]:
    """Cumulative shares with the line at 80 %; ``values``: ``measure`` (its word), ``part`` of accounts, ``share``."""
    axis = {"format": "%", "tickCount": 5}
    curve = {
        "x": {"field": "part", "type": "quantitative", "axis": {**axis, "title": x_title}, "scale": {"domain": [0, 1]}},
        "y": {
            "field": "share",
            "type": "quantitative",
            "axis": {**axis, "title": y_title},
            "scale": {"domain": [0, 1]},
        },
        "color": {
            "field": "measure",
            "type": "nominal",
            "scale": {"range": ["#23527c", "#b8500c", "#5b7f2b", "#7a3e8e"]},
        },
        "strokeDash": {"field": "measure", "type": "nominal"},
    }
    line = {"mark": {"type": "rule", "strokeDash": [2, 3], "color": "#52606d"}, "encoding": {"y": {"datum": 0.8}}}
    return {
        "width": WIDTH,
        "height": 230,
        "layer": [
            {"data": {"values": list(values)}, "mark": {"type": "line", "strokeWidth": 2.5}, "encoding": curve},
            {"data": {"values": [{}]}, **line},
        ],
    }
