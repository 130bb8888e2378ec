"""What need not be done twice: a fault whose run goes as another one went, a state that was healed before.

A run is a function of its project, its store and the day. So when an operation fails and nothing of its kind follows,
failing from then on is the same run; and what the next run makes of a state is known once it has made it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from crash.faults import RANDOM, Plan
from crash.scene import Heard, Scene
from sqlalchemy import select

from kaframe.store.outbox import utc_text
from kaframe.store.schema import metadata

Found = TypeVar("Found")
NUMBERED = {"seq", "epoch"}  # PostgreSQL leaves out numbers of what was rolled back; each run takes a new epoch
MOMENTS = {"published_at", "created_at", "settled_at", "next_at"}


class Alike(Generic[Found]):
    """What was found of faults and of states, each by what makes it the same as another."""

    def __init__(self, operations: list[str]) -> None:
        self._operations = operations
        self._faults: dict[Plan, Found] = {}
        self._states: dict[str, Found] = {}

    def keep(self, plan: Plan, log: Path, found: Found) -> None:
        """What came of a fault, and of those that are the same: ``log`` has the operations that the run came to."""
        self._faults[plan] = found
        met = sum(line.split(" ")[0] == plan.of for line in log.read_text("utf-8").splitlines())
        if plan.act == "fail once" and met == plan.number:
            self._faults[replace(plan, act="fail for ever")] = found
        if plan.act == "fail once" and self._only_reads(plan):
            self._faults[replace(plan, act="lose the answer")] = found

    def of(self, plan: Plan) -> Found | None:
        """What came of a fault that is the same as this one."""
        return self._faults.get(plan)

    def keep_state(self, state: str, found: Found) -> None:
        """What the next run made of a state."""
        self._states[state] = found

    def of_state(self, state: str) -> Found | None:
        """What the next run has made of the same state."""
        return self._states.get(state)

    def _only_reads(self, plan: Plan) -> bool:
        """To read from a table and lose the answer changes as little as not to have read."""
        of_kind = [operation for operation in self._operations if operation.split(" ")[0] == plan.of]
        return plan.number <= len(of_kind) and of_kind[plan.number - 1].startswith("sql SELECT ")


def state_of(scene: Scene, heard: Heard, temporary: Path) -> str:
    """The hash of all that the next run finds: rows, files, what the servers have, and whether a notice is due."""
    store = scene.store
    tables = {
        table.name: [_row(row) for row in store.rows(select(table).order_by(*table.primary_key.columns))]
        for table in metadata.sorted_tables
    }
    database = store.file.name if store.file else "-"
    files = {
        RANDOM.sub("", str(path.relative_to(scene.root))): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(scene.root.rglob("*"))
        if path.is_file() and not path.name.startswith(database)  # its rows were compared
    }
    folders = sorted(str(path.relative_to(scene.root)) for path in scene.root.rglob("*") if path.is_dir())
    rest = [sorted(heard.counts.items()), sorted((key, sorted(of)) for key, of in heard.bodies.items())]
    beside = sorted(RANDOM.sub("", path.name) for path in temporary.iterdir())
    whole = [tables, files, folders, rest, beside]
    return hashlib.sha256(json.dumps(whole, default=str, sort_keys=True).encode()).hexdigest()


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row with how its moments stand to now, and whether a run is noted as going on, instead of the very values."""
    now = utc_text(datetime.now(UTC))
    kept = {name: value for name, value in row.items() if name not in NUMBERED}
    moments = {name: value is not None and str(value) <= now for name, value in kept.items() if name in MOMENTS}
    return kept | moments | ({"holder": bool(kept["holder"])} if "holder" in kept else {})
