"""Gates: broken data are seen before anybody is told, and nothing is published from them."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.errors import GateError, KaframeError, UsageError
from kaframe.flow import run
from kaframe.gate import Acceptance
from kaframe.loading import load_project
from kaframe.published import load_run
from kaframe.reportnote import changed_files
from tests.data.dataproject import load as load_data
from tests.data.dataproject import make
from tests.gateproject import BEFORE, DAY, Broken, broken, gated, kept

Lines = dict[str, list[str]]


def only(name: str, change: object) -> Broken:
    """Something happens to the rows of one file; its head stays."""
    assert callable(change)
    return lambda lines: {**lines, name: [lines[name][0], *change(lines[name][1:])]}


def cell(name: str, column: str, change: object, every: int = 1) -> Broken:
    """A column of every so many rows of a file changes."""
    assert callable(change)

    def changed(lines: Lines) -> Lines:
        place = lines[name][0].split(",").index(column)
        made = [lines[name][0]]
        for number, line in enumerate(lines[name][1:]):
            cells = line.split(",")
            cells[place] = change(cells[place]) if number % every == 0 else cells[place]
            made.append(",".join(cells))
        return {**lines, name: made}

    return changed


def without(rows: list[str], text: str) -> list[str]:
    """The rows in which a text does not stand."""
    return [row for row in rows if text not in row]


BREAKING: dict[str, tuple[str, Broken]] = {
    "half of the orders": ("orders.volume", only("orders", lambda rows: [row for row in rows if int(row[1:3]) % 2])),
    "the first half of the file": ("orders.volume", only("orders", lambda rows: rows[: len(rows) // 2])),
    "one order in a hundred": ("orders.volume", only("orders", lambda rows: rows[::100])),
    "a third of the orders gone": ("orders.volume", only("orders", lambda rows: rows[len(rows) // 3 :])),
    "no order at all": ("orders.volume", only("orders", lambda rows: [])),
    "orders twice": ("orders.volume", only("orders", lambda rows: rows * 2)),
    "half of the accounts": ("accounts.volume", only("accounts", lambda rows: rows[::2])),
    "twice as many accounts": (
        "accounts.volume", only("accounts", lambda rows: rows + [f"X{row.replace(',V', ',X')}" for row in rows])),
    "no ticket at all": ("tickets.volume", only("tickets", lambda rows: [])),
    "most tickets gone": ("tickets.volume", only("tickets", lambda rows: rows[:30])),
    "the last month lacks": ("orders.fresh", only("orders", lambda rows: without(rows, "-04-15"))),
    "the last quarter lacks": ("orders.fresh", only("orders", lambda rows: without(rows, ",2026"))),
    "tickets repeat": ("tickets.unique", only("tickets", lambda rows: rows + rows[:10])),
    "a tax number twice": ("accounts.unique", cell("accounts", "vat_id", lambda _: "V001", every=20)),
    "one tax number for all": ("accounts.unique", cell("accounts", "vat_id", lambda _: "V001")),
    "amounts are empty": ("orders.missing.amount", cell("orders", "amount", lambda _: "", every=10)),
    "all amounts are empty": ("orders.missing.amount", cell("orders", "amount", lambda _: "")),
    "regions are empty": ("accounts.missing.region", cell("accounts", "region", lambda _: "", every=3)),
    "amounts became words": ("orders.volume", cell("orders", "amount", lambda _: "n/a", every=2)),
    "days that cannot be read": ("orders.volume", cell("orders", "ordered_on", lambda _: "soon", every=2)),
}  # fmt: skip


def change(folder: Path, old: str, new: str) -> None:
    """Write something else in kaframe.yaml."""
    config = folder / "kaframe.yaml"
    text = config.read_text("utf-8")
    assert old in text
    config.write_text(text.replace(old, new), "utf-8")


def run_on(folder: Path, day: str, *gates: str) -> None:
    """A run from Python that accepts these gates."""
    run(load_project(folder, as_of=date.fromisoformat(day)), accepted=Acceptance(gates, "a test", "li"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after a first day on which all was well."""
    folder = gated(tmp_path_factory.mktemp("gated") / "project")
    told = call("-C", folder, "run", "--as-of", BEFORE)
    assert told.code == 0, told.err
    return folder


@pytest.fixture
def own(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published, tmp_path / "project")


def test_the_first_run_has_nothing_to_compare_with(published: Path) -> None:
    """Volumes say so, all other gates are judged."""
    with load_run(load_project(published)) as found:
        states = {row["gate"]: row["state"] for row in found.rows("gates")}
        sentences = {row["gate"]: row["sentence"] for row in found.rows("gates")}
    assert {name for name, state in states.items() if state == "no_run"} == {
        "accounts.volume", "orders.volume", "tickets.volume"
    }  # fmt: skip
    assert set(states.values()) == {"no_run", "passed"}
    assert "no run to compare with" in sentences["orders.volume"]


def test_sound_data_pass(own: Path) -> None:
    """A month later over the same files nothing is held against them, and the report shows it."""
    assert call("-C", own, "run", "--as-of", DAY).code == 0
    with load_run(load_project(own)) as found:
        assert {row["state"] for row in found.rows("gates")} == {"passed"}
    assert not (own / "report" / "held.html").exists()


@pytest.mark.parametrize("what", BREAKING)
def test_a_failed_gate_changes_nothing(own: Path, what: str) -> None:
    """No snapshot, row of the store, notice or figure of the report; exit 4, told by code, name and numbers."""
    gate, change = BREAKING[what]
    broken(own, change)
    before, page = kept(own), (own / "report" / "index.html").read_bytes()
    told = call("-C", own, "run", "--as-of", DAY)
    assert told.code == 4
    assert re.search(rf"kaframe.yaml:\d+:\d+: KF30[0-9]7 gate {re.escape(gate)}: .*\d", told.err)
    assert f"--accept-gate {gate} " in told.err
    assert kept(own) == before
    shown = (own / "report" / "index.html").read_bytes()
    assert re.sub(rb"<!--held-->.*?<!--/held-->\n", b"", shown, flags=re.DOTALL) == page != shown
    held = (own / "report" / "held.html").read_text("utf-8")
    assert f"--accept-gate {gate}" in held
    assert "2026-03-31.1" in held
    assert changed_files(own / "report") == []  # the banner is no damage


def test_without_gates_such_data_would_be_told_to_people(own: Path) -> None:
    """The half of the orders that the gate holds back would have changed colours and sent notices."""
    broken(own, BREAKING["half of the orders"][1])
    before = len(list((own / "notices").rglob("*")))
    run_on(own, DAY, "orders.volume")
    with load_run(load_project(own)) as found:
        events = {row["kind"] for row in found.rows("events")}
    assert events & {"status_changed", "insight_new", "tier_changed"}
    assert len(list((own / "notices").rglob("*"))) > before


@pytest.mark.parametrize("what", ["no file", "no head", "not a csv at all"])
def test_unreadable_sources_change_nothing(own: Path, what: str) -> None:
    """They need no gate."""
    file = own / "data" / "orders.csv"
    if what == "no file":
        file.unlink()
    else:
        file.write_bytes(b"" if what == "no head" else bytes(range(256)) * 9)
    before = kept(own)
    assert call("-C", own, "run", "--as-of", DAY).code == 4
    assert kept(own) == before


def test_an_accepted_gate_is_published_and_remembered(own: Path) -> None:
    """With reason and author in manifest and report; the next run compares with it and asks no more."""
    broken(own, BREAKING["half of the orders"][1])
    assert call("-C", own, "run", "--as-of", DAY).code == 4
    why = ("--reason", "the archive <b>moved</b>", "--author", "Li Na")
    told = call("-C", own, "run", "--as-of", DAY, "--accept-gate", "orders.volume", *why)
    assert told.code == 0, told.err
    assert "Li Na: the archive <b>moved</b>" in told.out
    manifest = json.loads((own / ".kaframe/runs" / f"{DAY}.1" / "manifest.json").read_text("utf-8"))
    [accepted] = manifest["accepted_gates"]
    assert (accepted["gate"], accepted["author"]) == ("orders.volume", "Li Na")
    assert accepted["reason"] == "the archive <b>moved</b>"
    assert "-50%" in accepted["sentence"]
    page = (own / "report" / "index.html").read_text("utf-8")
    assert "Li Na: the archive &lt;b&gt;moved&lt;/b&gt;" in page
    assert "<!--held-->" not in page
    assert not list((own / "report").glob("held.*"))
    assert call("-C", own, "run", "--as-of", DAY).code == 0  # the same again is nothing new
    assert call("-C", own, "run", "--as-of", "2026-05-01").code == 0


def test_one_accepted_gate_does_not_excuse_another(own: Path) -> None:
    """All others still hold the run back."""
    broken(own, lambda lines: BREAKING["amounts are empty"][1](BREAKING["half of the orders"][1](lines)))
    told = call("-C", own, "run", "--as-of", DAY, "--accept-gate", "orders.volume", "--reason", "moved")
    assert told.code == 4
    assert "KF3047" in told.err
    assert "KF3037" not in told.err


def test_a_gate_is_accepted_only_by_its_name_and_with_a_reason(own: Path) -> None:
    """Both are answered before anything runs."""
    told = call("-C", own, "run", "--accept-gate", "order.volume", "--reason", "x")
    assert (told.code, "did you mean 'orders.volume'?" in told.err) == (2, True)
    told = call("-C", own, "run", "--accept-gate", "orders.volume", "--reason", " ")
    assert (told.code, "KF6055" in told.err) == (2, True)
    with pytest.raises(UsageError, match="KF6007"):
        run(load_project(own), accepted=Acceptance(("nobody",), "x", "y"))


def test_the_first_day_compares_with_its_own_revision(own: Path) -> None:
    """Half of the rows lost on the very day that was published first."""
    broken(own, BREAKING["half of the orders"][1])
    told = call("-C", own, "run", "--as-of", BEFORE)
    assert told.code == 4
    assert "orders.volume" in told.err


def test_data_that_came_back_take_the_banner_away(own: Path) -> None:
    """Also when that run is an old one again, and `kaframe report` in between keeps the banner."""
    page = (own / "report" / "index.html").read_bytes()
    broken(own, BREAKING["half of the orders"][1])
    assert call("-C", own, "run", "--as-of", BEFORE).code == 4
    assert call("-C", own, "report").code == 0
    assert b"<!--held-->" in (own / "report" / "index.html").read_bytes()
    broken(own, lambda lines: lines)
    assert call("-C", own, "run", "--as-of", BEFORE).code == 0
    assert (own / "report" / "index.html").read_bytes() == page
    assert not list((own / "report").glob("held.*"))


def test_a_gate_that_only_warns_lets_the_run_go_on(own: Path) -> None:
    """Console and report say what it found."""
    change(own, "gates: {measures", "gates: {severity: warn, measures")
    broken(own, BREAKING["half of the orders"][1])
    told = call("-C", own, "run", "--as-of", DAY)
    assert told.code == 0
    assert "! orders.volume" in told.out
    assert "in the run before" in (own / "report" / "index.html").read_text("utf-8")


def test_a_preview_shows_gates_and_ends_as_the_run_would(own: Path) -> None:
    """Without any effect; as data too."""
    assert call("-C", own, "preview", "--as-of", DAY).code == 0
    broken(own, BREAKING["the last month lacks"][1])
    before = kept(own)
    told = call("-C", own, "preview", "--as-of", DAY)
    assert told.code == 4
    assert "✗ orders.fresh: orders: the newest row is of 15 March 2026" in told.out
    listed = json.loads(call("-C", own, "preview", "--as-of", DAY, "--format", "json").out)["gates"]
    assert [(row["gate"], row["value"], row["allowed"]) for row in listed if row["state"] == "failed"] == [
        ("orders.fresh", 46, 20)
    ]
    assert kept(own) == before


def test_a_held_run_as_data(own: Path) -> None:
    """One object on stdout, with problems, and the files that say so; held.json has the numbers."""
    broken(own, BREAKING["half of the orders"][1])
    told = call("-C", own, "run", "--as-of", DAY, "--format", "json")
    found = json.loads(told.out)
    assert (told.code, found["state"], found["problems"][0]["code"]) == (4, "held", "KF3037")
    rows = json.loads((own / "report/held.json").read_text("utf-8"))["gates"]
    [row] = [row for row in rows if row["state"] == "failed"]
    assert (row["gate"], row["value"], row["before"], row["allowed"]) == ("orders.volume", 320, 640, 0.3)


def test_in_chinese(tmp_path: Path) -> None:
    """Sentence, banner and page are in the project's language."""
    own = gated(tmp_path / "project", "zh")
    assert call("-C", own, "run", "--as-of", BEFORE).code == 0
    broken(own, BREAKING["half of the orders"][1])
    told = call("-C", own, "run", "--as-of", DAY)
    assert "orders：共320行，上次运行 2026-03-31.1 为640行（-50%，允许±30%）" in told.err
    assert "本次运行未发布" in told.err
    assert "数据校验未通过" in (own / "report/index.html").read_text("utf-8")
    assert "运行未发布" in (own / "report/held.html").read_text("utf-8")


def test_a_form_of_report_that_fails_to_say_it_is_named(tmp_path: Path) -> None:
    """The run is held back all the same, and the other forms say why."""
    own = broken(gated(tmp_path / "project"), BREAKING["a tax number twice"][1])
    (own / "plugins").mkdir(exist_ok=True)
    (own / "plugins/sulking.py").write_text(
        "import kaframe\n\n\ndef hold(held, folder):\n    raise ValueError('not today')\n\n\n"
        "@kaframe.hook\ndef kaframe_reports():\n"
        "    yield kaframe.ReportFormat('sulking', 'Sulks', lambda view, folder: folder, hold=hold)\n"
    )
    config = own / "kaframe.yaml"
    text = config.read_text("utf-8")
    assert "reports:" not in text
    config.write_text(text + "\nreports: [sulking, report_html]\n", encoding="utf-8")
    told = call("-C", own, "run", "--as-of", DAY)
    assert told.code == 4
    assert "KF5032 the report format 'sulking' of plugin 'sulking' fails: ValueError: not today" in told.err
    assert (own / "report/held.html").exists()


def test_without_any_report_before(tmp_path: Path) -> None:
    """A first run that is held back leaves a page, and no report."""
    own = broken(gated(tmp_path / "project"), BREAKING["a tax number twice"][1])
    with pytest.raises(GateError) as caught:
        run_on(own, DAY)
    assert [path.name for path in caught.value.notes] == ["held.html", "held.json"]
    assert "Nothing has been published yet" in (own / "report/held.html").read_text("utf-8")
    assert not (own / "report/index.html").exists()


@pytest.mark.parametrize(
    ("before", "now", "holds"),
    [
        pytest.param(100, 130, True, id="30 % more is allowed"),
        pytest.param(100, 131, False, id="31 % more is not"),
        pytest.param(100, 70, True, id="30 % fewer is allowed"),
        pytest.param(100, 69, False, id="31 % fewer is not"),
        pytest.param(10, 6, True, id="four rows are a handful"),
        pytest.param(10, 5, False, id="five are not"),
        pytest.param(10, 29, True, id="nineteen more are a handful"),
        pytest.param(10, 30, False, id="twenty are not"),
        pytest.param(2, 0, False, id="none left"),
        pytest.param(0, 500, True, id="the first rows of a source"),
    ],
)
def test_how_far_rows_may_differ(tmp_path: Path, before: int, now: int, holds: bool) -> None:
    """The limits exactly."""
    own = gated(tmp_path / "project")
    broken(own, only("tickets", lambda rows: _so_many(before)))
    assert call("-C", own, "run", "--as-of", BEFORE).code == 0
    broken(own, only("tickets", lambda rows: _so_many(now)))
    assert call("-C", own, "preview", "--until", "gate", "--as-of", DAY).code == (0 if holds else 4)


def _so_many(count: int) -> list[str]:
    return [f"A{number % 40:02},T{number},2026-03-10,2026-03-11" for number in range(count)]


def test_gates_on_what_is_not_there_are_told_by_check(tmp_path: Path) -> None:
    """With place and the nearest name, all at once."""
    own = gated(tmp_path / "project")
    change(own, "amount: 5%}", "amuont: 5%}")
    change(own, "[vat_id]", "[vat]")
    change(own, "revenue_12m: 20%", "revenu_12m: 20%")
    change(own, "gates: {unique: {at", "gates: {fresh: 3 days, unique: {at")
    change(own, "    time: opened_on\n    unique: [ticket_id]\n", "")
    told = call("-C", own, "check")
    assert told.code == 3
    for words in ("did you mean 'amount'?", "did you mean 'vat_id'?", "did you mean 'revenue_12m'?"):
        assert words in told.err
    assert told.err.count(": KF1317 ") == 3
    assert told.err.count(": KF1327 ") == 2


@pytest.mark.parametrize(
    ("gates", "code"),
    [
        pytest.param("{volume: 30}", "KF1109", id="30 without a sign"),
        pytest.param("{volume: 30 percent}", "KF11", id="percent in words"),
        pytest.param("{fresh: yesterday}", "KF11", id="no duration"),
        pytest.param("{freshh: 3 days}", "KF1104", id="misspelt"),
        pytest.param("{missing: {amount: {at_most: 5%, severity: loud}}}", "KF11", id="another severity"),
        pytest.param("{missing: {}}", "KF11", id="nothing"),
        pytest.param("{unique: order_id}", "KF11", id="no list"),
    ],
)
def test_a_misspelt_gate_is_refused_with_its_place(tmp_path: Path, gates: str, code: str) -> None:
    """By the schema, like everything else."""
    own = gated(tmp_path / "project")
    change(own, "gates: {fresh: 20 days, missing: {amount: 5%}}", f"gates: {gates}")
    told = call("-C", own, "check")
    assert told.code == 3
    assert re.search(rf"kaframe.yaml:1[0-9]:\d+: {code}", told.err), told.err


def test_sources_that_are_others_now_are_compared_together(tmp_path: Path) -> None:
    """A file for every month: names change, sums tell."""
    own = gated(tmp_path / "project")
    assert call("-C", own, "run", "--as-of", BEFORE).code == 0
    (own / "data/orders.csv").rename(own / "data/orders-april.csv")
    change(own, "data/orders.csv", "data/orders-april.csv")
    assert call("-C", own, "preview", "--until", "gate", "--as-of", DAY).code == 0
    file = own / "data/orders-april.csv"
    file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:200]), "utf-8")
    told = call("-C", own, "preview", "--until", "gate", "--as-of", DAY)
    assert (told.code, "199 rows, 640 in the run before" in told.err) == (4, True)


def test_accounts_of_a_table_may_only_become_more(tmp_path: Path) -> None:
    """More of them is what time brings; fewer is a loss."""
    own = gated(tmp_path / "project")
    config = own / "kaframe.yaml"
    text = re.sub(r"accounts:\n.*\n.*\n.*\n", "accounts: {from: orders, key: account_id}\n", config.read_text("utf-8"))
    config.write_text(text, "utf-8")
    broken(own, only("orders", lambda rows: [row for row in rows if row < "A20" or ",2026-04" in row]))
    assert call("-C", own, "run", "--as-of", BEFORE).code == 0
    assert call("-C", own, "preview", "--until", "gate", "--as-of", DAY).code == 0  # 20 accounts, then 40
    few = only("orders", lambda rows: [f"A{number % 10:02}{row[3:]}" for number, row in enumerate(rows)])
    broken(own, few)
    told = call("-C", own, "preview", "--until", "gate", "--as-of", DAY)
    assert (told.code, "accounts: 10, 20 in the run before" in told.err) == (4, True)


def test_the_newest_row_of_each_source_is_known(tmp_path: Path) -> None:
    """Up to the day of the run; none without a time."""
    config = "tables:\n  orders:\n    time: on\n    sources:\n" + "".join(
        f"      - {{reader: csv, path: {name}.csv}}\n" for name in ("old", "new")
    )
    files = {
        "old.csv": "account_id,on\nA1,2024-01-01\nA2,2024-05-05\n",
        "new.csv": "account_id,on\nA1,2026-06-01\nA1,2026-08-01\n",
    }
    loaded = load_data(tmp_path, config, files)
    found = loaded.db.rows("SELECT source, newest FROM sources ORDER BY source")
    days = [(row["source"], row["newest"] and row["newest"].isoformat()) for row in found]
    assert days == [("accounts.csv", None), ("new.csv", "2026-06-01"), ("old.csv", "2024-05-05")]


def test_working_days_are_those_of_the_calendar(tmp_path: Path) -> None:
    """Over the national holidays of October a row of the last day before them is two working days old."""
    config = (
        "calendar: CN\ntables:\n  orders: {source: {reader: csv, path: orders.csv}, time: on, "
        "gates: {fresh: 2 working days}}\n"
    )
    rows = "account_id,on\nA1,2025-09-30\n"
    for day, code in (("2025-10-09", 0), ("2025-10-11", 4)):
        make(tmp_path / day, config, {"orders.csv": rows})
        told = call("-C", tmp_path / day, "preview", "--until", "gate", "--as-of", day)
        assert told.code == code, told.err


def test_gates_are_listed(own: Path) -> None:
    """Those that hold without a word among them."""
    listed = json.loads(call("-C", own, "show", "gates", "--format", "json").out)
    limits = {row["gate"]: row["limit"] for row in listed}
    assert limits == {
        "accounts.volume": "30%", "accounts.unique": "0%", "accounts.missing.region": "10%",
        "orders.fresh": "20 days", "orders.volume": "30%", "orders.missing.amount": "5%",
        "tickets.volume": "30%", "tickets.unique": "2%", "measures.missing.revenue_12m": "20%",
    }  # fmt: skip
    assert all(re.fullmatch(r"kaframe.yaml:\d+:\d+", row["place"]) for row in listed)


def test_a_measure_that_too_many_lack(own: Path) -> None:
    """Its gate names it by its label."""
    change(own, "revenue_12m: 20%", "growth: 20%")
    broken(own, only("orders", lambda rows: [row for row in rows if ",2026" in row or ",2025-1" in row]))
    with pytest.raises(KaframeError, match=r"KF3047 gate measures\.missing\.growth: .* for 40 of 40 accounts"):
        run_on(own, "2026-04-20", "orders.volume")
