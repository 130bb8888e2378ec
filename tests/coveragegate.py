"""Which branches the tests take: all of what guards data and secrets, 90 % of everything else.

``make coverage`` runs the tests of what guards, ``make coverage-all`` all of them and looks at everything else as well.
Both use every core, print each part with what it lacks, and end with 1 when one lacks too much.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from coverage import Coverage

PARTS: Mapping[str, tuple[str, ...]] = {
    "guard": ("kaframe/yamlfile/*",),
    "firewall": ("kaframe/expression/*",),
    "store": ("kaframe/store/*",),
    "outbox": ("kaframe/deliver/*", "kaframe/store/outbox.py"),
    "lock": ("kaframe/store/*lock.py",),
    "secrets": ("kaframe/secrets.py",),
    "paths": ("kaframe/files.py", "kaframe/outputs.py", "kaframe/taskkey.py"),
    "exports": ("kaframe/spreadsheet.py", "kaframe/markdown.py", "kaframe/data/quarantinefile.py",
                "kaframe/cli/planexport.py", "plugins/report_json.py", "plugins/report_xlsx/*"),
}  # fmt: skip
ELSEWHERE = 90.0
TESTS = (sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal")
# The tests in which these parts are meant; a branch that only some other test happens to take counts as not tested.
GUARDING = (
    "tests/yamlfile", "tests/expression", "tests/test_identify.py", "tests/test_secrets.py", "tests/test_files.py",
    "tests/test_outputs.py", "tests/test_taskkey.py", "tests/test_spreadsheet.py", "tests/test_markdown.py",
    "tests/plugins/test_report_json.py", "tests/plugins/test_report_xlsx.py", "tests/data/test_quarantinefile.py",
    "tests/test_document.py", "tests/store", "tests/test_store.py",
    "tests/test_backup.py", "tests/test_soundness.py", "tests/test_migrating.py", "tests/test_runlock.py",
    "tests/test_retention.py", "tests/test_commit.py", "tests/test_deliver.py", "tests/deliver", "tests/gate",
    "tests/cli/test_outbox.py", "tests/cli/test_store.py", "tests/test_catalogue.py", "tests/test_variants.py",
)  # fmt: skip


def measure(coverage: Coverage, patterns: tuple[str, ...], show: bool) -> float:
    """The share of lines and branches of the files with these names; what is missing is printed."""
    told = io.StringIO()
    total = coverage.report(include=list(patterns), show_missing=True, skip_covered=True, file=told)
    if show:
        print(told.getvalue())
    return total


def main() -> int:
    """Run the tests, print every part; 1 when a guarded part is not whole or the rest is below its share."""
    with_all = "--all" in sys.argv
    tests = () if with_all else GUARDING
    Coverage().erase()
    for stale in Path().glob(".coverage.*"):
        stale.unlink()
    ended = subprocess.run([*TESTS, *tests], check=False)
    coverage = Coverage()
    coverage.combine()
    failed = _tell(coverage) | (ended.returncode != 0)
    return int(failed | (with_all and _tell_rest(coverage)))


def _tell(coverage: Coverage) -> bool:
    """Print the guarded parts; whether one lacks a branch."""
    failed = False
    for part, patterns in PARTS.items():
        share = measure(coverage, patterns, show=False)
        print(f"{part:<10} {share:6.1f} %", flush=True)
        if share < 100:
            measure(coverage, patterns, show=True)
            failed = True
    return failed


def _tell_rest(coverage: Coverage) -> bool:
    """Print the share of everything else; whether it is too small."""
    files = {str(name) for name in coverage.get_data().measured_files()}
    guarded = [pattern for patterns in PARTS.values() for pattern in patterns]
    rest = sorted(name for name in files if not any(fnmatch(name, f"*/{pattern}") for pattern in guarded))
    share = measure(coverage, tuple(rest), show=False)
    print(f"{'elsewhere':<10} {share:6.1f} %")
    return share < ELSEWHERE


if __name__ == "__main__":
    sys.exit(main())
