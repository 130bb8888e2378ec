"""Rules of a dairy, to be laid over the default ones: what a delivery is worth, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import kaframe

KAFRAME_API = 1  # the version of the plugin interface that this is written for


@kaframe.hook
def kaframe_packs() -> Iterator[kaframe.RulePack]:
    """Bring the pack: `packs: [default, dairy]`."""
    yield kaframe.RulePack(
        name="dairy",
        summary={"en": "Larger drops for a dairy's key accounts", "zh": "乳品大客户配送批量规则"},
        folder=Path(__file__).parent / "pack",
    )


@kaframe.hook
def kaframe_functions() -> Iterator[kaframe.Function]:
    """Bring `per_delivery`, which the pack's measure uses."""
    yield kaframe.Function(
        name="per_delivery",
        summary={"en": "Revenue of one delivery; missing without deliveries", "zh": "单次配送金额；无配送时缺失"},
        parameters={"revenue": "number", "deliveries": "number"},
        expression="ratio(revenue, deliveries)",
        example="per_delivery(revenue_12m, orders_12m)",
        cases=[([900, 3], 300), ([900, 0], None), ([None, 3], None)],
    )
