"""The record of a decision table, from YAML and from a CSV beside the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.errors import RuleError
from kaframe.rules.table import DecisionTable
from kaframe.rules.tablefile import read_table_files
from kaframe.yamlfile import Node, read_yaml

HEADER = "Umsatz,客户等级,分数,原因\n"


def table_node(folder: Path, yaml: str, files: dict[str, bytes]) -> Node:
    """The node of ``table:`` in rules/score.yaml with these files beside it, read."""
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    for name, content in files.items():
        (rules / name).parent.mkdir(parents=True, exist_ok=True)
        (rules / name).write_bytes(content)
    (rules / "score.yaml").write_text(f"scorecards: {{main: {{children: {{leaf: {{table: {yaml}}}}}}}}}\n", "utf-8")
    (read,), problems = read_table_files([read_yaml(rules / "score.yaml", "rules/score.yaml")])
    if problems:
        raise RuleError(problems)
    node: Node | None = read
    for key in ("scorecards", "main", "children", "leaf", "table"):
        assert node is not None
        node = node.get(key)
    assert node is not None
    return node


def table(folder: Path, yaml: str, **files: bytes) -> DecisionTable:
    named = {name.replace("_csv", ".csv"): content for name, content in files.items()}
    return DecisionTable.from_node(table_node(folder, yaml, named))


def refused(folder: Path, yaml: str, **files: bytes) -> list[str]:
    with pytest.raises(RuleError) as caught:
        table(folder, yaml, **files)
    return [str(problem) for problem in caught.value.problems]


def test_in_yaml(tmp_path: Path) -> None:
    """Numbers and flags stand for themselves, nothing at all asks nothing."""
    found = table(tmp_path, "{hit: first, inputs: [revenue, vip], else: 5, rows: ["
                  "{when: ['>= 50', true], points: 90, reason: {en: big, zh: 大}}, {when: [10, ~], points: 1}]}")
    assert [one.name for one in found.inputs] == ["revenue", "vip"]
    assert [[cell.text for cell in row.cells] for row in found.rows] == [[">= 50", "true"], ["10", ""]]
    assert (found.hit, found.otherwise, found.outcomes) == ("first", 5, (1, 5, 90))
    assert found.rows[0].reason is not None
    assert (found.rows[0].reason.zh, found.rows[1].reason) == ("大", None)


def test_in_a_csv(tmp_path: Path) -> None:
    """Labels in any language, inputs explained or expressions themselves; each cell knows its line and column."""
    csv = HEADER + '>= 50,"""gold"", ""silver""",90,大客户\n,,,\n"[10..50)",-,40,\n否则,,5,\n'
    found = table(tmp_path, "{file: t.csv, inputs: {Umsatz: revenue, 客户等级: grade}}", t_csv=csv.encode())
    assert [(one.name, one.value.text) for one in found.inputs] == [("Umsatz", "revenue"), ("客户等级", "grade")]
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        [">= 50", '"gold", "silver"'], ["[10..50)", "-"],
    ]  # fmt: skip
    assert [str(cell.at) for cell in found.rows[0].cells] == ["rules/t.csv:2:1", "rules/t.csv:2:8"]
    assert (str(found.rows[1].at), found.otherwise) == ("rules/t.csv:4:2", 5)
    assert found.rows[0].reason is not None
    assert found.rows[0].reason.en == "大客户"


def test_labels_that_are_expressions(tmp_path: Path) -> None:
    """Without ``inputs`` a label is the expression; notes and numbers of rows are left aside."""
    csv = "no.,days_since(last_order),points,reason_en,reason_zh,Note\n1,< 30,80,fresh,新,ask Kim\n"
    found = table(tmp_path, "{file: t.csv}", t_csv=csv.encode())
    assert [one.value.text for one in found.inputs] == ["days_since(last_order)"]
    assert str(found.inputs[0].value.at) == "rules/t.csv:1:5"
    assert found.rows[0].reason is not None
    assert (found.rows[0].reason.en, found.rows[0].reason.zh) == ("fresh", "新")


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8-sig", ""), ("gb18030", ", encoding: gb18030"), ("utf-16", "")]
)
def test_encodings(tmp_path: Path, encoding: str, declared: str) -> None:
    """A byte order mark says it, or the table declares it."""
    csv = "客户等级;分数\n金牌;100\n银牌;50\n"
    yaml = f"{{file: t.csv, inputs: {{客户等级: grade}}{declared}}}"
    found = table(tmp_path, yaml, t_csv=csv.encode(encoding))
    assert [(row.cells[0].text, row.points) for row in found.rows] == [("金牌", 100), ("银牌", 50)]


def test_a_wrong_encoding_is_named(tmp_path: Path) -> None:
    """The line that cannot be read, and what the file seems to be."""
    csv = "grade,points\n金牌客户,100\n银牌客户,50\n".encode("gb18030")
    (said,) = refused(tmp_path, "{file: t.csv}", t_csv=csv)
    assert said.startswith("rules/t.csv:2:1: KF3011")
    assert "write 'encoding: gb18030'" in said


def test_the_resolved_rules_hold_every_cell(tmp_path: Path) -> None:
    """What a run is fingerprinted by changes with the file, and nothing of the file's name is in it."""
    node = table_node(tmp_path, "{file: t.csv, hit: any}", {"t.csv": b"x,points\n>= 5,1\n"})
    assert node.plain() == {"hit": "any", "inputs": {"x": "x"}, "rows": [{"when": [">= 5"], "points": 1.0}]}


@pytest.mark.parametrize(
    ("yaml", "csv", "said"),
    [
        ("{file: no.csv}", "x",
         "rules/score.yaml:1:53: KF2247 the file 'no.csv' does not exist (did you mean 't.csv'?)"),
        ("{file: ../t.csv}", "x", "KF2247 the file '../t.csv' is not in the folder of this rule file"),
        ("{file: /etc/passwd}", "x", "KF2247 the file '/etc/passwd' is not in the folder of this rule file"),
        ("{file: t.csv}", "", "KF2247 the table is empty"),
        ("{file: t.csv}", "x,y\n1,2\n", "rules/t.csv:1:1: KF2242 the table has no column of points"),
        ("{file: t.csv}", "x,points,分数\n1,2,3\n", "KF2242 the table has several columns of points"),
        ("{file: t.csv}", "x,X,points\n1,2,3\n", "rules/t.csv:1:3: KF2242 the column 'X' stands twice (rename one)"),
        ("{file: t.csv}", "x,points\n1,2\n3\n", "rules/t.csv:3:1: KF2242 this line has 1 cells, the header 2"),
        ("{file: t.csv}", "x,points\n1,2,3\n", "rules/t.csv:2:5: KF2242 this line has 3 cells, the header 2"),
        ("{file: t.csv}", "x,points,\n1,2,3\n", "rules/t.csv:2:5: KF2242 this column has no label in the header"),
        ("{file: t.csv}", "x,points\n1,many\n", "rules/t.csv:2:3: KF2241 expected a number, got 'many'"),
        ("{file: t.csv}", "x,points\n1,\n", "rules/t.csv:2:3: KF2241 expected a number, got ''"),
        ("{file: t.csv}", "x,points\nelse,1\nelse,2\n", "rules/t.csv:3:1: KF2242 'else' is said twice"),
        ("{file: t.csv, else: 4}", "x,points\nelse,1\n", "rules/t.csv:2:1: KF2242 'else' is said twice"),
        ("{file: t.csv, inputs: [x]}", "x,points\n1,1\n", "KF2242 the file has the inputs in its header"),
        ("{file: t.csv, inputs: {Umsatz: r}}", "Umstaz,points\n1,1\n",
         "rules/t.csv:1:1: KF2242 'inputs' does not say what the column 'Umstaz' means (did you mean 'Umsatz'?)"),
        ("{file: t.csv}", "x,points\n", "KF2242 the decision table has no rows"),
        ("{file: t.csv}", "points\n1\n", "KF2242 the decision table has no inputs"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(tmp_path: Path, yaml: str, csv: str, said: str) -> None:
    """Each mistake with its line and column in the CSV."""
    assert said in "\n".join(refused(tmp_path, yaml, t_csv=csv.encode()))


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("{inputs: [x], rows: []}", "KF2242 the decision table has no rows"),
        ("{inputs: [x, y], rows: [{when: ['-'], points: 1}]}", "this row has 1 cells for 2 inputs"),
        ("{hit: collect, inputs: [x], rows: [{when: ['-'], points: 1}]}", "KF2243 what shall the points of several"),
        ("{collect: sum, inputs: [x], rows: [{when: ['-'], points: 1}]}", "'collect: sum' belongs to 'hit: collect'"),
        ("{hit: priority, inputs: [x], rows: [{when: ['-'], points: 1}, {when: [2], points: 7}]}", "order: [7, 1]"),
        ("{order: [1], inputs: [x], rows: [{when: ['-'], points: 1}]}", "'order' belongs to 'hit: priority'"),
        ("{hit: priority, order: [1, 1], inputs: [x], rows: [{when: ['-'], points: 1}]}", "1 stands twice in 'order'"),
        ("{hit: priority, order: [2], inputs: [x], rows: [{when: ['-'], points: 1}]}", "the points 1 of this row do"),
    ],
)
def test_what_is_wrong_with_a_table(tmp_path: Path, yaml: str, said: str) -> None:
    """Rows fit the inputs, and what belongs to one hit policy stands beside no other."""
    assert said in "\n".join(refused(tmp_path, yaml))
