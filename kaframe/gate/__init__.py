"""The step: whether the data are fit to be published, as ``gates:`` in kaframe.yaml asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kaframe.database import Database
from kaframe.errors import Location, Problem, UsageError, nearest
from kaframe.gate.checks import check
from kaframe.gate.judging import judge
from kaframe.gate.telling import notices_of
from kaframe.project import Project

__all__ = [
    "NOTHING", "Acceptance", "accept_gates", "check", "failed_gates", "judge_gates", "notices_of", "refuse_unknown",
]  # fmt: skip

GATES = {
    "gate": "VARCHAR", "table_name": "VARCHAR", "kind": "VARCHAR", "source": "VARCHAR", "severity": "VARCHAR",
    "state": "VARCHAR", "value": "DOUBLE", "before": "DOUBLE", "allowed": "DOUBLE", "sentence": "VARCHAR",
    "reason": "VARCHAR", "author": "VARCHAR",
}  # fmt: skip
CODES = {"fresh": "KF3007", "volume": "KF3037", "unique": "KF3027", "missing": "KF3047"}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a person takes upon themselves: to publish although these gates fail, and why."""

    gates: tuple[str, ...] = ()
    reason: str = ""
    author: str = ""


NOTHING = Acceptance()


def judge_gates(project: Project, db: Database) -> None:
    """Judge every gate; whether the run goes on is for the flow to say, as a preview does whatever they are.

    Reads: the project's tables, ``sources``, ``quality``, ``measures``, ``past_sources``, ``past_tiers``, ``past_run``.
    Writes: ``gates``, 1 row a gate, of volume 1 a source.
    """
    rows = [row for gate in project.config.gates for row in judge(gate, project, db)]
    db.create("gates", rows, GATES)


def refuse_unknown(project: Project, accepted: Acceptance) -> None:
    """Raise UsageError KF6007 for a gate that nobody has declared."""
    known = sorted({gate.name for gate in project.config.gates})
    problems = [
        Problem(None, "KF6007", f"no gate '{name}'", nearest(name, known) or f"gates: {', '.join(known) or 'none'}")
        for name in accepted.gates
        if name not in known
    ]
    if problems:
        raise UsageError(problems)


def accept_gates(db: Database, accepted: Acceptance) -> list[Problem]:
    """Note in ``gates`` which of those that failed are accepted, by whom and why; warn of those that did not fail."""
    failed = {row["gate"] for row in db.rows("SELECT gate FROM gates WHERE state = 'failed'")}
    for name in accepted.gates:
        db.execute(
            "UPDATE gates SET state = 'accepted', reason = ?, author = ? WHERE gate = ? AND state = 'failed'",
            [accepted.reason, accepted.author, name],
        )
    hint = "nothing to do: leave --accept-gate out"
    return [
        Problem(None, "KF6025", f"gate '{name}' holds and needs nobody to accept it", hint, "warning")
        for name in dict.fromkeys(accepted.gates)
        if name not in failed
    ]


def failed_gates(project: Project, db: Database) -> list[Problem]:
    """The gates that failed and nobody has accepted, each with its place and numbers."""
    places = {gate.name: gate.at for gate in project.config.gates}
    rows = db.rows("SELECT * FROM gates WHERE state = 'failed' ORDER BY gate, source")
    return [_problem(row, places[row["gate"]]) for row in rows]


def _problem(row: dict[str, Any], at: Location) -> Problem:
    hint = f"mend the data, or go on in spite of it: kaframe run --accept-gate {row['gate']} --reason '...'"
    return Problem(at, CODES[row["kind"]], f"gate {row['gate']}: {row['sentence']}", hint)
