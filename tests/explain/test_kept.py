"""The explanations that a run keeps: those of ``kaframe explain``, for every managed account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kaframe import flow
from kaframe.database import Database
from kaframe.explain import STEPS, Depth, explain_accounts, kept
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
    found = {row["account_id"]: json.loads(row["content"]) for row in db.rows("SELECT * FROM explanations")}
    managed = [row["account_id"] for row in db.rows("SELECT account_id FROM managed ORDER BY 1")]
    assert sorted(found) == managed
    assert len(managed) > 20
    for account_id in managed[::8]:
        (alone,) = explain_accounts(project, db, [account_id], depth=Depth("used"))
        assert found[account_id] == json.loads(json.dumps(plain(alone)))


def rows_kept(project: Project, db: Database, shown: str) -> list[dict[str, Any]]:
    """Every row of data that the explanations of a run keep, when kaframe.yaml says so."""
    config = replace(project.config, explanations=shown)
    keep_explanations(replace(project, config=config), db)
    found: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            found.extend(part.get("rows", ()))
            part = list(part.values())
        if isinstance(part, list):
            for one in part:
                walk(one)

    walk([json.loads(row["content"]) for row in db.rows("SELECT content FROM explanations ORDER BY ALL")])
    return found


def test_only_the_columns_that_a_measure_uses_are_kept(project: Project, db: Database) -> None:
    """A snapshot holds no more of the customers' data than the number needs, unless somebody wants it."""
    used, everything = rows_kept(project, db, "used"), rows_kept(project, db, "all")
    assert len(used) == len(everything) > 100
    assert {"ordered_on", "amount"} in [set(row) for row in used]
    read = set(db.columns("orders")) - {"account_id"}
    assert {"amount", "ordered_on"} < read
    assert any(set(row) == read for row in everything)
    assert not any(set(row) == read for row in used)
    assert all(len(row) <= len(whole) for row, whole in zip(used, everything, strict=True))


def test_no_rows_or_nothing_at_all(project: Project, db: Database) -> None:
    """Counts and sums alone, or no explanations."""
    assert rows_kept(project, db, "counts") == []
    assert '"row_count": 96' in "".join(row["content"] for row in db.rows("SELECT content FROM explanations"))
    assert rows_kept(project, db, "none") == []
    assert db.rows("SELECT * FROM explanations") == []
    keep_explanations(project, db)


def test_batches_make_no_difference(project: Project, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many accounts are explained together."""
    before = db.rows("SELECT * FROM explanations ORDER BY ALL")
    monkeypatch.setattr(kept, "BATCH", 7)
    keep_explanations(project, db)
    assert db.rows("SELECT * FROM explanations ORDER BY ALL") == before
    assert "more_explanations" not in db.tables()


def test_what_is_empty_is_left_out_and_zero_is_not() -> None:
    """A 0 says something; nothing, no, and no text do not."""
    assert plain(Reach(value=0.0, points=None)) == {"value": 0.0}
    assert plain(Deciding("score.yaml:3")) == {"rule": "score.yaml:3"}


def test_values_of_data_as_json_has_them() -> None:
    """Days as text, decimals as numbers, what is no finite number as null."""
    row = {"day": date(2026, 1, 2), "at": datetime(2026, 1, 2, 3), "paid": Decimal("1.5"), "odd": float("nan")}
    assert plain(row) == {"day": "2026-01-02", "at": "2026-01-02 03:00:00", "paid": 1.5, "odd": None}
