"""kaframe from Python, as people use it in a notebook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kaframe
from kaframe.errors import KaframeError, RuleError, UsageError
from tests.smallproject import write_project

DAY = "2026-03-31"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("api"))


def test_tables_come_as_arrow_pandas_polars_and_rows(project: Path) -> None:
    """The same rows in each form, in the same order."""
    with kaframe.load(project).preview(as_of=DAY, until="identify") as preview:
        rows = preview.rows("tiers")
        arrow, pandas, polars = preview.arrow("tiers"), preview.pandas("tiers"), preview.polars("tiers")
    assert [row["account_id"] for row in rows] == ["A1", "A2", "A3", "A4"]
    assert isinstance(arrow, pa.Table)
    assert isinstance(pandas, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)
    assert list(pandas["tier"]) == polars["tier"].to_list() == [row["tier"] for row in rows]


def test_an_unknown_table_is_answered_with_the_nearest(project: Path) -> None:
    """Not with an error of the engine."""
    with kaframe.load(project).preview(as_of=DAY, until="identify") as preview, pytest.raises(UsageError) as caught:
        preview.rows("teirs")
    assert [(problem.code, problem.hint) for problem in caught.value.problems] == [("KF6020", "did you mean 'tiers'?")]


def test_a_day_may_be_text_or_a_date(project: Path) -> None:
    """Both mean the same run."""
    loaded = kaframe.load(project)
    found = []
    for day in (DAY, date.fromisoformat(DAY)):
        with loaded.preview(as_of=day, until="measure") as preview:
            found.append(preview.rows("measures"))
    assert found[0] == found[1]


@pytest.mark.parametrize("text", ["31.03.2026", "2026-02-30", "yesterday"])
def test_text_that_is_no_day_is_refused(project: Path, text: str) -> None:
    """As a problem with a hint, as everywhere."""
    with pytest.raises(UsageError) as caught:
        kaframe.load(project).preview(as_of=text)
    assert [problem.code for problem in caught.value.problems] == ["KF6002"]


def test_an_unknown_step_is_refused(project: Path) -> None:
    """With the nearest name."""
    with pytest.raises(UsageError, match="did you mean 'score'"):
        kaframe.load(project).preview(as_of=DAY, until="scores")


def test_a_project_is_found_from_a_folder_below(project: Path) -> None:
    """As git finds its repository."""
    assert kaframe.load(project / "data").project.root == project.resolve()


def test_what_is_wrong_is_raised_together(tmp_path: Path) -> None:
    """Rules, team and calendar in one error, each with its place."""
    bad = write_project(tmp_path, {
        "rules/measure.yaml": "measures: {profit: {valeu: 1}}\n",
        "team.yaml": "members: [{id: chen, name: Chen, roles: [leed]}]\n",
    })  # fmt: skip
    with pytest.raises(RuleError) as caught:
        kaframe.load(bad)
    files = {problem.at.file for problem in caught.value.problems if problem.at}
    assert files == {"rules/measure.yaml", "team.yaml"}
    assert isinstance(caught.value, KaframeError)


def test_a_run_publishes(tmp_path: Path) -> None:
    """What the command does."""
    finished = kaframe.load(write_project(tmp_path)).run(DAY)
    assert finished.committed.run_id == f"{DAY}.1"
    assert (tmp_path / "report" / "report.json").is_file()
