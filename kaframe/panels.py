"""The panels of plugins: each is asked for the portfolio or for every managed account, and its answer becomes text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any

from kaframe.additions import Panel, PanelContent
from kaframe.plugins.calling import Callee, PluginCalls
from kaframe.project import Project
from kaframe.records import RunView, ShownPanel, Text
from kaframe.wording import Wording

MOST_ROWS = 200  # a panel is no listing
LONGEST_TEXT = 2_000  # characters of its text or of one cell
PORTFOLIO = ""


def with_panels(project: Project, view: RunView, calls: PluginCalls) -> RunView:
    """The view with what every panel shows; a panel that fails is left out whole, and ``calls`` says why."""
    found: dict[str, list[ShownPanel]] = {}
    for name, panel in project.plugins.panels.items():
        callee = Callee("panel", name, project.plugins.owner("panel", name))
        shown = calls.call(callee, partial(show_panel, panel, detached(view)), dict)
        for account_id, content in (shown or {}).items():
            found.setdefault(account_id, []).append(content)
    return replace(view, panels=found)


def text_of(text: Text, language: str) -> str:
    """A text of a plugin's record in a language; English where it has no other."""
    return text if isinstance(text, str) else str(text.get(language, text["en"]))


def show_panel(panel: Panel, view: RunView) -> dict[str, ShownPanel]:
    """By account what one panel shows of a view. Raises: whatever the panel raises; TypeError, ValueError if odd."""
    places = [PORTFOLIO] if panel.page == "portfolio" else [row["account_id"] for row in view.rows("managed")]
    wording = Wording(view.language, view.currency)
    contents = {account_id: panel.show(view, account_id) for account_id in places}
    return {
        account_id: _shown(panel, content, view.language, wording)
        for account_id, content in contents.items()
        if content is not None
    }


def detached(view: RunView) -> RunView:
    """The view that one plugin gets: nothing of it can be changed; rows are fresh ones each time they are asked for."""
    parts = ("labels", "units", "colours", "cards", "scales", "family", "display", "panels")
    return replace(view, **{name: _frozen(getattr(view, name)) for name in parts})


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _shown(panel: Panel, content: PanelContent, language: str, wording: Wording) -> ShownPanel:
    if not isinstance(content, PanelContent):
        raise TypeError(f"it gives {type(content).__name__}, not kaframe.PanelContent")
    columns = tuple(str(name) for name in content.columns)
    rows = tuple(tuple(_cell(cell, wording) for cell in row) for row in content.rows[:MOST_ROWS])
    odd = next((row for row in rows if len(row) != len(columns)), None)
    if odd is not None:
        raise ValueError(f"a row has {len(odd)} cells for {len(columns)} columns")
    title = text_of(panel.title, language)
    return ShownPanel(panel.name, title, str(content.text)[:LONGEST_TEXT], columns, rows)


def _cell(value: Any, wording: Wording) -> str:
    is_plain = value is None or isinstance(value, bool | float | int | str | date)
    return wording.text(value if is_plain else str(value))[:LONGEST_TEXT]
