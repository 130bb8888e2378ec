"""Variants of the catalogue of bad input: whatever the file, reader or command, the promises of the catalogue hold.

``python -m tests.variants --write`` keeps what is said now; read the difference before you commit it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from badcases import read_rows
from variants import KEYS, SECRET, Answer, Variant, ask, read_variants, write_published

LONGEST = 5.0  # seconds; RELIABILITY.md P13
BUG = ("Traceback", "a bug in kaframe", " KF19")
WRITING = ("run", "demo")  # commands that write when they go on
WENT_ON = (0, 5)
# rows of signals, hanging plugins, servers and kills: their tests are named by the catalogue
ELSEWHERE = {"P-9", "P-10", "C6", "C7", "C8", "S4", "S5", "S6", "S7", "S8", "S9"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound project, run the day before."""
    return write_published(tmp_path_factory.mktemp("sound") / "project")


@pytest.mark.parametrize("case", read_variants(), ids=lambda case: case.name)
def test_variant(published: Path, tmp_path: Path, case: Variant) -> None:
    """Exit code, places, codes and hints as kept; no bug, no secret, in time; what is refused has written nothing."""
    answer = ask(published, tmp_path, case)
    assert (answer.code, answer.says) == (case.get("exit"), case.get("says", []))
    assert not [word for word in BUG if word in answer.err + answer.out]
    assert SECRET not in answer.err + answer.out
    assert answer.seconds < LONGEST
    assert not answer.changed or case.get("writes") or may_write(case, answer)
    assert not unhelpful(case, answer)
    assert [text for text in case.get("shows", ()) if text not in answer.out] == []


def may_write(case: Variant, answer: Answer) -> bool:
    """Whether the command went on to the end and is one that writes."""
    return answer.code in WENT_ON and bool({*case.command} & {*WRITING})


def unhelpful(case: Variant, answer: Answer) -> list[str]:
    """Problems without a place, though a file is wrong, or without a way out."""
    needs_place = answer.code in (3, 4) and not case.get("placeless")
    return [
        problem["message"]
        for problem in answer.problems
        if not problem["hint"] or (needs_place and not problem["place"])
    ]


def test_most_rows_have_variants() -> None:
    """Three at least of every row, but of those that one command cannot show."""
    counted = Counter(row for case in read_variants() for row in case.rows)
    assert set(counted) <= set(read_rows())
    assert {row for row in read_rows() if counted[row] < 3} <= ELSEWHERE
    assert sum(counted.values()) >= 580


@pytest.mark.parametrize("case", read_variants(), ids=lambda case: case.name)
def test_variants_are_whole(case: Variant) -> None:
    """Known keys only, a name of its own, and an answer."""
    assert set(case.said) <= KEYS
    assert "exit" in case.said
    assert sum(other.name == case.name for other in read_variants()) == 1
