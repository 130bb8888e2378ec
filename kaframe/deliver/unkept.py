"""Notices that no outbox can keep yet: those of gates before the first published run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaframe.deliver.line import open_line
from kaframe.errors import Problem
from kaframe.project import Project

TOLD = ".kaframe/told.json"  # the keys of those that were brought, so that another try does not bring them again


def send_unkept(project: Project, notices: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[Problem]]:
    """Bring each notice that has not been brought; to whom they were, and what could not be.

    Reads and writes: ``.kaframe/told.json``. What is not brought is brought by the next run that is held back; a run
    that is killed between a message and its note brings it twice, with the same key.
    """
    file = project.root / TOLD
    known = set(json.loads(file.read_text("utf-8"))) if file.is_file() else set()
    told, problems = list[str](), list[Problem]()
    for notice in notices:
        name, key = notice["channel"], notice["notice_key"]
        line = open_line(project, name)
        outcome = None if key in known else line.send(notice)
        if outcome is None or outcome.state == "sent" or (outcome.state == "unknown" and line.holds):
            told.append(notice["recipient"])
            _note(file, known | {key})
            known.add(key)
        else:
            message = f"{notice['recipient']} could not be told on '{name}': {outcome.detail}"
            hint = "the next run that is held back tries again"
            problems.append(Problem(None, "KF8007", message, hint, severity="warning"))
    return sorted(set(told)), problems


def _note(file: Path, keys: set[str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_text(json.dumps(sorted(keys)) + "\n", encoding="utf-8")
    written.replace(file)
