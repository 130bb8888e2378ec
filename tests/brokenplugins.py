"""A plugin that misbehaves in one of the ways that plugins do, in a project that is otherwise sound."""

from __future__ import annotations

from pathlib import Path

from tests.badproject import write_project

PLUGIN = """\
import os, sys, threading, time
import kaframe

def write(view, folder):
    {act}

@kaframe.hook
def kaframe_reports():
    yield kaframe.ReportFormat(name="broken", summary="Misbehaves", write=write)
"""
# What a report format does, and what kaframe says of it; all of these leave the run as it is, with exit code 5.
ACTS = {
    "raises": ("raise ValueError('no such thing')", "fails: ValueError: no such thing"),
    "raises what nobody catches": ("raise type('Odd', (BaseException,), {})('odd')", "fails: Odd: odd"),
    "gives the wrong thing": ("return 'report.txt'", "gives str, not Path"),
    "gives nothing": ("pass", "gives NoneType, not Path"),
    "changes its input": ("view.labels['tier.key'] = 'mine'", "does not support item assignment"),
    "hangs": ("time.sleep(60)", "it took longer than 3 seconds at broken.py:5"),
    "hangs and catches": (
        "\n    try:\n        while True: pass\n    except Exception: pass",
        "it took longer than 3 seconds at broken.py",
    ),
    "exits": ("sys.exit(0)", "fails: SystemExit: 0"),
    "interrupts": ("raise KeyboardInterrupt", "fails: KeyboardInterrupt"),
    "leaves a thread": (
        "\n    threading.Thread(target=time.sleep, args=(20,)).start()\n    return folder",
        "leaves 1 threads running",
    ),
    "recurses": ("return write(view, folder)", "fails: RecursionError"),
    "imports what is not there": ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
}


def write_broken(root: Path, act: str, reports: str = "[report_json, broken]") -> Path:
    """The project with such a plugin; without an ``act`` the project alone."""
    write_project(root)
    config = root / "kaframe.yaml"
    wanted = reports if act else "[report_json]"
    config.write_text(config.read_text("utf-8").replace("reports: []", f"reports: {wanted}"), "utf-8")
    if act:
        (root / "plugins").mkdir()
        (root / "plugins" / "broken.py").write_text(PLUGIN.format(act=act), "utf-8")
    return root
