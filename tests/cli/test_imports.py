"""``kaframe import``: from a file to YAML that checks, or a refusal with its line and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import call
from tests.pmml.models import DEAL, STRICT


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "renewal.pmml"
    path.write_text(DEAL, encoding="utf-8")
    return path


def test_yaml_goes_to_stdout_and_talk_to_stderr(model: Path) -> None:
    """What is printed is the file; what it needs is said beside it."""
    told = call("import", "pmml", model, "--card", "renewal")
    assert told.code == 0
    assert told.out.startswith("# yaml-language-server:")
    assert "  renewal:\n    label: Renewal\n" in told.out
    assert "segment (text), order_days (number)" in told.err
    assert "kaframe check" in told.err


def test_nothing_is_overwritten(model: Path, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    output = tmp_path / "score.yaml"
    assert call("import", "pmml", model, "--output", output).code == 0
    before = output.read_text(encoding="utf-8")
    again = call("import", "pmml", model, "--output", output)
    assert (again.code, "KF6086" in again.err) == (2, True)
    assert output.read_text(encoding="utf-8") == before
    assert "KF6086" in call("import", "pmml", model, "--output", tmp_path / "no" / "score.yaml").err


def test_refusals_have_exit_codes_and_places(tmp_path: Path, model: Path) -> None:
    """3 for a file that cannot be imported, 2 for a wrong name; the line is shown with a caret."""
    broken = tmp_path / "broken.pmml"
    broken.write_text(STRICT.replace('function="*"', 'function="erf"'), encoding="utf-8")
    told = call("import", "pmml", broken, "--output", tmp_path / "score.yaml")
    assert (told.code, told.out) == (3, "")
    assert "broken.pmml:36:15: KF6083 the function 'erf' is not supported" in told.err
    assert "\n  |               ^" in told.err
    assert not (tmp_path / "score.yaml").exists()
    assert call("import", "pmml", tmp_path / "none.pmml").code == 3
    assert "KF6087" in call("import", "pmml", model, "--card", "Not An Id").err


def test_talk_in_the_projects_language(model: Path, begun: Path, tmp_path: Path) -> None:
    """In a Chinese project the talk is Chinese."""
    assert call("init", tmp_path / "zh", "--language", "zh").code == 0
    assert "评分卡“renewal”已写入" in call("-C", tmp_path / "zh", "import", "pmml", model).err
    assert "is written to standard output" in call("-C", begun, "import", "pmml", model).err
