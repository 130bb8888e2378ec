"""Problems are told in Chinese to who reads Chinese; every text of the table is one that the code makes."""

from __future__ import annotations

import ast
import re
import string
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaframe.cli.messages import CATALOGUE, HOLE, LONGEST, in_chinese

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "kaframe" / "cli" / "messages"
HAN = re.compile(r"[\u4e00-\u9fff]")
PART = re.compile(r"\{\w+\}")


def texts_of(path: Path) -> Iterator[str]:
    """The texts that a module can make; ``{}`` stands for what is put into them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield PART.sub("{}", node.value)


MADE = {
    text
    for folder in ("kaframe", "plugins")
    for path in (ROOT / folder).rglob("*.py")
    if not path.is_relative_to(TABLE)
    for text in texts_of(path)
}


@pytest.mark.parametrize("english", CATALOGUE)
def test_every_text_is_made_by_the_code(english: str) -> None:
    """A message that is changed in the code is missing here until its Chinese is changed too; no part is lost."""
    chinese = CATALOGUE[english]
    assert PART.sub("{}", english) in MADE
    assert HAN.search(chinese) or english in ("'{name}' {fault}", "a lambda")
    asked = {name for _, name, _, _ in string.Formatter().parse(chinese) if name}
    given = {quoted or bare for quoted, bare in HOLE.findall(english)}
    assert asked <= given
    assert given - asked <= {"s"}  # of the plural


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("unknown name 'renwal_days' in a condition on accounts", "针对客户的条件中有未知的名称“renwal_days”"),
        ("unknown key 'readr' in reader 'csv'", "未知的键“readr”（位于读取器“csv”）"),
        ("did you mean 'tiers'?; legal keys: tiers, version", "您是否想写“tiers”？可用的键：tiers, version"),
        ("expected text, number or a list, got text 'number'", "应为文本、数字或列表，却是文本“number”"),
        ("missing keys 'a', 'b'", "缺少键 'a', 'b'"),
        ("missing key 'a'", "缺少键 'a'"),
        ("end them with {else: points}", "请在最后加上 {else: 得分}"),
        ("unknown name '{x}' in a test", "测试中有未知的名称“{x}”"),
    ],
)
def test_parts_are_put_where_chinese_has_them(english: str, chinese: str) -> None:
    """Names stay as they are, words among the parts are Chinese, and braces of a user are only braces."""
    assert in_chinese(english) == chinese


@pytest.mark.parametrize(
    "english",
    [
        "the moon is made of cheese",
        "unknown name 'x' in a hole of the moon",
        "unknown name 'it's' in a test",
        f"unknown name '{'x' * LONGEST}' in a test",
        "use spaces; and something else",
        "",
    ],
)
def test_what_is_not_translated_stays_english(english: str) -> None:
    """Whole, and never half of it."""
    assert in_chinese(english) == english


def test_hostile_texts_take_no_time() -> None:
    """Names of users stand in messages; none makes the look-up slow."""
    begin = time.perf_counter()
    for text in ("'" * LONGEST, "{x} or ' in " * 40, ": ; , or " * 50, "no '' in '" * 45):
        in_chinese(text)
    assert time.perf_counter() - begin < 5
