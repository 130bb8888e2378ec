"""What the command line shows and does of accounts whose id has changed: one renamed, two merged into one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import call

RENAMED = "old_id,new_id\nA002,B002\nA005,A001\n"


def listed(project: Path, *command: str) -> list[dict[str, Any]]:
    """What a listing prints as JSON."""
    told = call("-C", project, *command, "--format", "json")
    assert told.code == 0, told.err
    rows: list[dict[str, Any]] = json.loads(told.out)
    return rows


def act(project: Path, *command: str) -> None:
    """What somebody does between the runs."""
    told = call("-C", project, *command, "--on", "2026-06-02", "--author", "lead")
    assert told.code == 0, told.err


@pytest.fixture(scope="module")
def changed(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs; between them A002 became B002, and A005 a part of A001."""
    folder = shutil.copytree(begun, tmp_path_factory.mktemp("renamed") / "own")
    config = folder / "kaframe.yaml"
    config.write_text(config.read_text("utf-8") + "reports: []\n", "utf-8")
    assert call("-C", folder, "run", "--as-of", "2026-05-31").code == 0
    act(folder, "override", "set", "A002", "red", "--until", "2099-12-31", "--reason", "they told us")
    act(folder, "override", "set", "A005", "green", "--until", "2099-12-31", "--reason", "all is well")
    act(folder, "plans", "approve", "A002")
    act(folder, "log", "visit", "A005", "--note", "with their buyer")
    for path in (folder / "data").glob("*.csv"):
        path.write_text(path.read_text("utf-8").replace("A002", "B002"), "utf-8")
    (folder / "data" / "renamed.csv").write_text(RENAMED, "utf-8")
    text = config.read_text("utf-8")
    assert "accounts:\n" in text
    config.write_text(text.replace("accounts:\n", "accounts:\n  renamed: data/renamed.csv\n", 1), "utf-8")
    told = call("-C", folder, "run", "--as-of", "2026-06-30")
    assert told.code == 0, told.err
    return folder


def test_a_plan_is_listed_once_under_the_new_id(changed: Path) -> None:
    """The plan follows the account to a later day, with its approval: the old id is no longer listed."""
    plans = {row["account_id"]: row for row in listed(changed, "plans", "list")}
    assert plans["B002"]["state"] == "approved"
    assert not plans.keys() & {"A002", "A005"}
    assert {"A001", "A003"} <= plans.keys()
    assert len(plans) == len(listed(changed, "plans", "list"))


@pytest.mark.parametrize("command", [("history",), ("explain",), ("plans", "show"), ("stage", "show")])
def test_an_old_id_means_the_account_of_today(changed: Path, command: tuple[str, ...]) -> None:
    """People still type the id that they know, also of an account that became a part of another."""
    for old, new in (("A002", "B002"), ("A005", "A001")):
        told, same = call("-C", changed, *command, old), call("-C", changed, *command, new)
        assert told.code == 0, told.err
        assert told == same


def test_the_history_has_what_was_done_under_every_id(changed: Path) -> None:
    """A run and a colour by hand of the old id, the visit to the account that was merged, and the runs since."""
    rows = listed(changed, "history", "A002")
    assert [row["subject"] for row in rows if row["what"] == "run"] == ["2026-05-31.1", "2026-06-30.1"]
    assert "they told us" in [row["note"] for row in rows if row["what"] == "override_set"]
    merged = listed(changed, "history", "A001")
    assert "with their buyer" in [row["note"] for row in merged if row["what"] == "activity"]
    assert [row["subject"] for row in merged if row["what"] == "run"] == ["2026-05-31.1", "2026-06-30.1"]


def test_a_colour_by_hand_goes_on_under_the_new_id_and_is_cleared_there(changed: Path, tmp_path: Path) -> None:
    """It holds after the rename, is listed under the id of today, and one clearing ends it."""
    own = shutil.copytree(changed, tmp_path / "own")
    assert {row["account_id"]: row["status"] for row in listed(own, "accounts")}["B002"] == "red"
    assert [row["account_id"] for row in listed(own, "override", "list")] == ["A001", "B002"]
    told = call("-C", own, "override", "clear", "B002", "--author", "lead", "--reason", "settled")
    assert told.code == 0, told.err
    assert told.out.startswith("B002: ")
    assert [row["account_id"] for row in listed(own, "override", "list")] == ["A001"]
    told = call("-C", own, "override", "clear", "A005", "--author", "lead", "--reason", "settled")
    assert told.code == 0, told.err
    assert listed(own, "override", "list") == []


def test_an_approval_by_the_old_id_reaches_the_plan_of_today(changed: Path, tmp_path: Path) -> None:
    """Who approves A002 approves what the account is called now."""
    own = shutil.copytree(changed, tmp_path / "own")
    told = call("-C", own, "plans", "reject", "A002", "--author", "lead", "--reason", "too early")
    assert told.code == 0, told.err
    assert {row["account_id"]: row["state"] for row in listed(own, "plans", "list")}["B002"] == "rejected"
