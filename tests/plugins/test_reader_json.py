"""The json and ndjson readers: flat columns, places of what is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import DataError, Problem
from tests.plugins.sources import MakeSource


def write(folder: Path, content: Any, name: str = "a.json") -> None:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    (folder / name).write_text(text, encoding="utf-8")


def problem_of(source: MakeSource, reader: str = "json", **options: Any) -> Problem:
    declared = source(reader, **{"path": "a.json", **options})
    with pytest.raises(DataError) as caught:
        source.columns(declared)
    return caught.value.problems[0]


def test_nested_objects_become_dotted_columns(source: MakeSource, tmp_path: Path) -> None:
    """Lists stay whole, as text; a key that a record lacks is missing there."""
    write(tmp_path, [
        {"id": 1, "address": {"city": "北京", "geo": {"lat": 39.9}}, "tags": ["a", "b"]},
        {"id": 2, "address": {"city": "上海"}, "vip": True},
    ])  # fmt: skip
    declared = source("json", path="a.json")
    assert source.types(declared) == {
        "id": "number", "address.city": "text", "address.geo.lat": "number", "tags": "text", "vip": "boolean",
    }  # fmt: skip
    assert source.rows(declared, ["address.city", "tags", "vip", "address.geo.lat"]) == [
        {"address.city": "北京", "tags": '["a", "b"]', "vip": None, "address.geo.lat": 39.9, "_row": 1},
        {"address.city": "上海", "tags": None, "vip": True, "address.geo.lat": None, "_row": 2},
    ]


@pytest.mark.parametrize(
    ("cells", "expected", "kind"),
    [
        pytest.param([1, 2.0], ["1", "2"], "number", id="whole numbers"),
        pytest.param([1, 2.5], ["1.0", "2.5"], "number", id="numbers"),
        pytest.param([1, "x"], ["1", "x"], "text", id="mixed"),
        pytest.param([2**70, 1], [str(2**70), "1"], "text", id="too long for a float"),
        pytest.param(["2024-03-04", None], ["2024-03-04", None], "date", id="day"),
        pytest.param([True, None], ["true", None], "boolean", id="boolean"),
        pytest.param([True, 1], ["true", "1"], "text", id="boolean and number"),
        pytest.param([None, None], [None, None], "text", id="nothing"),
    ],
)
def test_values_keep_their_types(
    source: MakeSource, tmp_path: Path, cells: list[Any], expected: list[str | None], kind: str
) -> None:
    """Shown as text, as an account id would be."""
    write(tmp_path, [{"v": cell} for cell in cells])
    declared = source("json", path="a.json")
    assert source.types(declared) == {"v": kind}
    shown = [None if row["v"] is None else str(row["v"]) for row in source.rows(declared, ["v"])]
    assert [text and text.replace("True", "true") for text in shown] == expected


def test_the_list_of_records_can_be_deep_inside(source: MakeSource, tmp_path: Path) -> None:
    """``records: data.items`` names it; what stands around it is left alone."""
    write(tmp_path, {"meta": {"items": [9]}, "data": {"count": 2, "items": [{"id": "a"}, {"id": "b"}]}})
    declared = source("json", path="a.json", records="data.items")
    assert [row["id"] for row in source.rows(declared, ["id"])] == ["a", "b"]
    lines = (tmp_path / "a.json").read_text().splitlines()
    assert [lines[line - 1].strip() for _, line in source.locate(declared, [1, 2])] == ["{", "{"]
    assert [lines[line].strip() for _, line in source.locate(declared, [2, 1])] == ['"id": "b"', '"id": "a"']


def test_an_element_that_is_no_object_is_rejected_with_its_line(source: MakeSource, tmp_path: Path) -> None:
    """The others are kept, and ordinals count it."""
    write(tmp_path, '[\n {"id": 1},\n\n 17,\n {"id": 2}\n]')
    declared = source("json", path="a.json")
    reading = source.read(declared, ["id"])
    assert [(bad.line, bad.reason, bad.text) for bad in reading.rejected] == [
        (4, "is a number, not an object", "17")
    ]
    assert [row["_row"] for row in source.rows(declared, ["id"])] == [1, 3]
    assert source.locate(declared, [3]) == [("a.json", 5)]


def test_an_empty_list_gives_no_rows(source: MakeSource, tmp_path: Path) -> None:
    """And offers no columns."""
    write(tmp_path, "[]")
    assert source.types(source("json", path="a.json")) == {}
    assert source.rows(source("json", path="a.json"), []) == []


@pytest.mark.parametrize(
    ("text", "options", "code", "place", "says"),
    [
        pytest.param('[{"id": 1},\n {"id": }]', {}, "KF3070", "a.json:2:9", "Expecting value", id="syntax"),
        pytest.param('{"id": 1}\n{"id": 2}\n', {}, "KF3070", "a.json:2:1", "reader: ndjson", id="lines"),
        pytest.param("", {}, "KF3070", "a.json:1:1", "Expecting value", id="empty"),
        pytest.param("[" * 100_000, {}, "KF3070", "a.json", "too deep", id="deep"),
        pytest.param(f"[{'9' * 5000}]", {}, "KF3070", "a.json", "too long", id="endless number"),
        pytest.param('{"items": [], "n": 1}', {}, "KF3071", "a.json", "records: items", id="object"),
        pytest.param(
            '{"data": {"items": []}}',
            {"records": "data"},
            "KF3071",
            "a.json",
            "data.items",
            id="path to object",
        ),
        pytest.param(
            '{"items": []}', {"records": "item"}, "KF3071", "a.json", "did you mean 'items'?", id="wrong key"
        ),
        pytest.param(
            '{"a": 1}', {"records": "a.b"}, "KF3071", "a.json", "no 'b' in 'a'", id="path into a number"
        ),
        pytest.param("null", {}, "KF3071", "a.json", "the document is null", id="null"),
    ],
)
def test_a_document_that_cannot_be_read_is_explained(
    source: MakeSource, tmp_path: Path, text: str, options: dict[str, str], code: str, place: str, says: str
) -> None:
    """With line and column where the text is broken."""
    write(tmp_path, text)
    problem = problem_of(source, **options)
    assert (problem.code, str(problem.at)) == (code, place)
    assert says in str(problem)


def test_lines_are_records_and_broken_ones_are_rejected(source: MakeSource, tmp_path: Path) -> None:
    """Every other line is kept; blank ones are none."""
    write(tmp_path, '{"id": 1}\n\n{"id": 2\n[3]\n{"a.b": 1, "a": {"b": 2}}\n{"id": 4}\n', "a.ndjson")
    declared = source("ndjson", path="a.ndjson")
    reading = source.read(declared, ["id"])
    assert [(bad.line, bad.reason) for bad in reading.rejected] == [
        (3, "is no JSON: Expecting ',' delimiter at column 1"),
        (4, "is a list, not an object"),
        (5, "has two values for 'a.b'"),
    ]
    assert [(row["id"], row["_row"]) for row in source.rows(declared, ["id"])] == [(1, 1), (4, 5)]
    assert source.locate(declared, [5, 1]) == [("a.ndjson", 6), ("a.ndjson", 1)]


@pytest.mark.parametrize(
    ("reader", "text", "place", "says"),
    [
        pytest.param("ndjson", '[{"id": 1}]', "a.json:1:1", "'reader: json' reads", id="a list"),
        pytest.param("ndjson", "\nid,paid\n1,2\n", "a.json:2:1", "is no JSON", id="csv"),
        pytest.param("json", "[1, 2]", "a.json:1:1", "is a number, not an object", id="numbers"),
    ],
)
def test_nothing_but_bad_records_is_the_wrong_file(
    source: MakeSource, tmp_path: Path, reader: str, text: str, place: str, says: str
) -> None:
    """With the first of them, instead of a table without columns."""
    write(tmp_path, text)
    problem = problem_of(source, reader)
    assert (problem.code, str(problem.at)) == ("KF3003", place)
    assert says in str(problem)


def test_a_deep_line_is_rejected_alone(source: MakeSource, tmp_path: Path) -> None:
    """Neither brackets without end nor 40 objects in each other stop the file."""
    write(tmp_path, "[" * 100_000 + "\n" + '{"a":' * 40 + "1" + "}" * 40 + '\n{"id": 1}\n', "a.ndjson")
    reading = source.read(source("ndjson", path="a.ndjson"), ["id"])
    assert [bad.reason for bad in reading.rejected] == [
        "is nested too deep",
        "is nested deeper than 32 levels",
    ]


def test_files_follow_each_other(source: MakeSource, tmp_path: Path) -> None:
    """Types are of all files together."""
    write(tmp_path, '{"id": 1}\n', "1.ndjson")
    write(tmp_path, '{"id": "x", "n": 1}\n', "2.ndjson")
    declared = source("ndjson", path="*.ndjson")
    assert source.rows(declared, ["id", "n"]) == [
        {"id": "1", "n": None, "_row": 1}, {"id": "x", "n": 1, "_row": 2},
    ]  # fmt: skip
    assert source.locate(declared, [2]) == [("2.ndjson", 1)]


def test_keys_that_differ_in_case_only_are_refused(source: MakeSource, tmp_path: Path) -> None:
    """SQL would take them for one column."""
    write(tmp_path, [{"id": 1}, {"ID": 2}])
    assert problem_of(source).code == "KF3015"


def test_a_wrong_encoding_is_answered_with_a_guess(source: MakeSource, tmp_path: Path) -> None:
    """As for CSV."""
    (tmp_path / "a.json").write_bytes('[{"name": "北京长城贸易"}]'.encode("gb18030"))
    assert "gb18030" in problem_of(source).hint
    assert source.types(source("json", path="a.json", encoding="gb18030")) == {"name": "text"}
    assert "gb18030" in problem_of(source, "ndjson").hint
