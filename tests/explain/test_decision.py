"""What an explanation says of the colour: exceptions considered, what is waited for, colours by hand, companies."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kaframe.explain import explain_account
from kaframe.explain.decision import find_decisions
from kaframe.scorecard.tree import plan_cards
from tests.steps import Rows, make_project
from tests.test_groups import PARENT, SCORE, company
from tests.test_groups import STATUS as GROUP_STATUS
from tests.test_groups import told as grouped
from tests.test_status import AS_OF, STATUS, account, coloured, past_colour, runs
from tests.test_status import SCORE as PLAIN_SCORE


@pytest.mark.parametrize(
    ("override", "states"),
    [
        (False, ["unknown", "does_not_hold", "changes_nothing", "decides", "later"]),
        (True, ["unknown", "does_not_hold", "changes_nothing", "overridden", "later"]),
    ],
)
def test_every_exception_is_told(tmp_path: Path, override: bool, states: list[str]) -> None:
    """Unknown, not held, held without effect, deciding, and held after the one that decides."""
    rules = (
        STATUS
        + """        exceptions:
          - {id: a, when: odd > 1, status: red}
          - {id: b, when: not notice, status: red}
          - {id: c, when: notice, at_least: yellow}
          - {id: d, when: notice, points: 60, reason: {en: Sixty, zh: 六十}}
          - {id: e, when: notice, status: red}
"""
    )
    by_hand: Rows = [{"account_id": "A", "card": "main", "status": "red", "reason": "r", "author": "li"}]
    accounts = [account(90, notice=True, odd=None)]
    db = coloured(tmp_path, accounts, rules, {"past_overrides": by_hand if override else []})
    project = make_project(tmp_path, {"score": PLAIN_SCORE, "status": rules}, {"accounts": accounts})
    decision = find_decisions(project, db, plan_cards(project)[0], ["A"])["A"]
    assert decision is not None
    assert [one.state for one in decision.considered] == states
    assert (decision.points, decision.calculated_points) == (60, 90)
    assert decision.reason == ("r" if override else "Sixty")


@pytest.mark.parametrize(
    ("patience", "ready_on", "left"),
    [("hold: 14 days", AS_OF + timedelta(days=7), None), ("hold: 4 runs", None, 2)],
)
def test_what_a_hold_still_asks(tmp_path: Path, patience: str, ready_on: date | None, left: int | None) -> None:
    """Which run began it, how many have it, and when it can be over."""
    rules = f"{STATUS}        {patience}\n"
    past: dict[str, Rows] = {"past_colours": past_colour("yellow"), "past_statuses": runs((7, 80))}
    db = coloured(tmp_path, [account(78)], rules, past)
    project = make_project(tmp_path, {"score": PLAIN_SCORE, "status": rules}, {"accounts": [account(78)]})
    decision = find_decisions(project, db, plan_cards(project)[0], ["A"])["A"]
    assert decision is not None
    assert (decision.why, decision.begun, decision.runs) == ("hold", AS_OF - timedelta(days=7), 2)
    assert (decision.ready_on, decision.runs_left) == (ready_on, left)


def test_a_parent_names_its_companies_and_terms_add_up(tmp_path: Path) -> None:
    """Where its points come from, the largest share first; its own leaves and what the group takes make the rest."""
    family = (PARENT, company("A", 20.0, value=3.0), company("B", 60.0, value=1.0))
    rule = "points: weighted_mean, by: value"
    db = grouped(tmp_path, rule, family)
    rules = {
        "score": SCORE, "status": GROUP_STATUS % rule, "identify": "tiers: [{id: key, key: true, when: true}]\n",
    }  # fmt: skip
    project = make_project(tmp_path, rules, {"accounts": family})
    db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR"})
    (one,) = explain_account(project, db, "P")
    assert [(member.account_id, member.points, member.share) for member in one.members] == [
        ("A", 20, 0.75), ("B", 60, 0.25)
    ]  # fmt: skip
    lost = sum(node.lost for node in one.nodes)
    assert (one.score, lost, one.other) == (30, 10, 60)
    assert one.target is not None
    assert one.target.blocked == "group"
