"""A panel of the report: how much of the business hangs on few accounts."""

from __future__ import annotations

from collections.abc import Iterator

import kaframe

HEADINGS = {
    "en": ("Measure", "Total", "Largest account", "Largest five", "Herfindahl index", "Accounts that carry 80 %"),
    "zh": ("指标", "合计", "最大客户占比", "前五大客户占比", "赫芬达尔指数", "贡献80%的客户数"),
}


@kaframe.hook
def kaframe_panels() -> Iterator[kaframe.Panel]:
    """Show the concentration of the measures that ``concentration`` of identify.yaml names."""
    yield kaframe.Panel(
        name="concentration",
        summary={"en": "How much of the business hangs on few accounts", "zh": "业务对少数客户的依赖程度"},
        title={"en": "Concentration", "zh": "集中度"},
        page="portfolio",
        show=show,
    )


def show(view: kaframe.RunView, account_id: str) -> kaframe.PanelContent | None:
    """A row a watched measure; nothing when none is watched."""
    wording = kaframe.Wording(view.language, view.currency)
    rows = [
        (
            view.labels.get(f"measure.{row['measure']}", row["measure"]),
            wording.text(row["total"], view.units.get(row["measure"], "")),
            wording.text(row["top1"], "percent"),
            wording.text(row["top5"], "percent"),
            f"{row['herfindahl'] or 0:.3f}",
            f"{row['carry_80']} / {row['accounts']}",
        )
        for row in view.rows("portfolio")
    ]
    return kaframe.PanelContent(columns=HEADINGS[view.language], rows=rows) if rows else None
