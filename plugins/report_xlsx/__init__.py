"""The workbook: the portfolio for those who filter and sort in a spreadsheet, in one file that computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import kaframe


@kaframe.hook
def kaframe_reports() -> Iterator[kaframe.ReportFormat]:
    """Leave the portfolio as a workbook."""
    summary = {"en": "One workbook for spreadsheets", "zh": "一个电子表格工作簿"}
    yield kaframe.ReportFormat(name="report_xlsx", summary=summary, write=write)


def write(view: kaframe.RunView, folder: Path) -> Path:
    """Write ``portfolio.xlsx``: accounts, tasks, insights and actions, a sheet each. The same run gives the same bytes.

    Shape: a row a managed account, task, insight and action. Returns the workbook.
    """
    from .sheets import all_sheets
    from .workbook import write_workbook

    return write_workbook(folder / "portfolio.xlsx", all_sheets(view))
