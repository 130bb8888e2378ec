"""``kaframe store``: what people see of backup, restore, retention and migration."""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import call

CHINESE = re.compile(r"[一-鿿]")


def test_backup_and_restore(own: Path) -> None:
    """Both say what they did and where things are; the store is the same after them."""
    copy = own / "copies" / "kept.db"
    before = call("-C", own, "history", "--format", "json").out
    told = call("-C", own, "store", "backup", copy)
    assert (told.code, str(copy) in told.out, ".kaframe/runs" in told.out) == (0, True, True)
    assert call("-C", own, "store", "backup", copy).code == 2
    assert call("-C", own, "log", "visit", _an_account(own), "--author", "li").code == 0
    refused = call("-C", own, "store", "restore", copy)
    assert (refused.code, "KF7015" in refused.err, "--force" in refused.err) == (7, True, True)
    told = call("-C", own, "store", "restore", copy, "--force")
    assert (told.code, ".replaced-" in told.out) == (0, True)
    assert call("-C", own, "history", "--format", "json").out == before


def _an_account(own: Path) -> str:
    return call("-C", own, "accounts", "--format", "csv").out.splitlines()[1].split(",")[0]


def test_prune_of_one_run_removes_nothing(own: Path) -> None:
    """The latest run always stays; a span that says nothing is answered with two that do."""
    assert "nothing can go" in call("-C", own, "store", "prune", "--keep", "1 run", "--yes").out
    told = call("-C", own, "store", "prune", "--keep", "ever")
    assert (told.code, "'90 days' or '20 runs'" in told.err) == (2, True)


@pytest.mark.parametrize("command", [["store", "migrate"], ["store", "backup"]], ids=["migrate", "backup"])
def test_in_chinese(own: Path, command: list[str]) -> None:
    """With ``language: zh`` the store is looked after in Chinese."""
    config = own / "kaframe.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("language: en", "language: zh"), encoding="utf-8")
    told = call("-C", own, *command, *([own / "copy.db"] if command[-1] == "backup" else []))
    assert (told.code, bool(CHINESE.search(told.out))) == (0, True)


def test_old_store_is_migrated(own: Path) -> None:
    """A run refuses it and names the command; that shows its statements and does them."""
    store = own / ".kaframe" / "kaframe.db"
    with sqlite3.connect(store) as connection:
        connection.execute("DROP TABLE run_epoch")
        for event in ("insert", "update", "delete"):
            connection.execute(f"DROP TRIGGER digest_outbox_{event}")
        connection.execute("ALTER TABLE outbox DROP COLUMN arrived")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    refused = call("-C", own, "run")
    assert (refused.code, "KF7012" in refused.err, "kaframe store migrate" in refused.err) == (7, True, True)
    assert "CREATE TABLE run_epoch" in call("-C", own, "store", "migrate", "--sql").out
    assert "form 4 now" in call("-C", own, "store", "migrate").out
    assert call("-C", own, "run").code == 0


def test_broken_store_is_restored(own: Path) -> None:
    """The command that the hint names works on the store that is broken."""
    store = own / ".kaframe" / "kaframe.db"
    call("-C", own, "store", "backup", own / "copy.db")
    for name in ("-wal", "-shm"):
        Path(f"{store}{name}").unlink(missing_ok=True)
    store.write_bytes(os.urandom(20_000))
    assert call("-C", own, "run").code == 7
    told = call("-C", own, "store", "restore", own / "copy.db")
    assert (told.code, ".replaced-" in told.out) == (0, True), told.err
    assert call("-C", own, "doctor").code == 0


def test_doctor_in_chinese(own: Path) -> None:
    """States, subjects and what is counted are Chinese for people, in columns; programs get the words of the code."""
    config = own / "kaframe.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("language: en", "language: zh"), encoding="utf-8")
    told = call("-C", own, "doctor").out.splitlines()
    beginnings = {line.split()[0] for line in told if line[:1].strip()}
    assert beginnings <= {"正常", "警告"}
    assert {line.split()[1] for line in told if line[:1].strip()} >= {"依赖库", "存储库", "锁", "快照", "发件箱"}
    assert any("已发送" in line or line.endswith("空") for line in told)
    assert '"what": "lock"' in call("-C", own, "doctor", "--format", "json").out


@pytest.mark.parametrize(
    ("words", "heading"),
    [(["gates"], "校验"), (["team"], "成员"), (["functions"], "函数"), (["sources"], "表"), (["expected"], "表"),
     (["names"], "名称"), (["quarantine"], "表")],
)  # fmt: skip
def test_headings_in_chinese(own: Path, words: list[str], heading: str) -> None:
    """``show`` heads its columns in the project's language for people, with their names for programs."""
    config = own / "kaframe.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("language: en", "language: zh"), encoding="utf-8")
    head = call("-C", own, "show", *words).out.splitlines()[0]
    assert head.split()[0] == heading
    assert not re.search("[a-z]", head)
    assert not CHINESE.search(call("-C", own, "show", *words, "--format", "csv").out.splitlines()[0])
