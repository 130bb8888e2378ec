"""The view of a run that every report format gets."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kaframe.database import Database
from kaframe.flow import preview, run
from kaframe.loading import load_project
from kaframe.published import load_run
from kaframe.records import RunView
from kaframe.report import table_rows, view_run, write_reports
from kaframe.reportnote import NOTE
from kaframe.store import Act, Override, open_store, set_override
from tests.smallproject import FILES, fingerprint, write_project

RULES = {
    "rules/status.yaml": """\
rgb:
  relationship: {override: replace, best: {at_least: 90}, fair: {at_least: 50}, poor: else}
""",
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunView]:
    project = load_project(write_project(tmp_path_factory.mktemp("report"), RULES))
    with Database() as db:
        preview(project, db)
        yield view_run(project, table_rows(db), "2026-03-31.1", project.as_of)


def test_the_view_names_the_run(view: RunView) -> None:
    """And the language and currency in which it is told."""
    assert (view.project, view.run_id, view.language, view.primary) == ("small", "2026-03-31.1", "en", "relationship")


def test_tables_come_as_rows(view: RunView) -> None:
    """In an order that does not change."""
    rows = view.rows("tiers")
    assert [row["account_id"] for row in rows] == sorted(row["account_id"] for row in rows)
    assert rows == view.rows("tiers")


def test_every_colour_of_a_card_has_one_to_paint(view: RunView) -> None:
    """Also those with names of their own, each another one."""
    colours = view.colours["relationship"]
    assert list(colours) == ["best", "fair", "poor", "no_data"]
    assert len(set(colours.values())) == 4


def test_the_tree_of_a_card_has_every_leaf(view: RunView) -> None:
    """With its path, its measure and the place of its rule; groups have an aggregate, leaves none."""
    groups = {group["path"]: group for group in view.cards["relationship"]}
    growth = next(leaf for leaf in groups["commercial"]["children"] if leaf["path"] == "commercial.growth")
    assert (growth["measure"], growth["aggregate"], growth["children"]) == ("growth", "", [])
    assert growth["rule"].startswith("default/score.yaml:")
    assert groups["commercial"]["aggregate"] == "weighted_mean"
    assert view.scales["relationship"] == (0.0, 100.0)


def test_only_the_wanted_formats_are_written(view: RunView, tmp_path: Path) -> None:
    """Here the one that kaframe.yaml names."""
    project = load_project(write_project(tmp_path / "project"))
    (path,) = write_reports(project, view, tmp_path / "report").paths
    assert json.loads(path.read_text("utf-8"))
    assert [file.name for file in (tmp_path / "report").iterdir()] == [path.name]


PEOPLE_AND_PAST = {
    "kaframe.yaml": FILES["kaframe.yaml"].replace(
        "reports: [report_json]",
        "  contacts: {source: {reader: csv, path: data/contacts.csv}, time: created_on}\n"
        "reports: [report_html, report_json]",
    ),
    "data/contacts.csv": """\
account_id,contact,role,decision_maker,last_contact_on,created_on
A1,Jo Doe,Buyer,true,2026-02-11,2025-01-01
A4,Nobody Watched,Clerk,false,2026-02-12,2025-01-01
""",
    "rules/status.yaml": "rgb:\n  relationship: {override: merge, hold: 60 days}\n",
}
REWORDED = {
    "rules/status.yaml": "rgb:\n  relationship: {override: replace, fine: {at_least: 50}, poor: else}\n",
    "rules/measure.yaml": "measures:\n  revenue_12m: {override: merge, label: Turnover}\n",
}


def test_a_report_made_later_has_the_same_bytes(tmp_path: Path) -> None:
    """With contacts, earlier points and who set a colour by hand; also when the rules say something else by then."""
    root = write_project(tmp_path / "project", PEOPLE_AND_PAST)
    run(load_project(root, as_of=date(2026, 3, 1)))
    project = load_project(root, as_of=date(2026, 3, 31))
    with contextlib.closing(open_store(project)) as store:
        by_hand = Override("A1", "relationship", "red", date(2026, 5, 1))
        set_override(store, by_hand, Act("chen", date(2026, 3, 20), "board has changed"))
    finished = run(project)
    page = next((root / "report" / "accounts").glob("a1-*.html")).read_text("utf-8")
    assert all(said in page for said in ("Jo Doe", "board has changed", "2026-03-01", "2026-03-31"))
    assert not any("Nobody Watched" in path.read_text("utf-8") for path in (root / "report").rglob("*.html"))

    later = load_project(write_project(root, {**PEOPLE_AND_PAST, **REWORDED}))
    with load_run(later) as published:
        rows = table_rows(published.open())
        write_reports(later, view_run(later, rows, published.run_id, published.as_of), tmp_path / "later")
    (root / "report" / NOTE).unlink()
    assert published.run_id == finished.committed.run_id
    assert fingerprint(tmp_path / "later") == fingerprint(root / "report")


def test_the_report_of_an_older_run_keeps_its_bytes_and_its_explanations(tmp_path: Path) -> None:
    """Data came late, rules have changed, another run was published: the older one explains itself as it did."""
    root = write_project(tmp_path / "project", PEOPLE_AND_PAST)
    older = run(load_project(root, as_of=date(2026, 3, 1))).committed.run_id
    (root / "report" / NOTE).unlink()
    written = fingerprint(root / "report")
    told = json.loads((root / "report" / "report.json").read_text("utf-8"))["tables"]["explanations"]
    late = FILES["data/orders.csv"].replace("A1,2,2026-01-10,8000", "A1,2,2026-01-10,99000")
    write_project(root, {**PEOPLE_AND_PAST, **REWORDED, "data/orders.csv": late})
    project = load_project(root, as_of=date(2026, 3, 31))
    run(project)
    with load_run(project, older) as published:
        rows = table_rows(published.open())
        write_reports(project, view_run(project, rows, published.run_id, published.as_of), tmp_path / "later")
    assert fingerprint(tmp_path / "later") == written
    assert "A1" in [row["account_id"] for row in told]
    assert '"amount": 8000' in json.dumps(told)
    assert "99000" not in json.dumps(told)
    pages = [path.read_text("utf-8") for path in (tmp_path / "later").rglob("a1-*.html")]
    assert pages
    assert not any("99,000" in page for page in pages)
