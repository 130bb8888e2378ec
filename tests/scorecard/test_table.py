"""Decision tables as leaves of a scorecard: random tables on DuckDB against their meaning in plain Python."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaframe.data.ledger import QUALITY
from kaframe.errors import RuleError
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.proof.tables import check_tables
from kaframe.score import check, score_accounts
from kaframe.status import colour_accounts
from tests.steps import Rows, make_database, make_project

SEMANTICS = "semantics: {open: {minimum_coverage: 0, beyond_scale: keep}}\n"
CLASH = object()
CASES = Path(__file__).parents[1] / "cases/errors/tables"
Cell = tuple[str, ...]


def score_yaml(table: str, more: str = "") -> str:
    return f"{SEMANTICS}scorecards: {{main: {{semantics: open, children: {{leaf: {{table: {table}{more}}}}}}}}}\n"


def scored(folder: Path, rules: str, accounts: Rows, *files: tuple[str, str]) -> list[dict[str, Any]]:
    """The rows of score_main."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for name, text in files:
        (folder / "rules" / name).write_text(text, encoding="utf-8")
    project = make_project(folder, {"score": rules}, {"accounts": accounts})
    assert [problem for problem in check(project) if problem.severity == "error"] == []
    with make_database({"accounts": accounts}) as db:
        db.create("quality", [], QUALITY)
        for step in (measure_accounts, identify_accounts, score_accounts):
            step(project, db)
        return db.rows("SELECT * FROM score_main ORDER BY account_id")


def found(folder: Path, table: str, *files: tuple[str, str], more: str = "") -> list[str]:
    """What ``check`` says about a table over x (a number), tier and day."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for name, text in files:
        (folder / "rules" / name).write_text(text, encoding="utf-8")
    accounts = [{"account_id": "A", "x": 1.0, "grade": "a", "day": date(2026, 1, 1), "vip": True}]
    try:
        project = make_project(folder, {"score": score_yaml(table, more)}, {"accounts": accounts})
        problems = check(project) or check_tables(project)
    except RuleError as error:
        problems = list(error.problems)
    return [f"{problem.severity} {problem}" for problem in problems]


# --- random tables: a cell is a test of plain Python beside its text -----------------------------------------

NUMBERS = [0.0, 1.0, 2.0, 2.5, 3.0, None]
TEXTS = ["a", "b", "c", None]
NUMBER_CELLS: dict[str, Any] = {
    "-": None, ">= 2": lambda x: x >= 2, "< 2": lambda x: x < 2, "[1..2.5)": lambda x: 1 <= x < 2.5,
    "(1..3]": lambda x: 1 < x <= 3, "1, 3": lambda x: x in (1, 3), "not(2)": lambda x: x != 2, "null": "null",
}  # fmt: skip
TEXT_CELLS: dict[str, Any] = {
    "-": None, '"a"': lambda t: t == "a", '"a", "b"': lambda t: t in "ab", 'not("c")': lambda t: t != "c",
    "not(null)": "not null",
}  # fmt: skip
POLICIES = ["unique", "first", "any", "priority", "sum", "min", "max", "count"]
ORDER = [40.0, 90.0, 10.0]


def truth(test: Any, value: Any) -> bool | None:
    if test is None:
        return True
    if isinstance(test, str):
        return (value is None) is (test == "null")
    return None if value is None else bool(test(value))


def both(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


def decided(policy: str, holds: tuple[bool, ...], points: list[float], rest: float | None) -> Any:
    """What rows that are all known decide: (which row or whether any does, points), or a clash."""
    held = [worth for does, worth in zip(holds, points, strict=True) if does]
    if not held:
        return None, rest
    if policy == "first":
        return holds.index(True), held[0]
    if (policy == "unique" and len(held) > 1) or (policy == "any" and len(set(held)) > 1):
        return CLASH
    results = {"priority": lambda: min(held, key=ORDER.index), "sum": lambda: sum(held), "min": lambda: min(held),
               "max": lambda: max(held), "count": lambda: float(len(held))}  # fmt: skip
    return True, results.get(policy, lambda: held[0])()


def meant(policy: str, holds: list[bool | None], points: list[float], rest: float | None) -> float | None:
    """The points that no unknown row could change; missing otherwise."""
    ways = product(*([True, False] if truth is None else [truth] for truth in holds))
    outcomes = [decided(policy, way, points, rest) for way in ways]
    same = all(one == outcomes[0] for one in outcomes)
    return outcomes[0][1] if same and outcomes[0] is not CLASH else None


@pytest.mark.parametrize("policy", POLICIES)
@settings(max_examples=12, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(list(NUMBER_CELLS)), st.sampled_from(list(TEXT_CELLS)),
                            st.sampled_from(ORDER)), min_size=1, max_size=5),
    rest=st.sampled_from([None, 10.0, 55.0]),
    in_csv=st.booleans(),
)  # fmt: skip
def test_random_tables(policy: str, rows: list[tuple[str, str, float]], rest: float | None, in_csv: bool) -> None:
    """For every account the points are what the table means, whether it stands in YAML or in a CSV."""
    accounts = [
        {"account_id": f"{place:02}", "x": x, "grade": grade}
        for place, (x, grade) in enumerate(product(NUMBERS, TEXTS))
    ]
    extra = {"priority": ", order: [40, 90, 10]"}.get(policy, "")
    hit = f"hit: collect, collect: {policy}" if policy in POLICIES[4:] else f"hit: {policy}{extra}"
    hit += "" if rest is None else f", else: {rest}"
    out = io.StringIO()
    csv.writer(out).writerows([("x", "grade", "points"), *rows])
    listed = ", ".join(f"{{when: ['{one}', '{two}'], points: {worth}}}" for one, two, worth in rows)
    table = f"{{{hit}, file: t.csv}}" if in_csv else f"{{{hit}, inputs: [x, grade], rows: [{listed}]}}"
    with TemporaryDirectory() as folder:
        result = scored(Path(folder), score_yaml(table), accounts, ("t.csv", out.getvalue()))
    points = [worth for *_, worth in rows]
    for row, account in zip(result, accounts, strict=True):
        holds = [
            both(truth(NUMBER_CELLS[one], account["x"]), truth(TEXT_CELLS[two], account["grade"]))
            for one, two, _ in rows
        ]
        assert row["leaf"] == meant(policy, holds, points, rest), (account, holds)


def test_inputs_are_expressions(tmp_path: Path) -> None:
    """Computed inputs, days, flags; computed numbers are compared at nine decimals as everywhere."""
    table = "{hit: first, inputs: [x / 10 + 0.2, day, vip], else: 0, rows: ["
    table += "{when: [0.3, '>= 2026-01-01', true], points: 7}, {when: ['-', '2025/12/31', 否], points: 5}]}"
    accounts = [
        {"account_id": "A", "x": 1.0, "day": date(2026, 1, 1), "vip": True},
        {"account_id": "B", "x": 1.0, "day": date(2025, 12, 31), "vip": False},
        {"account_id": "C", "x": 2.0, "day": date(2026, 1, 1), "vip": True},
    ]
    assert [row["leaf"] for row in scored(tmp_path, score_yaml(table), accounts)] == [7, 5, 0]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("{inputs: [x], rows: [{when: ['>= 50'], points: 1}, {when: ['[20..60)'], points: 2}], else: 0}",
         "rules/score.yaml:2:114: KF2244 this row and the one at rules/score.yaml:2:84 both hold for x = 50"),
        ("{hit: any, inputs: [x], rows: [{when: ['>= 50'], points: 1}, {when: ['> 40'], points: 2}], else: 0}",
         "both hold and give other points for x = 50"),
        ("{inputs: [x, grade], rows: [{when: ['> 5', a], points: 1}, {when: ['<= 5', '-'], points: 2}]}",
         "KF2245 no row of the decision table holds for x = 6, grade = (another text)"),
        ("{hit: first, inputs: [x], rows: [{when: ['-'], points: 1}, {when: ['> 5'], points: 2}]}",
         "KF2246 this row never decides: the row at rules/score.yaml:2:96 goes before it"),
        ("{hit: first, inputs: [x], else: 0, rows: [{when: ['[20..10]'], points: 1}]}",
         "rules/score.yaml:2:114: KF2248 the cell '[20..10]' holds for no value"),
        ("{hit: first, inputs: [x], rows: [{when: ['>= 10, < 20'], points: 1}]}",
         "KF2248 the cell '>= 10, < 20' holds for every value (a comma means 'or'"),
        ("{inputs: [x, x], rows: [{when: ['> 5', '< 3'], points: 1}], else: 0}", "KF2248"),
    ],
)  # fmt: skip
def test_doubts(tmp_path: Path, table: str, said: str) -> None:
    """``check`` warns of rows that contradict each other, gaps, and rows that never decide, with an example."""
    told = found(tmp_path, table)
    assert said in told[0]
    assert all(one.startswith("warning") for one in told)


@pytest.mark.parametrize(
    ("table", "more", "said"),
    [
        ("{inputs: [x], rows: [{when: [gold], points: 1}]}", "", "KF2241 expected a number, got 'gold'"),
        ("{inputs: [y], rows: [{when: [1], points: 1}]}", "", "KF2010 unknown name 'y'"),
        ("{inputs: ['null'], rows: [{when: [1], points: 1}]}", "", "KF2249 the input 'null' is a missing"),
        ("{inputs: [x], rows: [{when: [1], points: 1}]}", ", value: x", "KF2249 leaf 'leaf' has a table and a value"),
        ("{inputs: [x], rows: [{when: [1], points: 1}]}", ", cases: [{else: 1}]",
         "KF2132 leaf 'leaf' has cases and table"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, table: str, more: str, said: str) -> None:
    """Cells of another type, unknown inputs, two ways to points."""
    assert said in "\n".join(found(tmp_path, table, more=more))


@pytest.mark.parametrize("case", sorted(CASES.glob("*.csv")), ids=lambda case: case.stem)
def test_wrong_tables(tmp_path: Path, case: Path) -> None:
    """Each table beside everything that is said about it (tests/cases/errors/tables)."""
    told = found(tmp_path, f"{{file: {case.name}}}", (case.name, case.read_text("utf-8")))
    assert "".join(f"{line}\n" for line in told) == case.with_suffix(".txt").read_text("utf-8")


def test_a_mistake_in_a_file_has_its_place(tmp_path: Path) -> None:
    """Line and column of the cell in the CSV."""
    csv_text = "x,grade,points\n>= 5,a,1\n< 5,b,2\n50 to 60,-,3\n"
    assert found(tmp_path, "{file: t.csv}", ("t.csv", csv_text)) == [
        "error rules/t.csv:4:1: KF2241 expected a number, got '50 to 60' "
        "(write it like 50 or 12.5; an input column of texts takes texts)"
    ]


def test_reasons_are_those_of_the_row(tmp_path: Path) -> None:
    """The reason of the row that decided stands beside the points that are lost, in the project's language."""
    table = "{hit: first, inputs: [x], rows: [{when: ['>= 5'], points: 100}, "
    table += "{when: ['>= 2'], points: 40, reason: {en: middling, zh: 中等}}, {when: ['-'], points: 0, reason: low}]}"
    accounts = [{"account_id": str(x), "x": float(x)} for x in (6, 3, 1)]
    rules = {"score": score_yaml(table), "status": "rgb: {main: {green: {at_least: 75}, red: else}}\n",
             "identify": "tiers: [{id: key, key: true, when: true}]\n"}  # fmt: skip
    project = make_project(tmp_path, rules, {"accounts": accounts})
    with make_database({"accounts": accounts}) as db:
        for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
            step(project, db)
        rows = db.rows("SELECT account_id, lost, value FROM reasons ORDER BY account_id")
    assert [(row["account_id"], row["lost"], row["value"]) for row in rows] == [
        ("1", 100, "low"), ("3", 60, "middling"),
    ]  # fmt: skip


@pytest.mark.parametrize(("second", "clashing"), [("> 5", 0), ("> 2", 3)])
def test_contradictions_are_counted(tmp_path: Path, second: str, clashing: int) -> None:
    """For how many accounts two rows hold is a finding about the data; their points are missing."""
    accounts = [{"account_id": str(x), "x": float(x)} for x in range(1, 8)] + [{"account_id": "?", "x": None}]
    table = f"{{inputs: [x], rows: [{{when: ['<= 5'], points: 1}}, {{when: ['{second}'], points: 2}}]}}"
    project = make_project(tmp_path, {"score": score_yaml(table)}, {"accounts": accounts})
    with make_database({"accounts": accounts}) as db:
        db.create("quality", [], QUALITY)
        for step in (measure_accounts, identify_accounts, score_accounts):
            step(project, db)
        found = [(row["column_name"], row["row_count"]) for row in db.rows("SELECT * FROM quality")]
        missing = db.rows("SELECT count(*) AS n FROM score_main WHERE leaf IS NULL")[0]["n"]
    assert found == ([("leaf", clashing)] if clashing else [])
    assert missing == clashing + 1
