"""``table:`` of a leaf: a decision table with DMN's hit policies, its rows in YAML or in a CSV beside the rules."""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.bind import Label, bind
from kaframe.decisiontable import Collect, Hit, Policy
from kaframe.errors import Location, Problem, RuleError
from kaframe.expression import Expression
from kaframe.yamlfile import Node


@dataclass(frozen=True, slots=True)
class TableInput:
    """An input column: what people call it and the expression whose value its cells ask about."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: a cell for every input, the points where all of them hold, and the reason that people read."""

    at: Location
    cells: tuple[Expression, ...]
    points: float
    reason: Label | None = None

    @classmethod
    def from_node(cls, node: Node) -> TableRow:
        """``{when: [">= 50", "-"], points: 100}``."""
        when = node.get("when")
        cells = when.value if when is not None and isinstance(when.value, list) else []
        found = bind(node, _RowOutput)
        return cls(node.at, tuple(_cell(cell) for cell in cells), found.points, found.reason)


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Rows that turn inputs into points; ``hit`` says what several rows that hold mean.

    ``order`` are the points from the one that goes first, for ``hit: priority``; ``otherwise`` are those where no row
    holds, without it they are missing.
    """

    at: Location
    hit: Hit
    inputs: tuple[TableInput, ...]
    rows: tuple[TableRow, ...]
    collect: Collect | None = None
    order: tuple[float, ...] = ()
    otherwise: float | None = None

    @classmethod
    def from_node(cls, node: Node) -> DecisionTable:
        """The keys of a table whose file, if it names one, has been read. Raises: RuleError when its shape is wrong."""
        found = bind(node, _Keys)
        inputs = _inputs(node)
        otherwise = node.get("else")
        rest = None if otherwise is None else float(otherwise.plain())
        table = cls(node.at, found.hit, inputs, found.rows, found.collect, found.order, rest)
        problems = [*_row_problems(table), *_policy_problems(table)]
        if problems:
            raise RuleError(problems)
        return table

    @property
    def policy(self) -> Policy:
        """What several rows that hold mean."""
        return Policy(self.hit, self.collect, self.order)

    @property
    def outcomes(self) -> tuple[float, ...]:
        """All points that rows and ``else`` give, each once, from the fewest."""
        given = {row.points for row in self.rows} | ({self.otherwise} if self.otherwise is not None else set())
        return tuple(sorted(given))


@dataclass(frozen=True, slots=True)
class _RowOutput:
    points: float
    reason: Label | None = None


@dataclass(frozen=True, slots=True)
class _Keys:
    hit: Hit = "unique"
    rows: tuple[TableRow, ...] = ()
    collect: Collect | None = None
    order: tuple[float, ...] = ()


def _cell(node: Node) -> Expression:
    """Numbers, true and false stand for themselves; nothing at all asks nothing."""
    value = node.value
    text = "true" if value is True else "false" if value is False else "" if value is None else str(value)
    return Expression(node.unfolded or text, node.at, node.indent)


def _inputs(node: Node) -> tuple[TableInput, ...]:
    """A list of expressions, or names and their expressions."""
    inputs = node.get("inputs")
    listed = inputs.value if inputs is not None else None
    if isinstance(listed, dict):
        return tuple(TableInput(name, _cell(value)) for name, value in listed.items())
    written = listed if isinstance(listed, list) else []
    return tuple(TableInput(str(value.value), _cell(value)) for value in written)


def _row_problems(table: DecisionTable) -> list[Problem]:
    if not table.rows:
        return [Problem(table.at, "KF2242", "the decision table has no rows", "write rows:, or name a file:")]
    width = len(table.inputs)
    if not width:
        return [Problem(table.at, "KF2242", "the decision table has no inputs", "write them like inputs: [revenue]")]
    return [
        Problem(row.at, "KF2242", f"this row has {len(row.cells)} cells for {width} inputs",
                f"the inputs are {', '.join(one.name for one in table.inputs)}; '-' asks nothing")
        for row in table.rows
        if len(row.cells) != width
    ]  # fmt: skip


def _policy_problems(table: DecisionTable) -> list[Problem]:
    """What belongs to one hit policy stands beside it and nowhere else."""
    problems = []
    if (table.hit == "collect") is (table.collect is None):
        message = "what shall the points of several rows become?" if table.hit == "collect" else (
            f"'collect: {table.collect}' belongs to 'hit: collect', this table says 'hit: {table.hit}'"
        )
        problems.append(Problem(table.at, "KF2243", message, "write hit: collect and collect: sum, min, max or count"))
    if bool(table.order) is not (table.hit == "priority"):
        message = "a table with 'hit: priority' needs the order of its points" if table.hit == "priority" else (
            f"'order' belongs to 'hit: priority', this table says 'hit: {table.hit}'"
        )
        shown = ", ".join(f"{points:g}" for points in reversed(table.outcomes))
        problems.append(Problem(table.at, "KF2243", message, f"write hit: priority and order: [{shown}], first the one "
                                "that goes before all others"))
    elif table.order:
        problems += _order_problems(table)
    return problems


def _order_problems(table: DecisionTable) -> list[Problem]:
    twice = sorted({points for points in table.order if table.order.count(points) > 1})
    problems = [Problem(table.at, "KF2243", f"{points:g} stands twice in 'order'", "keep one") for points in twice]
    return problems + [
        Problem(row.at, "KF2243", f"the points {row.points:g} of this row do not stand in 'order'",
                f"order: [{', '.join(f'{points:g}' for points in table.order)}] lists all points of the rows")
        for row in table.rows
        if row.points not in table.order
    ]  # fmt: skip
