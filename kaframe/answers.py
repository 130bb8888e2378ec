"""What other systems answer to a post, and what it means for a notice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kaframe.records import Outcome, Text

WORDS: Mapping[str, Text] = {
    "redirect": {"en": "redirects are not followed, configure the final URL", "zh": "不跟随重定向，请配置最终网址"},
    "unconfirmed": {"en": "no answer of the service", "zh": "不是该服务的回答"},
    "broke off": {"en": "the answer broke off", "zh": "回答中断"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: status, the first 64 kB, the seconds that it asks to wait.

    ``said`` is the beginning of it for people, without anything secret; ``is_whole``: ``body`` is all of it;
    ``language`` is that of the people, zh or en.
    """

    status: int
    body: bytes
    wait: float | None
    said: str
    is_whole: bool = True
    language: str = "en"

    def explained(self, why: Text) -> str:
        """Why the answer is what it is, in the language of the people, and what was said."""
        text = why if isinstance(why, str) else why.get(self.language) or why["en"]
        return f"{text}{'：' if self.language == 'zh' else ': '}{self.said}"


def judge_status(answer: Answer) -> Outcome:
    """2xx is sent; 429 and 5xx are to be tried again; everything else is dead."""
    if 200 <= answer.status < 300:
        return Outcome("sent", answer.said)
    if answer.status == 429 or answer.status >= 500:
        return Outcome("retry", answer.said, retry_after=answer.wait)
    if 300 <= answer.status < 400:
        return Outcome("dead", answer.explained(WORDS["redirect"]))
    return Outcome("dead", answer.said)


def judge_code(answer: Answer, key: str, busy: Mapping[int, float | None], refused: Mapping[int, Text]) -> Outcome:
    """For services that say in a number of their JSON answer what became of a message, 0 for what they took.

    ``busy`` has the codes that pass, with the seconds to wait; ``refused`` those that do not, with words for people, in
    one language or as ``{"en": ..., "zh": ...}``.
    Any other code is tried again, and so is a 2xx without such an answer (``unconfirmed``).
    """
    code = _code(answer.body, key)
    if not 200 <= answer.status < 300 and (code not in refused or answer.status >= 500):
        return judge_status(answer)
    if code == 0:
        return Outcome("sent", answer.said)
    if code is None:
        return unconfirmed(answer)
    if code in refused:
        return Outcome("dead", answer.explained(refused[code]))
    return Outcome("retry", answer.said, retry_after=busy.get(code) or answer.wait)


def unconfirmed(answer: Answer) -> Outcome:
    """For a 2xx that does not say what the service says: a proxy's page, or an answer that broke off."""
    if answer.is_whole:
        return Outcome("retry", answer.explained(WORDS["unconfirmed"]), retry_after=answer.wait)
    return Outcome("unknown", answer.explained(WORDS["broke off"]))


def _code(body: bytes, key: str) -> int | None:
    try:
        code = json.loads(body)[key]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return code if isinstance(code, int) and not isinstance(code, bool) else None
