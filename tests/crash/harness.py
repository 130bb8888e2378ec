"""The three ways to hurt a run, and what has to hold afterwards, as figures."""

from __future__ import annotations

import itertools
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crash.alike import Alike, state_of
from crash.faults import Act, Plan
from crash.runner import Ended, Runner
from crash.scene import FIRST, Scene, Servers
from crash.tally import Tally
from sqlalchemy import make_url

from kaframe.store import run_holder

ENDS = (0, 4, 5, 7)  # what a run may end with whose disk, database or network has failed
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the runs take place: the runner, the servers, a folder, and the URL of a PostgreSQL for that store."""

    runner: Runner
    listening: Servers
    folder: Path
    temporary: Path
    postgres: str = ""

    def scene(self, accounts: int, on_unknown: str = "resend") -> Scene:
        """A new project with a new store."""
        root = self.folder / f"scene{next(_numbers)}" / "project"
        return Scene.write(root, self._url(), self.listening, accounts, on_unknown)

    def copy(self, scene: Scene) -> Scene:
        """The project and its store as they are now."""
        root = self.folder / f"scene{next(_numbers)}" / "project"
        return scene.copy(root, self._url(make_url(scene.url).database or "") if self.postgres else scene.url)

    def wait_for_server(self, scene: Scene) -> None:
        """PostgreSQL sees within a moment that a process is gone; SQLite's lock is free at once."""
        until = time.monotonic() + 20
        while self.postgres and run_holder(scene.store) is not None and time.monotonic() < until:
            time.sleep(0.02)

    def _url(self, template: str = "template1") -> str:
        if not self.postgres:
            return "sqlite:///.kaframe/kaframe.db"
        import psycopg

        name = f"crash_{next(_numbers)}"
        with psycopg.connect(self.postgres.format(database="postgres"), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
        return self.postgres.format(database=name)


def kill_at_random(bench: Bench, kills: int, seed: int, accounts: int = 16, on_unknown: str = "resend") -> Tally:
    """Day after day: a run is killed at a random time, the next one heals it; then the same days without a kill."""
    chance, tally, scene = random.Random(seed), Tally(), bench.scene(accounts, on_unknown)
    bench.listening.heard.clear()
    seconds, number = bench.runner.run(scene, scene.begin(0)).seconds, 0
    while tally.kills < kills:
        number += 1
        day = scene.begin(number)
        hurt = bench.runner.run(scene, day, kill_after=chance.uniform(0, seconds))
        tally.kills += hurt.code == -9
        seconds = hurt.seconds if hurt.code != -9 else heal(bench, scene, day, tally, hurt)
        tally.runs += 1
    tally.held = sum(row["state"] == "unknown" for row in scene.outbox())
    _count(scene, bench.listening, tally)
    _compare(tally, scene.state(), _undisturbed(bench, accounts, on_unknown, number), on_unknown, "all days")
    return tally


def heal(bench: Bench, scene: Scene, day: str, tally: Tally, hurt: Ended) -> float:
    """The run after a killed one: it begins at once, ends well, leaves nothing behind, and says once what was."""
    bench.wait_for_server(scene)
    healed = bench.runner.run(scene, day)
    is_told = "did not finish" in healed.said
    is_held = "unknown" in healed.said
    tally.told += is_told
    tally.manual_steps += healed.code != 0 and not (is_held and healed.code == 5)
    tally.check(healed.code in (0, 5 if is_held else 0), f"{day}: healed with {healed.code}: {healed.said[-300:]}")
    tally.check_sound(scene.damage(bench.temporary), day)
    return healed.seconds


def _undisturbed(bench: Bench, accounts: int, on_unknown: str, days: int) -> dict[str, Any]:
    """What the same days leave when nobody is killed."""
    twin = bench.scene(accounts, on_unknown)
    for number in range(days + 1):
        bench.runner.run(twin, twin.begin(number))
    return twin.state()


def _count(scene: Scene, listening: Servers, tally: Tally) -> None:
    """Compare what the outbox says with what the servers have received."""
    heard = listening.heard
    rows = [row for row in scene.outbox() if row["channel"] != "letters"]
    tally.notices += len(rows)
    for row in rows:
        copies = heard.counts[row["notice_key"]]
        tally.lost += not copies and row["state"] != "unknown"
        tally.sent_in_vain += not copies and row["state"] == "sent"
        tally.duplicates += max(copies - 1, 0)
        tally.most_copies = max(tally.most_copies, copies)
        tally.other_copies += len(heard.bodies.get(row["notice_key"], ())) > 1
    known = {row["notice_key"] for row in rows}
    tally.check(not heard.counts.keys() - known, f"received what nobody decided: {heard.counts.keys() - known}")
    heard.clear()


def _compare(tally: Tally, found: dict[str, Any], expected: dict[str, Any], on_unknown: str, what: str) -> None:
    if on_unknown == "hold":
        for state in (found, expected):
            for row in state["outbox"]:
                row["state"] = "sent" if row["state"] == "unknown" else row["state"]
            for name in ("report/report.json", "report/.run"):  # it shows what is held, and the note has its hash
                state.pop(name, None)
    different = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    tally.check(not different, f"{what}: not as without a failure: {', '.join(different[:5])}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A project after its first day; what the second day leaves when nothing fails, and the operations of that run."""

    base: Scene
    expected: dict[str, Any]
    operations: list[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """Which of many plans are tried: a share of them by chance, or so many."""

    share: float = 1
    seed: int = 0
    most: int = 0

    def of(self, plans: Sequence[Plan]) -> list[Plan]:
        """The plans that are tried."""
        chance = random.Random(self.seed)
        found = [plan for plan in plans if self.share >= 1 or chance.random() < self.share]
        return chance.sample(found, min(self.most, len(found))) if self.most else found


def prepare(bench: Bench) -> Prepared:
    """Run the first day, and in a copy the second one."""
    base = bench.scene(2)
    bench.runner.run(base, base.begin(0))
    day = base.begin(1)
    sound = bench.copy(base)
    log = sound.root.parent / "operations.txt"
    ended = bench.runner.run(sound, day, Plan(log=str(log), smtp_port=bench.listening.smtp))
    assert ended.code == 0, ended.said
    return Prepared(base, sound.state(), log.read_text("utf-8").splitlines())


def crash_points(operations: Sequence[str]) -> list[Plan]:
    """Every named point: killed before it is reached the first time, and after it has been passed the last time."""
    counts = Counter(operations)
    return [
        *(Plan("kill before", point, 1) for point in counts),
        *(Plan("kill after", point, count) for point, count in counts.items()),
    ]


def kill_at_points(bench: Bench, prepared: Prepared, sample: Sample, chosen: Sequence[str] = ()) -> Tally:
    """A run that is killed at a named point, then the one that heals it: as if nothing had been."""
    plans, tally = sample.of(crash_points(prepared.operations)), Tally()
    plans = [plan for plan in plans if not chosen or plan.of in chosen]
    tally.points = len({plan.of for plan in plans})
    for plan in plans:
        with _copied(bench, prepared.base, tally) as scene:
            hurt = bench.runner.run(scene, _day(1), _aimed(plan, bench))
            tally.kills += hurt.code == -9
            tally.check(hurt.code == -9, f"{plan.act} {plan.of}: ended with {hurt.code}")
            heal(bench, scene, _day(1), tally, hurt)
            _compare(tally, scene.state(), prepared.expected, "resend", f"{plan.act} {plan.of}")
            _count(scene, bench.listening, tally)
    return tally


def fault_plans(operations: Sequence[str], kind: str, acts: Iterable[Act]) -> list[Plan]:
    """Every operation of a kind, each in every way."""
    count = sum(operation.split(" ")[0] == kind for operation in operations)
    return [Plan(act, kind, number) for act in acts for number in range(1, count + 1)]


def fail_everywhere(bench: Bench, prepared: Prepared, kind: str, sample: Sample) -> Tally:
    """A run whose n-th operation fails, once or from then on; then the next run: as if nothing had been."""
    acts: tuple[Act, ...] = ("fail once", "fail for ever")
    lost: tuple[Act, ...] = ("lose the answer",) if kind in ("sql", "http", "smtp") else ()
    tally, alike = Tally(), Alike[Tally](prepared.operations)
    plans = sample.of(fault_plans(prepared.operations, kind, (*acts, *lost)))
    numbers = sorted({plan.number for plan in plans})
    random.Random(sample.seed).shuffle(numbers)  # whoever stops it has tried a fair share
    try:
        for plan in sorted(plans, key=lambda plan: numbers.index(plan.number)):
            found = alike.of(plan)
            if found is not None:
                tally.add(replace(found, same_runs=1, same_states=0))
            else:
                tally.add(_fail(bench, prepared, plan, alike))
    except KeyboardInterrupt:
        tally.left = len(plans) - tally.faults
    return tally


def _fail(bench: Bench, prepared: Prepared, plan: Plan, alike: Alike[Tally]) -> Tally:
    what, tally = f"{plan.act} {plan.of} {plan.number}", Tally(faults=1)
    with _copied(bench, prepared.base, tally) as scene:
        log = scene.root.parent / "operations.txt"
        hurt = bench.runner.run(scene, _day(1), replace(_aimed(plan, bench), log=str(log)))
        tally.check(hurt.code in ENDS, f"{what}: ended with {hurt.code}: {hurt.said[-300:]}")
        tally.check("Traceback" not in hurt.said, f"{what}: a traceback")
        tally.check(hurt.code in (0, 5) or " KF" in f" {hurt.said}", f"{what}: ended with {hurt.code} without a reason")
        bench.wait_for_server(scene)
        tally.check_sound(scene.damage(bench.temporary, at_once=True), f"{what}: at once")
        state = state_of(scene, bench.listening.heard, bench.temporary)
        known = alike.of_state(state)
        if known is None:
            known = Tally()
            _heal_fault(bench, scene, prepared.expected, what, known)
            alike.keep_state(state, known)
        else:
            tally.same_states += 1
        tally.add(known)
        alike.keep(plan, log, tally)
    return tally


def _heal_fault(bench: Bench, scene: Scene, expected: dict[str, Any], what: str, tally: Tally) -> None:
    """The run after one that failed, and the one that brings what had to wait: as if nothing had been."""
    healed = bench.runner.run(scene, _day(1))
    tally.check(healed.code in (0, 5), f"{what}: the next run ended with {healed.code}: {healed.said[-300:]}")
    if healed.code == 5:  # a notice waits for its next attempt
        later = bench.runner.deliver(scene, _later())
        tally.check(later.code == 0, f"{what}: a day later not all is sent: {later.said[-300:]}")
    tally.check_sound(scene.damage(bench.temporary), f"{what}: in the end")
    _compare(tally, scene.state(), expected, "resend", what)
    _count(scene, bench.listening, tally)


@contextmanager
def _copied(bench: Bench, base: Scene, tally: Tally) -> Iterator[Scene]:
    """A copy of the project for one run; what was received before the copy was made counts as received in it."""
    tally.runs += 1
    scene = bench.copy(base)
    bench.listening.heard.clear()
    bench.listening.heard.counts.update(row["notice_key"] for row in scene.outbox() if row["channel"] != "letters")
    yield scene
    shutil.rmtree(scene.root.parent)


def _aimed(plan: Plan, bench: Bench) -> Plan:
    return Plan(plan.act, plan.of, plan.number, bench.listening.smtp)


def _day(number: int) -> str:
    return str(FIRST + timedelta(days=number))


def _later() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()
