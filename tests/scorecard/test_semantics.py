"""The tables of tests/cases/semantics and tests/cases/scorecards: documented inputs and results, through the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaframe import score, status
from kaframe.bundled import folder
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.rules.profiles import profile_names
from kaframe.schema import check_schema
from kaframe.yamlfile import dump_yaml, read_yaml
from tests.steps import make_database, make_project

CASES = Path(__file__).parents[1] / "cases"
FILES = sorted([*(CASES / "semantics").glob("*.yaml"), *(CASES / "scorecards").glob("*.yaml")])
STEPS = (measure_accounts, identify_accounts, score.score_accounts, status.colour_accounts)
TAIL = 1e-9
KEYS = {
    "given", "children", "points", "published", "within", "shown", "status", "derived", "low", "high", "coverage",
    "groups",
}  # fmt: skip
CHILD_KEYS = {"given"}


def tables() -> Iterator[Any]:
    """Every table of every file, named as people read it."""
    for path in FILES:
        content = read_yaml(path, path.name).plain()
        for table in content["tables"]:
            yield pytest.param(content.get("profile", ""), table, id=f"{path.stem}: {table['name']}")


@pytest.mark.parametrize(("profile", "table"), list(tables()))
def test_rows_come_out_as_documented(tmp_path: Path, profile: str, table: Mapping[str, Any]) -> None:
    """Points, colours, coverage and interval of every row."""
    data = {"accounts": accounts(table)}
    project = make_project(tmp_path, rules(profile, table), data)
    assert score.check(project) == []
    assert status.check(project) == []
    with make_database(data) as db:
        for step in STEPS:
            step(project, db)
        cards = {row["account_id"]: row for row in db.rows("SELECT * FROM score_h")}
        colours = {row["account_id"]: row for row in db.rows("SELECT * FROM colours")}
    meaning = project.rules.score.meaning(project.rules.score.scorecards[0])
    assert meaning is not None
    rounding = meaning.rounding
    for place, row in enumerate(table["rows"]):
        assert set(row) <= KEYS
        near = row.get("within", TAIL)
        card, colour = cards[name(place)], colours[name(place)]
        shown = None if card["points"] is None else rounding.rounded(card["points"], rounding.shown)
        found = {**card, "shown": shown, "published": colour["points"]}
        for key in ("points", "shown", "published", "low", "high"):
            if key in row:
                assert found[key] == (None if row[key] is None else pytest.approx(row[key], abs=near)), (place, key)
        if "coverage" in row:
            assert found["coverage"] == pytest.approx(row["coverage"], abs=1e-4), place
        if "status" in row:
            assert colour["status"] == row["status"], (place, found["points"])
        for group, points in row.get("groups", {}).items():
            assert card[group] == points, (place, group)


def accounts(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An account a row and, below a parent company, one a child; what a row does not have is missing."""
    rows = [(name(place), None, row) for place, row in enumerate(table["rows"])]
    for parent, _, row in list(rows):
        for place, child in enumerate(row.get("children", ())):
            assert set(child) <= CHILD_KEYS
            rows.append((f"{parent}.{name(place)}", parent, child))
    columns = dict.fromkeys(column for _, _, row in rows for column in row["given"])
    groups = any(parent for _, parent, _ in rows)
    return [
        {"account_id": account, **({"parent": parent} if groups else {}),
         **{column: _value(row["given"].get(column)) for column in columns}}
        for account, parent, row in rows
    ]  # fmt: skip


def name(place: int) -> str:
    """The id of the account of a row."""
    return f"{place:02}"


def _value(written: Any) -> Any:
    """A day stands as a text in YAML; every number is one."""
    if isinstance(written, str) and written[:2] == "20":
        return date.fromisoformat(written)
    return float(written) if isinstance(written, int) and not isinstance(written, bool) else written


def rules(profile: str, table: Mapping[str, Any]) -> dict[str, str]:
    """The rule files of a table: its card, its semantics and its colours."""
    own = {"semantics": {"own": {"like": profile or "kaframe", **table["semantics"]}}} if "semantics" in table else {}
    card = {**table["card"], "semantics": "own" if own else profile or "kaframe"}
    low = table.get("semantics", {}).get("scale", [0])[0]
    colours = table.get("colours", {"some": {"at_least": low + 0.5}, "none": "else"})
    return {
        "score": dump_yaml({**own, "scorecards": {"h": card}}),
        "status": dump_yaml({"rgb": {"h": colours}}),
        "identify": "tiers: [{id: key, key: true, when: true}]\n",
    }


def test_every_profile_has_its_table_and_names_its_sources() -> None:
    """No profile stands without examples of its system, each with the page that says so and what we derived marked."""
    assert {path.stem for path in (CASES / "semantics").glob("*.yaml")} == set(profile_names())
    for path in FILES:
        content = read_yaml(path, path.name).plain()
        assert all(table["source"] for table in content["tables"])
        assert content.get("profile") in (None, path.stem)


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_spells_out_all_choices(name: str) -> None:
    """Its schema asks for every choice, and it has an answer to each."""
    node = read_yaml(folder("rules") / "semantics" / f"{name}.yaml", name)
    assert check_schema(node, "semantics") == []
