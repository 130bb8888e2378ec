"""Ways out of a template: the known holes of other sandboxes and their variants, each refused with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import RuleError
from kaframe.templates import TemplateFolder, Templates
from kaframe.wording import Wording

FILE = Path(__file__).parents[1] / "cases" / "template_escapes.txt"
ESCAPES = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("# ")]
DATA: dict[str, Any] = {"account": {"name": "Alpha", "since": date(2026, 1, 1)}, "numbers": [1, 2], "name": "x"}


def templates(root: Path, text: str) -> Templates:
    (root / "secret.md.j2").write_text("secret", "utf-8")
    folder = root / "templates"
    folder.mkdir()
    (folder / "plan.md.j2").write_text(text, "utf-8")
    (folder / "good.md.j2").write_text("{{ account.name }} {{ numbers | join }}", "utf-8")
    return Templates([TemplateFolder(folder, "templates")], Wording("en", "CNY"))


def test_there_are_enough() -> None:
    """At least sixty, each once."""
    assert len(set(ESCAPES)) == len(ESCAPES) >= 60


@pytest.mark.parametrize("text", ESCAPES)
def test_escape_is_refused(tmp_path: Path, text: str) -> None:
    """With file and line, by ``render`` and by ``check``; other plans are rendered, from data as they were."""
    made = templates(tmp_path, text)
    with pytest.raises(RuleError) as caught:
        made.render("plan.md.j2", DATA)
    (problem,) = caught.value.problems
    assert problem.code.startswith("KF40")
    assert problem.at is not None
    assert (problem.at.file, problem.at.line) == ("templates/plan.md.j2", 1)
    assert made.check("plan.md.j2", [DATA])
    assert made.render("good.md.j2", DATA) == "Alpha 12"
