"""What an answer means for a notice: the service's own word first, and nothing believed that it has not said."""

from __future__ import annotations

import pytest

from kaframe.answers import Answer, judge_code, judge_status
from kaframe.records import Outcome

BUSY, REFUSED = {7: 60.0, -1: None}, {8: "the robot is gone"}


@pytest.mark.parametrize(
    ("code", "body", "wait", "expected"),
    [
        (200, b'{"errcode": 0}', None, Outcome("sent", "said")),
        (200, b'{"errcode": 8}', None, Outcome("dead", "the robot is gone: said")),
        (400, b'{"errcode": 8}', None, Outcome("dead", "the robot is gone: said")),
        (200, b'{"errcode": 7}', None, Outcome("retry", "said", 60.0)),
        (200, b'{"errcode": -1}', 5.0, Outcome("retry", "said", 5.0)),
        (200, b'{"errcode": 12345}', None, Outcome("retry", "said")),
        (200, b"", None, Outcome("retry", "no answer of the service: said")),
        (200, b'{"errcode": "0"}', None, Outcome("retry", "no answer of the service: said")),
        (200, b'{"errcode": false}', None, Outcome("retry", "no answer of the service: said")),
        (200, b"[0]", None, Outcome("retry", "no answer of the service: said")),
        (200, b"[" * 50_000, None, Outcome("retry", "no answer of the service: said")),
        (200, b'{"errcode": 0, "x": "', None, Outcome("retry", "no answer of the service: said")),
        (500, b'{"errcode": 8}', 9.0, Outcome("retry", "said", 9.0)),
        (500, b'{"errcode": 0}', None, Outcome("retry", "said")),
        (403, b'{"errcode": 0}', None, Outcome("dead", "said")),
    ],
)
def test_the_service_itself_says_what_became_of_it(
    code: int, body: bytes, wait: float | None, expected: Outcome
) -> None:
    """Its number decides; where there is none, nothing is believed."""
    assert judge_code(Answer(code, body, wait, "said"), "errcode", BUSY, REFUSED) == expected


def test_an_answer_that_broke_off_says_nothing() -> None:
    """What came of it is no JSON yet: the service may have taken the message."""
    broken = Answer(200, b'{"errcode": 0', None, "said", is_whole=False)
    assert judge_code(broken, "errcode", BUSY, REFUSED) == Outcome("unknown", "the answer broke off: said")


def test_redirects_say_what_to_do() -> None:
    """The final address belongs into the configuration."""
    assert "redirects are not followed" in judge_status(Answer(302, b"", None, "HTTP 302")).detail
