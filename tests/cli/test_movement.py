"""``kaframe explain --run`` and ``--between`` on the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.cli.tables import width


@pytest.fixture
def twice(own: Path) -> Path:
    """A project with a run on another day before its own, filled in as history."""
    told = call("-C", own, "run", "--as-of", "2026-05-31", "--backfill")
    assert told.code == 0
    assert "2026-05-31.1" in told.out
    assert "tasks:" not in told.out  # that day is over: it opens no task and tells nobody
    assert "notices" not in told.out
    return own


def test_parts_make_the_whole(twice: Path) -> None:
    """As data: the links sum up to the change, and so do the scores at both ends."""
    told = call("-C", twice, "explain", "A002", "--between", "2026-05-31", "latest", "--format", "json")
    (one,) = json.loads(told.out)
    links = [Decimal(str(link["change"])) for link in one["links"]]
    assert sum(links) == Decimal(str(one["change"]))
    assert Decimal(str(one["after"]["score"])) - Decimal(str(one["before"]["score"])) == Decimal(str(one["change"]))
    assert any(links)


def test_movement_is_told_within_the_terminal(twice: Path) -> None:
    """Both runs, every cause, the leaves that moved it; the longer list with --all."""
    told = call("-C", twice, "explain", "harbour", "--between", "2026-05-31", "latest")
    assert told.code == 0
    assert max(width(line) for line in told.out.splitlines()) <= 80
    assert "Harbour Retail  2026-05-31.1 → 20" in told.out.splitlines()[0]
    assert "what the account did, and time" in told.out
    assert "in all" in told.out
    longer = call("-C", twice, "explain", "harbour", "--between", "2026-05-31", "latest", "--all")
    assert len(longer.out.splitlines()) > len(told.out.splitlines())


def test_a_published_run_keeps_its_rules(twice: Path) -> None:
    """After a rule has changed, the run of before is still explained by the rules of before."""
    before = call("-C", twice, "explain", "A002", "--run", "2026-05-31").out
    rules = twice / "rules" / "status.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("at_least: 50", "at_least: 70"), encoding="utf-8")
    assert call("-C", twice, "explain", "A002", "--run", "2026-05-31").out == before
    assert "2026-05-31" in before.splitlines()[0]


def test_options_that_cannot_go_together(finished: Path) -> None:
    """A day and a run, a run and two runs: one of them says what to look at."""
    both = call("-C", finished, "explain", "A002", "--run", "latest", "--as-of", "2026-06-30")
    assert (both.code, "KF6068 --as-of and --run cannot be given together" in both.err) == (2, True)
    same = call("-C", finished, "explain", "A002", "--between", "latest", "latest")
    assert (same.code, "KF6067" in same.err) == (2, True)
    unknown = call("-C", finished, "explain", "A002", "--run", "2026-13-01")
    assert (unknown.code, "KF6054" in unknown.err) == (2, True)
