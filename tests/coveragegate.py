"""Which branches the tests take: all of what guards data and secrets, 90 % of everything else.

Run ``make coverage``; it prints each part with what it lacks, and ends with 1 when one lacks too much.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from fnmatch import fnmatch

from coverage import Coverage

PARTS: Mapping[str, tuple[str, ...]] = {
    "guard": ("kaframe/yamlfile/*",),
    "firewall": ("kaframe/expression/*",),
    "store": ("kaframe/store/*",),
    "outbox": ("kaframe/deliver/*", "kaframe/store/outbox.py"),
    "lock": ("kaframe/store/*lock.py",),
    "secrets": ("kaframe/secrets.py",),
    "paths": ("kaframe/files.py", "kaframe/outputs.py", "kaframe/taskkey.py"),
    "exports": ("kaframe/spreadsheet.py", "kaframe/markdown.py", "plugins/report_json.py", "plugins/report_xlsx/*"),
}
ELSEWHERE = 90.0


def measure(coverage: Coverage, patterns: tuple[str, ...], show: bool) -> float:
    """The share of lines and branches of the files with these names; what is missing is printed."""
    told = io.StringIO()
    total = coverage.report(include=list(patterns), show_missing=True, skip_covered=True, file=told)
    if show:
        print(told.getvalue())
    return total


def main() -> int:
    """Print every part; 1 when a guarded part is not whole or the rest is below its share."""
    coverage = Coverage()
    coverage.load()
    failed = 0
    for part, patterns in PARTS.items():
        share = measure(coverage, patterns, show=False)
        print(f"{part:<10} {share:6.1f} %", flush=True)
        if share < 100:
            measure(coverage, patterns, show=True)
            failed = 1
    files = {str(name) for name in coverage.get_data().measured_files()}
    guarded = [pattern for patterns in PARTS.values() for pattern in patterns]
    rest = sorted(name for name in files if not any(fnmatch(name, f"*/{pattern}") for pattern in guarded))
    share = measure(coverage, tuple(rest), show=False)
    print(f"{'elsewhere':<10} {share:6.1f} %")
    return 1 if failed or share < ELSEWHERE else 0


if __name__ == "__main__":
    sys.exit(main())
