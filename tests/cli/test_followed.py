"""``kaframe explain`` of accounts that have got another id, were merged, are new or are gone."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import call
from explain.test_movement import CONFIG, FIRST, RULES, SECOND
from smallproject import write_project

from kaframe import flow
from kaframe.cli.tables import width
from kaframe.loading import load_project

BETWEEN = ("--between", "2026-03-01", "2026-03-31")
RENAMED = CONFIG.replace("name: account}", "name: account, renamed: data/renamed.csv}")


def run(root: Path, day: date) -> None:
    flow.run(load_project(root, as_of=day))


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs; between them A1 has become B1, A2 was merged into A3, A4 has left, N has come; not to be changed."""
    files = {"kaframe.yaml": RENAMED, **RULES, "data/renamed.csv": "old_id,new_id\n"}
    root = write_project(tmp_path_factory.mktemp("moved") / "project", files)
    run(root, FIRST)
    (root / "data/accounts.csv").write_text("account_id,account\nB1,Alpha Works\nA3,Gamma\nN,Novum\n", "utf-8")
    (root / "data/renamed.csv").write_text("old_id,new_id\nA1,B1\nA2,A3\n", "utf-8")
    run(root, SECOND)
    return root


@pytest.fixture
def left(moved: Path, tmp_path: Path) -> Path:
    """The same, and since the second run B1 has left the data too."""
    root = shutil.copytree(moved, tmp_path / "left")
    (root / "data/accounts.csv").write_text("account_id,account\nA3,Gamma\nN,Novum\n", "utf-8")
    return root


def told(root: Path, account: str, *options: str) -> dict[str, Any]:
    """The one explanation or movement, as data."""
    answer = call("-C", root, "explain", account, *options, "--format", "json")
    assert answer.code == 0, answer.err
    (one,) = json.loads(answer.out)
    return dict(one)


def causes(one: dict[str, Any]) -> dict[str, float]:
    return {link["cause"]: link["change"] for link in one["links"] if link["change"]}


@pytest.mark.parametrize("name", ["A1", "B1", "Alpha Works", "Alpha"], ids=["old id", "new id", "new name", "old name"])
def test_a_renamed_account_is_one_and_the_same(moved: Path, name: str) -> None:
    """By whatever it is or was called: its behaviour alone moved it, and both ids are told."""
    one = told(moved, name, *BETWEEN)
    assert (one["account_id"], one["id_before"], one["merged"]) == ("B1", "A1", [])
    assert (one["change"], causes(one)) == (8.0, {"behaviour": 8.0})
    assert "A1 before, B1 now" in call("-C", moved, "explain", name, *BETWEEN).out


def test_a_run_of_before_the_new_id(moved: Path) -> None:
    """Explained under the id that it had then, with the rows that it has under the id of today."""
    one = told(moved, "B1", "--run", "2026-03-01")
    assert (one["account_id"], one["name"], one["score"], one["gone"]) == ("A1", "Alpha", 54.0, False)
    (money,) = [node for node in one["nodes"] if node["path"] == "money"]
    assert (money["evidence"][0]["value"], money["evidence"][0]["total"]) == (17000, 17000)
    assert told(moved, "A1", "--run", "2026-03-01") == one
    assert told(moved, "A1", "--run", "2026-03-31")["account_id"] == "B1"
    assert told(moved, "A1")["account_id"] == "B1"


def test_merged_accounts_say_that_they_are_one(moved: Path) -> None:
    """The data of the other count since: late data, and the other is named, from whichever side one looks."""
    kept = told(moved, "A3", *BETWEEN)
    assert (kept["id_before"], kept["merged"], causes(kept)) == ("", ["A2"], {"late_data": 23.0})
    given_up = told(moved, "A2", *BETWEEN)
    assert (given_up["account_id"], given_up["id_before"], given_up["merged"]) == ("A3", "A2", ["A3"])
    assert causes(given_up) == {"late_data": 21.0}
    assert "one account with A3 today" in call("-C", moved, "explain", "A2", "--run", "2026-03-01").out


def test_two_accounts_that_became_a_third_are_asked_for(moved: Path, tmp_path: Path) -> None:
    """Which of them the first run is to be explained for nobody can know."""
    root = shutil.copytree(moved, tmp_path / "third")
    (root / "data/renamed.csv").write_text("old_id,new_id\nA1,B1\nA2,B1\n", "utf-8")
    asked = call("-C", root, "explain", "B1", *BETWEEN)
    assert (asked.code, "B1 was 2 accounts in the run 2026-03-01.1" in asked.err) == (2, True)
    assert "say which: A1, A2" in asked.err
    assert told(root, "A2", *BETWEEN)["id_before"] == "A2"


def test_an_account_that_is_new_or_gone_has_no_change(moved: Path) -> None:
    """Nothing is counted, nothing is a question mark: which run does not have it is said."""
    new, gone = told(moved, "N", *BETWEEN), told(moved, "A4", *BETWEEN)
    assert ([link["cause"] for link in new["links"]], new["before"], new["change"]) == (["new"], None, None)
    assert ([link["cause"] for link in gone["links"]], gone["after"], gone["change"]) == (["gone"], None, None)
    for name, words in (("N", "not in the data → ■ red 0"), ("Delta", "■ red 0 → not in the data")):
        out = call("-C", moved, "explain", name, *BETWEEN).out
        assert words in out
        assert "Only one of the runs has the account" in out
        assert "?" not in out
    nowhere = call("-C", moved, "explain", "Nobody", *BETWEEN)
    assert (nowhere.code, "no account 'Nobody' in the runs 2026-03-01.1 and" in nowhere.err) == (2, True)


def test_an_account_that_has_left_since_is_explained_by_its_runs(left: Path) -> None:
    """The whole change is told in one, with its leaves, as nothing can be computed anew; the sum is still exact."""
    one = told(left, "B1", *BETWEEN)
    assert (one["change"], causes(one)) == (8.0, {"untold": 8.0})
    assert [node["path"] for node in one["links"][0]["nodes"]] == ["money", "habit"]
    run = told(left, "B1", "--run", "2026-03-31")
    assert (run["gone"], run["score"]) == (True, 62.0)
    assert {leaf["evidence"][0]["row_count"] for leaf in run["nodes"]} == {None}
    shown = call("-C", left, "explain", "B1", "--run", "2026-03-31").out
    assert "the data no longer have this account" in shown
    for name in ("B1", "A1", "Alpha Works"):
        now = call("-C", left, "explain", name)
        assert now.code == 2
        assert f"'{name}' is no longer in the data" in now.err
        assert "--run 2026-03-" in now.err


def test_rules_that_no_longer_fit_the_data_are_told(moved: Path, tmp_path: Path) -> None:
    """A column that is gone makes the worlds between impossible: the movement is told in one, with the reason."""
    root = shutil.copytree(moved, tmp_path / "narrow")
    for name in ("data/orders.csv", "rules/measure.yaml"):
        text = (root / name).read_text("utf-8").replace("order_id", "number")
        (root / name).write_text(text, "utf-8")
    one = told(root, "A3", *BETWEEN)
    assert causes(one) == {"untold": 23.0}
    assert "order_id" in one["links"][0]["reason"]


def test_a_scorecard_that_a_run_does_not_have(moved: Path, tmp_path: Path) -> None:
    """Asked by name it is refused with the run; between two runs it is drawn as the run that has it drew it."""
    unknown = call("-C", moved, "explain", "B1", "--run", "2026-03-01", "--card", "helth")
    assert unknown.code == 2
    assert "KF6062 no scorecard 'helth' in the rules of 2026-03-01.1" in unknown.err
    assert "did you mean 'health'" in unknown.err
    root = shutil.copytree(moved, tmp_path / "renamed")
    for name in ("rules/score.yaml", "rules/status.yaml"):
        text = (root / name).read_text("utf-8").replace("health:", "wealth:")
        (root / name).write_text(text, "utf-8")
    run(root, date(2026, 4, 30))
    out = call("-C", root, "explain", "B1", "--between", "2026-03-31", "2026-04-30").out
    assert "health: ▲ yellow 62 → no such scorecard in the rules" in out
    assert "wealth: no such scorecard in the rules → ▲ yellow 62" in out


def test_an_empty_run_is_refused(moved: Path) -> None:
    """A script with an empty variable must not be answered with something else."""
    empty = call("-C", moved, "explain", "B1", "--run", "")
    assert (empty.code, empty.out, "KF6054 no run ''" in empty.err) == (2, "", True)
    assert call("-C", moved, "explain", "B1", "--card", "").code == 2
    assert call("-C", moved, "explain", "B1", "--as-of", "").code == 2
    assert call("-C", moved, "explain", "B1", "--run", "", "--as-of", "2026-03-31").code == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_fits_the_terminal(left: Path, language: str) -> None:
    """In both languages, whatever became of the account."""
    config = left / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("language: en", f"language: {language}"), "utf-8")
    for account in ("A2", "A3", "A4", "B1", "N"):
        answer = call("-C", left, "explain", account, *BETWEEN, "--all")
        assert answer.code == 0, answer.err
        assert max(width(line) for line in answer.out.splitlines()) <= 80
