"""``kaframe explain`` on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.conftest import call

from kaframe.cli.tables import width


def leaves(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every leaf of an explanation as data."""
    for node in nodes:
        yield from leaves(node["children"]) if node["children"] else [node]


def test_terms_add_up(finished: Path) -> None:
    """What all leaves lost and the score make the best score, exactly."""
    (one,) = json.loads(call("-C", finished, "explain", "A002", "--format", "json").out)
    lost = sum(round(leaf["lost"] * 10) for leaf in leaves(one["nodes"]))
    assert lost + round(one["score"] * 10) == round(one["best"] * 10)


def test_tree_fits_and_names_its_rules(finished: Path) -> None:
    """The tree names rule and source of what it says, within 80 columns."""
    told = call("-C", finished, "explain", "harbour")
    assert told.code == 0
    assert max(width(line) for line in told.out.splitlines()) <= 80
    assert "(default/score.yaml:" in told.out
    assert "rows of orders (data/orders.csv)" in told.out
    assert "green with this alone at" in told.out
    assert "this alone cannot bring green" in told.out


def test_exception_is_told(finished: Path) -> None:
    """A colour that an exception decides says so, with the colour that the points would give."""
    told = call("-C", finished, "explain", "A004")
    assert "an exception decides: A wave of complaints; by the points it would be" in told.out


def test_changed_rules_are_told(own: Path) -> None:
    """When the rules have changed since the run, the explanation is that of now and says so."""
    assert call("-C", own, "explain", "A002").err == ""
    rules = own / "rules" / "status.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("at_least: 50", "at_least: 70"), encoding="utf-8")
    told = call("-C", own, "explain", "A002")
    assert "red" in told.out.splitlines()[1]
    assert "have changed since run" in told.err


def test_ambiguous_and_unknown_accounts(finished: Path) -> None:
    """A part that several names have is answered with them, a misspelt name with the nearest."""
    several = call("-C", finished, "explain", "er")
    assert (several.code, "KF6061" in several.err) == (2, True)
    assert "did you mean 'A002' (Harbour Retail)?" in call("-C", finished, "explain", "Habour Retial").err


POINTS_OF_ITS_OWN = {
    "kaframe.yaml": "version: 1\nproject: own\nlanguage: en\npacks: []\n"
    "accounts: {source: {reader: csv, path: accounts.csv}, key: account_id, name: name}\n",
    "accounts.csv": "account_id,name,more,less\nA,First,1.25,-4\n",
    "rules/score.yaml": "version: 1\nscorecards:\n  plan: {primary: true, semantics: planhat, children: "
    "{more: {value: more}, less: {value: less}}}\n",
    "rules/status.yaml": "version: 1\nrgb: {plan: {good: {at_least: 7}, bad: else}}\n",
}


def test_leaves_that_lose_nothing_say_what_they_could_bring(tmp_path: Path) -> None:
    """5 + 1.25 - 4 = 2.25, and 6.5 is shown as 7: either leaf alone can bring it, also the one that gives points."""
    for name, text in POINTS_OF_ITS_OWN.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = call("-C", tmp_path, "explain", "A", "--as-of", "2026-03-31")
    assert told.code == 0, told.err
    lines = [line.strip() for line in told.out.splitlines() if "→" in line]
    assert lines == ["→ good with this alone at 5.5 (now 1.25)", "→ good with this alone at 0.25 (now -4)"]
