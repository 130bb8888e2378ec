"""Everything in the rules that a test can bring to hold, each with its place: what coverage is counted over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaframe.errors import Location
from kaframe.project import Project
from kaframe.rules.score import Scorecard, ScoreNode

Key = tuple[str, str]


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


def _points(project: Project) -> Iterator[tuple[str, str, Location]]:
    rules = project.rules
    yield from (("measure", item.id, item.at) for item in rules.measure.measures)
    yield from (("tier", item.id, item.at) for item in rules.identify.tiers)
    if rules.identify.candidates:
        yield "candidates", "candidates", rules.identify.candidates.at
    for analysis in rules.analyse.analyses:
        yield "analysis", analysis.id, analysis.at
        for segment in getattr(analysis.settings, "segments", ()):
            yield "segment", segment.id, segment.at
    for card in rules.score.scorecards:
        yield from _card_points(card)
    for name, rule in rules.status.rgb.items():
        yield from (("colour", f"{name}.{colour.id}", colour.at) for colour in rule.colours)
        yield from (("exception", f"{name}.{item.id}", item.at) for item in rule.exceptions)
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


def _card_points(card: Scorecard) -> Iterator[tuple[str, str, Location]]:
    for path, leaf in card_leaves(card):
        yield "leaf", f"{card.id}.{path}", leaf.at
        yield from (("band", f"{card.id}.{path}#{number}", band.at) for number, band in enumerate(leaf.bands, 1))
        yield from (("case", f"{card.id}.{path}#{number}", case.at) for number, case in enumerate(leaf.cases, 1))


def card_leaves(card: Scorecard) -> Iterator[tuple[str, ScoreNode]]:
    """Every leaf of a card with its path."""
    for child in card.children:
        yield from child.leaves()


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
