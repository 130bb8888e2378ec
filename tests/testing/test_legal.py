"""The words that columns can have are those of docs/tables.md and of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaframe.project import Project
from kaframe.testing.legal import FIXED, legal_words

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"


@pytest.mark.parametrize(("table", "column"), FIXED, ids=".".join)
def test_the_fixed_words_are_those_of_the_page(table: str, column: str) -> None:
    """The table's line lists, behind the column's name, exactly these words (and perhaps null)."""
    line = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{table}`"))
    found = re.search(rf"`{column}` \(([^)]*)\)", line)
    assert found is not None
    listed = re.sub(r" = [^,]*", "", found[1]).replace("null, ", "").split(", ")
    assert tuple(listed) == FIXED[table, column]


def test_the_words_of_the_rules(small: Project) -> None:
    """Ids as the tables have them: a stage's task with its stage, an improvement under its own word."""
    words = legal_words(small)
    assert {"visit_key", "analysis.needs_interview"} <= set(words["tasks", "rule"])
    assert any(rule.startswith("improve.") for rule in words["tasks", "rule"])
    assert "service.complaints" in words["reasons", "node"]
    assert words["colours", "status"] == ("green", "yellow", "red", "no_data")
    assert words["", "tier"] == ("strategic", "key", "standard")
