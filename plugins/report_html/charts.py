"""Charts of the portfolio page: Vega-Lite specifications as data, drawn as SVG without a browser or a network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .saying import VEGA_SHAPES, Colour

Values = Sequence[Mapping[str, Any]]
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"  # a name, nothing is fetched
WIDTH, BAR = 380, 26
INK, GRID = "#1f2933", "#e6e9ed"
CONFIG = {
    "font": "sans-serif",
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelColor": INK, "titleColor": "#52606d",
             "gridColor": GRID, "domain": False, "ticks": False, "labelPadding": 6, "labelLimit": 130},
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "orient": "top", "title": None, "symbolSize": 110, "labelLimit": 200},
}  # fmt: skip


def draw(spec: Mapping[str, Any]) -> str:
    """The chart as SVG text; what stands in the data is escaped by the renderer."""
    import vl_convert

    whole = {"$schema": VEGA_LITE, "config": CONFIG, **spec}
    svg: str = vl_convert.vegalite_to_svg(json.dumps(whole), allowed_base_urls=[])
    return svg


def stacked_bars(values: Values, order: Sequence[str], parts: Sequence[tuple[str, str]], x_title: str) -> dict[str, Any]:
    """Bars of counts, one a row, split into coloured parts with their number in them.

    ``values``: ``row``, ``part``, ``count``; ``order``: the rows from the top; ``parts``: word and CSS colour, in order.
    """
    places = {word: place for place, (word, _) in enumerate(parts)}
    data = [{**value, "place": places.get(str(value["part"]), len(parts))} for value in values]
    shared = {
        "y": {"field": "row", "type": "nominal", "sort": list(order), "axis": {"title": None}},
        "x": {"field": "count", "type": "quantitative", "stack": "zero",
              "axis": {"title": x_title, "tickMinStep": 1, "tickCount": 5}},
        "order": {"field": "place", "type": "quantitative"},
    }  # fmt: skip
    colour = {"field": "part", "type": "nominal",
              "scale": {"domain": [word for word, _ in parts], "range": [css for _, css in parts]}}  # fmt: skip
    middle = {"field": "middle", "type": "quantitative"}
    text = {**shared, "x": middle, "text": {"field": "count", "type": "quantitative"}}
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


def _with_middles(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The middle of each part, where its number stands."""
    reached: dict[str, float] = {}
    placed = []
    for value in sorted(data, key=lambda value: value["place"]):
        start = reached.get(value["row"], 0)
        reached[value["row"]] = start + value["count"]
        placed.append({**value, "middle": start + value["count"] / 2})
    return placed


def value_and_health(values: Values, colours: Sequence[Colour], x_title: str, y_title: str, scale: Sequence[float]) -> dict[str, Any]:
    """Accounts by points and by what they bring; ``values``: ``points``, ``worth``, ``status`` (its word)."""
    domain = [colour.label for colour in colours]
    return {
        "width": WIDTH,
        "height": 240,
        "data": {"values": list(values)},
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 0.85},
        "encoding": {
            "x": {"field": "points", "type": "quantitative", "scale": {"domain": list(scale[:2])}, "axis": {"title": x_title}},
            "y": {"field": "worth", "type": "quantitative", "scale": {"type": "symlog", "constant": 1000, "nice": True},
                  "axis": {"title": y_title, "format": "~s", "tickCount": 5}},
            "color": {"field": "status", "type": "nominal", "scale": {"domain": domain, "range": [c.css for c in colours]}},
            "shape": {"field": "status", "type": "nominal",
                      "scale": {"domain": domain, "range": [VEGA_SHAPES[c.shape] for c in colours]}},
        },
    }  # fmt: skip


def pareto_curves(values: Values, x_title: str, y_title: str) -> dict[str, Any]:
    """Cumulative shares with the line at 80 %; ``values``: ``measure`` (its word), ``part`` of accounts, ``share``."""
    axis = {"format": "%", "tickCount": 5}
    curve = {
        "x": {"field": "part", "type": "quantitative", "axis": {**axis, "title": x_title}, "scale": {"domain": [0, 1]}},
        "y": {"field": "share", "type": "quantitative", "axis": {**axis, "title": y_title}, "scale": {"domain": [0, 1]}},
        "color": {"field": "measure", "type": "nominal", "scale": {"range": ["#23527c", "#b8500c", "#5b7f2b", "#7a3e8e"]}},
        "strokeDash": {"field": "measure", "type": "nominal"},
    }
    line = {"mark": {"type": "rule", "strokeDash": [2, 3], "color": "#52606d"}, "encoding": {"y": {"datum": 0.8}}}
    return {
        "width": WIDTH,
        "height": 240,
        "layer": [
            {"data": {"values": list(values)}, "mark": {"type": "line", "strokeWidth": 2.5}, "encoding": curve},
            {"data": {"values": [{}]}, **line},
        ],
    }
