"""Beginning a project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.schema import check_schema
from kaframe.yamlfile import read_yaml


@pytest.mark.parametrize("language", ["en", "zh"])
def test_new_project_is_sound(tmp_path: Path, language: str) -> None:
    """What ``init`` writes has no problem, in either language."""
    folder = tmp_path / "new"
    assert call("init", folder, "--language", language).code == 0
    told = call("-C", folder, "check", "--strict", "--format", "json")
    assert told.code == 0, told.out + told.err
    assert json.loads(told.out)["problems"] == []


def test_first_run_finds_something(finished: Path) -> None:
    """The sample has a red, a yellow and a green key account."""
    rows = json.loads(call("-C", finished, "accounts", "--managed", "--format", "json").out)
    assert {row["status"] for row in rows} == {"red", "yellow", "green"}


def test_editors_find_the_schemas(begun: Path) -> None:
    """The modeline of every YAML file leads to a schema that is there, and the file obeys it."""
    files = list(begun.rglob("*.yaml"))
    assert len(files) == 6
    for path in files:
        schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        assert schema is not None
        target = (path.parent / schema[1]).resolve()
        assert target.is_file()
        assert check_schema(read_yaml(path, path.name), target.name.removesuffix(".schema.json")) == []


def test_nothing_is_overwritten(begun: Path, tmp_path: Path) -> None:
    """A folder that holds one of the files stays as it is, and the files are named."""
    (tmp_path / "team.yaml").write_text("mine", encoding="utf-8")
    told = call("init", tmp_path)
    assert told.code == 2
    assert "team.yaml" in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["team.yaml"]
    assert (tmp_path / "team.yaml").read_text(encoding="utf-8") == "mine"


def test_unknown_pack_is_answered(tmp_path: Path) -> None:
    """A misspelt pack gets the nearest name, and nothing is written."""
    told = call("init", tmp_path / "new", "--pack", "defualt")
    assert (told.code, "did you mean 'default'?" in told.err) == (2, True)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_new_project_speaks_like_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Without ``--language`` a project is in the language in which the help is."""
    monkeypatch.setenv("KAFRAME_LANG", language)
    assert call("init", tmp_path / "new").code == 0
    assert f"language: {language} " in (tmp_path / "new" / "kaframe.yaml").read_text("utf-8")
