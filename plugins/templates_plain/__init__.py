"""A plain plan for projects whose rule packs bring no template of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import kaframe


@kaframe.hook
def kaframe_templates() -> Iterator[kaframe.TemplatePack]:
    """Bring ``plan.md.j2``: colour, reasons, strategies, goals, actions and team, without naming a measure."""
    yield kaframe.TemplatePack(
        name="plain",
        summary={"en": "A plain plan that names no measure", "zh": "不涉及具体指标的通用计划模板"},
        folder=Path(__file__).parent / "templates",
    )
