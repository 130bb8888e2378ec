"""From the layers of rule files to one frozen record a kind."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaframe.bind import Label, bind
from kaframe.doubts import NO_DOUBTS, Doubts, keep_sound, unread
from kaframe.errors import KaframeError, Location, Problem, RuleError
from kaframe.rules.layers import Layer, merge_layers, read_layers, without_overrides
from kaframe.rules.profiles import fill_colours, fill_semantics, profile_layer
from kaframe.rules.tablefile import read_table_files
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
OVERRIDES_NOTHING = "KF1304"
NOT_OF_THE_FORM = "KF1106"
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


@dataclass(frozen=True, slots=True)
class RulesRead:
    """The rules as far as they are sound, everything that is wrong with the others, and what is in doubt for it."""

    rules: Rules
    problems: tuple[Problem, ...]
    doubts: Doubts


def load_rules(layers: Iterable[Layer]) -> Rules:
    """Read, merge, check and bind every kind; all problems of all files are raised together."""
    read = read_rules(layers)
    if read.problems:
        raise RuleError(read.problems)
    return read.rules


def read_rules(layers: Iterable[Layer], packs_known: bool = True) -> RulesRead:
    """Read, merge, check and bind what is sound of every kind, whatever is wrong elsewhere.

    Without ``packs_known`` the layers below are in doubt: what overrides them is left out.
    """
    found = read_layers(layers, KINDS)
    reading = _Reading(list(found.problems), packs_known)
    for kind in found.broken:
        reading.doubts |= unread(kind, f"{kind}.yaml")
    records = {kind: reading.read_kind(kind, found.nodes[kind]) for kind in KINDS}
    expected = _expected(found.nodes["pack"], reading.problems)
    if reading.problems and (not packs_known or expected is None or "pack" in found.broken):
        reading.doubts |= unread("packs")
    rules = Rules(**records, expected=expected or Expected({}, {}), nodes=reading.nodes)
    ordered = sorted(reading.problems, key=lambda problem: (problem.at or NOWHERE, problem.code))
    return RulesRead(rules, tuple(ordered), reading.doubts)


class _Reading:
    """Collects the sound rules, and what is wrong with the others."""

    def __init__(self, problems: list[Problem], packs_known: bool) -> None:
        self.problems, self.packs_known = problems, packs_known
        self.doubts = NO_DOUBTS
        self.nodes: dict[str, Node] = {}

    def read_kind(self, kind: str, files: list[Node]) -> Any:
        """The record of one kind: what is sound of its files, laid over each other."""
        sound: list[Node] = []
        wrong: list[bool] = []
        for node in files:
            kept, problems, doubts = keep_sound(node, kind)
            self.problems += problems
            self.doubts |= doubts.about(kind)
            sound.append(kept if self.packs_known else without_overrides(kept))
            wrong.append(bool(problems))
        broken = kind in self.doubts.unread
        merged, silent = _merged(kind, sound)
        hollow = broken or any(wrong[:-1])  # what is overridden may stand in what could not be read
        self.problems += [problem for problem in silent if not (hollow and problem.code == OVERRIDES_NOTHING)]
        if silent:
            self.doubts |= unread(kind)
        if merged is not None and kind == "status":
            merged = fill_colours(merged, self.nodes.get("score"))
        if merged is not None:
            self.nodes[kind] = merged
        return self._bind(kind, merged, bool(silent) or broken or any(wrong))

    def _bind(self, kind: str, node: Node | None, incomplete: bool) -> Any:
        problems: list[Problem] = []
        record = bind_kind(kind, node, problems)
        self.problems += [problem for problem in problems if not (incomplete and problem.code == NOT_OF_THE_FORM)]
        if record is None:
            self.doubts |= unread(kind, f"{kind}.yaml")
            return bind_kind(kind, None, problems)
        return record


def _merged(kind: str, nodes: list[Node]) -> tuple[Node | None, list[Problem]]:
    """The layers of a kind as one; scorecards stand upon profiles and have all their choices spelled out."""
    if kind != "score":
        return merge_layers(nodes)
    nodes, unread = read_table_files(nodes)
    merged, problems = merge_layers([*profile_layer(nodes), *nodes])
    problems = unread + problems
    if merged is None:
        return None, problems
    filled, wrong = fill_semantics(merged)
    return filled, problems + wrong


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


def _expected(packs: list[Node], problems: list[Problem]) -> Expected | None:
    """What the packs can use; None when one of them does not say it well."""
    accounts: dict[str, ExpectedColumn] = {}
    tables: dict[str, dict[str, ExpectedColumn]] = {}
    for node in packs:
        wrong = check_schema(node, "pack")
        problems.extend(wrong)
        if wrong:
            return None
        accounts.update(_columns(node.get("accounts")))
        for name, table in _mapping(node.get("tables")).items():
            tables.setdefault(name, {}).update(_columns(table))
    return Expected(accounts, tables)


def _columns(node: Node | None) -> dict[str, ExpectedColumn]:
    listed = _mapping(node.get("columns")) if node is not None else {}
    return {name: bind(column, ExpectedColumn) for name, column in listed.items()}


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}
