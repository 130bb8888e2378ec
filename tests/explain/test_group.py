"""A parent whose points come from its companies: its terms add up as everybody's do."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaframe.explain import explain_accounts
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.score import score_accounts
from kaframe.status import colour_accounts
from tests.steps import Rows, make_database, make_project

SCORE = """
    semantics: {kaframe: {override: merge, minimum_coverage: 0.5}}
    scorecards:
      main:
        primary: true
        children:
          own: {weight: 3, children: {x: {value: x, weight: 2}, y: {value: y}}}
          z: {value: z, weight: 4}
"""
STATUS = "rgb: {main: {good: {at_least: 75}, bad: else, roll_up: {%s}}}\n"
SHARES = "shares: [{status: bad, above: 0.5}, {else: good}]"
ROLL_UPS = (
    "points: mean", "points: mean, parent: counted", "points: weighted_mean, by: value", "points: worst",
    SHARES, f"{SHARES}, parent: counted", f"by: value, {SHARES}",
)  # fmt: skip
points = st.one_of(st.none(), st.integers(0, 1000).map(lambda tenths: tenths / 10))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(points, points, points), min_size=3, max_size=5), st.sampled_from(ROLL_UPS))
def test_terms_of_parents_add_up_exactly(values: list[tuple[float | None, ...]], roll_up: str) -> None:
    """Score + what the leaves lost + what the companies take or give = best, in decimal; parent and children alike."""
    accounts: Rows = [
        {"account_id": f"A{place}", "parent": "A0" if place else None, "x": x, "y": y, "z": z, "value": 1.0 + place}
        for place, (x, y, z) in enumerate(values)
    ]
    accounts = [*accounts, {"account_id": "Z", "parent": None, "x": 1.0, "y": 2.0, "z": 3.0, "value": 1.0}]
    rules = {"score": SCORE, "status": STATUS % roll_up, "identify": "tiers: [{id: key, key: true, when: true}]\n"}
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder), rules, {"accounts": accounts})
        with make_database({"accounts": accounts}) as db:
            db.create("sources", [], {"table_name": "VARCHAR", "source": "VARCHAR"})
            for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
                step(project, db)
            explained = list(explain_accounts(project, db, [row["account_id"] for row in accounts]))
    assert len(explained) == len(accounts)
    for one in explained:
        if one.score is not None:
            lost = sum(Decimal(repr(node.lost)) for node in one.nodes)
            besides = Decimal(repr(one.other)) + Decimal(repr(one.rounded))
            assert Decimal(repr(one.score)) + lost + besides == Decimal(repr(one.best)), one
    parent = explained[0]
    assert {member.account_id for member in parent.members} >= {row["account_id"] for row in accounts[1:-1]}
