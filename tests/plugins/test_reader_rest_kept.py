"""What the rest reader keeps: changes only, merged by key; again is the same; a load that is killed changes nothing."""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kaframe.data import read_everything
from kaframe.database import Database
from kaframe.errors import DataError, KaframeError
from kaframe.flow import preview, run
from kaframe.loading import load_project
from kaframe.plugins import load_plugins
from kaframe.records import Load
from tests.plugins.services import Asked, Running, service
from tests.plugins.sources import MakeSource
from tests.smallproject import write_project

INCREMENTAL = {"column": "at", "key": "id", "param": "since", "overlap": "1 day"}
PAGES = {"by": "page", "param": "page"}


class Crm:
    """Rows with the moment of their last change, two a page; ``breaks`` on a page once that many are asked for."""

    def __init__(self, count: int = 5) -> None:
        self.rows: dict[int, dict[str, Any]] = {n: self.row(n, n) for n in range(1, count + 1)}
        self.kill: int | None = None
        self.broken = False

    def row(self, number: int, day: int, **more: Any) -> dict[str, Any]:
        row = {"id": number, "amount": number * 10, "customer": f"A{number % 4 + 1}"}
        return {**row, "at": f"2026-03-{day:02}T08:00:00Z", **more}

    def __call__(self, asked: Asked) -> Any:
        page = int(asked.query["page"])
        if self.broken and page == 2:
            return [{"id": None, "at": "never"}]
        if self.kill and page == 2:
            os.kill(self.kill, signal.SIGKILL)
        rows = sorted(self.rows.values(), key=lambda row: str(row["at"]))
        changed = [row for row in rows if str(row["at"]) >= asked.query.get("since", "")]
        return changed[(page - 1) * 2 : page * 2]


def keeping() -> Any:
    """The module of the plugin that keeps rows, as kaframe has loaded it."""
    return importlib.import_module(f"{load_plugins(None).readers['rest'].read.__module__}.keeping")


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
def running(crm: Crm) -> Iterator[Running]:
    with service(crm) as server:
        yield server


def options_of(running: Running) -> dict[str, Any]:
    return {"url": f"{running.url}/rows", "pagination": PAGES, "incremental": INCREMENTAL}


def load(source: MakeSource, running: Running) -> tuple[Load, list[dict[str, Any]]]:
    """What a load says, and the rows after it."""
    declared = source("rest", **options_of(running))
    reading = source.read(declared, ["id", "amount", "at"])
    assert reading.load is not None
    return reading.load, [{**row, "_row": 0} for row in reading.arrow.to_pylist()]


def counts(load: Load) -> tuple[int, int, int, int, int]:
    return (load.read, load.new, load.changed, load.deleted, load.kept)


def test_only_changes_are_asked_for_and_merged(source: MakeSource, crm: Crm, running: Running) -> None:
    """From a day before the newest change seen; new rows, changed rows, and those that are the same."""
    first, _ = load(source, running)
    assert (counts(first), first.since) == ((5, 5, 0, 0, 5), "")
    crm.rows[1] = crm.row(1, 6, amount=99)
    crm.rows[7] = crm.row(7, 7)
    second, rows = load(source, running)
    assert (counts(second), second.since) == ((4, 1, 1, 0, 6), "2026-03-05T08:00:00+00:00")
    assert running.asked[-1].query["since"] == "2026-03-04T08:00:00Z"
    assert [(row["id"], row["amount"]) for row in rows] == [(1, 99), (2, 20), (3, 30), (4, 40), (5, 50), (7, 70)]


def test_reading_again_changes_nothing(source: MakeSource, crm: Crm, running: Running) -> None:
    """Not one row, not the file that is kept."""
    load(source, running)
    (file,) = (source.folder / ".kaframe/loads").iterdir()
    before = file.read_bytes()
    again, _ = load(source, running)
    assert counts(again)[1:] == (0, 0, 0, 5)
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o077 == 0, "customers' data are nobody else's"


@pytest.mark.parametrize("seed", range(8))
def test_changes_give_what_a_full_load_gives(source: MakeSource, seed: int, tmp_path: Path) -> None:
    """Whatever changed in whatever order, with columns that come and go and change their type."""
    dice, crm = random.Random(seed), Crm(6)
    values = [None, 1, 2.5, "x", True, 12345678901234567890, ["a"], {"b": 1}]
    with service(crm) as running:
        for day in range(8, 14):
            for _ in range(dice.randint(0, 3)):
                number = dice.randint(1, 9)
                crm.rows[number] = crm.row(number, day, **{dice.choice(["amount", "note"]): dice.choice(values)})
            declared = source("rest", **options_of(running))
            source.read(declared, [])
        names = sorted(column.name for column in source.columns(declared))
        kept = source.rows(declared, names)
        other = MakeSource(tmp_path / "other", source.readers)
        whole = other.rows(other("rest", **options_of(running)), names)

    def same(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
        return [{name: str(value) for name, value in row.items() if value is not None} for row in rows]

    assert same(kept) == same(whole)


def test_a_column_without_values_gets_its_type_later(source: MakeSource, crm: Crm, running: Running) -> None:
    """Nothing at first, numbers in the next load: a column of numbers."""
    for row in crm.rows.values():
        row["amount"] = None
    load(source, running)
    crm.rows[2] = crm.row(2, 9, amount=7)
    load(source, running)
    assert source.types(source("rest", **options_of(running)))["amount"] == "number"


def test_deletions_are_seen_by_a_flag_or_by_a_full_load(source: MakeSource, crm: Crm, running: Running) -> None:
    """Else they are not: nothing tells of a row that is no longer there."""
    load(source, running)
    del crm.rows[3]
    unseen, _ = load(source, running)
    assert unseen.kept == 5
    declared = source("rest", **options_of(running))
    whole = source.readers["rest"].read(replace(declared, full=True), []).load
    assert whole is not None
    assert (counts(whole), whole.since) == ((4, 0, 0, 1, 4), "")
    assert "since" not in running.asked[-1].query


def test_a_flag_tells_of_deleted_rows(source: MakeSource, crm: Crm, running: Running) -> None:
    """Which are left out, the first time as later."""
    options = {**options_of(running), "incremental": {**INCREMENTAL, "deleted": "gone"}}
    crm.rows[1]["gone"] = True
    first = source.read(source("rest", **options), []).load
    crm.rows[2] |= {"gone": True, "at": "2026-03-09T08:00:00Z"}
    second = source.read(source("rest", **options), []).load
    assert first is not None
    assert second is not None
    assert (first.kept, second.kept, second.deleted) == (4, 3, 1)


def test_a_load_that_fails_keeps_what_was_there(source: MakeSource, crm: Crm, running: Running) -> None:
    """Rows and mark: the next one asks for the same changes again, and gets them all."""
    load(source, running)
    (file,) = (source.folder / ".kaframe/loads").iterdir()
    before = file.read_bytes()
    crm.rows[8] = crm.row(8, 8)
    crm.broken = True
    with pytest.raises(DataError, match=r"KF3086.*a row has no 'id'"):
        load(source, running)
    assert [each.read_bytes() for each in file.parent.iterdir()] == [before]
    crm.broken = False
    assert counts(load(source, running)[0])[1:] == (1, 0, 0, 6)


def test_a_disk_that_takes_nothing_is_told(
    source: MakeSource, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a place and a hint, and no half file."""

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(DataError, match=r"KF3096.*No space left"):
        load(source, running)
    assert list((source.folder / ".kaframe/loads").iterdir()) == []


def test_a_damaged_file_is_read_anew(source: MakeSource, running: Running) -> None:
    """It holds nothing that the service does not have."""
    load(source, running)
    (file,) = (source.folder / ".kaframe/loads").iterdir()
    file.write_bytes(b"PAR1 and no more")
    assert counts(load(source, running)[0]) == (5, 5, 0, 0, 5)


def test_a_wrong_year_blinds_nobody(source: MakeSource, crm: Crm, running: Running) -> None:
    """One row from the year 2999: changes of today are still asked for."""
    crm.rows[1]["at"] = "2999-01-01T00:00:00Z"
    load(source, running)
    load(source, running)
    assert running.asked[-1].query["since"] < "2900"


@pytest.mark.parametrize(("name", "option"), [("att", "column"), ("idd", "key")])
def test_a_wrong_column_is_answered_with_the_nearest(
    source: MakeSource, running: Running, name: str, option: str
) -> None:
    """Before anything is kept."""
    options = {**options_of(running), "incremental": {**INCREMENTAL, option: name}}
    with pytest.raises(DataError) as caught:
        source.columns(source("rest", **options))
    assert ("KF3086", f"did you mean '{name[:-1]}'?") == (caught.value.problems[0].code, caught.value.problems[0].hint)


# --- in a project --------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, running: Running) -> Path:
    config = f"""\
version: 1
project: small
language: en
accounts: {{source: {{reader: csv, path: data/accounts.csv}}, name: account}}
tables:
  orders: {{source: {{reader: csv, path: data/orders.csv}}, time: ordered_on}}
  deals:
    source:
      reader: rest
      url: {running.url}/rows
      pagination: {{by: page, param: page}}
      incremental: {{column: at, key: id, param: since, overlap: 1 day}}
    account: customer
    time: at
reports: [report_json]
"""
    measure = "version: 1\nmeasures: {deals: {label: {en: D, zh: D}, from: deals, value: sum(amount), empty: 0}}\n"
    return write_project(tmp_path / "p", {"kaframe.yaml": config, "rules/measure.yaml": measure})


def loads_of(project: Path, whole: bool = False) -> list[dict[str, Any]]:
    loaded = load_project(project).on(load_project(project).as_of.replace(2026, 3, 31))
    with Database() as db:
        preview(read_everything(loaded) if whole else loaded, db, "measure")
        return db.rows("SELECT * FROM loads")


def test_a_run_says_and_keeps_what_was_new(project: Path, crm: Crm, running: Running) -> None:
    """In the table ``loads``, which is part of the snapshot; the columns are known without asking the service."""
    day = load_project(project).as_of.replace(2026, 3, 31)
    finished = run(load_project(project, as_of=day))
    asked = len(running.asked)
    load_project(project)
    assert len(running.asked) == asked, "what is kept tells the columns"
    assert (finished.committed.snapshot / "loads.parquet").is_file()
    crm.rows[9] = crm.row(9, 9)
    (row,) = loads_of(project)
    assert (row["table_name"], row["new_rows"], row["rows_kept"]) == ("deals", 1, 6)
    assert run(load_project(project, as_of=day)).committed.state == "published"
    assert run(load_project(project, as_of=day)).committed.state == "unchanged", "the same rows are the same inputs"
    del crm.rows[9]
    assert (loads_of(project)[0]["deleted_rows"], loads_of(project, whole=True)[0]["deleted_rows"]) == (0, 1)


def test_what_nobody_reads_any_more_goes(tmp_path: Path) -> None:
    """Parts after a day, another question of the same source after a month, other sources after a year and more."""
    names = ("crm-0123456789abcdef", "crm-fedcba9876543210", "erp-0123456789abcdef")
    now, mine, asked, other = (tmp_path / f"{name}.parquet" for name in ("crm-aaaaaaaaaaaaaaaa", *names))
    part, fresh, foreign = tmp_path / ".x1.part", tmp_path / ".x2.part", tmp_path / "notes.txt"
    days = {mine: 29, asked: 31, other: 399, part: 1.1, fresh: 0.9, foreign: 1000}
    for file, old in days.items():
        file.write_bytes(b"x")
        os.utime(file, times=(time.time() - old * 86_400,) * 2)
    keep = keeping().keep
    keep(now, pa.table({"id": [1]}), "")
    assert set(tmp_path.iterdir()) == {now, mine, other, fresh, foreign}
    os.utime(other, times=(time.time() - 401 * 86_400,) * 2)
    keep(now, pa.table({"id": [1]}), "")
    assert set(tmp_path.iterdir()) == {now, mine, fresh, foreign}


def test_a_process_that_is_killed_loses_nothing(project: Path, crm: Crm) -> None:
    """Between two pages of the second load: what was kept is whole, the next load brings what that one had not."""
    loads_of(project)
    (file,) = (project / ".kaframe/loads").iterdir()
    before = file.read_bytes()
    crm.rows |= {n: crm.row(n, 20) for n in range(10, 15)}
    code = (
        "import json, sys\nprint(json.dumps(__import__('os').getpid()), flush=True)\nsys.stdin.readline()\n"
        f"import kaframe\nkaframe.load({str(project)!r}).preview(as_of='2026-03-31', until='measure')"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    crm.kill = json.loads(process.stdout.readline())
    process.communicate("\n", timeout=60)
    assert process.returncode == -signal.SIGKILL
    crm.kill = None
    assert file.read_bytes() == before
    (row,) = loads_of(project)
    assert (row["new_rows"], row["rows_kept"]) == (5, 10)


def test_a_service_that_is_down_publishes_nothing(project: Path, crm: Crm) -> None:
    """Old rows are not passed off as those of today."""
    loads_of(project)
    crm.broken = True
    with pytest.raises(KaframeError, match="KF3086"):
        loads_of(project)
