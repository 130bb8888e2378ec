"""Variants of the catalogue of bad input: the same mistakes in other files, places, encodings, readers and commands.

A table of ``tests/cases/errors/variants`` is a list of cases. Each breaks the sound project of ``badproject`` with the
keys of ``badcases`` (``put``, ``swap``, ``remove``, ``folder``, ``link``, ``environment``, ``new``) and says:

``row``: the row of the catalogue, or a list of rows that come together; ``what``: in a few words;
``command``: a text or a list, ``check`` otherwise; ``writes``: why something is written all the same;
``placeless``: why a problem has no place; ``shows``: texts that stand in the result;
``answers``: what a server says (``answering``) to whom the webhook points; ``PORT`` in kaframe.yaml is its port;
``full``: the disk takes no byte more;
``held``: another run holds the lock;
``exit`` and ``says``, last: exit code and, of every problem, its place, code and the beginning of its hint.

``python -m tests.variants [--write] [WORD ...]`` shows what kaframe says to the cases whose row or words fit, and with
``--write`` keeps it in the tables; read the difference before you commit it.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

if __package__:  # python -m tests.variants
    sys.path.insert(0, str(Path(__file__).parent))

from answering import answering

FOLDER = Path(__file__).parent / "cases/errors/variants"
SECRET = "geheim-4711"
HOOK = '  hook: {type: webhook, url: "${env:KAFRAME_CASE_HOOK}"}\n'
KEYS = {
    "row", "what", "put", "swap", "remove", "folder", "link", "environment", "new", "command", "writes", "placeless",
    "shows", "answers", "full", "held", "exit", "says",
}  # fmt: skip
PROBLEM = re.compile(r"^(?:(?P<place>\S.*?): )?(?:warning: )?(?P<code>KF\d{4}) (?P<message>.*)$")
HINT_LENGTH = 44
SOUND = ("KF2326", "KF2341", "KF2360")  # what the sound project itself is told


@dataclass(frozen=True, slots=True)
class Variant:
    """One case of a table; ``said`` is what stands there."""

    table: str
    number: int
    said: Mapping[str, Any]

    @property
    def rows(self) -> list[str]:
        row = self.said["row"]
        return [row] if isinstance(row, str) else list(row)

    @property
    def name(self) -> str:
        """What a test is called: the row, and the words about it."""
        return f"{'+'.join(self.rows)} {self.said['what']}"

    @property
    def command(self) -> list[str]:
        command = self.said.get("command", "check --as-of 2026-06-30")
        return shlex.split(command) if isinstance(command, str) else list(command)

    def get(self, key: str, otherwise: Any = None) -> Any:
        return self.said.get(key, otherwise)


@dataclass(frozen=True, slots=True)
class Answer:
    """What kaframe did with one: exit code, texts, seconds of computing, and the files that are other than before."""

    code: int
    err: str
    out: str
    seconds: float
    changed: list[str]

    @property
    def problems(self) -> list[dict[str, str]]:
        """Place, code, message and hint of every problem that was told, in their order."""
        found = list[dict[str, str]]()
        for line in self.err.splitlines():
            if (match := PROBLEM.match(line)) and not line.startswith(" "):
                found.append({**match.groupdict(default=""), "hint": ""})
            elif found and line.startswith("  hint: "):
                found[-1]["hint"] = line.removeprefix("  hint: ")
        return found

    @property
    def says(self) -> list[str]:
        """One line a problem: place, code and the beginning of the hint."""
        told = [one for one in self.problems if one["code"] not in SOUND]
        lines = (f"{one['place']} {one['code']} {one['hint'][:HINT_LENGTH]}".strip() for one in told)
        return list(dict.fromkeys(lines))[:8]


@cache
def read_variants() -> tuple[Variant, ...]:
    """Every case, table by table."""
    return tuple(
        Variant(path.stem, number, said)
        for path in sorted(FOLDER.glob("*.yaml"))
        for number, said in enumerate(yaml.load(path.read_bytes(), yaml.CSafeLoader))
    )


def write_published(root: Path) -> Path:
    """The sound project, with a secret and a report, that was run the day before."""
    from badproject import run_day, write_project

    write_project(root)
    config = (root / "kaframe.yaml").read_text("utf-8").replace("channels:\n", f"channels:\n{HOOK}")
    (root / "kaframe.yaml").write_text(f"{config}gates: {{volume: off}}\n", "utf-8")
    with patch.dict(os.environ, {"KAFRAME_CASE_HOOK": f"https://hooks.invalid/{SECRET}"}), silent():
        assert run_day(root, "2026-06-29") == 0
    return root


def silent() -> redirect_stdout[io.StringIO]:
    return redirect_stdout(io.StringIO())


def ask(published: Path, folder: Path, case: Variant) -> Answer:
    """Break a copy of the sound project as the case says, and give its command."""
    from badcases import break_project

    from kaframe.cli import run_command

    root = Path(shutil.copytree(published, folder / "project", symlinks=True))
    if case.get("new"):
        shutil.rmtree(root / ".kaframe")
        shutil.rmtree(root / "notices")
    break_project(root, case)  # type: ignore[arg-type]
    hook = {"KAFRAME_CASE_HOOK": f"https://hooks.invalid/{SECRET}"}
    out, err = io.StringIO(), io.StringIO()
    with surroundings(root, case, hook), redirect_stdout(out), redirect_stderr(err):
        before, begun = contents(folder), time.process_time()
        command = [word.replace("PROJECT", str(root)) for word in case.command]
        code = run_command(["-C", str(root), *command])
        seconds, after = time.process_time() - begun, contents(folder)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return Answer(code, *(text.getvalue().replace(str(root), "PROJECT") for text in (err, out)), seconds, changed)


@contextmanager
def surroundings(root: Path, case: Variant, environment: dict[str, str]) -> Iterator[None]:
    """What stands around the project: variables, a server that answers, a full disk, another run."""
    with ExitStack() as around:
        environment = environment | case.get("environment", {})
        if answer := case.get("answers"):
            port = str(around.enter_context(answering(**answer)))
            environment = {"KAFRAME_CASE_HOOK": f"http://127.0.0.1:{port}/{SECRET}"} | case.get("environment", {})
            environment = {name: value.replace("PORT", port) for name, value in environment.items()}
            config = root / "kaframe.yaml"
            config.write_text(config.read_text("utf-8").replace("PORT", port), "utf-8")
        around.enter_context(patch.dict(os.environ, environment))
        if case.get("held"):
            around.enter_context(held(root))
        if case.get("full"):
            around.enter_context(full_disk())
        yield


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can be made longer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@contextmanager
def held(root: Path) -> Iterator[None]:
    """Another run of the project holds the lock."""
    from kaframe.store import Store, hold_run_lock

    with hold_run_lock(Store("sqlite:///.kaframe/kaframe.db", root), date(2026, 6, 30)):
        yield


def contents(folder: Path) -> dict[str, str]:
    """Every file with its hash, but for the two that SQLite lays beside a database that it reads."""
    from badproject import listing

    return {name: digest for name, digest in listing(folder).items() if not name.endswith(("-wal", "-shm"))}


def main(arguments: list[str]) -> None:
    """Show, and with ``--write`` keep, what is said to the cases that fit the words."""
    words = [word for word in arguments if not word.startswith("--")]
    answers = dict[tuple[str, int], Answer]()
    with tempfile.TemporaryDirectory() as folder:
        published = write_published(Path(folder) / "sound")
        for number, case in enumerate(read_variants()):
            if not words or any(word in (*case.rows, case.table) or word in case.said["what"] for word in words):
                place = Path(folder) / str(number)
                place.mkdir()
                answer = answers[case.table, case.number] = ask(published, place, case)
                print("\n".join(shown(case, answer)), flush=True)
                shutil.rmtree(place)
    if "--write" in arguments:
        for path in FOLDER.glob("*.yaml"):
            path.write_text("".join(with_answers(path.stem, path.read_text("utf-8"), answers)), "utf-8")
    print(f"{len(answers)} cases, {sum(answer.seconds for answer in answers.values()):.0f} s")


def shown(case: Variant, answer: Answer) -> Iterator[str]:
    yield f"=== {case.table} {case.name}   $ {shlex.join(case.command)}   -> {answer.code} in {answer.seconds:.1f} s"
    yield "\n".join(quieted(answer.err))
    if answer.out:
        yield f"--- {answer.out[:300].rstrip()}"
    if answer.changed and not case.get("writes"):
        yield f"--- WRITTEN {answer.changed[:8]}"


def quieted(text: str) -> Iterator[str]:
    """The lines without what the sound project itself is told."""
    silent = False
    for line in text.splitlines():
        if not line.startswith(" "):
            silent = any(code in line for code in SOUND) or line.endswith((" finding", " findings"))
        if not silent:
            yield line


def with_answers(table: str, text: str, answers: Mapping[tuple[str, int], Answer]) -> Iterator[str]:
    """The text of a table, with ``exit`` and ``says`` of the cases that were asked at the end of each."""
    head, *cases = re.split(r"(?m)^(?=- row: )", text)
    yield head
    for number, case in enumerate(cases):
        answer = answers.get((table, number))
        if answer is None:
            yield case
            continue
        yield re.split(r"(?m)^  exit: ", case)[0].rstrip("\n") + f"\n  exit: {answer.code}\n"
        if answer.says:
            yield "  says:\n" + "".join(f"  - {json.dumps(line, ensure_ascii=False)}\n" for line in answer.says)


if __name__ == "__main__":
    main(sys.argv[1:])
