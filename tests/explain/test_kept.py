"""The explanations that a run keeps: those of ``kaframe explain``, for every managed account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kaframe import flow
from kaframe.database import Database
from kaframe.explain import STEPS, explain_account
from kaframe.explain.kept import keep_explanations, plain
from kaframe.explain.records import Deciding, Reach
from kaframe.loading import load_project
from kaframe.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples" / "consumer-goods"


@pytest.fixture(scope="module")
def project() -> Project:
    """The example on the last day of its data."""
    return load_project(EXAMPLE, as_of=date(2026, 6, 30))


@pytest.fixture(scope="module")
def db(project: Project) -> Iterator[Database]:
    """Its tables up to the colours, and the explanations."""
    with Database() as database:
        for step in STEPS:
            flow.STEPS[step](project, database)
        keep_explanations(project, database)
        yield database


def test_every_managed_account_as_explain_says_it(project: Project, db: Database) -> None:
    """One by one or all together: the same values, rows behind them, reasons and reach."""
    kept = {row["account_id"]: json.loads(row["content"]) for row in db.rows("SELECT * FROM explanations")}
    managed = [row["account_id"] for row in db.rows("SELECT account_id FROM managed ORDER BY 1")]
    assert sorted(kept) == managed
    assert len(managed) > 20
    for account_id in managed[::8]:
        (alone,) = explain_account(project, db, account_id)
        assert kept[account_id] == json.loads(json.dumps(plain(alone)))


def test_what_is_empty_is_left_out_and_zero_is_not() -> None:
    """A 0 says something; nothing, no, and no text do not."""
    assert plain(Reach(value=0.0, points=None)) == {"value": 0.0}
    assert plain(Deciding("score.yaml:3")) == {"rule": "score.yaml:3"}


def test_values_of_data_as_json_has_them() -> None:
    """Days as text, decimals as numbers, what is no finite number as null."""
    row = {"day": date(2026, 1, 2), "at": datetime(2026, 1, 2, 3), "paid": Decimal("1.5"), "odd": float("nan")}
    assert plain(row) == {"day": "2026-01-02", "at": "2026-01-02 03:00:00", "paid": 1.5, "odd": None}
