"""The rule packs that come with kaframe: every folder of ``rules/`` with a ``pack.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import kaframe

RULES = Path(__file__).resolve().parents[1] / "rules"
SUMMARIES = {
    "default": {
        "en": "Tiers, scores, colours, stages, plans and notices for any trade",
        "zh": "适用于各行业的分级、评分、红黄绿灯、阶段、计划与通知",
    },
}


@kaframe.hook
def kaframe_packs() -> Iterator[kaframe.RulePack]:
    """Bring the packs, so that ``packs: [default]`` finds them."""
    for file in sorted(RULES.glob("*/pack.yaml")):
        name = file.parent.name
        yield kaframe.RulePack(name=name, summary=SUMMARIES.get(name, name), folder=file.parent)
