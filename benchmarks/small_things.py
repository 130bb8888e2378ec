"""What people wait for besides the big steps: start-up, 500 rules, a card of 2,000 leaves, imports, the later steps, a
real project.

Run: python -m benchmarks.small_things [help|rules|leaves|imports|later|uci ...]
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.reference import BANDS, CURVE, IDENTIFY, STATUS, TEAM, write_data

ROOT = Path(__file__).resolve().parent.parent
MAIN = "from kaframe.cli import main; main()"
ROUNDS = 11
RULES = 500
LEAVES, LEAVES_OF_A_GROUP = 2_000, 25
MANAGED = (1_000, 10_000)


def seconds(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


def bench_help() -> None:
    """``kaframe --help`` beside ``import click``, alternating."""
    pairs = [(seconds(["-c", "import click"]), seconds(["-c", MAIN, "--help"])) for _ in range(ROUNDS)]
    click, own = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    print(f"help: import click {click * 1000:.0f} ms, kaframe --help {own * 1000:.0f} ms, ratio {own / click:.2f}")


def bench_rules() -> None:
    """Check, compile and prove a project of 500 rules, in one process, one core."""
    from kaframe.checks import check_rulebook
    from kaframe.loading import load_project

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rules(folder)
        taken = []
        for _ in range(3):
            started = time.process_time()
            project = load_project(folder, as_of=date(2026, 6, 30))
            problems = check_rulebook(project)
            taken.append(time.process_time() - started)
            assert not [problem for problem in problems if problem.severity == "error"], problems[:3]
    print(f"rules: {RULES} rules read, checked, compiled and proved in {min(taken):.2f} s of one core (first {taken[0]:.2f} s)")


def write_rules(folder: Path) -> None:
    """300 measures, 190 leaves, 10 tiers and exceptions over 30 columns."""
    write_data(folder / "accounts.parquet", 10)
    (folder / "rules").mkdir()
    measures = "".join(
        f'  m{n}: {{value: "ratio(c{n % 30} - c{(n + 1) % 30}, c{(n + 2) % 30}) * {n} + coalesce(c{(n + 3) % 30}, 0)"}}\n'
        for n in range(300)
    )
    leaves = "".join(f"      l{n}: {{value: m{n}, curve: [[0, 0], [0.5, {n % 50}], [1, 100]]}}\n" for n in range(190))
    tiers = "".join(f"  - {{id: t{n}, when: m{n} > {100 - n} and c{n} < 0.{n + 1}}}\n" for n in range(5))
    exceptions = "".join(f"      - {{id: e{n}, when: m{n} > 99 or c{n} is null, status: red}}\n" for n in range(5))
    texts = {
        "measure": f"measures:\n{measures}",
        "score": f"scorecards:\n  main:\n    children:\n{leaves}",
        "identify": f"tiers:\n{tiers}  - {{id: rest, when: true}}\n",
        "status": "rgb:\n  main:\n    green: {at_least: 75}\n    yellow: {at_least: 50}\n    red: else\n"
        f"    exceptions:\n{exceptions}",
    }
    for name, text in texts.items():
        (folder / "rules" / f"{name}.yaml").write_text(text)
    (folder / "team.yaml").write_text("version: 1\nroles: []\nmembers: []\n")
    (folder / "kaframe.yaml").write_text(
        "version: 1\nproject: rules\nlanguage: en\npacks: []\n"
        "accounts: {source: {reader: parquet, path: accounts.parquet}}\n"
    )


def bench_leaves() -> None:
    """A scorecard of 2,000 leaves read, checked, compiled, bound and computed for a few accounts, in one process."""
    from kaframe import flow
    from kaframe.checks import check_project
    from kaframe.database import Database
    from kaframe.loading import load_project
    from kaframe.proof import prove_project

    with tempfile.TemporaryDirectory() as name, Database() as db:
        folder = Path(name)
        write_leaves(folder)
        started = time.process_time()
        project = load_project(folder, as_of=date(2026, 6, 30))
        problems = check_project(project)
        assert not [problem for problem in problems if problem.severity == "error"], problems[:3]
        checked = time.process_time() - started
        started = time.process_time()
        prove_project(project)
        proved = time.process_time() - started
        taken: dict[str, float] = {}
        for step in flow.steps_until("status"):
            started = time.process_time()
            flow.STEPS[step](project, db)
            taken[step] = time.process_time() - started
        assert db.value("SELECT count(*) FROM scores WHERE points > 0") == 100
    print(
        f"leaves: {LEAVES:,} leaves read and checked in {checked:.2f} s, proved in {proved:.2f} s, compiled, bound and scored in {taken['score']:.2f} s, "
        f"together {checked + taken['score']:.2f} s (goal: below 5 s); coloured, with reasons, in {taken['status']:.2f} s of one core"
    )


def write_leaves(folder: Path) -> None:
    """One scorecard with groups of 25 leaves over 30 columns, and 100 accounts."""
    write_data(folder / "accounts.parquet", 100)
    (folder / "rules").mkdir()
    groups = [
        f"      g{first}:\n        children:\n"
        + "".join(
            f"          l{leaf}: {{weight: {1 + leaf % 4}, value: c{leaf % 30}, {CURVE if leaf % 2 else BANDS}}}\n"
            for leaf in range(first, first + LEAVES_OF_A_GROUP)
        )
        for first in range(0, LEAVES, LEAVES_OF_A_GROUP)
    ]
    score = "scorecards:\n  main:\n    primary: true\n    children:\n" + "".join(groups)
    for name, text in (("score", score), ("status", STATUS), ("identify", IDENTIFY)):
        (folder / "rules" / f"{name}.yaml").write_text(text)
    (folder / "team.yaml").write_text(TEAM)
    (folder / "kaframe.yaml").write_text(
        "version: 1\nproject: leaves\nlanguage: en\npacks: []\n"
        "accounts: {source: {reader: parquet, path: accounts.parquet}}\n"
    )


def bench_imports() -> None:
    """The five slowest imports of a run of the example, each with what it imports itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "example"
        shutil.copytree(ROOT / "examples" / "consumer-goods", folder)
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", MAIN, "-C", str(folder), "run", "--as-of", "2026-06-30"],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
    found = re.findall(r"import time:\s+\d+ \|\s+(\d+) \| ?(\S+)$", done.stderr, re.MULTILINE)
    packages: dict[str, int] = {}
    for micros, module in found:
        package = module.split(".")[0]
        if not package.startswith("kaframe"):
            packages[package] = max(packages.get(package, 0), int(micros))
    slowest = sorted(packages.items(), key=lambda item: -item[1])[:5]
    print("imports: " + ", ".join(f"{name} {micros / 1000:.0f} ms" for name, micros in slowest))


def bench_later() -> None:
    """What assign and the steps after status cost a managed account: the example's accounts, multiplied."""
    for managed in MANAGED:
        count, taken = time_steps(managed)
        later = ("assign", "analyse", "stage", "strategy", "maintain", "change", "notify", "report")
        parts = ", ".join(f"{step} {taken[step] / count * 1e6:.0f}" for step in later)
        total = sum(taken[step] for step in later) / count * 1e3
        print(f"later: {count:,} managed accounts, {total:.2f} ms each; in microseconds: {parts}")


def time_steps(managed: int) -> tuple[int, dict[str, float]]:
    """How many accounts are managed, and the seconds that every step took on them."""
    from benchmarks.many import write_many
    from kaframe import flow
    from kaframe.database import Database
    from kaframe.loading import load_project
    from kaframe.report import table_rows, view_run, write_reports

    taken: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name, Database() as db:
        folder = Path(name)
        write_many(ROOT / "examples" / "consumer-goods", folder, managed)
        project = load_project(folder, as_of=date(2026, 6, 30))
        for step, function in flow.STEPS.items():
            taken[step] = clocked(partial(function, project, db))
        view = view_run(project, table_rows(db), "2026-06-30.1", project.as_of)
        taken["report"] = clocked(partial(write_reports, project, view, folder / "report"))
        return db.value("SELECT count(*) FROM managed"), taken


def clocked(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bench_uci() -> None:
    """The UCI project, 1,067,370 lines, from Parquet to the report."""
    data = Path(os.environ.get("KAFRAME_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "uci-online-retail").is_dir():
        print("uci: skipped, the data are not here")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "uci"
        shutil.copytree(ROOT / "tests" / "real" / "uci-online-retail", folder)
        (folder / "data").symlink_to(data / "uci-online-retail")
        arguments = ["-c", MAIN, "-C", str(folder), "run", "--as-of", "2011-12-09"]
        print(
            f"uci: 1,067,370 lines from Parquet to report in {seconds(arguments):.1f} s, process and imports included"
        )


BENCHES = {
    "help": bench_help, "rules": bench_rules, "leaves": bench_leaves, "imports": bench_imports, "later": bench_later,
    "uci": bench_uci,
}  # fmt: skip

if __name__ == "__main__":
    sys.dont_write_bytecode = False  # an installed package has its bytecode, whatever this shell says
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(f"python {platform.python_version()}")
    for chosen in sys.argv[1:] or BENCHES:
        BENCHES[chosen]()
