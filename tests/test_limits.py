"""What a step may take: bombs that come past the firewall are refused memory or stopped in time, and say so."""

from __future__ import annotations

import contextlib
import resource
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

import kaframe
from kaframe import flow
from kaframe.database import Database, EngineError
from kaframe.errors import DataError, RuleError
from kaframe.limits import GIGABYTE, Limits, limited
from tests.smallproject import fingerprint, write_project

BOMBS = yaml.safe_load((Path(__file__).parent / "cases" / "bombs.yaml").read_text("utf-8"))
SMALL = Limits(minutes=1 / 60, gigabytes=0.5)
SECONDS = 30  # a bomb is stopped within 3 s on a computer that has nothing else to do


@pytest.fixture
def sealed() -> Iterator[Database]:
    """The database of a run as it is once its data are loaded."""
    with Database(threads=1, memory_limit=SMALL.buffers) as db:
        db.execute("CREATE TABLE t AS SELECT range AS n FROM range(100000)")
        db.seal()
        yield db


@pytest.mark.parametrize("sql", BOMBS, ids=[sql[:40] for sql in BOMBS])
def test_bomb_is_stopped(sealed: Database, sql: str) -> None:
    """It gets a code and a hint, soon, and the run's tables are as they were."""
    begun, before = time.monotonic(), resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(DataError) as error, limited(sealed, SMALL, "score"):
        sealed.rows(sql)
    assert time.monotonic() - begun < SECONDS
    assert error.value.problems[0].code in ("KF3090", "KF3094")
    assert "'limits: {" in error.value.problems[0].hint
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert sealed.value("SELECT count(*) FROM t") == 100_000


def test_there_are_enough_bombs() -> None:
    """As many as RELIABILITY asks for."""
    assert len({*BOMBS}) >= 25


def test_time_of_a_step_is_told(sealed: Database) -> None:
    """How long it may take, and where more is allowed."""
    told = r"KF3094 the step 'score' took longer than 0.001 minutes .*minutes: 60"
    with pytest.raises(DataError, match=told), limited(sealed, Limits(minutes=0.001), "score"):
        sealed.rows("SELECT count(*) FROM t a, t b, t c")


def test_what_was_stopped_counts_for_nothing(sealed: Database) -> None:
    """A step that takes the interrupt of its statement for an answer is stopped all the same."""

    def step() -> None:
        with limited(sealed, Limits(minutes=0.001), "score"), contextlib.suppress(EngineError):
            sealed.rows("SELECT count(*) FROM t a, t b, t c")

    with pytest.raises(DataError, match="KF3094"):
        step()


def test_step_within_its_limits_is_left_alone(sealed: Database) -> None:
    """Its value comes back, its own failure stays its own, and nothing of the limits is left."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with limited(sealed, Limits(), "score"):
        assert sealed.value("SELECT sum(n) FROM t") == 4999950000
        assert resource.getrlimit(resource.RLIMIT_AS)[0] > GIGABYTE
    with pytest.raises(EngineError, match="KF1999"), limited(sealed, Limits(), "score"):
        sealed.rows("SELECT no_such_column FROM t")
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_python_that_asks_for_too_much_is_refused(sealed: Database) -> None:
    """A list that a step makes itself counts as well."""
    told = "KF3090 the step 'analyse' does not fit into memory"
    with pytest.raises(DataError, match=told), limited(sealed, SMALL, "analyse"):
        bytearray(2 * GIGABYTE)


def test_run_past_its_limit_publishes_nothing(tmp_path: Path) -> None:
    """The limits of kaframe.yaml hold for every step that computes; exit code 4."""
    folder = write_project(tmp_path)
    with (folder / "kaframe.yaml").open("a", encoding="utf-8") as file:
        file.write("limits: {minutes: 0.000001, gigabytes: 8}\n")
    before = fingerprint(folder)
    with pytest.raises(DataError, match="KF3094 the step 'measure' took longer") as error:
        flow.run(kaframe.load(folder).project.on(date(2026, 3, 31)))
    assert error.value.exit_code == 4
    assert fingerprint(folder) == before


@pytest.mark.parametrize(
    "wrong", ["minutes: 0", "minutes: -1", "minutes: .inf", "gigabytes: 0.000001", "gigabytes: 1e300", "minutes: true"]
)
def test_limits_that_no_run_can_keep_are_refused(tmp_path: Path, wrong: str) -> None:
    """At their place, before anything runs."""
    folder = write_project(tmp_path)
    with (folder / "kaframe.yaml").open("a", encoding="utf-8") as file:
        file.write(f"limits: {{{wrong}}}\n")
    with pytest.raises(RuleError, match=r"kaframe.yaml:9:\d+: KF11"):
        kaframe.load(folder).project.on(date(2026, 3, 31))
