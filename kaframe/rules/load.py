"""From the layers of rule files to one frozen record a kind."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaframe.bind import Label, bind
from kaframe.errors import KaframeError, Location, Problem, RuleError
from kaframe.rules.layers import Layer, merge_layers, read_layers
from kaframe.schema import check_schema
from kaframe.yamlfile import Node

if TYPE_CHECKING:
    from kaframe.rules.analyse import AnalyseRules
    from kaframe.rules.identify import IdentifyRules
    from kaframe.rules.maintain import MaintainRules
    from kaframe.rules.measure import MeasureRules
    from kaframe.rules.notify import NotifyRules
    from kaframe.rules.score import ScoreRules
    from kaframe.rules.stage import StageRules
    from kaframe.rules.status import StatusRules
    from kaframe.rules.strategy import StrategyRules

NOWHERE = Location("")
KINDS = ("measure", "identify", "analyse", "score", "status", "stage", "strategy", "maintain", "notify")


@dataclass(frozen=True, slots=True)
class ExpectedColumn:
    """A column that a pack can use, when the project has it."""

    type: str
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A pack's data contract: tables and their columns; what a project lacks of it is absent, not an error."""

    accounts: Mapping[str, ExpectedColumn]
    tables: Mapping[str, Mapping[str, ExpectedColumn]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The resolved rules of a project, one record a kind."""

    measure: MeasureRules
    identify: IdentifyRules
    analyse: AnalyseRules
    score: ScoreRules
    status: StatusRules
    stage: StageRules
    strategy: StrategyRules
    maintain: MaintainRules
    notify: NotifyRules
    expected: Expected
    nodes: Mapping[str, Node]

    def plain(self) -> dict[str, Any]:
        """The resolved rules as plain data, for the manifest and ``kaframe show rules``."""
        return {kind: node.plain() for kind, node in sorted(self.nodes.items())}


def load_rules(layers: Iterable[Layer]) -> Rules:
    """Read, merge, check and bind every kind; all problems of all files are raised together."""
    found = read_layers(layers, KINDS)
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    records: dict[str, Any] = {}
    for kind in KINDS:
        wrong = [problem for node in found[kind] for problem in check_schema(node, kind)]
        merged, silent = merge_layers(found[kind])
        problems += wrong + silent
        if merged is not None:
            nodes[kind] = merged
        if not (wrong or silent):
            records[kind] = bind_kind(kind, merged, problems)
    expected = _expected(found["pack"], problems)
    if problems:
        raise RuleError(sorted(problems, key=lambda problem: (problem.at or NOWHERE, problem.code)))
    return Rules(**records, expected=expected, nodes=nodes)


def check_forms(layers: Iterable[Layer]) -> None:
    """Raise RuleError with what is wrong in the text and form of rule files, whatever they stand above."""
    found = read_layers(layers, KINDS)
    problems = [problem for kind in KINDS for node in found[kind] for problem in check_schema(node, kind)]
    if problems:
        raise RuleError(problems)


def bind_kind(kind: str, node: Node | None, problems: list[Problem]) -> Any:
    """The record of one kind; None when it cannot be made, with the reasons among ``problems``."""
    record = getattr(importlib.import_module(f"kaframe.rules.{kind}"), f"{kind.capitalize()}Rules")
    if node is None:
        return record()
    try:
        return bind(node, record)
    except KaframeError as error:
        problems.extend(error.problems)
        return None


def _expected(packs: list[Node], problems: list[Problem]) -> Expected:
    accounts: dict[str, ExpectedColumn] = {}
    tables: dict[str, dict[str, ExpectedColumn]] = {}
    for node in packs:
        wrong = check_schema(node, "pack")
        problems.extend(wrong)
        if wrong:
            continue
        accounts.update(_columns(node.get("accounts")))
        for name, table in _mapping(node.get("tables")).items():
            tables.setdefault(name, {}).update(_columns(table))
    return Expected(accounts, tables)


def _columns(node: Node | None) -> dict[str, ExpectedColumn]:
    listed = _mapping(node.get("columns")) if node is not None else {}
    return {name: bind(column, ExpectedColumn) for name, column in listed.items()}


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}
