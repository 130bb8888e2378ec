"""``kaframe test`` as people and build servers use it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
from cli.conftest import call

from kaframe.bundled import folder

FAILING = """version: 1
as_of: 2026-06-30
tests:
  - id: decline
    about: A third less is a warning
    given: {scores: [{account_id: A, points: 40}]}
    expect:
      colours: [{account_id: A, status: yellow}]
"""


@pytest.fixture
def project(begun: Path, tmp_path: Path) -> Path:
    """A new project whose tests may be changed."""
    return shutil.copytree(begun, tmp_path / "own")


def test_a_new_project_passes_at_once(begun: Path) -> None:
    """The tests that come with it, in a line a file, and what it took."""
    told = call("-C", begun, "test")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[0].split() == ["tests/rules.yaml", "....."]
    assert told.out.splitlines()[-1].startswith("5 passed in ")


def test_so_does_a_chinese_one(tmp_path: Path) -> None:
    """With Chinese names and words."""
    call("init", tmp_path / "zh", "--language", "zh")
    told = call("-C", tmp_path / "zh", "test")
    assert told.code == 0
    assert told.out.splitlines()[-1].startswith("通过 5 个")


def test_a_failure_is_shown_cell_by_cell_in_80_columns(project: Path) -> None:
    """Place, account, column, both values, and the rule that decided; then only the failed one is run again."""
    (project / "tests" / "mine.yaml").write_text(FAILING, encoding="utf-8")
    told = call("-C", project, "test")
    assert told.code == 4
    *lines, rule = told.out.split("\n\n")[1].splitlines()
    assert lines == [
        "FAILED tests/mine.yaml::decline",
        "  A third less is a warning",
        "  tests/mine.yaml:8:41",
        "    colours, account_id A, card relationship",
        "      status: expected yellow",
        "              got red",
    ]
    assert rule.startswith("      decided by rules/status.yaml:9:")
    assert max(len(line) for line in told.out.splitlines()) <= 80
    again = call("-C", project, "test", "--last-failed")
    assert again.out.splitlines()[-1].startswith("0 passed, 1 failed, 0 invalid")
    (project / "tests" / "mine.yaml").write_text(FAILING.replace("yellow", "red"), encoding="utf-8")
    assert call("-C", project, "test", "--last-failed").code == 0


def test_some_of_them(project: Path) -> None:
    """By a part of the name, by file; and none is a failure with a hint."""
    assert call("-C", project, "test", "-k", "colour").out.splitlines()[-1].startswith("3 passed")
    assert call("-C", project, "test", project / "tests" / "rules.yaml", "-k", "heal").code == 0
    none = call("-C", project, "test", "-k", "nothing")
    assert (none.code, none.out.strip()) == (4, "no test ran")
    assert "kaframe test" in none.err or "tests/*.yaml" in none.err


def test_a_file_without_a_test_is_named(project: Path) -> None:
    """All of its tests were taken out: that is no success, alone or among others."""
    (project / "tests" / "mine.yaml").write_text("version: 1\ntests: []\n", encoding="utf-8")
    alone = call("-C", project, "test", project / "tests" / "mine.yaml")
    assert (alone.code, alone.out.splitlines()[-1]) == (4, "no test ran")
    told = call("-C", project, "test", "-k", "heal")
    assert told.code == 4
    assert ["tests/mine.yaml", "no", "test", "ran"] in [line.split() for line in told.out.splitlines()]


def test_an_invalid_test_ends_with_3(project: Path) -> None:
    """The problem is told with its place and the nearest name."""
    (project / "tests" / "mine.yaml").write_text(FAILING.replace("colours:", "colors:"), encoding="utf-8")
    told = call("-C", project, "test")
    assert told.code == 3
    assert "tests/mine.yaml:8:7: KF2406 no table 'colors'" in told.out
    assert "did you mean 'colours'?" in told.out
    (project / "tests" / "mine.yaml").write_text("version: 1\ntests: 5\n", encoding="utf-8")
    told = call("-C", project, "test")
    assert (told.code, "tests/mine.yaml:2:8: KF1106" in told.err) == (3, True)


def test_as_data_and_for_a_build_server(project: Path, tmp_path: Path) -> None:
    """``--format json`` and JUnit XML say the same."""
    (project / "tests" / "mine.yaml").write_text(FAILING, encoding="utf-8")
    told = call("-C", project, "test", "--format", "json", "--junit", tmp_path / "out" / "junit.xml")
    data = json.loads(told.out)
    assert (told.code, data["passed"], data["failed"]) == (4, 5, 1)
    (failed,) = [test for test in data["tests"] if test["state"] == "failed"]
    (difference,) = failed["differences"]
    assert (difference["line"], difference["col"]) == (8, 41)
    assert (difference["expected"], difference["got"]) == ("yellow", "red")
    suites = parse(tmp_path / "out" / "junit.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("6", "1")


def test_coverage_names_what_no_test_reaches(project: Path) -> None:
    """By kind and in all, and the places of what never held; too little of it is a failure."""
    told = call("-C", project, "test", "--coverage", "--coverage-at-least", "99")
    assert told.code == 4
    assert any(line.split() == ["colours", "3/3", "100", "%"] for line in told.out.splitlines())
    pack = (folder("rules") / "default" / "status.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(pack, 1) if "id: notice_given" in text)
    assert f"  default/status.yaml:{line}  exceptions: relationship.notice_given" in told.out.splitlines()
    assert "coverage is" in told.err
    assert call("-C", project, "test", "--coverage-at-least", "1").code == 0


def test_update_writes_what_came_out(project: Path) -> None:
    """The change is shown, the file keeps all else, and the next time everything passes."""
    mine = project / "tests" / "mine.yaml"
    mine.write_text(FAILING, encoding="utf-8")
    told = call("-C", project, "test", "--update")
    assert told.code == 0
    assert "tests/mine.yaml:8:41\n  - yellow\n  + red\n" in told.out
    assert mine.read_text(encoding="utf-8") == FAILING.replace("status: yellow", "status: red")
    assert call("-C", project, "test").code == 0


def test_pack_alone(tmp_path: Path) -> None:
    """A bundled pack is tested without any project; an unknown one is answered."""
    told = call("-C", tmp_path, "test", "--pack", "defult")
    assert (told.code, "did you mean 'default'?" in told.err) == (2, True)


def test_an_account_becomes_a_test(project: Path) -> None:
    """By a part of its name; what was replaced is told apart from where it is; it passes."""
    told = call("-C", project, "test", "new", "Harbour")
    assert (told.code, told.out) == (0, "tests/frozen_1.yaml: the test 'frozen_1' passes\n")
    assert "replaced: account_id, name" in told.err
    assert "Harbour" not in (project / "tests" / "frozen_1.yaml").read_text(encoding="utf-8")
    assert call("-C", project, "test", "-k", "frozen").code == 0
    assert call("-C", project, "test", "new", "Habour").code == 2
