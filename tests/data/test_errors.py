"""Golden errors: a broken project beside the exact text that people see."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from kaframe.data import load_tables
from kaframe.database import Database
from kaframe.errors import KaframeError
from kaframe.loading import load_project

CASES = Path(__file__).parents[1] / "cases" / "errors" / "data"


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.yaml")))
def test_the_message_is_the_one_beside_the_file(case: str, tmp_path: Path) -> None:
    """All problems at once, each with its place, its code and how to mend it."""
    for path in CASES.glob("*.csv"):
        shutil.copy(path, tmp_path)
    shutil.copy(CASES / f"{case}.yaml", tmp_path / "kaframe.yaml")
    (tmp_path / "team.yaml").write_text("version: 1\nroles: []\nmembers: []\n", encoding="utf-8")
    with pytest.raises(KaframeError) as caught, Database() as db:
        load_tables(load_project(tmp_path, as_of=date(2026, 6, 30)), db)
    expected = (CASES / f"{case}.txt").read_text("utf-8")
    assert f"exit {caught.value.exit_code}\n{caught.value}\n".replace(str(tmp_path), "PROJECT") == expected
