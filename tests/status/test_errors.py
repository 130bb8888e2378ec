"""Golden errors of status.yaml: a broken file beside the exact text that people see."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.checks import check_project
from kaframe.errors import KaframeError
from tests.steps import make_project

CASES = Path(__file__).parents[1] / "cases" / "errors" / "status"
SCORE = "version: 1\nscorecards: {main: {children: {x: {value: x}}}}\n"


def problems_of(folder: Path, text: str) -> list[str]:
    """What is said about a status.yaml, all at once."""
    try:
        project = make_project(
            folder, {"score": SCORE, "status": text}, {"accounts": [{"account_id": "A", "x": 1.0, "value": 1.0}]}
        )
        found = check_project(project)
    except KaframeError as error:
        found = list(error.problems)
    return [str(problem) for problem in found if problem.at and problem.at.file.endswith("status.yaml")]


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.yaml")))
def test_the_message_is_the_one_beside_the_file(case: str, tmp_path: Path) -> None:
    """Each with its place, its code and how to mend it."""
    told = problems_of(tmp_path, (CASES / f"{case}.yaml").read_text("utf-8"))
    assert "\n".join(told) + "\n" == (CASES / f"{case}.txt").read_text("utf-8")
