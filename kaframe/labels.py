"""What people read for every id of the rules and the team, in the project's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kaframe.bind import Label
from kaframe.project import Project
from kaframe.rules.score import ScoreNode

STATUS_WORDS = {
    "green": Label("green", "绿"),
    "yellow": Label("yellow", "黄"),
    "red": Label("red", "红"),
    "no_data": Label("too little data", "数据不足"),
}


def labels(project: Project) -> dict[str, str]:
    """What people read for every id, by ``kind.id``."""
    rules = project.rules
    found: dict[str, str] = {}
    kinds: tuple[tuple[str, Iterable[Any]], ...] = (
        ("measure", rules.measure.measures),
        ("tier", rules.identify.tiers),
        ("insight", rules.analyse.analyses),
        ("card", rules.score.scorecards),
        ("stage", rules.stage.stages),
        ("strategy", rules.strategy.strategies),
        ("cadence", rules.maintain.cadences),
        ("notice", rules.notify.notices),
        ("role", project.team.roles),
    )
    for kind, items in kinds:
        found |= {f"{kind}.{item.id}": project.text(item.label, item.id) for item in items}
    found |= {f"member.{member.id}": member.name for member in project.team.members}
    for card in rules.score.scorecards:
        found |= {f"node.{card.id}.{path}": text for path, text in _node_labels(project, card.children, "")}
    for rule in rules.status.rgb.values():
        found |= {f"exception.{item.id}": project.text(item.reason, item.id) for item in rule.exceptions}
        for colour in rule.colours:
            label = colour.label or STATUS_WORDS.get(colour.id)
            found[f"status.{colour.id}"] = project.text(label, colour.id)
    found["status.no_data"] = project.text(STATUS_WORDS["no_data"])
    expected = rules.expected.accounts.items()
    found |= {f"column.{name}": project.text(column.label, name) for name, column in expected}
    found |= {f"data.{name}": project.text(label) for name, label in project.config.labels.items()}
    return found


def _node_labels(project: Project, nodes: Iterable[ScoreNode], above: str) -> Iterable[tuple[str, str]]:
    measures = {measure.id: measure for measure in project.rules.measure.measures}
    for node in nodes:
        path = f"{above}.{node.id}" if above else node.id
        measured = measures.get(node.value.text) if node.value else None
        yield path, project.text(node.label or (measured.label if measured else None), node.id)
        yield from _node_labels(project, node.children, path)
