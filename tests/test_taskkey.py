"""The same obligation has the same name in every run."""

from __future__ import annotations

from datetime import date

from kaframe.taskkey import began_on, task_key


def test_a_key_says_when_the_obligation_began() -> None:
    """The day can be read back, also when the account's id has colons."""
    key = task_key("cadence", "visit", "cn:1:2026-01-01", date(2026, 3, 2))
    assert key == "cadence:visit:cn:1:2026-01-01:2026-03-02"
    assert began_on(key) == date(2026, 3, 2)
    assert began_on("made by hand") is None
