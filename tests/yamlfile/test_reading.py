"""The door to YAML: what it accepts, what it refuses, how fast, and what it writes."""

from __future__ import annotations

import gc
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kaframe.errors import Problem, RuleError
from kaframe.yamlfile import dump_yaml, parse_yaml, read_yaml
from kaframe.yamlfile.text import SIZE_LIMIT, split_lines
from tests.yamlfile.bombs import BOMBS

RULE = """\
  rule_{n}:
    label: {{en: "Revenue, last 12 months", zh: 近12个月销售额}}
    from: orders                # aggregated from a table
    where: ordered_on > as_of - interval 12 month
    value: sum(amount)
    bands: [{{at_least: 0.3, points: 100}}, {{else: 0}}]
"""
PIECES = [
    *"\n\t:-?{}[],'\"#|>%@`()aé中：0~=\\\r\x85\u2028", " ", "\n  ", "\n    ", ": ", "- ", "? ", " #", "&a ",
    "*a", "!x ", "!!str ", "|\n", ">-\n", "|2\n", "1e3", "<<: ", "---\n", "...\n", "\r\n", "''", '""', ".nan",
]  # fmt: skip


def refuse(text: str | bytes) -> list[str]:
    """The places and codes of all that is wrong with a text."""
    with pytest.raises(RuleError) as raised:
        parse_yaml(text, "a.yaml")
    return [f"{problem.at} {problem.code}" for problem in raised.value.problems]


def test_scalars_are_those_of_yaml_1_2() -> None:
    """What looks like a word, a time or a code stays text."""
    words = "NO, on, y, 010, 12:30:45, 1_000, 2024-02-30, 1.2.3, -, 0b1"
    others = "1e3, 0o17, 0x1F, 1.5, -3, .5, ~, null, True, '1'"
    node = parse_yaml(f"words: [{words}]\nothers: [{others}]", "a.yaml")
    assert node.plain() == {
        "words": words.split(", "),
        "others": [1000.0, 15, 31, 1.5, -3, 0.5, None, None, True, "1"],
    }


@pytest.mark.parametrize("key", ["on", "1", "true", "null", "2024-01-01", "'1'"])
def test_keys_are_text(key: str) -> None:
    """A key is what stands there, never a boolean or a number."""
    assert list(parse_yaml(f"{key}: 1", "a.yaml").plain()) == [key.strip("'")]


def test_byte_order_mark_and_crlf_are_accepted() -> None:
    """What editors on Windows save is read, with the same places."""
    node = parse_yaml("\ufeffa: 1\r\nb:\r\n  c: 2\r\n".encode(), "a.yaml")
    assert node.plain() == {"a": 1, "b": {"c": 2}}
    assert str(node.keys["a"]) == "a.yaml:1:1"
    assert str(node.get("b").keys["c"]) == "a.yaml:3:3"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(pytest.param(*bomb, id=name) for name, bomb in BOMBS.items()),
        pytest.param("a: [" + "1, " * 300_000 + "]", "a.yaml:1:599999 KF1003", id="values"),
    ],
)
def test_bombs_are_refused_at_once(text: str, expected: str) -> None:
    """What would take seconds or gigabytes is answered with its place."""
    assert refuse(text)[0] == expected


def test_merge_key_bomb_is_not_expanded() -> None:
    """Nine levels of merge keys took a parser a minute; every alias of them is told."""
    levels = ["a0: &a0 {x: 1}"]
    levels += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 9)]
    places = refuse("\n".join(levels))
    assert places[0] == "a.yaml:2:15 KF1002"
    assert len(places) == 50


def test_all_problems_of_a_file_are_told_at_once() -> None:
    """One look at the file is enough, and it is told in its order."""
    text = "a: 1\na: 2\nb: .inf\nc: !x y\nd: {when: f(a, b)}\n"
    assert refuse(text) == [
        "a.yaml:2:1 KF1005",
        "a.yaml:3:4 KF1103",
        "a.yaml:4:4 KF1004",
        "a.yaml:5:11 KF1016",
    ]


def test_both_places_of_a_duplicate_key_are_told() -> None:
    """The first of the two is often far away."""
    with pytest.raises(RuleError) as raised:
        parse_yaml("tier: a\nweight: 1\ntier: b\n", "a.yaml")
    assert str(raised.value.problems[0].also) == "a.yaml:1:1"


def test_real_path_is_kept_for_the_caret(tmp_path: Path) -> None:
    """Messages show the short name, the caret reads the file itself."""
    path = tmp_path / "x.yaml"
    path.write_text("a: {b: 1}")
    node = read_yaml(path, "rules/x.yaml")
    assert (str(node.at), node.at.path) == ("rules/x.yaml:1:1", str(path))


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_unreadable_file(tmp_path: Path, name: str) -> None:
    """A missing file or a folder is one line, not a traceback."""
    with pytest.raises(RuleError, match=r"rules/x\.yaml: KF1018 the file cannot be read"):
        read_yaml(tmp_path / name, "rules/x.yaml")


def test_large_file_is_not_even_opened(tmp_path: Path) -> None:
    """The limit is checked before a byte is read."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff" * 11_000_000)
    with pytest.raises(RuleError, match=r"x\.yaml: KF1003 the file is 11\.0 MB, the limit is 1 MB"):
        read_yaml(path, "x.yaml")


@pytest.mark.parametrize("text", ["a: 1", "a: ["], ids=["good", "broken"])
def test_garbage_collector_is_switched_on_again(text: str) -> None:
    """Also when the file is broken."""
    with suppress(RuleError):
        parse_yaml(text, "a.yaml")
    assert gc.isenabled()


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("? : - {")
@example("a: >\n\n\n b\n\n  c\n")
@example("- 'by: \n\n  '|\n")
@example('\u2028?,- : "}---\n\n"')
def test_nothing_but_problems_comes_out_of_bad_text(text: str) -> None:
    """Whatever is typed, the answer is a tree or problems with a place inside the file."""
    lines = len(split_lines(text)) + 1
    assert all(problem.at is not None and problem.at.line <= lines for problem in problems_of(text))


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_nothing_but_problems_comes_out_of_bytes(data: bytes) -> None:
    """A file of any other kind is refused in words."""
    assert all(re.fullmatch(r"KF1[01]\d\d", problem.code) for problem in problems_of(data))


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    """What is wrong with a text, if anything is."""
    try:
        parse_yaml(text, "a.yaml").plain()
    except RuleError as error:
        return error.problems
    return ()


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
)
LINES = st.sampled_from(
    ["no", "010", "1e3", "0o17", "12:30", "y", "2024-01-01", "~", "x：y", "a: b", "# x", "", "a\nb\n"]
)
NUMBERS = st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
DATA = st.recursive(
    WORDS | LINES | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | LINES, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(WORDS | LINES, DATA, min_size=1, max_size=4))
@example({"<<": "<<", "a": {"<<": ["=", "*a", "&b", "!c", "|", ">"]}})
def test_what_is_written_is_read_again(data: dict[str, Any]) -> None:
    """Texts that look like something else are quoted, for readers of YAML 1.1 as well."""
    text = dump_yaml(data)
    if "<<" not in text:
        assert parse_yaml(text, "a.yaml").plain() == data
    assert yaml.safe_load(text) == data


def test_written_text_is_made_for_people() -> None:
    """Block style, Chinese as it is, lists indented, keys in their order."""
    data = {
        "name": "北风",
        "code": "NO",
        "tiers": [{"id": "key", "when": "a > 1"}],
        "note": "one\ntwo\n",
        "none": {},
    }
    assert dump_yaml(data) == (
        "name: 北风\ncode: 'NO'\ntiers:\n  - id: key\n    when: a > 1\nnote: |\n  one\n  two\nnone: {}\n"
    )


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """Nothing of the file behind it is read or shown; a link inside the folder is a file like any other."""
    (tmp_path / "secret.txt").write_text("root: x\n", "utf-8")
    folder = tmp_path / "project"
    (folder / "rules").mkdir(parents=True)
    (folder / "rules/a.yaml").symlink_to(tmp_path / "secret.txt")
    (folder / "own.yaml").write_text("a: 1\n", "utf-8")
    (folder / "rules/b.yaml").symlink_to(folder / "own.yaml")
    with pytest.raises(RuleError) as refused:
        read_yaml(folder / "rules/a.yaml", "rules/a.yaml")
    assert str(refused.value).startswith("rules/a.yaml: KF1018 the file is a link to one outside")
    assert read_yaml(folder / "rules/b.yaml", "rules/b.yaml").plain() == {"a": 1}


def test_pipe_is_no_file(tmp_path: Path) -> None:
    """Reading one would wait for ever."""
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(RuleError, match="KF1018 this is no file with a text"):
        read_yaml(tmp_path / "a.yaml", "a.yaml")


def test_reading_leaves_the_collector_as_it_was() -> None:
    """Whoever runs without it keeps running without it."""
    gc.disable()
    try:
        parse_yaml(b"a: 1\n", "a.yaml")
        assert not gc.isenabled()
    finally:
        gc.enable()
    parse_yaml(b"a: 1\n", "a.yaml")
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"*a : 1\n", "a.yaml:1:1: KF1002 aliases (*a) are not supported"),
        (b"{*a}", "a.yaml:1:2: KF1002 aliases (*a) are not supported"),
        (b"[" * 60_000, "a.yaml:1:65: KF1001 nested deeper than 64 levels"),
        (b"{[" * 60_000, "a.yaml:1:2: KF1017 a key must be a word, not a list or a mapping"),
    ],
    ids=["alias-as-key", "alias-as-key-alone", "brackets", "brackets-as-keys"],
)
def test_what_looks_ahead_is_refused_at_its_place(text: bytes, expected: str) -> None:
    """The parser seeks the colon of a key beyond what the guard has seen."""
    with pytest.raises(RuleError) as error:
        parse_yaml(text, "a.yaml")
    assert str(error.value.problems[0]).startswith(expected)


@pytest.mark.parametrize(("size", "is_read"), [(SIZE_LIMIT, True), (SIZE_LIMIT + 1, False)])
def test_the_last_byte_that_is_read(tmp_path: Path, size: int, is_read: bool) -> None:
    """A text and a file of exactly the limit are read, one byte more is not."""
    text = f"a: '{'x' * (size - 6)}'\n"
    (tmp_path / "a.yaml").write_text(text)
    for read in (lambda: parse_yaml(text, "a.yaml"), lambda: read_yaml(tmp_path / "a.yaml", "a.yaml")):
        if is_read:
            assert len(read().plain()["a"]) == size - 6
        else:
            with pytest.raises(RuleError, match="KF1003"):
                read()
