"""Same data, rules and day: the same bytes, whatever the threads, the seed of Python's hashes, the zone, the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from tests.smallproject import fingerprint

THREADS_AND_SEEDS = [(1, "1"), (2, "4711"), (4, "random")]
ZONES = {1: "UTC", 2: "America/St_Johns", 4: "Pacific/Kiritimati"}  # of the computer, not of the project
# Runs the command line with so many threads in every database.
RUN = """
import sys
import kaframe.database as database
database.Database.__init__.__defaults__ = (int(sys.argv.pop(1)), None)
from kaframe.cli import main
main()
"""
DAY = date.today().isoformat()  # the sample data of ``init`` end today
EXPORTS = (["accounts", "--format", "csv"], ["tasks", "--format", "csv"], ["plans", "--format", "json"])


def run(folder: Path, threads: int, seed: str, *arguments: str) -> str:
    """What a command prints in a process of its own."""
    command = [sys.executable, "-c", RUN, str(threads), "-C", str(folder), *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": ZONES[threads], "LANG": "C"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)
    assert done.returncode in (0, 5), done.stderr
    return done.stdout


def test_the_same_bytes(begun: Path, tmp_path: Path) -> None:
    """Manifest and tables of the snapshot, plans, all reports and exports of three runs in folders of other names."""
    found = []
    for threads, seed in THREADS_AND_SEEDS:
        folder = shutil.copytree(begun, tmp_path / f"{threads}-{seed}" / f"renamed {threads}")
        config = folder / "kaframe.yaml"
        text = config.read_text("utf-8")
        assert "reports:" not in text
        config.write_text(text + "reports: [report_json, report_html, report_xlsx]\n", "utf-8")
        run(folder, threads, seed, "run", "--as-of", DAY)
        printed = {" ".join(command): run(folder, threads, seed, *command) for command in EXPORTS}
        kept = {
            name: digest
            for name, digest in fingerprint(folder).items()
            if not name.endswith((".db", ".db-wal", ".db-shm", ".lock"))
        }
        assert [name for name in kept if name.endswith(".parquet")]
        assert {"report/index.html", "report/report.json", "report/portfolio.xlsx"} <= kept.keys()
        assert f".kaframe/runs/{DAY}.1/manifest.json" in kept
        found.append((kept, printed))
    first_kept, first_printed = found[0]
    for kept, printed in found[1:]:
        assert {name for name in kept if kept[name] != first_kept.get(name)} == set()
        assert kept.keys() == first_kept.keys()
        assert printed == first_printed
