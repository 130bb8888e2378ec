"""The data step from files to tables, with every row accounted for."""

from __future__ import annotations

import io
import sqlite3
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaframe.database import EngineError
from kaframe.errors import DataError
from tests.data.dataproject import Loaded, codes, load, make, problems

ORDERS = """tables:
  orders:
    source: {reader: csv, path: orders.csv}
    time: day
"""


def parquet(**columns: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_every_row_is_kept_or_named(tmp_path: Path) -> None:
    """What is read is what is kept, quarantined, left out or after the day; orphans are among the kept."""
    loaded = load(
        tmp_path,
        ORDERS + "    where: amount > 0\n    types: {amount: number}\n",
        {
            "orders.csv": "account_id,day,amount\nA1,2026-01-05,10\nA1,2026-01-06,N/A\nA1,2026-01-07,-1\n"
            "A2,2026-07-01,5\nX9,2026-01-08,3\n,2026-01-09,4\nA2,2026-01-10,\nA2,2026-06-30,2\n"
        },
        "amount",
    )
    assert loaded.rows("orders", "account_id", "amount") == [("A1", 10.0), ("A2", 2.0)]
    assert loaded.source("orders") == {
        "rows_read": 8, "kept": 4, "quarantined": 1, "left_out": 2, "after_as_of": 1, "orphans": 2,
    }  # fmt: skip
    assert loaded.rows("orphans") == [("orders", "X9", 1, 0), ("orders", None, 1, 0)]
    assert loaded.rows("quarantined") == [
        ("orders", "orders.csv", "orders.csv", 3, "column amount: 'N/A' is not a number",
         '{"account_id":"A1","amount":"N/A","day":"2026-01-06"}'),
    ]  # fmt: skip
    assert loaded.rows("sources", "table_name", "quarantine_file") == [
        ("accounts", None), ("orders", "quarantine/orders.csv"),
    ]  # fmt: skip


def test_several_reasons_stand_in_one_sentence(tmp_path: Path) -> None:
    """A row with two bad values says so at once, and a record that is no row keeps its text."""
    loaded = load(
        tmp_path,
        ORDERS + "    types: {amount: number, paid: boolean}\n",
        {"orders.csv": "account_id,day,amount,paid\nA1,2026-02-30,x,maybe\nA1,2026-01-01,1,yes,9\n"},
        "amount paid",
    )
    assert [(row[3], row[4]) for row in loaded.rows("quarantined")] == [
        (2, "column amount: 'x' is not a number; column day: '2026-02-30' is not a day; "
            "column paid: 'maybe' is neither true nor false"),
        (3, "expected 4 fields, found 5"),
    ]  # fmt: skip
    assert loaded.source("orders")["quarantined"] == loaded.source("orders")["rows_read"] == 2


def test_only_columns_in_use_are_loaded(tmp_path: Path) -> None:
    """Account, time and what the rules speak of; nothing else."""
    loaded = load(
        tmp_path,
        ORDERS,
        {"orders.csv": "account_id,day,amount,note\nA1,2026-01-05,10,hello\n"},
        "amount",
    )
    assert loaded.db.columns("orders") == {"account_id": "VARCHAR", "amount": "DOUBLE", "day": "DATE"}
    assert loaded.db.columns("accounts") == dict.fromkeys(("account_id", "name", "parent"), "VARCHAR")


def test_sources_with_other_names_are_appended(tmp_path: Path) -> None:
    """Two files name the same thing differently; a column that one lacks is missing there."""
    loaded = load(
        tmp_path,
        """accounts: {from: lines, name: client}
tables:
  lines:
    sources:
      - reader: parquet
        path: old.parquet
        where: at < date '2025-12-01'
        columns: {customer: Customer ID, paid: Quantity * Price, day: at, client: Client}
      - reader: csv
        path: new.csv
        columns: {customer: CustomerID, paid: Qty * UnitPrice, day: Date}
        types: {Qty: number}
    account: customer
    time: day
    where: customer is not null and paid > 0
""",
        {
            "old.parquet": parquet(
                **{"Customer ID": [12347.0, None, 12348.0, 12347.0]},
                Quantity=[2, 1, -1, 5], Price=[1.5, 2.0, 3.0, 1.0], Client=["Ann", "x", "Bob", "late"],
                at=[date(2025, 1, 1), date(2025, 1, 1), date(2025, 1, 1), date(2025, 12, 5)],
            ),
            "new.csv": "CustomerID,Qty,UnitPrice,Date,Channel\n12347,3,2,2026-01-01,web\n12349,4,1,2026-01-02,shop\n",
        },
        "paid Channel",
    )  # fmt: skip
    assert loaded.rows("lines", "account_id", "paid", "Channel") == [
        ("12347", 3.0, None), ("12347", 6.0, "web"), ("12349", 4.0, "shop"),
    ]  # fmt: skip
    assert loaded.rows("accounts") == [("12347", "Ann", None), ("12349", "12349", None)]
    assert loaded.source("lines")["left_out"] == 3


@pytest.mark.parametrize(
    ("encoding", "option"),
    [("gb18030", ", encoding: gb18030"), ("utf-16", ""), ("utf-8-sig", ""), ("utf-8", "")],
    ids=["gb18030", "utf-16", "bom", "utf-8"],
)
def test_chinese_csv(tmp_path: Path, encoding: str, option: str) -> None:
    """Chinese names of columns and values come out whole in every usual encoding."""
    text = "客户编号,客户名称,地区,签约日,重点\n001,华东商贸,华东,2024年3月5日,是\n002,北方超市,华北,2023-11-30,否\n"
    loaded = load(
        tmp_path,
        f"accounts: {{source: {{reader: csv, path: 客户.csv{option}}}, key: 客户编号, name: 客户名称, "
        "types: {签约日: date, 重点: boolean}}\n",
        {"客户.csv": text.encode(encoding)},
        "地区 签约日 重点",
    )
    assert loaded.rows("accounts", "account_id", "name", "地区", "签约日", "重点") == [
        ("001", "华东商贸", "华东", date(2024, 3, 5), True),
        ("002", "北方超市", "华北", date(2023, 11, 30), False),
    ]


def test_excel_and_database_sources(tmp_path: Path) -> None:
    """A sheet of a workbook and a table of a database load like any file; the database is fingerprinted by its rows."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("订单")
    for row in (["客户", "金额", "日期"], ["A1", 12.5, date(2026, 1, 2)], ["A2", 7, date(2026, 1, 3)]):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    config = """tables:
  orders: {source: {reader: excel, path: o.xlsx, sheet: 订单, columns: {amount: 金额}}, account: 客户, time: 日期}
  tickets: {source: {reader: sql, url: "sqlite:///crm.db", table: tickets}, account: account}
"""
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.executescript("create table tickets (id integer, account text); insert into tickets values (1, 'A1')")
    first = load(tmp_path, config, {"o.xlsx": content.getvalue()}, "amount id")
    assert first.rows("orders", "account_id", "amount") == [("A1", 12.5), ("A2", 7.0)]
    assert first.rows("tickets", "account_id", "id") == [("A1", 1.0)]
    again = Loaded(make(tmp_path, config, {}, "amount id"))
    connection.executescript("insert into tickets values (2, 'A1')")
    later = Loaded(make(tmp_path, config, {}, "amount id"))
    prints = [run.rows("sources", "table_name", "fingerprint") for run in (first, again, later)]
    assert prints[0] == prints[1]
    assert [one == other for one, other in zip(prints[1], prints[2], strict=True)] == [True, True, False]


def test_derived_accounts_take_their_latest_name(tmp_path: Path) -> None:
    """Name and parent are those of the account's latest row up to the day; later rows do not tell."""
    loaded = load(
        tmp_path,
        "accounts: {from: orders, name: client, parent: head}\n" + ORDERS,
        {
            "orders.csv": "account_id,day,client,head\nA1,2026-03-01,New,G\nA1,2026-01-01,Old,H\n"
            "A1,2026-09-01,Future,Z\nA2,2026-01-01,,\n,2026-01-01,Nobody,\n"
        },
    )
    assert loaded.rows("accounts") == [("A1", "New", "G"), ("A2", "A2", None)]
    assert loaded.rows("orphans") == [("orders", None, 1, 0)]
    assert loaded.source("orders")["kept"] == 4


def test_rows_without_a_day_are_quarantined(tmp_path: Path) -> None:
    """Nobody can say that a row without its day lies before the day of the run."""
    loaded = load(tmp_path, ORDERS, {"orders.csv": "account_id,day\nA1,\nA1,2026-06-30\nA1,2026-07-01\n"})
    assert [row[3:5] for row in loaded.rows("quarantined")] == [(2, "column day: no day")]
    assert loaded.source("orders")["after_as_of"] == 1


def test_repeated_rows_are_quarantined(tmp_path: Path) -> None:
    """The first row of a file stays, whatever the order in which an engine sees them."""
    config = """tables:
  tickets:
    sources: [{reader: parquet, path: one.parquet}, {reader: csv, path: two.csv}]
    unique: [ticket]
"""
    loaded = load(
        tmp_path,
        config,
        {
            "one.parquet": parquet(
                account_id=["A1", "A1", "A2", "A2"], ticket=["t1", "t1", "t2", None], n=[1, 2, 3, 4]
            ),
            "two.csv": "account_id,ticket,n\nA1,t2,5\nA1,,6\nA1,t3,7\n",
        },
        "n",
    )
    assert [row[0] for row in loaded.rows("tickets", "n")] == [1, 3, 4, 6, 7]
    assert [(row[2], row[3], row[4]) for row in loaded.rows("quarantined")] == [
        ("one.parquet", 2, "repeats an earlier row (ticket)"),
        ("two.csv", 2, "repeats an earlier row (ticket)"),
    ]
    assert loaded.quality()["tickets", "ticket", "duplicate"] == 2


def test_ids_are_text(tmp_path: Path) -> None:
    """1234.0 of one table is 1234 of another; leading zeros and long numbers stay; space around goes."""
    loaded = load(
        tmp_path,
        """accounts: {source: {reader: parquet, path: a.parquet}}
tables:
  orders: {source: {reader: parquet, path: o.parquet}}
  visits: {source: {reader: csv, path: v.csv}}
""",
        {
            "a.parquet": parquet(account_id=pa.array([1234, 9007199254740993], pa.int64())),
            "o.parquet": parquet(account_id=[1234.0, 1234.5, None], n=[1, 2, 3]),
            "v.csv": "account_id,n\n 1234 ,1\n01234,2\n9007199254740993,3\n",
        },
        "n",
    )
    assert [row[0] for row in loaded.rows("accounts", "account_id")] == ["1234", "9007199254740993"]
    assert loaded.rows("orders") == [("1234", 1.0)]
    assert loaded.rows("visits") == [("1234", 1.0), ("9007199254740993", 3.0)]
    assert loaded.rows("orphans") == [
        ("orders", "1234.5", 1, 0), ("orders", None, 1, 0), ("visits", "01234", 1, 0),
    ]  # fmt: skip


def test_nan_and_infinity_are_missing_and_counted(tmp_path: Path) -> None:
    """Also where a condition or a formula sees them: NaN > 0 would be true."""
    nan, inf = float("nan"), float("inf")
    loaded = load(
        tmp_path,
        """tables:
  plain: {source: {reader: parquet, path: o.parquet}}
  made: {source: {reader: parquet, path: o.parquet, columns: {double: amount * 2}}, where: amount > 0}
  text: {source: {reader: csv, path: t.csv}, types: {amount: number}}
""",
        {
            "o.parquet": parquet(account_id=["A1"] * 4, amount=[1.0, nan, inf, -inf]),
            "t.csv": "account_id,amount\nA1,nan\nA1,1\nA1,-inf\n",
        },
        "amount double",
    )
    assert loaded.rows("plain", "amount") == [(1.0,), (None,), (None,), (None,)]
    assert loaded.rows("made", "double") == [(2.0,)]
    assert loaded.source("made")["left_out"] == 3
    assert loaded.rows("text", "amount") == [(1.0,), (None,), (None,)]
    assert loaded.quality()["plain", "amount", "not_finite"] == 3
    assert loaded.quality()["text", "amount", "not_finite"] == 2


def test_renamed_ids_are_followed(tmp_path: Path) -> None:
    """Chains are followed, rows and parents go to the new id, the account of an old id gives way."""
    loaded = load(
        tmp_path,
        """accounts: {source: {reader: csv, path: accounts.csv}, renamed: merged.csv}
tables: {orders: {source: {reader: csv, path: orders.csv}}}
""",
        {
            "accounts.csv": "account_id,name,parent\nA1,Old,\nA3,New,\nB1,Other,A1\nC1,Moved,\n",
            "merged.csv": "old_id,new_id\nA1,A2\nA2,A3\nC1,C2\n",
            "orders.csv": "account_id,n\nA1,1\nA2,2\nA3,3\nC1,4\n",
        },
        "n",
    )
    assert loaded.rows("accounts") == [("A3", "New", None), ("B1", "Other", "A3"), ("C2", "Moved", None)]
    assert loaded.rows("orders") == [("A3", 1.0), ("A3", 2.0), ("A3", 3.0), ("C2", 4.0)]
    assert loaded.rows("renamed") == [("A1", "A3"), ("A2", "A3"), ("C1", "C2")]
    assert loaded.source("accounts")["left_out"] == 1
    assert loaded.quality()["orders", "account_id", "renamed"] == 3


def test_renamed_ids_that_are_numbers_are_followed(tmp_path: Path) -> None:
    """A list of plain numbers is read as numbers; ids are text all the same."""
    loaded = load(
        tmp_path,
        """accounts: {source: {reader: csv, path: accounts.csv}, renamed: merged.csv}
tables: {orders: {source: {reader: csv, path: orders.csv}}}
""",
        {
            "accounts.csv": "account_id,name\n3,New\n",
            "merged.csv": "old_id,new_id\n1,2\n2,3\n7,7\n",
            "orders.csv": "account_id,n\n1,1\n3,3\n",
        },
        "n",
    )
    assert loaded.rows("renamed") == [("1", "3"), ("2", "3")]
    assert loaded.rows("orders") == [("3", 1.0), ("3", 3.0)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [("A,B\nB,A\n", "in a circle"), ("A,B\nA,C\n", "into two others")],
    ids=["circle", "two"],
)
def test_renaming_that_leads_nowhere_is_refused(tmp_path: Path, lines: str, said: str) -> None:
    """An id has one newest id."""
    with pytest.raises(DataError) as caught:
        load(
            tmp_path,
            "accounts: {source: {reader: csv, path: accounts.csv}, renamed: merged.csv}\n",
            {"merged.csv": "old_id,new_id\n" + lines},
        )
    assert codes(caught.value) == ["KF3066"]
    assert said in str(caught.value)


def test_amounts_become_the_projects_currency(tmp_path: Path) -> None:
    """By the latest rate at or before the row's day; without a rate the amount is missing and counted."""
    loaded = load(
        tmp_path,
        """rates: {source: {reader: csv, path: rates.csv}, since: since}
tables:
  orders:
    source: {reader: csv, path: orders.csv}
    time: day
    currency: cur
    amounts: [amount]
    where: amount > 20 or amount is null or cur = 'CNY'
  deals: {source: {reader: csv, path: deals.csv}, currency: cur, amounts: [value]}
""",
        {
            "rates.csv": "currency,rate,since\nUSD,7.0,2026-01-01\nUSD,7.5,2026-03-01\nUSD,9,2026-12-01\n",
            "orders.csv": "account_id,day,cur,amount\nA1,2026-01-15,USD,10\nA1,2026-03-01,usd,10\n"
            "A1,2025-12-31,USD,10\n"
            "A2,2026-01-15,CNY,10\nA2,2026-01-15,JPY,10\nA2,2026-01-15,,10\n",
            "deals.csv": "account_id,cur,value\nA1,USD,2\nA1,CNY,2\n",
        },
        "amount value",
    )
    assert loaded.rows("orders", "account_id", "amount") == [
        ("A1", 70.0), ("A1", 75.0), ("A1", None), ("A2", 10.0), ("A2", None), ("A2", None),
    ]  # fmt: skip
    assert loaded.rows("deals", "value") == [(2.0,), (15.0,)]
    found = {key[1]: count for key, count in loaded.quality().items() if key[2] == "no_rate"}
    assert found == {"cur=USD": 1, "cur=JPY": 1, "cur=(empty)": 1}


@pytest.mark.parametrize(
    ("since", "rows", "told"),
    [
        ("", ["USD,7", "EUR,8", "usd,7.1", "EUR,8"], ["r.csv:4:1: KF3065", "first at r.csv:2"]),
        (", since: since", ["USD,7,2026-01-01", "USD,8,2026-02-01", "USD,9,2026-01-01"], ["r.csv:4:1: KF3065"]),
        ("", ["USD,7", "EUR,0"], ["r.csv:3:1: KF3068", "the rate of EUR is 0"]),
    ],
    ids=["no days", "one day", "worth nothing"],
)
def test_rates_that_contradict_or_are_worth_nothing_are_refused(
    tmp_path: Path, since: str, rows: list[str], told: list[str]
) -> None:
    """Which of them counts must not be left to chance; the line of the file is told."""
    text = "\n".join(["currency,rate" + since.replace(": since", "").replace(" ", ""), *rows]) + "\n"
    with pytest.raises(DataError) as caught:
        load(tmp_path, f"rates: {{source: {{reader: csv, path: r.csv}}{since}}}\n", {"r.csv": text})
    [problem] = caught.value.problems
    assert all(words in str(problem) for words in told)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_account_keys_are_there_and_single(tmp_path: Path, form: str) -> None:
    """Duplicate keys stop the run with both places; so do empty ones."""
    keys = ["A1", "A2", "A1 ", "A4"]
    files: dict[str, str | bytes] = {
        "a.csv": "account_id,n\n" + "".join(f"{key},1\n" for key in keys),
        "a.parquet": parquet(account_id=keys, n=[1, 1, 1, 1]),
        "b.csv": "account_id,n\nA1,1\n,2\n",
        "b.parquet": parquet(account_id=["A1", None], n=[1, 2]),
    }
    with pytest.raises(DataError) as twice:
        load(tmp_path, f"accounts: {{source: {{reader: {form}, path: a.{form}}}}}\n", files, "n")
    line = {"csv": 4, "parquet": 3}[form]
    assert problems(twice.value) == [f"a.{form}:{line}:1: KF3062 account key 'A1' stands twice ('account_id')"]
    with pytest.raises(DataError) as empty:
        load(tmp_path, f"accounts: {{source: {{reader: {form}, path: b.{form}}}}}\n", files, "n")
    line = {"csv": 3, "parquet": 2}[form]
    assert problems(empty.value) == [f"b.{form}:{line}:1: KF3061 an account without a key (column 'account_id')"]


def test_no_account_at_all_is_an_error(tmp_path: Path) -> None:
    """A run over nothing is a mistake; an empty table of orders is none."""
    with pytest.raises(DataError) as caught:
        load(tmp_path, "", {"accounts.csv": "account_id,name\n"})
    assert codes(caught.value) == ["KF3064"]
    loaded = load(tmp_path / "b", ORDERS, {"orders.csv": "account_id,day,amount\n"}, "amount")
    assert loaded.rows("orders") == []
    assert loaded.db.columns("orders")["day"] == "DATE"


def test_bad_rows_can_stop_the_run(tmp_path: Path) -> None:
    """``on_bad_rows: fail`` names the first ten with their lines, and how many more there are."""
    body = "".join(f"A1,2026-01-01,x{number}\n" for number in range(12))
    with pytest.raises(DataError) as caught:
        load(
            tmp_path,
            "on_bad_rows: fail\n" + ORDERS + "    types: {amount: number}\n",
            {"orders.csv": "account_id,day,amount\n" + body},
            "amount",
        )
    said = problems(caught.value)
    assert said[0] == "orders.csv:2:1: KF3063 orders: column amount: 'x0' is not a number"
    assert len(said) == 11
    assert "2 more bad rows" in said[-1]


def test_days_that_may_be_read_in_two_ways_need_a_format(tmp_path: Path) -> None:
    """03/04/2024 is never guessed; a declared format reads it."""
    files = {"orders.csv": "account_id,day\nA1,03/04/2024\nA1,25/12/2024\n"}
    with pytest.raises(DataError) as caught:
        load(tmp_path, ORDERS, files)
    assert codes(caught.value) == ["KF3017"]
    assert "orders.csv:2:1" in str(caught.value)
    config = ORDERS.replace("orders.csv}", "orders.csv, date_format: '%d/%m/%Y'}")
    assert load(tmp_path, config, files).rows("orders", "day") == [(date(2024, 4, 3),), (date(2024, 12, 25),)]


def test_times_with_a_zone_are_those_of_the_project(tmp_path: Path) -> None:
    """17:00 in London is the next day in Shanghai."""
    moments = pa.array([1767286800_000_000], pa.timestamp("us", tz="UTC"))  # 2026-01-01 17:00 UTC
    loaded = load(
        tmp_path,
        "tables: {calls: {source: {reader: parquet, path: c.parquet}, time: at, types: {at: date}}}\n",
        {"c.parquet": parquet(account_id=["A1"], at=moments)},
    )
    assert loaded.rows("calls", "at") == [(date(2026, 1, 2),)]


def test_the_database_is_sealed(tmp_path: Path) -> None:
    """After loading no SQL reaches a file; the project's snapshots can still be written and read."""
    loaded = load(tmp_path, "", {})
    with pytest.raises(EngineError):
        loaded.db.rows(f"SELECT * FROM read_csv('{tmp_path}/accounts.csv')")
    with pytest.raises(EngineError):
        loaded.db.execute("SET lock_configuration = false")
    folder = tmp_path / ".kaframe" / "runs" / "one"
    folder.mkdir(parents=True)
    assert loaded.db.write_parquet("accounts", folder / "accounts.parquet", ["account_id"]) == 3
    assert loaded.db.value(f"SELECT COUNT(*) FROM read_parquet('{folder}/accounts.parquet')") == 3


def test_the_same_data_give_the_same_tables(tmp_path: Path) -> None:
    """Twice the same project, twice the same rows and fingerprints, whatever the threads."""
    frame = duckdb.sql(
        "select 'A' || i as account_id, random() as amount, 'r' || (i % 7) as region from range(30000) t(i)"
    )
    frame.write_parquet(str(tmp_path / "a.parquet"))
    project = make(tmp_path, "accounts: {source: {reader: parquet, path: a.parquet}}\n", {}, "amount region")
    tables = ("accounts", "sources", "quality", "orphans")
    one, two = Loaded(project), Loaded(project)
    assert [one.rows(table) for table in tables] == [two.rows(table) for table in tables]


PLUGIN = """
import kaframe
import pyarrow as pa


def read(source, names):
    if source.options["how"] == "breaks":
        raise ValueError("no such luck")
    if source.options["how"] == "interrupts":
        raise KeyboardInterrupt
    return kaframe.Reading(arrow=pa.table({"account_id": ["A1"]}))


@kaframe.hook
def kaframe_readers():
    yield kaframe.Reader(
        name="odd", summary="Odd", options={"type": "object"}, read=read,
        columns=lambda source: [kaframe.Column("account_id", "text")],
        fingerprint=lambda source: "1", locate=lambda source, rows: [(source.label, row) for row in rows])
"""


@pytest.mark.parametrize(("how", "code"), [("breaks", "KF5020"), ("interrupts", "KF5020"), ("forgets", "KF5021")])
def test_a_reader_that_breaks_is_named(tmp_path: Path, how: str, code: str) -> None:
    """A plugin's own mistake names the plugin, and keeps its cause."""
    config = f"tables: {{orders: {{source: {{reader: odd, how: {how}}}}}}}\n"
    with pytest.raises(DataError) as caught:
        load(tmp_path, config, {"plugins/odd.py": PLUGIN})
    assert codes(caught.value) == [code]
    assert "the reader 'odd' of plugin 'odd'" in str(caught.value)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A Parquet file whose pages are damaged behind a good footer: the source is named, nothing is half loaded."""
    whole = parquet(account_id=[f"A{number}" for number in range(1000)], n=[float(number) for number in range(1000)])
    torn = whole[:100] + bytes(400) + whole[500:]
    with pytest.raises(DataError) as caught:
        load(tmp_path, "accounts: {source: {reader: parquet, path: a.parquet}}\n", {"a.parquet": torn}, "n")
    assert codes(caught.value) == ["KF3060"]
    assert "'a.parquet'" in str(caught.value)


def test_sources_of_one_label_are_told_apart(tmp_path: Path) -> None:
    """Two queries of one database have a row each."""
    sqlite3.connect(tmp_path / "crm.db").executescript("create table t (account_id text); insert into t values ('A1')")
    one = '{reader: sql, url: "sqlite:///crm.db", query: select account_id from t}'
    loaded = load(tmp_path, f"tables: {{orders: {{sources: [{one}, {one}]}}}}\n", {})
    assert loaded.rows("sources", "source", "kept") == [
        ("accounts.csv", 3), ("sql: orders", 1), ("sql: orders #2", 1),
    ]  # fmt: skip
