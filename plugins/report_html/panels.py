"""The panels of plugins on a page: a title, a text, a table; figures to the right."""

from __future__ import annotations

from typing import Any

import kaframe

LONGEST_FIGURE = 24


def panels(view: kaframe.RunView, account_id: str) -> list[dict[str, Any]]:
    """What plugins show of an account, or with an empty id of the portfolio."""
    return [
        {
            "name": panel.name,
            "title": panel.title,
            "text": panel.text,
            "columns": [(name, _are_figures(panel, place)) for place, name in enumerate(panel.columns)],
            "rows": panel.rows,
        }
        for panel in view.panels.get(account_id, ())
    ]


def _are_figures(panel: kaframe.ShownPanel, place: int) -> bool:
    """Whether a column, which is not the first, has short texts with digits only."""
    cells = [row[place] for row in panel.rows]
    return place > 0 and all(len(cell) <= LONGEST_FIGURE and any(map(str.isdigit, cell)) for cell in cells)
