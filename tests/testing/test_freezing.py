"""A real account becomes a test that passes at once and does not tell who it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ruletesting import CONFIG
from smallproject import write_project

from kaframe.errors import UsageError
from kaframe.loading import load_project
from kaframe.project import Project
from kaframe.testing import run_tests
from kaframe.testing.anonymous import Mask, factor_of, money_columns
from kaframe.testing.freezing import freeze_account
from kaframe.yamlfile import read_yaml

ORDERS = "\n".join([
    "account_id,order_id,ordered_on,amount,profit,category",
    *(f"A1,O{month},2026-{month:02}-10,{1000 * month}.50,{200 * month},Secret stuff" for month in range(1, 7)),
    "A1,O9,2026-09-01,5,1,later",
    "A2,P1,2026-02-01,500,50,Secret stuff",
]) + "\n"  # fmt: skip
TICKETS = "account_id,ticket_id,opened_on,closed_on,kind\nA1,T1,2026-06-01,,complaint\nA1,T2,2026-06-02,,Mr Smith\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two accounts; the first one's name, products and people are nobody's business."""
    config = CONFIG + "  tickets: {source: {reader: csv, path: data/tickets.csv}, time: opened_on}\n"
    root = write_project(tmp_path / "real", {
        "kaframe.yaml": config, "data/orders.csv": ORDERS, "data/tickets.csv": TICKETS,
        "data/accounts.csv": "account_id,account,owner,renewal_on\nA1,Alpha Ltd,chen,2026-09-01\nA2,Beta,chen,\n",
    })  # fmt: skip
    return load_project(root, as_of=date(2026, 6, 30))


def test_it_passes_at_once_and_names_nobody(project: Project) -> None:
    """Rows up to the day, results of the real run, and not a word that tells who it is."""
    frozen = freeze_account(project, lambda db: "A1")
    assert (str(frozen.path), frozen.differs) == ("tests/frozen_1.yaml", ())
    text = (project.root / frozen.path).read_text("utf-8")
    assert not [word for word in ("A1", "Alpha", "chen", "Secret", "Smith", "O1", "T1", "later") if word in text]
    (test,) = read_yaml(project.root / frozen.path, "t").plain()["tests"]
    assert [row["ordered_on"] for row in test["given"]["orders"]] == [f"2026-{month:02}-10" for month in range(1, 7)]
    assert {row["kind"] for row in test["given"]["tickets"]} == {"complaint", "kind 1"}
    assert test["expect"]["measures"][0]["revenue_12m"] == 21003
    assert "kind: complaint" in frozen.kept
    assert "category (1)" in frozen.replaced
    assert run_tests(project.root).passed


def test_a_rule_that_names_somebody_keeps_nothing(project: Project) -> None:
    """Rules about one account or one person: their words stay out of the test all the same."""
    rules = project.root / "rules" / "measure.yaml"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text("version: 1\nmeasures:\n  is_one: {value: account = 'Alpha Ltd'}\n"
                     "  of_one: {value: \"owner = 'chen'\"}\n  firm: {value: account}\n", encoding="utf-8")
    frozen = freeze_account(load_project(project.root, as_of=date(2026, 6, 30)), lambda db: "A1")
    text = (project.root / frozen.path).read_text("utf-8")
    assert not [word for word in ("A1", "Alpha", "chen") if word in text]
    assert "firm: account 1" in text
    assert run_tests(project.root).passed


def test_it_fails_when_a_rule_changes(project: Project) -> None:
    """That is what it is for."""
    freeze_account(project, lambda db: "A1")
    rules = project.root / "rules" / "status.yaml"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text("version: 1\nrgb:\n  relationship:\n    override: merge\n    green: {at_least: 99}\n"
                     "    yellow: {at_least: 98}\n    red: else\n", encoding="utf-8")
    result = run_tests(project.root)
    assert result.exit_code == 4
    assert {one.column for one in result.outcomes[0].differences} <= {"status", "calculated"}


def test_on_another_scale(project: Project) -> None:
    """Money is multiplied, everything that hangs on shares stays, and the same seed is the same factor."""
    frozen = freeze_account(project, lambda db: "A1", seed=7)
    (test,) = read_yaml(project.root / frozen.path, "t").plain()["tests"]
    assert test["given"]["orders"][0]["amount"] == pytest.approx(1000.5 * factor_of(7), abs=1e-3)
    assert "revenue_12m" not in test["expect"]["measures"][0]
    assert test["expect"]["measures"][0]["orders_12m"] == 6
    assert run_tests(project.root).passed
    assert money_columns(project)["orders"] == {"amount", "profit"}
    assert all(0.5 <= factor_of(seed) <= 0.8 or 1.25 <= factor_of(seed) <= 2 for seed in range(50))


def test_amounts_that_rules_compare_with_fixed_ones(project: Project) -> None:
    """Then no scale keeps the results: nothing is written, and the way out is told."""
    rules = project.root / "rules" / "score.yaml"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text("version: 1\nscorecards:\n  relationship:\n    override: merge\n    children:\n      size:\n"
                     "        weight: 50\n        children:\n          size: {value: revenue_12m, "
                     "curve: [[0, 0], [100000, 100]]}\n", encoding="utf-8")
    changed = load_project(project.root, as_of=date(2026, 6, 30))
    with pytest.raises(UsageError, match="KF2432"):
        freeze_account(changed, lambda db: "A1", seed=7)
    assert not list((project.root / "tests").glob("*.yaml"))


def test_nothing_is_written_over(project: Project) -> None:
    """A second one gets a name of its own; a file that is there stays."""
    freeze_account(project, lambda db: "A1")
    assert freeze_account(project, lambda db: "A2").name == "frozen_2"
    with pytest.raises(UsageError, match="KF2430"):
        freeze_account(project, lambda db: "A1", project.root / "tests" / "frozen_1.yaml")


def test_the_same_word_everywhere(project: Project) -> None:
    """A text is replaced by the same word in every table with that column; ids that are numbers stay numbers."""
    from kaframe.expression import Type

    mask = Mask.of(project, "A1")
    kinds = {"category": Type.TEXT, "order_id": Type.NUMBER, "amount": Type.NUMBER}
    first = mask.masked({"category": "x", "order_id": 881, "amount": 5.5}, kinds)
    second = mask.masked({"category": "y", "order_id": 882, "amount": None}, kinds)
    assert first == {"category": "category 1", "order_id": 1, "amount": 5.5}
    assert second == {"category": "category 2", "order_id": 2}
    assert mask.masked({"category": "x"}, kinds) == {"category": "category 1"}
    numbers = dict.fromkeys(("客户编号", "invoice_no", "visits", "nodes"), Type.NUMBER)
    row = {"客户编号": 70_881, "invoice_no": 99, "visits": 7, "nodes": 3}
    assert mask.masked(row, numbers) == {"客户编号": 1, "invoice_no": 1, "visits": 7, "nodes": 3}
    assert mask.masked({"signed_no": date(2026, 1, 1)}, {"signed_no": Type.DATE}) == {"signed_no": date(2026, 1, 1)}
