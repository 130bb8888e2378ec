"""Everything in the rules that a test can bring to hold, each with its place: what coverage is counted over."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaframe.errors import Location
from kaframe.project import Project
from kaframe.rules.score import Scorecard, ScoreNode
from kaframe.rules.status import StatusRule
from kaframe.scorecard.leafparts import leaf_parts

Key = tuple[str, str]
PATIENCE = {"recover": "margin", "hold": "hold", "for": "wait"}  # keys of status.yaml, and why a colour then stays


@dataclass(frozen=True, slots=True)
class RulePoint:
    """A rule, or a part of one that holds by itself: its kind, its name within the kind, its place."""

    kind: str
    name: str
    at: Location

    @property
    def key(self) -> Key:
        """What tells it apart."""
        return self.kind, self.name


def rule_points(project: Project) -> list[RulePoint]:
    """All points of a project's rules, in the order of the steps."""
    return [RulePoint(*found) for found in _points(project)]


Found = tuple[str, str, Location]


def _points(project: Project) -> Iterator[Found]:
    rules = project.rules
    yield from (("measure", item.id, item.at) for item in rules.measure.measures)
    for tier in rules.identify.tiers:
        yield "tier", tier.id, tier.at
        yield from [("tier kept", f"{tier.id}.stay", tier.stay.at)] if tier.stay else []
        yield from [("tier kept", f"{tier.id}.dwell", tier.at)] if tier.dwell else []
    if rules.identify.candidates:
        yield "candidates", "candidates", rules.identify.candidates.at
    for analysis in rules.analyse.analyses:
        yield "analysis", analysis.id, analysis.at
        for segment in getattr(analysis.settings, "segments", ()):
            yield "segment", segment.id, segment.at
    for card in rules.score.scorecards:
        yield from _card_points(project, card)
    for rule in rules.status.rgb.values():
        yield from _colour_points(project, rule)
    for stage in rules.stage.stages:
        yield "stage", stage.id, stage.at
        yield from (("stage task", f"{stage.id}.{task.id}", task.at) for task in stage.tasks)
        for number, way in enumerate(stage.to):
            yield "transition", transition_name(stage.id, way.stage, number), way.at
    for strategy in rules.strategy.strategies:
        yield "strategy", strategy.id, strategy.at
        yield from (("goal", f"{strategy.id}.{goal.id}", goal.at) for goal in strategy.goals)
        yield from (("action", f"{strategy.id}.{action.id}", action.at) for action in strategy.actions)
    yield from (("improvement", item.id, item.at) for item in rules.strategy.improvements)
    yield from (("cadence", item.id, item.at) for item in rules.maintain.cadences)
    yield from (("notice", item.id, item.at) for item in rules.notify.notices)


def _card_points(project: Project, card: Scorecard) -> Iterator[Found]:
    """A card that not every account has, its leaves with their parts, and the limits of its nodes."""
    if card.family or card.applies:
        yield "scorecard", card.id, card.at
    for path, leaf in (found for child in card.children for found in child.leaves()):
        name = f"{card.id}.{path}"
        yield "leaf", name, leaf.at
        yield from ((part.kind, f"{name}{part_name(part.name)}", part.at)
                    for part in leaf_parts(project, card.id, path, leaf))
    for limit in card_limits(project, card):
        yield "limit", limit.name, limit.at


def part_name(name: str) -> str:
    """What a part is called behind the path of its leaf: ``#2``, or in brackets."""
    return name if name.startswith("#") else f"[{name}]"


@dataclass(frozen=True, slots=True)
class Limit:
    """An end of a ``clamp`` that a card, group or leaf writes itself, and the column whose points it cuts off."""

    name: str
    column: str
    points: float
    at: Location


def card_limits(project: Project, card: Scorecard) -> Iterator[Limit]:
    """Every such end, of the card first."""
    meaning = project.rules.score.meaning(card)
    clamps = [("", card.clamp, card.at), *(found for child in card.children for found in _clamps(child, ""))]
    for path, clamp, at in clamps:
        ends = meaning.limits(clamp) if meaning and clamp is not None else None
        name = f"{card.id}.{path}" if path else card.id
        for word, points in zip(("least", "most"), ends or (), strict=False):
            if math.isfinite(points):
                yield Limit(f"{name} {word}", path or "points", points, at)


def _clamps(node: ScoreNode, above: str) -> Iterator[tuple[str, Any, Location]]:
    path = f"{above}.{node.id}" if above else node.id
    yield path, node.clamp, node.at
    for child in node.children:
        yield from _clamps(child, path)


def _colour_points(project: Project, rule: StatusRule) -> Iterator[Found]:
    yield from (("colour", f"{rule.id}.{colour.id}", colour.at) for colour in rule.colours)
    yield from (("exception", f"{rule.id}.{item.id}", item.at) for item in rule.exceptions)
    written = project.rules.nodes.get("status")
    for step in ("rgb", rule.id):
        written = written.get(step) if written else None
    places = written.keys if written else {}
    for key, why in PATIENCE.items():
        if {"recover": rule.recover, "hold": rule.hold, "for": rule.wait}[key]:
            yield "patience", f"{rule.id}.{why}", places.get(key, rule.at)
    if rule.roll_up is not None:
        yield "roll-up", rule.id, rule.roll_up.at
        yield from (("share", f"{rule.id}#{place}", share.at) for place, share in enumerate(rule.roll_up.shares, 1))


def transition_name(stage: str, target: str, number: int) -> str:
    """The name of the way out of a stage with that number, from 0."""
    return f"{stage} -> {target} ({number + 1})"


def deciding_rule(project: Project, table: str, row: Mapping[str, Any], column: str) -> Location | None:
    """The rule that decided a row, where the row says so."""
    places = {point.key: point.at for point in rule_points(project)}
    return next((places[key] for key in _deciders(table, row, column) if key in places), None)


def _deciders(table: str, row: Mapping[str, Any], column: str) -> Iterator[Key]:
    """The points that may have decided, the likeliest first."""
    match table:
        case "measures":
            yield "measure", column
        case "tiers":
            yield "tier", str(row["tier"])
        case "colours" if column in ("status", "why", "exception"):
            yield "exception", f"{row['card']}.{row['exception']}"
            yield "colour", f"{row['card']}.{row['status']}"
        case "colours":
            yield "colour", f"{row['card']}.{row['calculated']}"
        case "insights":
            yield "analysis", str(row["insight"])
        case "stages":
            yield "stage", str(row["stage"])
        case "plans":
            yield from (("strategy", name) for name in json.loads(row["strategies"] or "[]"))
        case "actions":
            yield "action", f"{row['strategy']}.{row['action']}"
            yield "improvement", str(row["action"])
        case "goals":
            yield "goal", str(row["goal"])
        case "tasks":
            yield str(row["kind"]), str(row["rule"])
            yield "stage task", str(row["rule"])
            yield "action", str(row["rule"])
        case "notices":
            yield "notice", str(row["rule"])
        case _ if table.startswith("score_"):
            yield "leaf", f"{table.removeprefix('score_')}.{column.removeprefix('value:')}"
