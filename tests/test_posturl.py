"""Where may be posted to."""

from __future__ import annotations

import pytest

from kaframe.posturl import url_refusal


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://robot.example/x", ""),
        ("http://127.0.0.1:8080/x", ""),
        ("http://[::1]/x", ""),
        ("http://localhost/x", ""),
        ("http://robot.example/x", "would send to robot.example unencrypted: use https, or say allow_http: true"),
        (
            "https://10.0.0.1/x",
            "would send to 10.0.0.1, which is in a private network: say allow_private: true if that is meant",
        ),
        (
            "https://2130706433/x",
            "would send to 2130706433, which is an address in disguise: write it out, such as 192.0.2.7",
        ),
        ("ftp://robot.example/x", "must start with https:// and name a server"),
        ("https:///x", "must start with https:// and name a server"),
        ("robot.example/x", "must start with https:// and name a server"),
        ("https://robot.example:99999/x", "is no URL"),
        ("https://[::1/x", "is no URL"),
    ],
)
def test_where_may_be_posted_to(url: str, said: str) -> None:
    """What would be readable on the way, or is no address, is refused with a reason."""
    assert url_refusal(url, {}) == said


def test_unencrypted_where_somebody_allows_it() -> None:
    """To a machine of the company, say."""
    assert url_refusal("http://robot.example/x", {"allow_http": True}) == ""
