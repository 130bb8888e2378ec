"""Runs of kaframe as processes of their own, quickly: one process has imported everything, and forks for each run."""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crash.faults import Plan, install
from crash.scene import Scene
from crash.worker import fork_worker

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code (negative: the signal that killed it), what it said, how long it took."""

    code: int
    said: str
    seconds: float


class Runner:
    """Starts runs, each in a fresh fork of a process that has no thread and no connection."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        around = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]), **environment}
        command = [sys.executable, "-m", "crash.runner"]
        self._process = subprocess.Popen(  # in a session of its own: Ctrl-C is for the one who counts
            command,
            text=True,
            env=around,
            start_new_session=True,
            **pipes,  # type: ignore[call-overload]
        )
        self._hear()

    def warm(self, scene: Scene) -> None:
        """Run two days in the process that forks: every run then finds what a process reads and builds but once."""
        for number in (0, 1):
            said = self._say(scene, {"warm": scene.begin(number)})
            assert self._hear() == 0, said.read_text("utf-8")

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(30)

    def run(self, scene: Scene, day: str, plan: Plan | None = None, kill_after: float | None = None) -> Ended:
        """``kaframe run`` for a day; killed after so many seconds, unless it has ended."""
        return self._start(scene, {"day": day, "plan": asdict(plan) if plan else None}, kill_after)

    def deliver(self, scene: Scene, now: str) -> Ended:
        """What the run of a later moment brings of the outbox."""
        return self._start(scene, {"now": now}, None)

    def _start(self, scene: Scene, request: Mapping[str, Any], kill_after: float | None) -> Ended:
        begun = time.monotonic()
        said = self._say(scene, request)
        pid = self._hear()
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, 9)
        self._process.stdin.write("wait\n")
        self._process.stdin.flush()
        code = self._hear()
        return Ended(code, said.read_text("utf-8", "replace"), time.monotonic() - begun)

    def _say(self, scene: Scene, request: Mapping[str, Any]) -> Path:
        said = scene.root.parent / "said.txt"
        where = {"root": str(scene.root), "store": scene.url, "said": str(said)}
        self._process.stdin.write(json.dumps({**request, **where}) + "\n")
        self._process.stdin.flush()
        return said

    def _hear(self) -> int:
        line = self._process.stdout.readline()
        assert line, "the process that forks has ended"
        return int(line)


def main() -> None:
    """Fork for each line of stdin; say the number of the process, and, when asked, how it ended."""
    _import_everything()
    print(0, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "warm" in request:
            print(_run_here(request), flush=True)
            continue
        pid = os.fork()
        if not pid:
            _be_a_run(request)
        print(pid, flush=True)
        sys.stdin.readline()
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _import_everything() -> None:
    import kaframe

    for module in pkgutil.walk_packages(kaframe.__path__, "kaframe."):
        if not module.name.endswith((".worker", ".__main__", "reference")):
            importlib.import_module(module.name)
    for name in (
        "duckdb", "pyarrow.parquet", "pyarrow.csv", "httpx", "httpcore", "h11", "psycopg", "encodings.idna",
        "pandas", "babel.dates", "babel.numbers", "smtplib", "_strptime",  # each a large part of a short run
        "sqlalchemy.dialects.sqlite.pysqlite", "sqlalchemy.dialects.postgresql.psycopg",
    ):  # fmt: skip
        importlib.import_module(name)
    tempfile.gettempdir()  # tries a file of a random name, once a process


def _run_here(request: Mapping[str, Any]) -> int:
    """A run in this process; only what it has read and built stays: no thread, no child, no connection."""
    from kaframe.cli import run_command
    from kaframe.templates import process

    before = _open()
    os.environ["CRASH_STORE"] = request["store"]
    with Path(request["said"]).open("a", encoding="utf-8") as said, redirect_stdout(said), redirect_stderr(said):
        code = run_command(["-C", request["root"], "run", "--as-of", request["warm"]])
        for worker in process._WORKERS.values():
            worker.end()
        process._WORKERS.clear()
        gc.collect()
        until = time.monotonic() + 20
        while (left := _open() - before - {request["said"]}) and time.monotonic() < until:
            time.sleep(0.01)
        print(f"left open: {left}")
    gc.freeze()
    return code if not left else 1


def _open() -> set[str]:
    """The threads of this process, and the files, sockets and pipes that it has open."""
    opened = [Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
    files = {os.readlink(path) for path in opened if path.is_symlink()}  # but the one that was opened to list them
    return files | set(os.listdir("/proc/self/task"))


def _be_a_run(request: Mapping[str, Any]) -> None:
    from kaframe.cli import run_command

    code = 1
    os.environ["CRASH_STORE"] = request["store"]
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})  # or DuckDB starts threads that only cost here
    fork_worker()
    try:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(request["said"], os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_WRONLY), stream.fileno())
        if request.get("plan"):
            install(Plan(**request["plan"]))
        if "now" in request:
            code = _deliver(Path(request["root"]), request["now"])
        else:
            code = run_command(["-C", request["root"], "run", "--as-of", request["day"]])
        sys.stdout.flush()
    finally:
        os._exit(code)


def _deliver(root: Path, now: str) -> int:
    from datetime import datetime

    import kaframe
    from kaframe.deliver import deliver_outbox

    return 0 if deliver_outbox(kaframe.load(root).project, now=datetime.fromisoformat(now)).is_complete else 5


if __name__ == "__main__":
    main()
