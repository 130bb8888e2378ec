"""What the command line lists of accounts whose id has changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from cli.conftest import call


def test_a_plan_is_listed_once_under_the_new_id(begun: Path, tmp_path: Path) -> None:
    """The plan follows the account to a later day: the old id is no longer listed, all other plans are."""
    own = shutil.copytree(begun, tmp_path / "own")
    assert call("-C", own, "run", "--as-of", "2026-05-31").code == 0
    before = {row["account_id"] for row in json.loads(call("-C", own, "plans", "list", "--format", "json").out)}
    assert "A002" in before
    for path in (own / "data").glob("*.csv"):
        path.write_text(path.read_text("utf-8").replace("A002", "B002"), "utf-8")
    (own / "data" / "renamed.csv").write_text("old_id,new_id\nA002,B002\n", "utf-8")
    config = own / "kaframe.yaml"
    text = config.read_text("utf-8")
    assert "accounts:\n" in text
    config.write_text(text.replace("accounts:\n", "accounts:\n  renamed: data/renamed.csv\n", 1), "utf-8")
    told = call("-C", own, "run", "--as-of", "2026-06-30")
    assert told.code == 0, told.err
    listed = [row["account_id"] for row in json.loads(call("-C", own, "plans", "list", "--format", "json").out)]
    assert len(listed) == len(set(listed))
    assert "B002" in listed
    assert "A002" not in listed
    assert before - {"A002"} <= set(listed)
    assert call("-C", own, "history", "B002").code == 0
