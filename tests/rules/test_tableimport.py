"""``kaframe import table``: the YAML says the same as the file, for every hit policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules.test_sheetcells import write_book

from kaframe.errors import RuleError
from kaframe.rules.table import DecisionTable
from kaframe.rules.tableimport import import_table
from kaframe.yamlfile import Node, parse_yaml

ROWS = [
    ["Revenue", "等级", "points", "原因", "note"], [">= 50000", '"gold", "silver"', 100, "大客户", "x"],
    ["[10..50)", "-", 2.5, None, None], ["else", None, -1, None, None],
]  # fmt: skip


def table_of(text: str, name: str) -> DecisionTable:
    """The table of the one leaf."""
    node: Node | None = parse_yaml(text, "score.yaml")
    for step in ("scorecards", name, "children", name, "table"):
        node = node.get(step) if node else None
    assert node is not None
    return DecisionTable.from_node(node)


@pytest.mark.parametrize("hit", ["unique", "first", "any", "collect sum", "collect count"])
def test_the_yaml_says_the_same(tmp_path: Path, hit: str) -> None:
    """Inputs by label, a row a line, reasons, the rest, and the policy."""
    imported = import_table(write_book(tmp_path / "Discount 1.xlsx", {"a": ROWS}), {}, hit)
    assert (imported.name, imported.inputs) == ("discount_1", ("Revenue", "等级"))
    found = table_of(imported.text, imported.name)
    assert [found.hit, *([found.collect] if found.collect else [])] == hit.split()
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        [">= 50000", '"gold", "silver"'], ["[10..50)", "-"],
    ]  # fmt: skip
    assert ([row.points for row in found.rows], found.otherwise) == ([100, 2.5], -1)
    assert found.rows[0].reason is not None
    assert found.rows[0].reason.zh == "大客户"
    assert """- {when: [">= 50000", '"gold", "silver"'], points: 100,""" in imported.text


def test_a_csv_is_read_in_its_encoding(tmp_path: Path) -> None:
    """gb18030 and semicolons, as an office writes them."""
    path = tmp_path / "t.csv"
    path.write_bytes("销售额;积分\n>= 5;10\n".encode("gb18030"))
    imported = import_table(path, {"encoding": "gb18030"}, "first")
    assert imported.inputs == ("销售额",)
    assert "销售额: " in imported.text


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    """Quotes, colons, line breaks and braces of a cell are no YAML."""
    nasty = 'a"b\'c: {x}\n- y #'
    path = write_book(tmp_path / "t.xlsx", {"a": [["x: y", "points", "reason"], ["-", 1, nasty]]})
    found = table_of(import_table(path, {}, "first").text, "t")
    assert found.rows[0].reason is not None
    assert (found.inputs[0].name, found.rows[0].reason.en) == ("x: y", nasty)


def test_what_is_wrong_is_told_with_its_cell(tmp_path: Path) -> None:
    """A file that is not there, and points that are none."""
    with pytest.raises(RuleError, match="KF2247 no file"):
        import_table(tmp_path / "no.xlsx", {}, "first")
    with pytest.raises(RuleError, match=r"t.xlsx:2:2: KF2241 expected a number, got 'many'"):
        import_table(write_book(tmp_path / "t.xlsx", {"a": [["x", "points"], [1, "many"]]}), {}, "first")
