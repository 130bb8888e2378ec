"""Decision tables as sales people keep them: what cells ask, what rows that hold decide, what they leave open."""

from kaframe.decisiontable.axis import Axis, make_axis
from kaframe.decisiontable.cells import Cell, parse_cell, read_points
from kaframe.decisiontable.conditions import Input, cell_condition
from kaframe.decisiontable.coverage import Grid, describe
from kaframe.decisiontable.findings import Finding, find_doubts
from kaframe.decisiontable.policy import Collect, Hit, Outcome, Policy, clash_sql, points_sql, row_sql
from kaframe.decisiontable.possible import limited

__all__ = [
    "Axis",
    "Cell",
    "Collect",
    "Finding",
    "Grid",
    "Hit",
    "Input",
    "Outcome",
    "Policy",
    "cell_condition",
    "clash_sql",
    "describe",
    "find_doubts",
    "limited",
    "make_axis",
    "parse_cell",
    "points_sql",
    "read_points",
    "row_sql",
]
