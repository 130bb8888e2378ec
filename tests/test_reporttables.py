"""What reports may read of a run, however many accounts it has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kaframe.database import Database
from kaframe.reporttables import keep_shown, kept_view, table_rows

ACCOUNTS = 20_000


@pytest.fixture(scope="module")
def run() -> Iterator[Database]:
    """A run of many accounts of which the ten largest are key accounts and the next five candidates."""
    with Database() as db:
        numbers = f"SELECT i, 'A' || lpad(CAST(i AS VARCHAR), 6, '0') AS account_id FROM range({ACCOUNTS}) AS t(i)"
        db.execute(f"CREATE TABLE measures AS SELECT account_id, 1e6 / (i + 1) AS revenue, -i AS loss FROM ({numbers})")
        db.execute(
            "CREATE TABLE tiers AS SELECT account_id, CASE WHEN i < 10 THEN 'key' ELSE 'standard' END AS tier, "
            f"i < 10 AS key_account, i BETWEEN 10 AND 14 AS candidate FROM ({numbers})"
        )
        db.execute(
            "CREATE TABLE colours AS SELECT account_id, 'health' AS card, "
            "CASE WHEN account_id < 'A000003' THEN 'red' ELSE 'green' END AS status FROM tiers"
        )
        db.execute("CREATE TABLE portfolio AS SELECT unnest(['revenue', 'loss']) AS measure")
        db.execute(
            "CREATE VIEW managed AS "
            "SELECT account_id FROM tiers WHERE key_account OR candidate OR account_id = 'A000099'"
        )
        yield db


def test_managed_accounts_alone(run: Database) -> None:
    """The run says which they are; before it has said so there are none."""
    read = table_rows(run)
    assert [row["account_id"] for row in read("managed.tiers")] == [*(f"A{i:06}" for i in range(15)), "A000099"]
    with Database() as db:
        db.execute("CREATE TABLE tiers AS SELECT 'A' AS account_id, TRUE AS key_account")
        assert table_rows(db)("managed.tiers") == []


def test_a_curve_is_short_and_complete(run: Database) -> None:
    """Some 200 points carry the curve of any number of accounts: it rises to the whole, exact where it has points."""
    curve = [row for row in table_rows(run)("pareto") if row["measure"] == "revenue"]
    assert 100 < len(curve) <= 202
    shares = [row["share"] for row in curve]
    assert shares == sorted(shares)
    assert (curve[0]["place"], curve[-1]["place"], shares[-1]) == (1, ACCOUNTS, 1.0)
    whole = sum(1 / (i + 1) for i in range(ACCOUNTS))
    at_ten = next(row for row in curve if row["place"] == 10)
    assert at_ten["share"] == pytest.approx(sum(1 / (i + 1) for i in range(10)) / whole, abs=1e-6)


def test_a_measure_that_nobody_has_has_no_curve(run: Database) -> None:
    """Accounts with nothing or less carry nothing."""
    assert [row for row in table_rows(run)("pareto") if row["measure"] == "loss"] == []


def test_sums_over_all_accounts(run: Database) -> None:
    """Tiers and colours are counted where the accounts are."""
    read = table_rows(run)
    assert {row["tier"]: row["accounts"] for row in read("tier_counts")} == {"key": 10, "standard": ACCOUNTS - 10}
    counts = {(row["tier"], row["status"], row["managed"]): row["accounts"] for row in read("colour_counts")}
    assert counts == {("key", "red", True): 3, ("key", "green", True): 7, ("standard", "green", True): 6,
                      ("standard", "green", False): ACCOUNTS - 16}  # fmt: skip
    totals = {row["tier"]: row["total"] for row in read("tier_totals") if row["measure"] == "revenue"}
    assert totals["key"] == pytest.approx(sum(1e6 / (i + 1) for i in range(10)), abs=1e-3)


@pytest.mark.parametrize("table", ["goals", "managed.goals", "members"])
def test_a_table_that_a_run_does_not_have_has_no_rows(run: Database, table: str) -> None:
    """A report asks for everything; not every run has all of it."""
    assert table_rows(run)(table) == []


def test_what_is_shown_beside_is_kept(run: Database) -> None:
    """Of managed accounts alone, with the order that the colours are written in; a snapshot needs no more than that."""
    view = {"colours": {"health": {"red": "#f00", "amber": "#fa0"}}, "primary": "health"}
    run.execute("CREATE TABLE contacts AS SELECT unnest(['A000001', 'A000500']) AS account_id, 'Jo' AS contact")
    keep_shown(run, view)
    run.execute("DROP TABLE contacts")
    read = table_rows(run)
    assert [row["account_id"] for row in read("managed.contacts")] == ["A000001"]
    assert read("managed.past_scores") == []
    assert kept_view(read) == view
    assert list(kept_view(read)["colours"]["health"]) == ["red", "amber"]


def test_an_empty_database_has_no_sums() -> None:
    """Nothing to sum is nothing, not an error."""
    with Database() as db:
        read = table_rows(db)
        assert [read(name) for name in ("pareto", "tier_counts", "tier_totals", "colour_counts")] == [[], [], [], []]
