"""The HTML report: a portfolio page and a page for each managed account, in one folder that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import kaframe


@kaframe.hook
def kaframe_reports() -> Iterator[kaframe.ReportFormat]:
    """Write pages that open from disk, print, and can be sent by mail."""
    summary = {"en": "Pages for people, offline", "zh": "离线可看的网页报告"}
    yield kaframe.ReportFormat(name="report_html", summary=summary, write=write, hold=hold)


def write(view: kaframe.RunView, folder: Path) -> Path:
    """Write ``index.html`` and ``accounts/*.html`` into the folder; pages of accounts that left are removed.

    Shape: one page a managed account, cost linear in their number. Returns the portfolio page.
    """
    from .site import write_site

    return write_site(view, folder)


def hold(held: kaframe.HeldRun, folder: Path) -> Sequence[Path]:
    """Write ``held.html`` with what failed, and a banner that leads there over the portfolio page.

    But for the banner that page stays as it is, and all others byte by byte.
    """
    from .site import write_held

    return write_held(held, folder)
