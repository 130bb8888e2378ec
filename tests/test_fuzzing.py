"""What fuzzing has found stays mended, and a little of it is tried anew each time."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzzing import CORPUS, TARGETS, attempt, make


@pytest.mark.parametrize("case", sorted(CORPUS.glob("*.bin")), ids=lambda path: path.stem)
def test_found_cases_stay_mended(case: Path) -> None:
    """Each is read, or refused with problems, soon."""
    assert attempt(case.stem.partition("-")[0], case.read_bytes()) == ""


@pytest.mark.parametrize("target", TARGETS)
def test_random_texts(target: str) -> None:
    """The same few texts each time; ``make fuzz`` tries others for as long as it is told."""
    chance = random.Random(f"{target}-1")
    for _ in range(5 if target == "xlsx" else 100):
        text = make(target, chance)
        assert attempt(target, text) == "", text


def test_a_crash_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the tests above can fail."""
    monkeypatch.setitem(TARGETS, "yaml", lambda text, folder: 1 / 0)  # type: ignore[misc]
    assert attempt("yaml", b"") == "ZeroDivisionError: division by zero"
