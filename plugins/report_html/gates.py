"""Gates on the data: those of a published run, and the page about a run that they held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import kaframe

from .saying import Saying

Row = Mapping[str, Any]
SHOWN_FIRST = ("failed", "accepted", "warned", "no_run", "passed")
NOTICED = ("accepted", "warned")


def gates(say: Saying, rows: Sequence[Row]) -> dict[str, Any]:
    """All gates of a run, and those that did not hold though it was published."""
    listed = [_gate(say, row) for row in sorted(rows, key=_order)]
    return {"rows": listed, "notices": [row for row in listed if row["state"] in NOTICED]}


def held_page(say: Saying, held: kaframe.HeldRun) -> dict[str, Any]:
    """What people want to know of a run that was held back: which gates, with which numbers, and what now."""
    rows = gates(say, held.gates)["rows"]
    failed = [row for row in rows if row["state"] == "failed"]
    shows = {"run": held.shown, "day": say.value(held.shown_as_of)}
    return {
        "rows": rows,
        "failed": failed,
        "names": list(dict.fromkeys(row["gate"] for row in failed)),
        "as_of": held.as_of.isoformat(),
        "day": say.value(held.as_of),
        "when": say.word("held_at", day=say.value(held.held_at.date()), time=f"{held.held_at:%H:%M}"),
        "shown": held.shown,
        "showing": say.word("held_shows", **shows) if held.shown else say.word("held_nothing"),
    }


def _gate(say: Saying, row: Row) -> dict[str, Any]:
    by = {"author": row["author"], "reason": row["reason"]}
    return {
        "gate": row["gate"],
        "state": row["state"],
        "state_word": say.known("gate", row["state"]),
        "sentence": row["sentence"],
        "reason": say.word("gate_reason", **by) if row["reason"] else "",
    }


def _order(row: Row) -> tuple[int, str, str]:
    return (SHOWN_FIRST.index(row["state"]), row["gate"], row["source"] or "")
