"""Writing into a file that a person may be editing: only over the very text that was merged."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

from kaframe.durable import make_durable
from kaframe.edits.planfile import (
    FOLDER,
    PlanFile,
    base_path,
    mark_of,
    plan_name,
    read_plan_file,
    read_plan_files,
    with_mark,
)
from kaframe.errors import Location, Problem

NEW, BEFORE = ".new-", ".before-"
SHOWN = 5  # names of files in one message


def settle_plans(root: Path, plans: Iterable[Mapping[str, Any]], language: str) -> list[Problem]:
    """Bring every edited plan to what the run has published; what a person has written since stays as it is.

    Reads: of ``plans`` the columns account_id, file, markdown, generated, edit. Writes: the files in ``plans/`` and
    their bases. A warning KF6078 for a file that has changed since the run read it, KF6077 for those that are nobody's;
    KF6079 for one that cannot be written. Done twice it does nothing: after a crash it is done again.
    """
    problems: list[Problem] = []
    known = set[str]()
    for plan in plans:
        known |= {plan["file"], plan_name(plan["account_id"])}
        if plan["file"] and plan["markdown"]:
            at = Location(plan["file"], path=str(root / plan["file"]))
            try:
                problems += _settle(root, plan, language, at)
            except OSError as error:
                message = f"the plan cannot be written: {error.strerror}"
                problems.append(Problem(at, "KF6079", message, "what you wrote is as it was; the next run tries again"))
    return [*problems, *_strays(root, known)]


def _strays(root: Path, known: Container[str]) -> list[Problem]:
    """Files that look like plans and are nobody's: what stands in them is in no plan."""
    strays = [found.file for found in read_plan_files(root) if found.file not in known]
    if not strays:
        return []
    shown = ", ".join([*strays[:SHOWN], *([f"{len(strays) - SHOWN} more"] if strays[SHOWN:] else [])])
    message = f"no account has a plan in this run that is kept in: {shown}"
    hint = "'kaframe plans edit ACCOUNT' names the file of an account; a file waits here until its account has a plan"
    return [Problem(None, "KF6077", message, hint, "warning")]


def begin_edit(root: Path, file: str, generated: str, language: str) -> bool:
    """Put a plan into the project for editing; False when it lies there already. Raises: OSError."""
    path = root / file
    _write_base(root, generated)
    new = _written(path, with_mark(generated, generated, None, language))
    try:
        os.link(new, path)  # it takes nothing's place
    except OSError:
        if path.exists():
            return False
        new.replace(path)  # some file systems know no second name of a file
    finally:
        new.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def _settle(root: Path, plan: Mapping[str, Any], language: str, at: Location) -> list[Problem]:
    path, base = root / plan["file"], plan["generated"] or plan["markdown"]
    _sweep(path, plan)
    found = read_plan_file(root, plan["file"])
    if found.trouble or (found.body == plan["markdown"] and found.base == base):
        return []
    if found.edit == plan["edit"]:
        _write_base(root, base)
        if _replace(path, with_mark(plan["markdown"], base, plan["edit"], language), found):
            return []
    message = "somebody has written in the plan while the run went on"
    return [Problem(at, "KF6078", message, "it stays as it is; the next run merges it", "warning")]


def _replace(path: Path, text: str, read: PlanFile) -> bool:
    """Put a text in the place of the one that was read; False when the file is another one by now.

    What an editor writes in the moment between is found in the file that had the name before, and is kept beside it.
    """
    new, before = _written(path, text), path.with_name(f"{BEFORE}{uuid.uuid4().hex[:8]}-{path.name}")
    try:
        with contextlib.suppress(OSError):  # some file systems know no second name of a file
            os.link(path, before)
        if _body(path) != read.body or (before.exists() and not path.samefile(before)):
            return False
        new.replace(path)
        _sync(path.parent)
        return True
    finally:
        new.unlink(missing_ok=True)
        if before.exists():
            _let_go(before, path, (read.body,))


def _sweep(path: Path, plan: Mapping[str, Any]) -> None:
    """What a killed run has left beside a plan: its own text goes, a person's that no run has merged stays in sight."""
    for left in path.parent.glob(f"{NEW}*-{path.name}"):
        left.unlink()
    for left in path.parent.glob(f"{BEFORE}*-{path.name}"):
        is_merged = read_plan_file(path.parent.parent, f"{FOLDER}/{left.name}").edit in (None, plan["edit"])
        _let_go(left, path, (plan["markdown"], *([_body(left)] if is_merged else [])))


def _let_go(before: Path, path: Path, known: Iterable[str]) -> None:
    """Remove the second name of a file that is there still, or whose text is known; else a person's text is in it."""
    if (path.exists() and path.samefile(before)) or _body(before) in known:
        before.unlink()
    else:
        before.rename(_beside(path))


def _body(path: Path) -> str:
    return read_plan_file(path.parent.parent, f"{FOLDER}/{path.name}").body


def _beside(path: Path) -> Path:
    """A free name for what an editor has written in the last moment, where the person sees it beside the plan."""
    number = 1
    while (beside := path.with_name(f"{path.stem}.yours-{number}.txt")).exists():
        number += 1
    return beside


def _write_base(root: Path, base: str) -> None:
    path = base_path(root, base)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.is_file() and mark_of(path.read_text("utf-8", "replace")) == path.stem):
        _written(path, base).replace(path)
        _sync(path.parent)


def _written(path: Path, text: str) -> Path:
    """A new file beside another, on the disk and not only on its way there."""
    new = path.with_name(f"{NEW}{uuid.uuid4().hex[:8]}-{path.name}")
    with new.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return new


def _sync(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    with contextlib.suppress(OSError):
        make_durable(folder)
