"""Which strategies an account gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plans import LOUD, planned, plans, project_of

STRATEGIES = """
most: {most}
strategies:
  - {{id: calm, label: Calm them, when: insight.loud or status = 'red'}}
  - {{id: serve, label: Serve, when: weakest = 'service'}}
  - {{id: large, label: Large, when: revenue >= 80}}
  - {{id: keep, label: Keep, otherwise: true}}
"""


@pytest.mark.parametrize(
    ("most", "expected"),
    [(3, {"A": ["calm", "serve", "large"], "B": ["large"]}), (1, {"A": ["calm"], "B": ["large"]})],
)
def test_the_first_of_the_file_come_first(tmp_path: Path, most: int, expected: dict[str, list[str]]) -> None:
    """Priority is the order of the file; the account that is no key account gets no plan."""
    found = plans(planned(project_of(tmp_path, STRATEGIES.format(most=most)), insights=[LOUD]))
    assert {name: json.loads(row["strategies"]) for name, row in found.items()} == expected


def test_otherwise_is_for_accounts_without_another(tmp_path: Path) -> None:
    """Nothing is known to hold for B, so it is kept; an insight of another account does not count."""
    rules = """strategies:
      - {id: calm, label: Calm, when: insight.loud}
      - {id: keep, label: Keep, otherwise: true}"""
    found = plans(planned(project_of(tmp_path, rules), insights=[LOUD]))
    assert {name: json.loads(row["strategies"]) for name, row in found.items()} == {"A": ["calm"], "B": ["keep"]}


def test_what_is_unknown_does_not_hold(tmp_path: Path) -> None:
    """The stage of no account is known here."""
    rules = """strategies:
      - {id: one, label: One, when: stage = 'analysis'}
      - {id: two, label: Two, when: not (stage = 'analysis')}"""
    found = plans(planned(project_of(tmp_path, rules)))
    assert {json.loads(row["strategies"]) == [] for row in found.values()} == {True}
