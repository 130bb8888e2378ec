"""What a chat service gets of a notice, and what a channel makes of its answer, over a real line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from kaframe.records import Message, Outcome
from tests.plugins.receiving import Answer, receiver

TEXT = {
    "en": (
        "🔴 Great Wall (Red, Strategic)\n  Relationship: yellow → red (42 points)\n"
        "  Next: Executive meeting (Wang Fang, by 2026-04-10)\n\n... and 3 more\nnordwind · 2026-03-31\n"
    ),
    "zh": (
        "🔴 长城贸易（红、战略）\n  客户关系：黄 → 红（42 分）\n"
        "  下一步：高层会面（王芳，2026-04-10前）\n\n……以及另外3个客户\nnordwind · 2026-03-31\n"
    ),
}
SUBJECT = {"en": "Turned red: Great Wall", "zh": "客户转红：长城贸易"}
REPORT = "https://intranet.example.com/ka/"


def notice(language: str = "zh", **more: Any) -> Message:
    """A notice to Wang Fang with a link to the report."""
    message = Message("k1", "wang", "", SUBJECT[language], TEXT[language], name="王芳", link=REPORT, language=language)
    return replace(message, **more)


def posted(plugin: ModuleType, message: Message, answer: Answer, **options: Any) -> tuple[Outcome, list[Any], str]:
    """The outcome, the JSON of each request, and the query of the last one."""
    with receiver(answer) as hook:
        outcome = plugin.send({**hook.options, **options}, message, Path())
    received = hook.received
    query = urlsplit(received[-1][0]).query if received else ""
    return outcome, [json.loads(body) for _, _, body in received], query
