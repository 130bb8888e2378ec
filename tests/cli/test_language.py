"""The language of the terminal is known before the project is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kaframe.cli.language import folder_of, language_of

CHINA = {"LANG": "zh_CN.UTF-8"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\nlanguage: zh\n", "zh"),
        ("version: 1\nlanguage:   'zh'  # Chinese\n", "zh"),
        ("\ufefflanguage: zh\nproject: [\n", "zh"),
        ("version: 1\nlanguage: en\n", "en"),
        ("version: 1\n", "en"),
        ("# language: zh\nprofiles: {a: {}}\n  language: zh\n", "en"),
        ("project:\n  language: zh\n", "en"),
    ],
)
def test_the_project_says_it(tmp_path: Path, text: str, expected: str) -> None:
    """Whatever else is wrong with the file, and whatever the computer is set to."""
    (tmp_path / "kaframe.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "rules").mkdir()
    assert language_of(tmp_path / "rules", {} if expected == "zh" else CHINA) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        (CHINA, "zh"),
        ({"LC_ALL": "C", **CHINA}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "de_DE"}, "zh"),
    ],
)
def test_without_a_project_the_environment_says_it(tmp_path: Path, environment: dict[str, str], expected: str) -> None:
    """As for every other program; also where the folder does not exist."""
    assert language_of(tmp_path / "nowhere", environment) == expected


@pytest.mark.parametrize(("own", "expected"), [("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("en", "en"), ("", "zh")])
def test_the_own_variable_is_before_all_else(tmp_path: Path, own: str, expected: str) -> None:
    """Who wants English help in a Chinese project, or the other way round, can have it."""
    (tmp_path / "kaframe.yaml").write_text("language: zh\n", encoding="utf-8")
    assert language_of(tmp_path, {"KAFRAME_LANG": own, "LANG": "en_GB"}) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["tasks"], "."),
        (["-C", "x", "tasks"], "x"),
        (["-Cx", "tasks"], "x"),
        (["--debug", "--project", "x"], "x"),
        (["--project=x"], "x"),
        (["-C"], "."),
        (["--projects"], "."),
    ],
)
def test_the_folder_is_seen_before_the_command_line_is_understood(arguments: list[str], expected: str) -> None:
    """Click has not looked at it yet."""
    assert folder_of(arguments) == expected


def test_a_folder_that_is_no_more_has_no_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Help can be read there all the same; also with a name that no folder can have."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert language_of(".", CHINA) == "zh"
    assert language_of("a\0b", {}) == "en"
    monkeypatch.chdir(tmp_path)


def test_a_pipe_in_the_place_of_the_file_stops_nobody(tmp_path: Path) -> None:
    """It is not read: that would never end."""
    os.mkfifo(tmp_path / "kaframe.yaml")
    assert language_of(tmp_path, CHINA) == "zh"
