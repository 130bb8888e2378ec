"""The text of a YAML file and its scalars."""

from __future__ import annotations

import pytest

from kaframe.errors import Location, RuleError
from kaframe.yamlfile.text import (
    NumberRefusedError,
    count_open_parentheses,
    decode,
    find_wide_colon,
    looks_like_plain,
    read_plain,
    suggest_encoding,
    unfold,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9" * 5_000, "KF1102"),
        ("-9223372036854775808", "KF1102"),
        ("1e400", "KF1102"),
        ("0x" + "f" * 400, "KF1102"),
        (".nan", "KF1103"),
        ("-.INF", "KF1103"),
        ("+.inf", "KF1103"),
    ],
    ids=["digits", "bigint", "exponent", "hexadecimal", "nan", "negative", "positive"],
)
def test_numbers_that_nothing_can_count_with(text: str, code: str) -> None:
    """Too large and not finite are refused, and are never a ValueError without a place."""
    with pytest.raises(NumberRefusedError) as raised:
        read_plain(text)
    assert raised.value.code == code
    assert looks_like_plain(text)


@pytest.mark.parametrize(
    "text", ["1.2.3", "+", ".", "-.", "1e", "e3", "01.5", "0o8", "0xg", "１２", "Nan", "inf", "tRue"]
)
def test_words_that_only_look_like_numbers(text: str) -> None:
    """They are text."""
    assert read_plain(text) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("f(a", 1),
        ("a)", -1),
        ("f(g(a)", 1),
        ("f(a)", 0),
        ("a = '('", 0),
        ("x in ('a'", 1),
        ("x = 'it", 0),
    ],
)
def test_open_parentheses_outside_of_quotes(text: str, count: int) -> None:
    """A parenthesis in a quoted text opens nothing."""
    assert count_open_parentheses(text) == count


@pytest.mark.parametrize(
    ("line", "col"),
    [
        ("键：值", 2),
        ("  - 键：值", 6),
        ("键: a：b", 0),
        ("# 键：值", 0),
        ("'键：值'", 0),
        ("键", 0),
    ],
)
def test_full_width_colon_after_a_key(line: str, col: int) -> None:
    """Only where a key ends, not in texts and comments."""
    assert find_wide_colon(line) == col


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            "a: 北".encode("gb18030"),
            "f:1:4: KF1011 the text is not UTF-8 (byte 4) (it looks like GB18030",
            id="GBK",
        ),
        pytest.param(
            "a: b".encode("utf-16"),
            "f:1:1: KF1011 the text is not UTF-8 (byte 1) (it looks like UTF-16",
            id="UTF-16",
        ),
        pytest.param(
            b"a: 1\nb: \xff", "f:2:4: KF1011 the text is not UTF-8 (byte 9) (save it as UTF-8)", id="neither"
        ),
        pytest.param(
            "a: 北京".encode()[:-1],
            "f:1:5: KF1011 the text is not UTF-8 (byte 7) (it ends in the middle of a character",
            id="cut off",
        ),
        pytest.param("a: 北\x00".encode(), "f:1:5: KF1012 control character U+0000", id="NUL"),
        pytest.param(b"a:\r\nb: \x1b", "f:2:4: KF1012 control character U+001B", id="escape after CRLF"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, message: str) -> None:
    """The place counts characters, not bytes, and the likely encoding is named."""
    with pytest.raises(RuleError) as raised:
        decode(data, Location("f"))
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("value", "lines", "unfolded"),
    [
        ("a b", ["a", "b"], "a\nb"),
        ("a\nb", ["a", "", "b"], "a\n\nb"),
        ("it's b", ["it''s", "b"], ""),
        ("'x y'", ["'x", "y'"], ""),
    ],
    ids=["joined", "paragraphs", "escaped", "inside quotes"],
)
def test_lines_that_yaml_has_joined(value: str, lines: list[str], unfolded: str) -> None:
    """They are kept where they say the same."""
    assert unfold(value, lines) == unfolded


def test_a_whole_text_is_not_cut_off() -> None:
    """Whoever asks for a text that could be decoded is told only what always helps."""
    assert suggest_encoding("规则".encode()).endswith("save it as UTF-8")
