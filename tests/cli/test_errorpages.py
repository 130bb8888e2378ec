"""What an error means can be read in the terminal, in both languages."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.cli.errorpages import sections
from kaframe.cli.problems import described
from kaframe.cli.spoken import speaking
from kaframe.cli.tables import width
from kaframe.errors import Problem

PAGES = Path(__file__).parents[2] / "docs"


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFRAME_LANG", "zh")


def test_a_code_in_english() -> None:
    """Its title, its sentences and its code, as the page has them; also without the letters."""
    told = call("show", "error", "2111")
    assert told.code == 0
    assert told.out.startswith("KF2111 measures in a circle\n\nMeasures use each other in a circle")
    assert '\n    measures:\n      margin: {value: "ratio(profit, revenue)"}\n' in told.out


@pytest.mark.usefixtures("chinese")
def test_a_code_in_chinese() -> None:
    """Lines of Chinese are joined without a space."""
    told = call("show", "error", "kf2010", "KF7012")
    assert told.out.startswith("KF2010 未知的名称\n\n在表达式所在之处，没有这个名称的列")
    assert "\n\nKF7012 旧格式的存储库\n" in told.out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_section_fits_the_terminal(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them: no sentence is wider, none is lost, and no mark of Markdown is left."""
    monkeypatch.setenv("KAFRAME_LANG", language)
    known = sections(language)
    told = call("show", "error", *known).out
    sentences = [line for line in told.splitlines() if not line.startswith("    ")]
    assert [line for line in sentences if width(line) > 80 and " " in line.strip()] == []
    assert [line for line in sentences if "](" in line or line.startswith("```")] == []
    assert re.findall(r"(?m)^(KF\d{4}) ", told) == list(known)
    joined = re.sub(r"\s+", "", told)
    for section in known.values():
        ends = re.split(r"\[[^]]*\]\([^)]*\)|```\w*", section.text)
        assert [end for end in ends if re.sub(r"\s+", "", end) not in joined] == []


def test_the_list_of_all_errors() -> None:
    """Without a code; as data too."""
    rows = list(csv.DictReader(io.StringIO(call("show", "error", "--format", "csv").out)))
    headings = re.findall(r"(?m)^## (KF\d{4}) (.*)$", (PAGES / "errors.md").read_text(encoding="utf-8"))
    assert [(row["code"], row["title"]) for row in rows] == headings


@pytest.mark.usefixtures("chinese")
def test_a_code_as_data() -> None:
    """With the text of its section."""
    (found,) = json.loads(call("show", "error", "KF1006", "--format", "json").out)
    assert (found["code"], found["title"]) == ("KF1006", "制表符")
    assert found["text"].startswith("YAML 用空格缩进。")


@pytest.mark.parametrize(("language", "hint"), [("en", "did you mean 'KF2110'?"), ("zh", "您是否想写“KF2110”？")])
def test_an_unknown_code_is_answered(language: str, hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the nearest one."""
    monkeypatch.setenv("KAFRAME_LANG", language)
    told = call("show", "error", "KF211O")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("KF6062 ")
    assert hint in told.err


def broken(own: Path, language: str) -> Path:
    config = own / "kaframe.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"(?m)^language: \w+", f"language: {language}", text), encoding="utf-8")
    return own


@pytest.mark.parametrize("language", ["en", "zh"])
def test_problems_in_the_language_of_the_project(own: Path, language: str) -> None:
    """Also when the project cannot be read; each place, code and name is the same."""
    (broken(own, language) / "rules" / "status.yaml").write_text("version: 1\nrgbz: {}\n", encoding="utf-8")
    told = call("-C", own, "check")
    assert told.code == 3
    first = {"en": "KF1104 unknown key 'rgbz'", "zh": "KF1104 未知的键“rgbz”"}[language]
    assert told.err.startswith(f"rules/status.yaml:2:1: {first}\n  | rgbz: {{}}\n  | ^\n")
    assert {"en": "  hint: did you mean 'rgb'?", "zh": "  提示：您是否想写“rgb”？"}[language] in told.err
    last = {"en": "explained: kaframe show error KF1104", "zh": "说明：kaframe show error KF1104"}[language]
    assert last in told.err.splitlines()


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem(None, "KF2310", "nobody gets it"), "KF2310 没有客户能得到的等级：nobody gets it"),
        (
            Problem(None, "KF1006", "a tab is used for indentation", "use spaces"),
            "KF1006 缩进用了制表符\n  提示：请用空格",
        ),
        (Problem(None, "XY0001", "a plugin's own"), "XY0001 a plugin's own"),
        (
            Problem(None, "KF6078", "somebody wrote", severity="warning"),
            "警告：KF6078 计划同时被人修改：somebody wrote",
        ),
    ],
)
def test_a_message_without_chinese_stands_behind_its_title(problem: Problem, expected: str) -> None:
    """The exact English words stay, and what kind of problem it is can be read."""
    with speaking("zh"):
        assert described(problem) == expected


def test_data_stay_english_but_for_the_title(own: Path) -> None:
    """Programs compare messages; the title is for people."""
    (broken(own, "zh") / "rules" / "status.yaml").write_text("version: 1\nrgbz: {}\n", encoding="utf-8")
    (problem,) = json.loads(call("-C", own, "check", "--format", "json").out)["problems"]
    assert (problem["code"], problem["message"], problem["title"]) == ("KF1104", "unknown key 'rgbz'", "未知的键")


def test_who_asks_explain_for_a_code_is_led_on(finished: Path) -> None:
    """No account has such an id."""
    told = call("-C", finished, "explain", "KF2010")
    assert told.code == 2
    assert "'kaframe show error KF2010' explains the error" in told.err
