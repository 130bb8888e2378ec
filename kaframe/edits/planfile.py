"""The files in which people edit plans: ``plans/C006.md``, and beside them what each was made from.

The last line of a file names its base, the text in ``plans/.base/``, so that text and base change places at once, and a
copy that somebody had open for a week is still merged with what it was made from. ``made`` is the text as kaframe wrote
it, ``of`` what a person had written before that: a run that only merged changes nothing that the next one reads.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaframe.bind import Label

FOLDER, BASES, SUFFIX = "plans", ".base", ".md"
LARGEST = 1_000_000  # bytes; a plan has some thousand
PLAIN_NAME = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,59}")  # no small letters: 'c1' and 'C1' are one file on some systems
DEVICES = re.compile(r"CON|PRN|AUX|NUL|COM\d|LPT\d")  # no names of files on Windows
SLUG_LENGTH = 40
HASH_LENGTH = 16
NONE = "-"
KEEP = Label("keep this line, it says what the plan was made from", "请保留此行，它记录本方案由何生成")
MARK = re.compile(r"<!-- kaframe: .* base ([0-9a-f]{16}) made ([0-9a-f]{16}) of ([0-9a-f]{16}|-) -->")


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan as it lies in the project.

    ``base`` is the text that kaframe had generated when the person began, None when nothing says which it was.
    ``edit`` names what a person has written and over which base, as the same words over another one say something else;
    None when it is nothing. ``trouble`` is why the file cannot be read:
    elsewhere (no file inside its folder), large, unreadable, encoding (not UTF-8), control (a character of no text).
    """

    file: str
    body: str = ""
    base: str | None = None
    edit: str | None = None
    trouble: str = ""


def plan_name(account_id: str) -> str:
    """The name of an account's file, another one for every account on every system."""
    if PLAIN_NAME.fullmatch(account_id) and not DEVICES.fullmatch(account_id):
        return f"{FOLDER}/{account_id}{SUFFIX}"
    slug = re.sub(r"[^a-z0-9]+", "-", account_id.lower()).strip("-")[:SLUG_LENGTH].strip("-")
    digest = hashlib.sha256(account_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{FOLDER}/{slug or 'account'}-{digest}{SUFFIX}"


def read_plan_files(root: Path) -> Iterator[PlanFile]:
    """Every plan that lies in the project for editing, in the order of their names."""
    for path in sorted((root / FOLDER).glob(f"*{SUFFIX}")):
        if not path.name.startswith("."):
            yield read_plan_file(root, f"{FOLDER}/{path.name}")


def read_plan_file(root: Path, file: str) -> PlanFile:
    """One of them; what cannot be read is not merged, and stays as it is."""
    path = root / file
    try:
        if not path.resolve().is_relative_to((root / FOLDER).resolve()) or not path.is_file():
            return _unreadable(file, "elsewhere")
        if path.stat().st_size > LARGEST:
            return _unreadable(file, "large")
        data = path.read_bytes()
    except OSError:
        return _unreadable(file, "unreadable")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _unreadable(file, "encoding", data)
    if "\0" in text:
        return _unreadable(file, "control", data)
    return _parse(root, file, text.replace("\r\n", "\n").replace("\r", "\n"))


def with_mark(body: str, base: str, edit: str | None, language: str) -> str:
    """The text of a file: the plan and the line that names its base."""
    names = f"base {mark_of(base)} made {mark_of(body)} of {edit or NONE}"
    return f"{body}\n<!-- kaframe: {KEEP.text(language)}. {names} -->\n"


def base_path(root: Path, base: str) -> Path:
    """Where a base lies: under the name of what stands in it."""
    return root / FOLDER / BASES / f"{mark_of(base)}{SUFFIX}"


def mark_of(text: str) -> str:
    """A short name for a text that no other text has."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_LENGTH]


def _parse(root: Path, file: str, text: str) -> PlanFile:
    """The person's text without the line that names the base, wherever that stands by now."""
    lines = text.split("\n")
    marks = [number for number, line in enumerate(lines) if MARK.fullmatch(line.strip())]
    found = MARK.fullmatch(lines[marks[-1]].strip()) if marks else None
    kept = "\n".join(line for number, line in enumerate(lines) if number not in marks)
    body = kept.rstrip() + "\n"
    if found is None:
        return PlanFile(file, body, None, mark_of(body))
    base = _read_base(root, found[1])
    if mark_of(body) == found[2]:
        return PlanFile(file, body, base, None if found[3] == NONE else found[3])
    return PlanFile(file, body, base, None if body == base else mark_of(f"{found[1]} {body}"))


def _read_base(root: Path, name: str) -> str | None:
    try:
        text = (root / FOLDER / BASES / f"{name}{SUFFIX}").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text if mark_of(text) == name else None


def _unreadable(file: str, trouble: str, data: bytes = b"") -> PlanFile:
    """The name of what is wrong counts, so that a run after it has been mended is another one."""
    return PlanFile(file, edit=mark_of(f"{trouble} {hashlib.sha256(data).hexdigest()}"), trouble=trouble)
