"""What a run found, in numbers."""

from __future__ import annotations

from pathlib import Path

from kaframe.database import Database
from kaframe.flow import preview
from kaframe.loading import load_project
from kaframe.summary import summarise
from tests.smallproject import FILES, write_project


def test_the_numbers_are_those_of_the_tables(tmp_path: Path) -> None:
    """Accounts, tiers and colours add up; rows left out are counted."""
    bad = FILES["data/orders.csv"] + "A2,8,2026-02-30,1,1\n"
    types = "{source: {reader: csv, path: data/orders.csv, types: {ordered_on: date}}, time: ordered_on}"
    config = FILES["kaframe.yaml"].replace("{source: {reader: csv, path: data/orders.csv}, time: ordered_on}", types)
    project = load_project(write_project(tmp_path, {"data/orders.csv": bad, "kaframe.yaml": config}))
    with Database() as db:
        preview(project, db)
        found = summarise(project, db)
        managed = db.value("SELECT count(*) FROM managed")
    assert found["accounts"] == sum(found["tiers"].values()) == 4
    assert found["managed"] == sum(found["statuses"].values()) == managed
    assert (found["quarantined"], found["orphans"]) == (1, 1)
    assert found["plans"] == found["tiers"].get("strategic", 0) + found["tiers"].get("key", 0)
    assert found["plans_failed"] == 0


def test_a_project_without_rules_has_zeros(tmp_path: Path) -> None:
    """Nothing of it needs a scorecard."""
    config = FILES["kaframe.yaml"] + "packs: []\n"
    project = load_project(write_project(tmp_path, {"kaframe.yaml": config}))
    with Database() as db:
        preview(project, db)
        found = summarise(project, db)
    assert (found["accounts"], found["managed"], found["statuses"], found["tiers"]) == (4, 0, {}, {"none": 4})
