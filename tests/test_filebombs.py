"""Files that would cost minutes, gigabytes or the process are refused soon, by name and with a hint."""

from __future__ import annotations

from pathlib import Path

import pytest
from filebombs import BOMBS, measure

LIMIT = 60  # seconds; ``python -m benchmarks.guards`` says how long it takes
# What the process that takes workbooks apart may ask for, and its own needs; everything else stays far below.
MEGABYTES = 1_200
SMALL = 512


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_bomb_is_refused(tmp_path: Path, name: str) -> None:
    """By a run, which ends soon, in bounded memory, and has published nothing."""
    bomb = BOMBS[name]
    result = measure(tmp_path, bomb)
    assert result.exit_code == 4
    first = result.said.splitlines()[0]
    assert first.startswith("data/orders.")
    assert f" {bomb.code} " in first
    assert "\n  hint: " in result.said
    assert "Traceback" not in result.said
    assert len(result.said) < 1_000
    assert result.seconds < LIMIT
    assert result.megabytes < (MEGABYTES if "share a long text" in name else SMALL)
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("name", ["csv: 100,000 columns", "csv: 50 MB of short rows", "parquet: 200 MB in one word"])
def test_a_file_bomb_is_refused_in_chinese(tmp_path: Path, name: str) -> None:
    """The same words, none of them English but names of options."""
    result = measure(tmp_path, BOMBS[name], "zh")
    assert result.exit_code == 4
    assert "提示：" in result.said
    assert " is " not in result.said
    assert " MB to " not in result.said
