"""Notices that no outbox can keep yet: those of gates before the first published run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kaframe.deliver.line import open_line
from kaframe.durable import make_durable
from kaframe.errors import Problem
from kaframe.project import Project

TOLD = ".kaframe/told.json"  # the keys of those that were brought, so that another try does not bring them again


def send_unkept(project: Project, notices: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[Problem]]:
    """Bring each notice that has not been brought; to whom they were, and what could not be.

    Reads and writes: ``.kaframe/told.json``. What is not brought is brought by the next run that is held back; a run
    that is killed between a message and its note brings it twice, with the same key.
    """
    file = project.root / TOLD
    known = _read(file)
    told, problems = list[str](), list[Problem]()
    for notice in notices:
        name, key = notice["channel"], notice["notice_key"]
        line = open_line(project, name)
        outcome = None if key in known else line.send(notice)
        if outcome is None or outcome.state == "sent" or (outcome.state == "unknown" and line.holds):
            told.append(notice["recipient"])
            known.add(key)
            problems += _note(file, known)
        else:
            message = f"{notice['recipient']} could not be told on '{name}': {outcome.detail}"
            hint = "the next run that is held back tries again"
            problems.append(Problem(None, "KF8007", message, hint, severity="warning"))
    return sorted(set(told)), problems


def _read(file: Path) -> set[str]:
    """The keys of what was brought; none when the note is damaged: told twice is better than not at all."""
    try:
        keys = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return set()
    return {str(key) for key in keys} if isinstance(keys, list) else set()


def _note(file: Path, keys: set[str]) -> list[Problem]:
    """Keep the keys on the disk; what is to be said when it does not take them."""
    written = file.with_suffix(".new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written.write_text(json.dumps(sorted(keys)) + "\n", encoding="utf-8")
        make_durable(written)
        written.replace(file)
    except OSError as error:
        message = f"who was told could not be noted in {TOLD}: {error.strerror}"
        hint = "make room; until then the next run that is held back tells them again"
        return [Problem(None, "KF8007", message, hint, severity="warning")]
    return []
