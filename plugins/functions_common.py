"""Functions that rules of any trade need, made of those that the language itself has."""

from __future__ import annotations

from collections.abc import Iterator

import kaframe


@kaframe.hook
def kaframe_functions() -> Iterator[kaframe.Function]:
    """Bring ``change``: how most rules about growth and decline are written."""
    yield kaframe.Function(
        name="change",
        summary={
            "en": "How much more now is than before, as a share of before: 0.1 is 10 % more; missing where that is 0",
            "zh": "现值比前值多出的比例：0.1 即增长 10%；前值为 0 时缺失",
        },
        parameters={"now": "number", "before": "number"},
        expression="ratio(now - before, before)",
        example="change(revenue_12m, revenue_prev_12m)",
        cases=[
            ([110, 100], 0.1),
            ([0, 80], -1),
            ([50, 0], None),
            ([None, 100], None),
            ([100, None], None),
        ],
    )
