"""Every story of the example is found by a run over its data, in the rows that stories.yaml names."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import kaframe
from kaframe.yamlfile import read_yaml

EXAMPLE = Path(__file__).parent.parent / "examples" / "consumer-goods"
Row = dict[str, Any]
Rows = Callable[[str], list[Row]]


def stories() -> list[Row]:
    told = read_yaml(EXAMPLE / "stories.yaml", "stories.yaml").plain()
    assert isinstance(told, dict)
    return list(told["stories"])


@pytest.fixture(scope="module")
def tables() -> Iterator[Rows]:
    """The tables of a preview on the last day of the data: nothing is written into the example."""
    with kaframe.load(EXAMPLE).preview(as_of="2026-06-30") as preview:
        kept: dict[str, list[Row]] = {}

        def rows(table: str) -> list[Row]:
            return kept[table] if table in kept else kept.setdefault(table, preview.rows(table))

        yield rows


def fits(value: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one, one of a list, or within bounds."""
    if isinstance(wanted, dict):
        return value is not None and wanted.get("at_least", value) <= value <= wanted.get("at_most", value)
    return value in wanted if isinstance(wanted, list) else bool(value == wanted)


@pytest.mark.parametrize("story", stories(), ids=lambda story: story["id"])
def test_the_story_is_found(story: Row, tables: Rows) -> None:
    """Each account of the story has every row that the story asks for."""
    for find in story["find"]:
        for account in story["accounts"] if find.get("account", True) else [None]:
            wanted = find["where"] if account is None else {**find["where"], "account_id": account}
            rows = [row for row in tables(find["table"]) if account is None or row["account_id"] == account]
            found = [row for row in rows if all(fits(row[key], value) for key, value in wanted.items())]
            assert found, (wanted, rows)


def test_the_healthy_accounts_raise_no_alarm(tables: Rows) -> None:
    """Accounts without a story of trouble are not red."""
    (healthy,) = [story for story in stories() if story["id"] == "healthy"]
    red = {row["account_id"] for row in tables("colours") if row["status"] == "red"}
    assert red.isdisjoint(healthy["accounts"])


def test_the_months_show_what_changes(tmp_path: Path) -> None:
    """In May the complaint wave turns C006 red and the silence C007 yellow; in June a deputy takes over."""
    root = tmp_path / "example"
    shutil.copytree(EXAMPLE, root)
    with (root / "kaframe.yaml").open("a", encoding="utf-8") as config:
        config.write("reports: []\n")
    project = kaframe.load(root)
    project.run(as_of="2026-04-30")
    with project.preview(as_of="2026-05-31") as may:
        turned = {(row["account_id"], row["old"], row["new"]) for row in may.rows("events")
                  if row["kind"] == "status_changed"}
    assert {("C006", "green", "red"), ("C007", "green", "yellow")} <= turned
    project.run(as_of="2026-05-31")
    with project.preview(as_of="2026-06-30") as june:
        moved = {row["account_id"]: (row["old"], row["new"]) for row in june.rows("events")
                 if row["kind"] == "owner_changed"}
    (deputy,) = [story for story in stories() if story["id"] == "deputy"]
    assert {moved[account] for account in deputy["accounts"]} == {("am2", "am4")}
