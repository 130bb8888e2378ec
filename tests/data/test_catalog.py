"""What the sources offer, and what is wrong before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.checks import check_rulebook
from kaframe.data import check
from kaframe.errors import DataError, RuleError
from kaframe.expression import Type
from tests.data.dataproject import codes, make, problems

ORDERS = "account_id,day,amount,cur\nA1,2026-01-01,1,USD\n"


def test_types_after_expressions_and_declarations(tmp_path: Path) -> None:
    """Names and types are known without loading: renamed, computed, declared, passed on."""
    project = make(
        tmp_path,
        """tables:
  orders:
    source:
      reader: csv
      path: o.csv
      columns: {paid: Qty * Price, customer: Customer ID, open: "Status = 'open'"}
      types: {Qty: number}
    account: customer
    columns: {net: paid * 0.8}
    types: {at: timestamp}
""",
        {"o.csv": "Customer ID,Qty,Price,Status,at\nA1,N/A,2.5,open,2026-01-01\n"},
    )
    assert project.catalog.tables["orders"] == {
        "account_id": Type.TEXT, "net": Type.NUMBER, "open": Type.BOOLEAN, "customer": Type.TEXT, "paid": Type.NUMBER,
        "Price": Type.NUMBER, "Qty": Type.NUMBER, "Status": Type.TEXT, "at": Type.TIMESTAMP,
    }  # fmt: skip
    assert project.catalog.accounts == dict.fromkeys(("account_id", "name", "parent", "region"), Type.TEXT)


ONE = "source: {reader: csv, path: o.csv}\n    "
ERRORS = {
    "reader": ("source: {reader: csw, path: o.csv}", "KF1340 no reader 'csw'"),
    "option": ("source: {reader: csv, path: o.csv, delimeter: ;}", "KF1104 unknown key 'delimeter'"),
    "account": (ONE + "account: acount_id", "KF1341 orders has no column 'acount_id' (account)"),
    "time": (ONE + "time: dya", "KF1341 orders has no column 'dya' (time)"),
    "time_type": (ONE + "time: amount", "KF1342 column 'amount' (time) must be a day"),
    "unique": (ONE + "unique: [order]", "KF1341 orders has no column 'order' (unique)"),
    "where": (ONE + "where: amont > 0", "KF2010 unknown name 'amont'"),
    "columns": ("source: {reader: csv, path: o.csv, columns: {double: amont * 2}}", "KF2010 unknown name 'amont'"),
    "source_where": ("source: {reader: csv, path: o.csv, where: amont > 0}", "KF2010 unknown name 'amont'"),
    "types": ("source: {reader: csv, path: o.csv, types: {amont: number}}", "KF1341 'types' speaks of a column"),
    "computed": (ONE + "columns: {b: amount * 2}\n    types: {b: text}", "KF1346 column 'b' is computed"),
    "format": ("source: {reader: csv, path: o.csv, types: {amount: {type: number, format: '#.##'}}}", "KF1347"),
    "currency": (ONE + "currency: cur\n    amounts: [amount]", "KF1345"),
    "amounts": (ONE + "amounts: [amount]", "KF1345"),
}  # fmt: skip


EXACT = {
    "source: {reader: csw, path: o.csv}": ("KF1340", "csw"),
    "source: {reader: csv, path: p.csv}": ("KF3001", "p.csv"),
    "source: {reader: csv, path: o.csv, encoding: utf-9}": ("KF3011", "utf-9"),
    "source: {reader: csv, path: o.csv, date_format: dd/mm/yyyy}": ("KF1347", "dd/mm"),
    "source: {reader: csv, path: o.csv, types: {day: {type: date, format: '%d.%m.'}}}": ("KF1347", "{type"),
    "source: {reader: csv, path: o.csv, types: {day: date, amont: number}}": ("KF1341", "number"),
    "source: {reader: excel, path: o.csv}": ("KF3044", ""),
    "source: {reader: sql, url: 'sqlite:///no.db', table: t}": ("KF3083", "sqlite"),
    "source: {reader: sql, url: nonsense, table: t}": ("KF3080", "nonsense"),
}


@pytest.mark.parametrize("source", EXACT)
def test_the_place_is_the_value_of_the_key(tmp_path: Path, source: str) -> None:
    """Not the source that it stands in; a file that is wrong itself is its own place."""
    code, word = EXACT[source]
    with pytest.raises((RuleError, DataError)) as caught:
        make(tmp_path, f"tables:\n  orders:\n    {source}\n", {"o.csv": ORDERS})
    [problem] = caught.value.problems
    assert problem.code == code
    assert problem.at is not None
    assert problem.at.col == (5 + source.index(word) if word else 0)


@pytest.mark.parametrize(("value", "kind"), [("sum(cur)", "number"), ("max(days_since(cur))", "date")])
def test_texts_that_should_be_something_else_are_to_be_declared(tmp_path: Path, value: str, kind: str) -> None:
    """A column is text because of one odd value; declared, that row alone goes to quarantine."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/measure.yaml").write_text(f"measures: {{m: {{from: orders, value: {value}}}}}\n")
    project = make(tmp_path, "tables: {orders: {source: {reader: csv, path: o.csv}}}\n", {"o.csv": ORDERS})
    [problem] = check_rulebook(project)
    assert problem.code == "KF2011"
    assert problem.hint == f"declare it at its source: types: {{cur: {kind}}}; rows that do not fit are kept apart"


@pytest.mark.parametrize("case", ERRORS)
def test_mistakes_are_named_with_their_place(tmp_path: Path, case: str) -> None:
    """The place in kaframe.yaml, the code, and one message for one mistake."""
    table, said = ERRORS[case]
    with pytest.raises(RuleError) as caught:
        make(tmp_path, f"tables:\n  orders:\n    {table}\n", {"o.csv": ORDERS})
    [message] = problems(caught.value)
    assert message.startswith("kaframe.yaml:")
    assert said in message


def test_the_nearest_name_is_told(tmp_path: Path) -> None:
    """A slip of the finger is answered with what was meant."""
    with pytest.raises(RuleError) as caught:
        make(tmp_path, "tables: {orders: {source: {reader: csv, path: o.csv}, time: dy}}\n", {"o.csv": ORDERS})
    [problem] = caught.value.problems
    assert problem.hint == "did you mean 'day'?"
    assert problem.at is not None
    assert (problem.at.line, problem.at.col) == (8, 61)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Two tables, two mistakes; a missing file is told beside them."""
    with pytest.raises(RuleError) as caught:
        make(
            tmp_path,
            "tables:\n  a: {source: {reader: csw, path: o.csv}}\n  b: {source: {reader: csv, path: none.csv}}\n"
            "  tiers: {source: {reader: csv, path: o.csv}}\n",
            {"o.csv": ORDERS},
        )
    assert codes(caught.value) == ["KF1340", "KF3001", "KF1348"]


def test_a_missing_file_alone_is_about_data(tmp_path: Path) -> None:
    """Nothing is wrong with the configuration: exit code 4."""
    with pytest.raises(DataError) as caught:
        make(tmp_path, "accounts: {source: {reader: csv, path: acounts.csv}}\n", {"accounts.csv": ORDERS})
    assert codes(caught.value) == ["KF3001"]


@pytest.mark.parametrize(
    "accounts", ["{key: a}", "{from: order}", "{from: orders, amounts: [amount]}"], ids=["nothing", "unknown", "money"]
)
def test_accounts_come_from_one_place(tmp_path: Path, accounts: str) -> None:
    """A source, or a table that is declared; nothing that belongs to the one beside the other."""
    config = "accounts: %s\ntables: {orders: {source: {reader: csv, path: o.csv}}}\n"
    assert "amount" not in make(tmp_path, config % "{from: orders}", {"o.csv": ORDERS}).catalog.accounts
    with pytest.raises(RuleError) as caught:
        make(tmp_path, config % accounts, {"o.csv": ORDERS})
    assert codes(caught.value) == ["KF1343"]


def test_what_has_no_source_is_told_at_its_own_key(tmp_path: Path) -> None:
    """Not at the first key below it, nor at the list of all."""
    config = "accounts:\n  key: a\ntables:\n  orders:\n    time: day\n"
    with pytest.raises(RuleError) as caught:
        make(tmp_path, config, {})
    found = [f"{problem.at} {problem.code}" for problem in caught.value.problems]
    assert found == ["kaframe.yaml:7:1 KF1343", "kaframe.yaml:10:3 KF1343"]


def test_two_types_for_one_column_matter_when_it_is_used(tmp_path: Path) -> None:
    """Both sources are named; a column that nobody uses may be what it likes."""
    config = "tables: {orders: {sources: [{reader: csv, path: a.csv}, {reader: csv, path: b.csv}]}}\n"
    files = {"a.csv": "account_id,code\nA1,12\n", "b.csv": "account_id,code\nA1,x12\n"}
    assert check(make(tmp_path, config, files)) == []
    [problem] = check(make(tmp_path, config, files, "code"))
    assert problem.code == "KF1344"
    assert problem.message == "column 'code' is number in 'a.csv' and text in 'b.csv'"


def test_secrets_are_resolved_where_the_reader_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database's address comes from the environment and is shown nowhere."""
    config = 'tables: {orders: {source: {reader: sql, url: "${env:KAFRAME_TEST_URL}", table: orders}}}\n'
    with pytest.raises(RuleError) as caught:
        make(tmp_path, config, {})
    assert codes(caught.value) == ["KF1131"]
    import sqlite3

    sqlite3.connect(tmp_path / "very-private.db").executescript("create table orders (account_id text, amount real)")
    monkeypatch.setenv("KAFRAME_TEST_URL", f"sqlite:///{tmp_path}/very-private.db")
    project = make(tmp_path, config, {})
    assert project.catalog.tables["orders"]["amount"] in (Type.NUMBER, Type.TEXT)
    assert "very-private.db" not in repr(project.catalog)
