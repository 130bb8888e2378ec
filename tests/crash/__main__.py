"""The crash harness: runs that are killed, or whose disk, database or network fails, and what is promised of them.

``make crash`` prints the figures of the long version, ``tests/test_crash.py`` is the short one. The seed is printed,
and ``--seed`` plays it again; ``--share 0.1`` takes a tenth of the points and faults.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from crash.faults import KINDS
from crash.harness import Bench, Prepared, Sample, Tally, fail_everywhere, kill_at_points, kill_at_random, prepare
from crash.runner import Runner
from crash.scene import servers
from servers import running_postgres

STORES = ("sqlite", "postgresql")
WORK = ("random", "hold", "points", *KINDS)


def main() -> int:
    """Hurt runs in every way, and print promise -> figure; 1 when something does not hold."""
    asked = _asked()
    broken = 0
    print(f"seed {asked.seed}")
    for store in asked.store:
        with bench(store) as place:
            prepared = prepare(place)
            for work in asked.work:
                begun = time.monotonic()
                tally = _hurt(place, prepared, work, asked)
                broken += len(tally.violations)
                print(f"{store}, {work}, {time.monotonic() - begun:.0f} s", *_lines(tally), sep="\n", flush=True)
    return 1 if broken else 0


@contextmanager
def bench(store: str) -> Iterator[Bench]:
    """A place for runs on one kind of store, with servers that listen."""
    database = running_postgres() if store == "postgresql" else nullcontext("")
    made = tempfile.TemporaryDirectory(prefix="crash-", dir=_quick_folder())
    with made as folder, database as url, servers() as listening:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        with Runner({"TMPDIR": str(temporary), "NO_PROXY": "127.0.0.1"}) as runner:
            found = Bench(runner, listening, Path(folder), temporary, url)
            runner.warm(found.scene(2))
            yield found


def _quick_folder() -> str | None:
    """A folder in memory where there is one: a kill loses nothing that was handed to the system, disk or not."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="python -m crash", description=__doc__)
    words.add_argument("--store", action="append", choices=STORES)
    words.add_argument("--work", action="append", choices=WORK)
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--share", type=float, default=1.0)
    words.add_argument("--seed", type=int, default=int(time.time()))
    asked = words.parse_args()
    asked.store, asked.work = asked.store or STORES, asked.work or WORK
    return asked


def _hurt(place: Bench, prepared: Prepared, work: str, asked: argparse.Namespace) -> Tally:
    if work in ("random", "hold"):
        return kill_at_random(place, asked.kills, asked.seed, on_unknown="hold" if work == "hold" else "resend")
    if work == "points":
        return kill_at_points(place, prepared, Sample(asked.share, asked.seed))
    return fail_everywhere(place, prepared, work, Sample(asked.share, asked.seed))


def _lines(tally: Tally) -> list[str]:
    how = f"{tally.kills} killed, {tally.points} named points, {tally.faults} with a fault"
    own, healed = tally.faults - tally.same_runs, tally.faults - tally.same_runs - tally.same_states
    figures = {
        "runs that were hurt": f"{tally.runs} ({how})",
        "faults with a run of their own": f"{own}, healed from {healed} different states" if own else 0,
        "faults that were not tried": tally.left,
        "notices decided": tally.notices,
        "lost": tally.lost,
        "said to be sent, and not received": tally.sent_in_vain,
        "received twice": f"{tally.duplicates} (at most {tally.most_copies} copies)",
        "received again with another content": tally.other_copies,
        "uncertain, held for a person": tally.held,
        "manual steps": tally.manual_steps,
        "unfinished runs told by the next": tally.told,
        "everything else that does not hold": len(tally.violations),
    }
    return [f"  {name:<36} {figure}" for name, figure in figures.items()]


if __name__ == "__main__":
    sys.exit(main())
