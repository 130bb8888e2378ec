"""``run``, ``preview``, ``report`` and ``demo``."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

from cli.conftest import call

from kaframe.cli.tables import width
from tests.smallproject import FILES, write_project


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_preview_changes_nothing(begun: Path, tmp_path: Path) -> None:
    """It tells what would be sent, and leaves not one file behind or changed."""
    own = shutil.copytree(begun, tmp_path / "own")
    before = files_of(own)
    told = call("-C", own, "preview")
    assert told.code == 0
    assert "nothing is changed, nothing is sent" in told.err
    assert "notices (" in told.out
    assert files_of(own) == before


def test_preview_as_data(begun: Path) -> None:
    """Without a table, JSON has what would be read, changed and sent; CSV is for one table, and says so."""
    told = json.loads(call("-C", begun, "preview", "--format", "json").out)
    assert list(told) == ["sources", "gates", "events", "notices"]
    assert all(told.values())
    refused = call("-C", begun, "preview", "--format", "csv")
    assert (refused.code, refused.out) == (2, "")
    assert "KF6068" in refused.err
    assert "--table" in refused.err


def test_preview_counts_what_it_does_not_name(tmp_path: Path) -> None:
    """Of very many red accounts it names the first 13, the worst first, and counts the others."""
    folder = write_project(tmp_path, {
        "kaframe.yaml": FILES["kaframe.yaml"].replace("reports:", "packs: []\nreports:"),
        "data/accounts.csv": "account_id,account\n" + "".join(f"A{one},Firm {one:02d}\n" for one in range(30)),
        "rules/measure.yaml": "measures: {size: {from: orders, value: sum(amount), empty: 0}}\n",
        "rules/identify.yaml": "tiers: [{id: key, key: true, when: true}]\n",
        "rules/score.yaml": "scorecards: {main: {children: {size: {value: size, curve: [[0, 0], [99999, 100]]}}}}\n",
        "rules/status.yaml": "rgb: {main: {green: {at_least: 75}, red: else}}\n",
    })  # fmt: skip
    told = call("-C", folder, "preview", "--as-of", "2026-03-31", "--until", "status")
    assert told.code == 0, told.err
    listed = told.out[told.out.index("managed accounts by colour") :].splitlines()
    assert "red 30" in listed[0].casefold()
    assert sum("Firm" in line for line in listed) == 13
    assert listed[14] == "  and 17 more"


def test_a_query_is_known_by_its_table(tmp_path: Path) -> None:
    """In the row arithmetic, a source that is a query stands under its reader and what it fills."""
    database = tmp_path / "crm.db"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE sales (account_id, order_id, ordered_on, amount, profit)")
        connection.execute("INSERT INTO sales VALUES ('A1', 1, '2026-01-10', 8000, 800)")
        connection.commit()
    query = "{reader: sql, url: 'sqlite:///crm.db', query: select * from sales}"
    declared = FILES["kaframe.yaml"].replace("{reader: csv, path: data/orders.csv}", query)
    told = call("-C", write_project(tmp_path, {"kaframe.yaml": declared}), "preview", "--as-of", "2026-03-31")
    assert told.code == 0, told.err
    assert "sql: orders" in told.out


def test_preview_of_a_table(finished: Path) -> None:
    """A table of a run as CSV, up to the step that makes it."""
    told = call("-C", finished, "preview", "--until", "identify", "--table", "tiers", "--format", "csv")
    assert told.out.startswith("account_id,tier,")
    assert len(told.out.splitlines()) == 13
    assert "did you mean 'tiers'?" in call("-C", finished, "preview", "--table", "tires").err


def test_preview_tells_currencies_without_a_rate(tmp_path: Path) -> None:
    """Amounts that nobody can convert are missing, and the summary names each currency with its rows."""
    declared = "time: ordered_on, currency: cur, amounts: [amount]"
    rates = "currency: USD\nrates: {source: {reader: csv, path: data/rates.csv}}\n"
    orders = """\
account_id,order_id,ordered_on,amount,cur
A1,1,2026-01-10,8000,EUR
A1,2,2026-01-12,1500,GBP
A2,3,2026-02-01,500,GBP
A2,4,2026-03-09,4000,
"""
    files = {
        "kaframe.yaml": FILES["kaframe.yaml"].replace("time: ordered_on", declared) + rates,
        "data/orders.csv": orders,
        "data/rates.csv": "currency,rate\nEUR,1.1\n",
    }
    told = call("-C", write_project(tmp_path, files), "preview", "--as-of", "2026-03-31")
    assert told.code == 0, told.err
    assert "amounts without an exchange rate, so missing (2):" in told.out
    assert "orders, cur=GBP: rows not turned into USD: 2" in told.out
    assert "orders, cur=(empty): rows not turned into USD: 1" in told.out
    assert "cur=EUR" not in told.out


def test_same_inputs_again_are_no_new_run(own: Path) -> None:
    """The same day with the same data and rules is the run that was published."""
    told = call("-C", own, "run", "--format", "json")
    assert told.code == 0
    assert json.loads(told.out)["state"] == "unchanged"
    again, said = "every source was read again from its beginning, and says what it said before", "the very same inputs"
    plain, full = call("-C", own, "run").out, call("-C", own, "run", "--full").out
    assert (again in plain, said in plain, again in full, said in full) == (False, True, True, True)


def test_run_tells_the_row_arithmetic(own: Path) -> None:
    """A bad row is told with its source: read = kept + quarantined + left out + later."""
    orders = own / "data" / "orders.csv"
    orders.write_text(orders.read_text(encoding="utf-8") + "O9999,A001,2024-13-45,P1,basics,1,10,2\n", encoding="utf-8")
    told = call("-C", own, "run")
    assert told.code == 0
    (line,) = [line for line in told.out.splitlines() if line.startswith("data/orders.csv")]
    assert line.split()[1:] == ["289", "288", "1", "0", "0", "0"]


def test_broken_rule_stops_before_anything(own: Path) -> None:
    """One line with place, caret and hint, exit code 3, nothing written."""
    rules = own / "rules" / "score.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("value: service_share", "value: service_shar"), "utf-8")
    before = files_of(own)
    told = call("-C", own, "run")
    assert told.code == 3
    assert "rules/score.yaml:" in told.err
    assert "did you mean 'service_share'?" in told.err
    assert "^" in told.err
    assert files_of(own) == before


def test_problems_as_data(own: Path) -> None:
    """With ``--format json`` problems are data on stdout, also for commands that never got as far."""
    (own / "team.yaml").write_text("members: [", encoding="utf-8")
    told = call("-C", own, "accounts", "--format", "json")
    (problem,) = json.loads(told.out)["problems"]
    assert (told.code, problem["file"], problem["severity"]) == (3, "team.yaml", "error")


def test_report_for_one_member(own: Path) -> None:
    """The report of one member has the accounts that the member looks after, and no others."""
    config = own / "kaframe.yaml"
    text = config.read_text(encoding="utf-8").replace("reports: []", "reports: [report_json]")
    config.write_text(text, encoding="utf-8")
    told = call("-C", own, "report", "--for", "kim", "--output", own / "for-kim")
    assert told.code == 0, told.err
    data = (own / "for-kim" / "report.json").read_text(encoding="utf-8")
    assert "Sunrise Trading" in data
    assert "Harbour Retail" not in data
    assert "did you mean 'kim'?" in call("-C", own, "report", "--for", "kimm").err


def test_demo(tmp_path: Path) -> None:
    """The demo finds its stories and tells them in at most 40 lines; its folder is a project that goes on."""
    folder = tmp_path / "demo"
    told = call("demo", folder, "--language", "en")
    assert told.code == 0, told.err
    assert len(told.out.splitlines()) <= 40
    assert "A wave of complaints" in told.out
    assert "undeliverable: Your tasks" in told.out
    assert "report:" in told.out
    assert (folder / "report" / "index.html").is_file()
    assert call("demo", folder).code == 2
    assert max(width(line) for line in call("-C", folder, "accounts").out.splitlines()) <= 80
