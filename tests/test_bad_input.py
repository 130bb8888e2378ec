"""Bad input of every kind: one message with place and way out, the right exit code, nothing written, nothing lost."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from badproject import DAY, PROJECT, Break, listing, make_folder, mend, put, remove, run_day, swap, write_project

K, TEAM, ORDERS, ACCOUNTS = "kaframe.yaml", "team.yaml", "data/orders.csv", "data/accounts.csv"
RATES, RENAMED, PLAN, GROW = "data/rates.csv", "data/renamed.csv", "templates/plan.md.j2", "templates/grow.md.j2"
HEAD = "account_id,ordered_on,amount,currency\n"
SOURCE = "{reader: csv, path: data/orders.csv}"
YAML_FILES = [name for name in PROJECT if name.endswith(".yaml")]
BROKEN_TEXTS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "KF1009"),
    "only comments": ("# nothing\n", "KF1009"),
    "a list": ("- a\n", "KF1010"),
    "one word": ("hello\n", "KF1010"),
    "garbage": (bytes(range(256)), "KF1011"),
    "gb18030": ("# 客户\nproject: 大客户\n".encode("gb18030"), "GB18030"),
    "utf-16": ("project: x\n".encode("utf-16"), "UTF-16"),
    "tab": ("a:\n\tb: 1\n", "KF1006"),
    "two documents": ("a: 1\n---\nb: 2\n", "KF1008"),
    "60,000 brackets": ("a: " + "[" * 60_000, "KF1001"),
    "NUL": ("a: \0b\n", "KF1012"),
    "alias bomb": ("a: &a [x]\nb: [*a, *a]\n", "KF1002"),
    "unknown key": ("wat: 1\n", "KF1104"),
}

Row = tuple[str, Break, int, str]


def in_rules(kind: str, old: str, new: str) -> Break:
    """One text of a rule file changed."""
    return swap(f"rules/{kind}.yaml", old, new)


def settings(text: str) -> Break:
    """Another top-level key of kaframe.yaml."""
    return put(K, PROJECT[K] + text + "\n")


def ungated(change: Break) -> Break:
    """The same, where nobody minds that a source has fewer rows than at the run before."""

    def write(root: Path) -> None:
        change(root)
        settings("gates: {volume: off}")(root)

    return write


def orders_from(source: str, name: str = "", content: str | bytes = "") -> Break:
    """The orders come from another source."""

    def change(root: Path) -> None:
        swap(K, SOURCE, source)(root)
        if name:
            put(name, content)(root)

    return change


def accounts_as(text: str) -> Break:
    return put(ACCOUNTS, "account_id,account,owner\n" + text)


CONFIG: list[Row] = [
    ("no kaframe.yaml", remove(K), 3, "KF1306"),
    ("kaframe.yml", lambda root: (root / K).rename(root / "kaframe.yml"), 3, "call it 'kaframe.yaml'"),
    ("kaframe.yaml is a folder", make_folder(K), 3, "Is a directory"),
    ("unknown pack", swap(K, "packs: []", "packs: [defualt]"), 3, "did you mean 'default'?"),
    ("pack outside", swap(K, "packs: []", "packs: [../../etc]"), 3, "KF1302"),
    ("pack twice", swap(K, "packs: []", "packs: [default, default]"), 3, "KF1308"),
    ("language", swap(K, "language: en", "language: fr"), 3, "legal values: zh, en"),
    ("time zone, though the day is given", swap(K, "UTC", "Mars/Base"), 3, "no time zone 'Mars/Base'"),
    ("calendar", settings("calendar: XX"), 3, "KF1310"),
    ("closed day", settings("closed_days: [2026-02-30]"), 3, "kaframe.yaml:22:1: KF1311"),
    ("version", swap(K, "version: 1", "version: 2"), 3, "expected 1, got number 2"),
    ("key column", swap(K, "key: account_id", "key: acount_id"), 3, "did you mean 'account_id'?"),
    ("key column in other letters", put(ACCOUNTS, "Account_ID,account,owner\nA1,x,kim\n"), 3, "mean 'Account_ID'?"),
    ("reader", swap(K, "{reader: csv, path: data/accounts.csv}", "{reader: cvs, path: x}"), 3, "mean 'csv'?"),
    ("reader's option", swap(K, "path: data/accounts.csv", "pth: data/accounts.csv"), 3, "did you mean 'path'?"),
    ("two characters between fields", swap(K, "rates.csv}", "rates.csv, delimiter: ab}"), 3, "KF1109"),
    ("encoding", swap(K, "accounts.csv}", "accounts.csv, encoding: klingon}"), 4, "such as utf-8"),
    ("path of 5,000 characters", swap(K, "accounts.csv}", "x" * 5000 + "}"), 4, "KF3004"),
    ("device for a file", swap(K, "data/accounts.csv}", "/dev/null}"), 4, "KF3002"),
    ("time column", swap(K, "time: ordered_on", "time: orderd_on"), 3, "did you mean 'ordered_on'?"),
    ("amount that is a day", swap(K, "[amount]", "[ordered_on]"), 3, "must be a number, it is date"),
    ("rate that is a currency", swap(K, "since: since}", "since: since, rate: currency}"), 3, "KF1342"),
    ("way to write days", swap(K, "    time:", "    types: {ordered_on: {type: date, format: '%Q'}}\n    time:"), 3,
     "'%Q' is no way to write a day"),
    ("day format of a source", swap(K, "orders.csv}", "orders.csv, date_format: '%Y%'}"), 3, "KF1347"),
    ("source and sources", swap(K, "    time:", f"    sources: [{SOURCE}]\n    time:"), 3, "keep one of them"),
    ("table without a name", swap(K, "  orders:\n", "  '':\n"), 3, "KF1108"),
    ("table of the run", swap(K, "  orders:\n", "  measures:\n"), 3, "my_measures"),
    ("tables alike", swap(K, "  orders:\n", f"  Orders: {{source: {SOURCE}}}\n  orders:\n"), 3, "upper and lower case"),
    ("columns alike", swap(K, "    time:", "    columns: {x: amount + 1, X: amount}\n    time:"), 3, "upper and lower"),
    ("column of nothing", swap(K, "    time:", "    columns: {x: amount >}\n    time:"), 3, "KF2002"),
    ("condition that is a number", swap(K, "    time:", "    where: amount\n    time:"), 3, "must be boolean"),
    ("accounts from no table", swap(K, "  source: {reader: csv, path: data/accounts.csv}\n", "  from: ordrs\n"), 3,
     "did you mean 'orders'?"),
    ("channel type", swap(K, "type: file", "type: fil"), 3, "did you mean 'file'?"),
    ("channel's folder outside", swap(K, "folder: notices", "folder: ../out"), 3, "folder inside the project"),
    ("report", swap(K, "reports: []", "reports: [report_htm]"), 3, "did you mean 'report_html'?"),
    ("plugin", settings("plugins: [nothere]"), 3, "KF5001"),
    ("secret in a plain field", swap(K, "data/accounts.csv", '"${env:HOME}"'), 3, "KF1132"),
    ("missing variable", settings('store: {url: "${env:KAFRAME_TEST_NOPE}"}'), 3, "KF1131"),
    ("no URL of a store", settings("store: {url: nonsense}"), 7, "KF7006"),
    ("store in memory", settings("store: {url: 'sqlite:///:memory:'}"), 7, "KF7006"),
    ("other kind of store", settings("store: {url: 'mysql://u:geheim@h/x'}"), 7, "'mysql' is no kind of store"),
    ("store's place", settings("store: {snapshots: x, url: 'mysql://u@h/x'}"), 7, "22:29: KF7006"),
    ("store is a folder", settings("store: {url: 'sqlite:///data'}"), 7, "it is a folder"),
    ("store is a text", settings("store: {url: 'sqlite:///data/orders.csv'}"), 7, "not a database"),
    ("corrupt store", lambda root: (root / ".kaframe/kaframe.db").write_bytes(b"x" * 5000), 7, "KF7001"),
    ("rules is a file", lambda root: (shutil.rmtree(root / "rules"), put("rules", "x")(root)), 3, "not a folder"),
    ("unknown rule file", put("rules/scores.yaml", "a: 1\n"), 3, "did you mean 'score'?"),
    ("rule file called yml", put("rules/score.yml", "a: 1\n"), 3, "call it 'score.yaml'"),
    ("team file called yml", put("team.yml", "a: 1\n"), 3, "call it 'team.yaml'"),
]
RULES: list[Row] = [
    ("role", swap(TEAM, "roles: [account_manager]", "roles: [acount_manager]"), 3, "did you mean 'account_manager'?"),
    ("deputy", swap(TEAM, "deputy: sam", "deputy: sma"), 3, "did you mean 'sam'?"),
    ("own deputy", swap(TEAM, "deputy: sam", "deputy: kim"), 3, "KF1324"),
    ("member twice", swap(TEAM, "{id: sam", "{id: kim"), 3, "KF1323"),
    ("e-mail with a line break", swap(TEAM, "kim@example.com", '"kim@example.com\\r\\nBcc: x@y.z"'), 3, "KF1108"),
    ("assignment's column", swap(TEAM, "from: owner", "from: ownr"), 3, "did you mean 'owner'?"),
    ("assignment's condition", swap(TEAM, "from: owner", "when: revenu > 1, member: kim"), 3, "of team.yaml"),
    ("absence backwards", swap(TEAM, "deputy: sam", "absent: [{from: 2026-07-01, until: 2026-06-01}]"), 3, "swap"),
    ("no such day", swap(TEAM, "deputy: sam", "joined: 2026-02-30"), 3, "KF1101"),
    ("24 digits", swap(TEAM, "deputy: sam", f"capacity: {'9' * 24}"), 3, "KF1102"),
    ("measure's table", in_rules("measure", "from: orders, value: max", "from: ordrs, value: max"), 3,
     "did you mean 'orders'?"),
    ("measure's column", in_rules("measure", "sum(amount)", "sum(amout)"), 3, "did you mean 'amount'?"),
    ("no aggregate", in_rules("measure", "sum(amount)", "amount"), 3, "KF2014"),
    ("measures in a circle", in_rules("measure", "days_since(last_order)", "days_since_order + 1"), 3, "circle"),
    ("measure called status", in_rules("measure", "  last_order:", "  status: {value: revenue}\n  last_order:"), 3,
     "KF2113"),
    ("reading files", in_rules("measure", "sum(amount)", "read_text('/etc/passwd')"), 3, "KF2003"),
    ("a query", in_rules("measure", "sum(amount)", "(select 1)"), 3, "KF2004"),
    ("id with a quote", in_rules("measure", "  days_since_order:", "  'a\"b':"), 3, "KF1108"),
    ("override of nothing", in_rules("measure", "{label: Revenue", "{override: merge, label: Revenue"), 3, "KF1304"),
    ("not a number", in_rules("measure", "empty: 0", "empty: .nan"), 3, "KF1103"),
    ("tier's condition", in_rules("identify", "pareto(revenue) < 0.8", "pareto(revenue)"), 3, "must be boolean"),
    ("colour before its step", in_rules("identify", "pareto(revenue) < 0.8", "status = 'red'"), 3, "KF2012"),
    ("tier twice", in_rules("identify", "{id: standard", "{id: key"), 3, "KF2121"),
    ("concentration of nothing", in_rules("identify", "[revenue]", "[revenu]"), 3, "rules/identify.yaml:5:"),
    ("concentration of days", in_rules("identify", "[revenue]", "[last_order]"), 3, "is date, not a number"),
    ("everlasting tier", in_rules("identify", "0.8}", "0.8, dwell: 99999999999 days}"), 3, "legal duration"),
    ("negative weight", in_rules("score", "weight: 60", "weight: -1"), 3, "KF1109"),
    ("endless weight", in_rules("score", "weight: 60", "weight: .inf"), 3, "KF1103"),
    ("curve backwards", in_rules("score", "[[0, 0], [500, 100]]", "[[500, 0], [0, 100]]"), 3, "KF2134"),
    ("band never reached", in_rules("score", "{else: 100}", "{at_least: 90, points: 5}, {else: 100}"), 3, "KF2137"),
    ("no semantics", in_rules("score", "    primary: true", "    semantics: kafrane"), 3, "KF2130"),
    ("scale upside down", in_rules("score", "scale: [0, 100]", "scale: [100, 0]"), 3, "KF2148"),
    ("node called points", in_rules("score", "      recency:", "      points:"), 3, "KF2139"),
    ("colours of no card", in_rules("status", "relationship:", "relationshp:"), 3, "did you mean 'relationship'?"),
    ("colours out of order", in_rules("status", "at_least: 75", "at_least: 25"), 3, "KF2144"),
    ("colour beyond the scale", in_rules("status", "at_least: 75", "at_least: 750"), 3, "KF2147"),
    ("no rest", in_rules("status", ", red: else", ""), 3, "KF2143"),
    ("analysis twice", in_rules("analyse", "analyses:\n", PROJECT["rules/analyse.yaml"]), 3, "KF2160"),
    ("sentence of nothing", in_rules("analyse", "No order for a while.", "'{now.__class__}'"), 3, "KF2162"),
    ("way to no stage", in_rules("stage", "stage: care,", "stage: car,"), 3, "did you mean 'care'?"),
    ("no such task", in_rules("stage", "requires: [call]", "requires: [cal]"), 3, "did you mean 'call'?"),
    ("two starts", in_rules("stage", "{id: care,", "{id: care, start: true,"), 3, "KF2171"),
    ("template", in_rules("strategy", "grow.md.j2", "gro.md.j2"), 3, "did you mean 'grow.md.j2'?"),
    ("template outside", in_rules("strategy", "grow.md.j2", "../../../etc/passwd"), 3, "KF1108"),
    ("goal's measure", in_rules("strategy", "measure: revenue", "measure: revenu"), 3, "did you mean 'revenue'?"),
    ("goal of days", in_rules("strategy", "measure: revenue", "measure: last_order"), 3, "KF2156"),
    ("because of nothing", in_rules("strategy", "title: Meet", "title: Meet, because: nope"), 3, "KF2155"),
    ("due all the time", in_rules("maintain", "14 days", "0 days"), 3, "KF2181"),
    ("last of a number", in_rules("maintain", "title: Visit", "title: Visit, last: revenue"), 3, "KF2183"),
    ("event", in_rules("notify", "on: task_opened", "on: task_opend"), 3, "did you mean 'task_opened'?"),
    ("recipient", in_rules("notify", "[assignee]", "[asignee]"), 3, "did you mean 'assignee'?"),
    ("channel", in_rules("notify", "channels: [file]", "channels: [fil]"), 3, "did you mean 'file'?"),
    ("notice twice", in_rules("notify", "id: news", "id: tasks"), 3, "KF8005"),
]
TEMPLATES: list[Row] = [
    ("missing", remove(GROW), 3, "KF4001"),
    ("folder", make_folder(PLAN), 3, "KF4007"),
    ("garbage", put(GROW, bytes(range(256))), 3, "templates/grow.md.j2:3:115: KF4007"),
    ("gb18030", put(PLAN, "客户".encode("gb18030")), 3, "not UTF-8"),
    ("NUL", put(PLAN, "a\n\0"), 3, "templates/plan.md.j2:2:1: KF4007"),
    ("syntax", put(PLAN, "{% if %}"), 3, "KF4002"),
    ("unknown name", put(PLAN, "{{ account.nam }}"), 3, "did you mean 'name'?"),
    ("insides", put(GROW, "{{ account.__class__ }}"), 3, "KF4003"),
    ("file outside", put(PLAN, "{% include '/etc/passwd' %}"), 3, "KF4001"),
    ("itself", put(GROW, "{% include 'grow.md.j2' %}"), 3, "KF4006"),
    ("power", put(PLAN, "{{ 7**(7**8) }}"), 3, "KF4002"),
    ("rounds", put(PLAN, "{% for a in range(99999) %}{% endfor %}"), 3, "KF4004"),
    ("by zero", put(PLAN, "{{ 1 / 0 }}"), 3, "KF4006"),
    ("too long", put(PLAN, "x" * 300_000), 3, "KF4005"),
]
PLUGINS: list[Row] = [
    (name, put("plugins/mine.py", text), 3, said)
    for name, text, said in (
        ("syntax", "def f(:\n", "plugins/mine.py:1:"),
        ("missing package", "import nothere_xyz\n", "pip install nothere_xyz"),
        ("raises", "raise RuntimeError('boom')\n", "RuntimeError: boom"),
        ("raises anything", "raise BaseException('boom')\n", "BaseException: boom"),
        ("exits", "import sys; sys.exit(0)\n", "SystemExit"),
        ("empty", "", "KF5004"),
        ("garbage", bytes(range(256)), "KF5002"),
    )
]
DATA: list[Row] = [
    *[(f"{name} missing", remove(name), 4, "KF3001") for name in (ACCOUNTS, ORDERS, RATES, RENAMED)],
    *[(f"{name} empty", put(name, ""), 4, "KF3003") for name in (ACCOUNTS, ORDERS, RATES, RENAMED)],
    *[(f"{name} a folder", make_folder(name), 4, "KF3002") for name in (ACCOUNTS, ORDERS, RATES, RENAMED)],
    ("garbage", put(ORDERS, bytes(range(256)) * 8), 4, "KF3011"),
    ("gb18030", put(ORDERS, (PROJECT[ORDERS] + "客户").encode("gb18030")), 4, "encoding: gb18030"),
    ("utf-16 without a mark", put(ORDERS, PROJECT[ORDERS].encode("utf-16-le")), 4, "encoding: utf-16-le"),
    ("a page of HTML", put(ORDERS, "<html><body>Error 500</body></html>"), 4, "KF3091"),
    ("column twice", put(ORDERS, PROJECT[ORDERS].replace("currency\n", "amount\n", 1)), 4, "KF3015"),
    ("no account", accounts_as(""), 4, "KF3064"),
    ("key twice", accounts_as("A1,a,kim\nA1,b,kim\n"), 4, "data/accounts.csv:3:1: KF3062"),
    ("no key", accounts_as(",a,kim\n"), 4, "data/accounts.csv:2:1: KF3061"),
    ("day or month", put(ORDERS, HEAD + "A1,03/04/2024,5,EUR\n"), 4, "data/orders.csv:2:1: KF3017"),
    ("not one good row", put(ORDERS, HEAD + "A1,2026-01-01,many,EUR\n" * 12), 4, "all 12 rows are bad"),
    ("worthless currency", put(RATES, "currency,rate,since\nUSD,0,2026-01-01\n"), 4, "KF3068"),
    ("two rates", put(RATES, "currency,rate,since\nUSD,1,2026-01-01\nUSD,2,2026-01-01\n"), 4, "KF3065"),
    ("renamed in a circle", put(RENAMED, "old_id,new_id\nA1,A2\nA2,A1\n"), 4, "KF3066"),
    ("renamed twice", put(RENAMED, "old_id,new_id\nA0,A1\nA0,A2\n"), 4, "KF3066"),
    ("no Parquet", orders_from("{reader: parquet, path: data/o.parquet}", "data/o.parquet", "x" * 99), 4, "KF3050"),
    ("no workbook", orders_from("{reader: excel, path: data/o.xlsx}", "data/o.xlsx", "x" * 99), 4, "KF3044"),
    ("no JSON", orders_from("{reader: json, path: data/o.json}", "data/o.json", '[{"a": '), 4, "KF3070"),
    ("JSON too deep", orders_from("{reader: json, path: data/o.json}", "data/o.json", "[" * 99_999), 4, "KF3070"),
    ("no database", orders_from("{reader: sql, url: 'sqlite:///data/no.db', table: x}"), 4, "KF3083"),
    ("password in a file", orders_from("{reader: sql, url: 'postgresql://u:geheim@h/x', table: x}"), 3, "KF1130"),
]
ACCEPTED: list[Row] = [
    ("no team", remove(TEAM), 0, ""),
    ("no orders at all", ungated(put(ORDERS, HEAD)), 0, ""),
    ("no plan of one's own", remove(PLAN), 0, ""),
    ("no rates at all", put(RATES, "currency,rate,since\n"), 0, ""),
    ("a bad value", put(ORDERS, PROJECT[ORDERS] + "A1,2026-06-02,many,EUR\n"), 0, r"orders.csv +6 +5 +1 "),
    ("nothing but empty fields", ungated(put(ORDERS, HEAD + ",,,\n")), 0, ""),
    ("sums of nothing and less", put(ORDERS, HEAD + "A1,2026-01-01,-5,EUR\nA2,2026-01-01,0,EUR\n"), 0, ""),
    ("absurd amounts", put(ORDERS, HEAD + "A1,2026-01-01,1e300,EUR\nA2,2026-01-01,1e999,EUR\nA3,2026-01-01,inf,EUR\n"
                           "A3,2026-01-01,9e37,EUR\nA2,2026-01-01,9e37,EUR\n"), 0, ""),
    ("absurd sums", in_rules("measure", "sum(amount)", f"sum(amount) * {'9' * 41}"), 0, ""),
    ("first and last day", put(ORDERS, HEAD + "A1,0001-01-01,5,EUR\nA2,9999-12-31,5,EUR\n"), 0, ""),
    ("accounts without tier", in_rules("identify", "when: true", "when: false"), 0, ""),
    ("one account", accounts_as("A1,Alpha,kim\n"), 0, ""),
    ("owner nobody knows", accounts_as("A1,Alpha,zorro\n"), 0, ""),
    ("utf-16 with a mark", put(ORDERS, PROJECT[ORDERS].encode("utf-16")), 0, ""),
    ("line ends mixed", put(ORDERS, PROJECT[ORDERS].replace("\n", "\r\n", 2)), 0, ""),
    ("a line of 3 MB", put(ORDERS, PROJECT[ORDERS] + "x" * 3_000_000 + "\n"), 0, r"orders.csv +6 +5 +1 "),
]  # fmt: skip
PLACE = re.compile(r"^[^\s:]+(:\d+:\d+)?: KF\d{4} ", re.M)
UNPLACED = "KF1306|KF7001"  # there is no file of the user to point at
SELF_EXPLAINING = re.compile(r"KF(1106|1107|1108|2002|2004|2011|400[246])")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound project with one published run."""
    root = write_project(tmp_path_factory.mktemp("sound"))
    assert run_day(root, "2026-06-29") == 0
    return root


@pytest.fixture
def project(published: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(published, tmp_path / "project"))


def rows(*listed: list[Row]) -> Any:
    """The rows as parameters."""
    return pytest.mark.parametrize(
        ("change", "code", "said"),
        [pytest.param(change, code, said, id=name) for group in listed for name, change, code, said in group],
    )


def refused(project: Path, capsys: pytest.CaptureFixture[str], code: int) -> str:
    """A run that must be refused: what it says, after the promises for every refusal."""
    before = listing(project)
    capsys.readouterr()
    assert run_day(project) == code
    told = capsys.readouterr()
    assert listing(project) == before, "something was written"
    assert told.out == "", "stdout is for data"
    assert "Traceback" not in told.err
    assert "bug" not in told.err
    assert "geheim" not in told.err
    assert len(told.err.splitlines()) < 200
    return told.err


@rows(CONFIG, RULES, TEMPLATES, PLUGINS, DATA)
def test_bad_input_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], change: Break, code: int, said: str
) -> None:
    """Place, code and hint on stderr, the exit code of docs/exit-codes.md, and the project as it was."""
    change(project)
    text = refused(project, capsys, code)
    assert said in text
    assert "KF" in text
    assert PLACE.search(text) or re.search(UNPLACED, text), text
    assert "hint:" in text or SELF_EXPLAINING.search(text), text


@pytest.mark.parametrize("name", YAML_FILES)
def test_broken_yaml_is_refused_in_every_file(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Whatever stands in a YAML file in place of what should: one message that begins with the file."""
    few = BROKEN_TEXTS if name == K else {label: BROKEN_TEXTS[label] for label in ("empty", "gb18030")}
    for label, (content, said) in few.items():
        put(name, content)(project)
        text = refused(project, capsys, 3)
        assert said in text, (label, text)
        assert f"{name}:" in text, (label, text)


@rows(ACCEPTED)
def test_odd_input_is_counted_and_goes_on(
    project: Path, capsys: pytest.CaptureFixture[str], change: Break, code: int, said: str
) -> None:
    """What is odd but may be true is no reason to stop."""
    change(project)
    capsys.readouterr()
    assert run_day(project) == code
    told = capsys.readouterr()
    assert re.search(said, told.out)
    assert "Traceback" not in told.err


def test_all_problems_of_all_files_are_told_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody mends one thing to hear of the next."""
    swap(TEAM, "deputy: sam", "joined: 2026-02-30")(project)
    in_rules("measure", "unit: currency", "unit: parsec")(project)
    in_rules("status", "green: {at_least: 75}", "green: {at_leest: 75}")(project)
    settings("calendar: XX")(project)
    text = refused(project, capsys, 3)
    for place in ("team.yaml:5:", "rules/measure.yaml:2:", "rules/status.yaml:2:", "kaframe.yaml:22:"):
        assert place in text


@pytest.mark.parametrize(
    "change",
    [put(K, "x: ["), put("rules/score.yaml", ""), remove(ORDERS), put(PLAN, "{% if"), put(ORDERS, b"\xff\xfe\0")],
    ids=["config", "rules", "data", "template", "encoding"],
)
def test_what_is_mended_runs(tmp_path: Path, change: Callable[[Path], object]) -> None:
    """A refused run leaves nothing that the next one trips over; it ends as if nothing had been."""
    root, other = write_project(tmp_path / "one"), write_project(tmp_path / "other")
    change(root)
    assert run_day(root) in (3, 4)
    mend(root)
    assert [run_day(root), run_day(other)] == [0, 0]
    manifest = f".kaframe/runs/{DAY}.1/manifest.json"
    assert (root / manifest).read_bytes() == (other / manifest).read_bytes()


@pytest.mark.parametrize("day", ["2026-02-30", "2099-01-01", "x", "", "2026-06-30 ", "2026-01-01"])
def test_days_that_cannot_be_meant(project: Path, capsys: pytest.CaptureFixture[str], day: str) -> None:
    """No day, a day that has not come, a day before the last run: exit code 2, nothing done."""
    before = listing(project)
    assert run_day(project, day) == 2
    assert "hint:" in capsys.readouterr().err
    assert listing(project) == before


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "2026-03-01"])
def test_days_before_all_data(tmp_path: Path, day: str) -> None:
    """A run for a day before all data knows nothing and says so."""
    assert run_day(write_project(tmp_path), day) == 0


def test_hostile_names_stay_names(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts, formulas, paths, escapes and 10 kB in names: no file outside, no escape on the terminal."""
    names = ["<script>alert(1)</script>", "=cmd|calc", "../../x", "@all", "new\nline \x1b[31mred", "\u202ertl"]
    names.append("N" * 10_000)
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    accounts_as("".join(f"{name},{name},kim\n" for name in quoted))(project)
    put(ORDERS, HEAD + "".join(f"{name},2026-06-01,100,EUR\n" for name in quoted))(project)
    outside = set(project.parent.iterdir())
    assert run_day(project) == 0
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert "\u202e" not in told.out + told.err
    assert set(project.parent.iterdir()) == outside
    assert all(path.suffix == ".txt" for path in (project / "notices").iterdir())


def started(root: Path, prepare: Callable[[], object] | None = None) -> subprocess.Popen[bytes]:
    """A run in a process of its own."""
    command = [sys.executable, "-c", "from kaframe.cli import main; main()", "-C", str(root), "run", "--as-of", DAY]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare)  # noqa: PLW1509


def outcome(root: Path) -> tuple[bytes, int]:
    """The manifest of the day and the number of notices."""
    manifest = root / f".kaframe/runs/{DAY}.1/manifest.json"
    return manifest.read_bytes(), len(list((root / "notices").iterdir()))


def test_killed_runs_converge(tmp_path: Path) -> None:
    """Killed at any moment: the next run ends as one that nobody disturbed, and nothing half-done is left."""
    begun = time.monotonic()
    started(write_project(tmp_path / "whole")).communicate()
    whole = time.monotonic() - begun
    for number, share in enumerate((0.6, 0.9)):
        root = write_project(tmp_path / str(number))
        process = started(root)
        time.sleep(whole * share)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert run_day(root) == 0
        assert outcome(root) == outcome(tmp_path / "whole")
        assert not list((root / ".kaframe").rglob(".tmp-*"))


@pytest.mark.parametrize("size", [0, 60_000])
def test_full_disk(tmp_path: Path, size: int) -> None:
    """A disk that takes no more: exit code 7, no report, no notice; with room again the run works."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    root = write_project(tmp_path)
    process = started(root, limit)
    _, told = process.communicate()
    assert process.returncode == 7, told
    assert b"KF7003" in told
    assert not (root / "notices").exists()
    assert not (root / "report").exists()
    assert run_day(root) == 0


def test_two_runs_at_once(tmp_path: Path) -> None:
    """One publishes; the other finds that, or is told that it came too late."""
    root = write_project(tmp_path)
    both = [started(root) for _ in range(2)]
    told = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) in ([0, 0], [0, 6]), told
    assert [path.name for path in (root / ".kaframe/runs").iterdir()] == [f"{DAY}.1"]
    assert len(list((root / "notices").iterdir())) == 2
