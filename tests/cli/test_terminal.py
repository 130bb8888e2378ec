"""What stands in the data steers no terminal, whichever command shows it, ids of accounts and errors included."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.cli.conftest import call
from tests.smallproject import write_project

STEERING = "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07\u202eb\u009b31m"
ACCOUNT = f"A1{STEERING}"
COMMANDS = (
    ["explain", ACCOUNT], ["history", ACCOUNT], ["plans", "show", ACCOUNT], ["plans"], ["accounts"], ["tasks"],
    ["stage"], ["explain", f"zz{STEERING}"], ["show", STEERING], [STEERING], ["override", ACCOUNT, STEERING],
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after a run, with what steers in ids, names and rows that are kept apart."""
    folder = write_project(
        tmp_path_factory.mktemp("hostile") / "p",
        {
            "data/accounts.csv": f'account_id,account\n"{ACCOUNT}","N{STEERING}"\nA2,Beta\n',
            "data/orders.csv": (
                "account_id,order_id,ordered_on,amount,profit\n"
                f'"{ACCOUNT}",1,2026-03-01,9000,900\nA2,2,2026-01-01,500,bad{STEERING}\n"Z{STEERING}",3,2026-01-01,1,1\n'
            ),
        },
    )
    told = call("-C", folder, "run", "--as-of", "2026-03-31")
    assert (told.code, steering(told.out + told.err)) == (0, set())
    return folder


def steering(text: str) -> set[str]:
    """What a terminal would obey, but for ends of lines."""
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char != "\n"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: ascii(" ".join(command))[:30])
def test_no_command_hands_it_on(hostile: Path, command: list[str]) -> None:
    """It is shown without what steers, and nothing breaks on it."""
    told = call("-C", hostile, *command)
    assert told.code in (0, 2), told.err
    assert told.out + told.err
    assert steering(told.out + told.err) == set()
