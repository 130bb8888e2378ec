"""The help of the command line in Chinese says what the English one says, and fits the terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli.conftest import call

from kaframe.cli import COMMANDS, cli, in_language
from kaframe.cli.chinese import TEXTS, answers, options, paragraphs
from kaframe.cli.plugincommand import meaning_of
from kaframe.cli.spoken import speaking, spoken
from kaframe.cli.tables import width
from kaframe.plugins import load_plugins

BEGIN = "\b\n"
EXACT = re.compile(
    r"--[a-z-]+|\b[A-Z]{3,}\b|[\w./]+\.(?:yaml|md|xlsx)\b|\b\d[\d.-]*(?!\.)\b|\{\w+(?:!r)?\}|'[a-z ]+'(?=\))"
)


def commands(command: click.Command, path: str = "kaframe") -> Iterator[tuple[str, click.Command]]:
    """A command with all those below it, by what one types."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, f"{path} {name}")


def spoken_in(language: str) -> dict[str, click.Command]:
    with speaking(language):
        return dict(commands(in_language(cli)))


ENGLISH, CHINESE = spoken_in("en"), spoken_in("zh")


def texts() -> Iterator[str]:
    """Every English text of the help: paragraphs, options, the list of commands."""
    for command in ENGLISH.values():
        yield from (part for part in paragraphs(command.help) if not part.startswith(BEGIN))
        yield from (one.help for one in command.params if isinstance(one, click.Option) and one.help)
    yield from (words for _, words in COMMANDS.values())
    yield "Plugins bring more commands: kaframe plugins list --kind command"


HELP = sorted(set(texts()))


@pytest.mark.parametrize("english", HELP)
def test_every_text_has_a_chinese_one(english: str) -> None:
    """A text that is new or was changed in English is missing here until it is translated."""
    assert re.search(r"[\u4e00-\u9fff]", TEXTS[english])


def test_no_chinese_text_is_left_over() -> None:
    """What the help says no more is not kept."""
    examples = {part.removeprefix(BEGIN) for part in paragraphs(cli.help)}
    assert set(TEXTS) - answers.TEXTS.keys() - set(HELP) - examples == set()


@pytest.mark.parametrize("english", sorted(TEXTS))
def test_names_and_figures_are_the_same(english: str) -> None:
    """Options, files, codes, days, names that the user replaces, and places that are filled in."""
    wanted = set(EXACT.findall(english)) - {"{name}", "{name!r}", "{len}", "{number_type}"}
    assert [part for part in wanted if part not in TEXTS[english]] == []


@pytest.mark.parametrize("path", ENGLISH)
def test_the_same_examples_arguments_and_options(path: str) -> None:
    """One types the same in both languages."""
    english, chinese = ENGLISH[path], CHINESE[path]
    for left, right in zip(paragraphs(english.help), paragraphs(chinese.help), strict=True):
        assert left.startswith(BEGIN) == right.startswith(BEGIN)
        assert left == right or not left.startswith(BEGIN) or path == "kaframe"
    assert [one.opts for one in english.params] == [one.opts for one in chinese.params]
    assert all(left is not right for left, right in zip(english.params, chinese.params, strict=True))


@pytest.mark.parametrize("path", CHINESE)
@pytest.mark.parametrize("columns", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(path: str, columns: int) -> None:
    """A Chinese character takes two columns; only examples and choices, which cannot be broken, may be wider."""
    command = CHINESE[path]
    examples = [line for part in paragraphs(command.help) if part.startswith(BEGIN) for line in part.splitlines()]
    with speaking("zh"):
        context = command.context_class(command, info_name=path, terminal_width=columns)
        lines = command.get_help(context).splitlines()
    wide = [line for line in lines if width(line) > columns and line.strip() not in examples]
    assert [line for line in wide if not re.fullmatch(r" *--[a-z]+ \[[a-z_| ]+\]", line)] == []
    assert all(line == line.rstrip() for line in lines)


def test_the_list_of_commands_stands_in_columns() -> None:
    """Names to the left, what they do beside them, all beginning in one column."""
    with speaking("zh"):
        root = in_language(cli)
        listed = root.get_help(root.context_class(root, info_name="kaframe")).partition("命令：\n")[2].splitlines()
    begins = {
        re.search(r"[\u4e00-\u9fff]", line).start() for line in listed if line.startswith("  ") and line[2].isalpha()
    }
    assert len(begins) == 1


ANSWERS = {
    "misspelt": (["chek"], "错误：没有命令 'chek'（您是否想写 'check'？）"),
    "unknown": (["zzzz"], "错误：没有命令 'zzzz'"),
    "misspelt below": (["tasks", "snoze"], "错误：没有命令 'tasks snoze'（您是否想写 'snooze'？）"),
    "unknown below": (["tasks", "zz"], "错误：没有命令 'tasks zz'（可用的有：list, done, snooze）"),
    "option": (["check", "--strickt"], "错误：没有选项 '--strickt'。 您是否想写 '--strict'？"),
    "choice": (["check", "--format", "xml"], "错误：'--format' 的值无效：'xml' 不在 'table', 'json', 'csv' 之中。"),
    "argument": (["explain"], "错误：缺少参数 'ACCOUNT'."),
    "needed": (["store", "prune"], "错误：缺少选项 '--keep'."),
    "without value": (["check", "--as-of"], "错误：选项 '--as-of' 缺少值，需要 1 个。"),
    "too many": (["doctor", "x"], "错误：多余的参数（x）"),
    "number": (["run", "--wait", "x"], "错误：'--wait' 的值无效：'x' 不是有效的数字。"),
    "document": (
        ["plans", "export", "C006", "-o", "x.txt"],
        "错误：从 'x.txt' 看不出是 Word 还是 PDF：请加上 --to docx 或 --to pdf",
    ),
}


@pytest.mark.parametrize(("arguments", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_what_is_not_understood_is_answered_in_chinese(
    arguments: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the nearest name where there is one, and how to come to the help."""
    monkeypatch.setenv("KAFRAME_LANG", "zh")
    told = call(*arguments)
    assert (told.code, told.err.splitlines()[-1]) == (2, expected)
    alone = arguments[-1] == "--as-of"  # of a missing value click does not know in which command
    assert alone or re.match(r"用法：kaframe .*\n运行 kaframe.* --help 查看帮助。\n", told.err)


def test_english_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese lasts as long as the command, also in one process and when it fails."""
    monkeypatch.setenv("KAFRAME_LANG", "zh")
    assert "显示本帮助后退出。" in call("check", "--help").out
    monkeypatch.setenv("KAFRAME_LANG", "en")
    assert "Show this message and exit." in call("check", "--help").out
    assert "Error: No such option" in call("check", "--nope").err
    assert spoken.get() == "en"


def test_a_chinese_project_has_chinese_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a broken one: nothing of it is loaded for a help text."""
    monkeypatch.delenv("KAFRAME_LANG", raising=False)
    (tmp_path / "kaframe.yaml").write_text("language: zh\nproject: [\n", encoding="utf-8")
    assert call("-C", tmp_path, "tasks", "--help").out.startswith("用法：kaframe tasks [选项] 命令 [参数]...\n")
    (tmp_path / "kaframe.yaml").write_text("language: en\n", encoding="utf-8")
    assert call("-C", tmp_path, "tasks", "--help").out.startswith("Usage: kaframe tasks ")


def test_commands_of_plugins_tell_their_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Chinese where the plugin gives it; the words around it are those of every help."""
    monkeypatch.setenv("KAFRAME_LANG", "zh")
    lines = call("table", "--help").out.splitlines()
    assert lines[0] == "用法：kaframe table [选项] TABLE"
    assert "  列出已发布运行的一张表。" in lines


def test_english_reads_no_chinese() -> None:
    """``kaframe --help`` costs nothing more for the other language."""
    code = (
        "import sys\nfrom kaframe.cli import run_command\nrun_command(['--help'])\n"
        "print([name for name in sys.modules if 'chinese' in name], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"KAFRAME_LANG": "en"}
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"


def option_texts() -> set[str]:
    """What the options of bundled plugins mean, in English."""
    records = [one.record for plugin in load_plugins(None).loaded for one in plugin.brings]
    schemas = [getattr(record, "options", {}) for record in records]
    return {meaning_of(option, "en") for schema in schemas for option in schema.get("properties", {}).values()}


def test_every_option_of_a_bundled_plugin_is_explained_in_chinese() -> None:
    """And no Chinese text is kept that no option asks for."""
    assert option_texts() == options.TEXTS.keys()
    assert [text for text in options.TEXTS.values() if not text.endswith("。")] == []


@pytest.mark.parametrize("english", sorted(options.TEXTS))
def test_an_option_names_the_same_in_both_languages(english: str) -> None:
    """References to the environment, placeholders, protocols and days."""
    wanted = re.findall(r"\$\{env:\w+\}|\{\w+\}|\b\w+://|`[^`]+`|\b\d{4}-\d\d-\d\d\b|data/\S+\*\.\w+", english)
    assert [part for part in wanted if part not in options.TEXTS[english]] == []


def test_a_plugin_explains_its_options_in_chinese_itself() -> None:
    """Where it has no Chinese text, the English one is shown."""
    both = {"description": "How many.", "description_zh": "多少个。"}
    assert (meaning_of(both, "en"), meaning_of(both, "zh")) == ("How many.", "多少个。")
    assert meaning_of({"title": "Count"}, "zh") == "Count"


def test_what_a_plugin_is_shown_as_is_chinese_outside_of_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``plugins show`` has its options, ``plugins list`` its summary."""
    monkeypatch.setenv("KAFRAME_LANG", "zh")
    assert "SMTP 服务器的名称。" in call("-C", tmp_path, "plugins", "show", "email").out
    assert "通过 SMTP 发送邮件" in call("-C", tmp_path, "plugins", "list", "--kind", "channel").out
