"""``kaframe table``: a command that a bundled plugin brings."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from kaframe.cli import run_command
from tests.badproject import DAY, write_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_project(tmp_path_factory.mktemp("table"))
    assert run_command(["-C", str(root), "run", "--as-of", DAY]) == 0
    return root


def test_a_table_is_listed_like_any_other_listing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --format and for one account."""
    assert run_command(["-C", str(project), "table", "tiers", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["account_id"] for row in rows] == ["A1", "A2", "A3"]
    assert run_command(["-C", str(project), "table", "tiers", "--account", "A2", "--format", "json"]) == 0
    assert [row["account_id"] for row in json.loads(capsys.readouterr().out)] == ["A2"]


def test_a_table_that_is_not_there_is_a_wrong_command_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, with a hint."""
    assert run_command(["-C", str(project), "table", "tier"]) == 2
    assert "KF6057 the run 2026-06-30.1 has no table 'tier'" in capsys.readouterr().err


def test_help_shows_arguments_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    """Made from the schema of its options; outside of a project too."""
    assert run_command(["table", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "TABLE" in shown
    assert "--account" in shown
    assert "kaframe table tiers --format csv" in shown


def test_a_misspelt_command_finds_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Commands of plugins are among the names that are suggested."""
    assert run_command(["tabel"]) == 2
    assert "did you mean 'table'?" in capsys.readouterr().err
