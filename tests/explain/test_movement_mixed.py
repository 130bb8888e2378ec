"""All causes of a movement at once, by chance: the parts add up exactly to the difference of what was published."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from smallproject import FILES, write_project

from kaframe import flow
from kaframe.explain.following import Followed
from kaframe.explain.movement import Movement, explain_movement, find_ends, published_points
from kaframe.store import Act, Override, open_store, set_override
from tests.explain.test_movement import CONFIG, FIRST, RULES, SECOND, adds_up, link_of, opened, replaced, steps

SCORE = """\
version: 1
semantics: {plain: {scale: [0, 100], minimum_coverage: 0.5, rounding: {total: 2}}}
scorecards:
  large:
    {family: health, primary: true, applies: revenue > 18000, semantics: plain, children: {
      money: {weight: 3, value: revenue, curve: [[0, 0], [70000, 100]]},
      habit: {weight: 4, value: orders_made, curve: [[0, 0], [7, 100]]}}}
  small:
    {family: health, default: true, semantics: plain, children: {
      money: {weight: 3, value: revenue, curve: [[0, 0], [37000, 100]]},
      habit: {weight: 4, value: orders_made, bands: [{at_least: 3, points: 90}, {at_least: 2, points: 55}, {else: 0}]}}}
"""
COLOURS = "green: {at_least: 75}, yellow: {at_least: 50}, red: else"
BUSY = ", exceptions: [{id: busy, when: orders_made >= 3, points: 21.37, reason: Too many}]"
STATUS = f"version: 1\nrgb: {{large: {{{COLOURS}}}, small: {{{COLOURS}}}}}\n"
RENAMED = CONFIG.replace("name: account}", "name: account, renamed: data/renamed.csv}")
START = {"kaframe.yaml": RENAMED, **RULES, "rules/score.yaml": SCORE, "rules/status.yaml": STATUS,
         "data/renamed.csv": "old_id,new_id\n"}  # fmt: skip
CAUSES = ("late", "gone", "since", "grown", "rules", "measure", "exception", "override", "renamed", "border")


def moved(root: Path, what: frozenset[str]) -> Movement:
    """Two runs of A1, with these things happening between and after them."""
    write_project(root, START)
    flow.run(opened(root, FIRST))
    now = "B1" if "renamed" in what else "A1"
    orders = FILES["data/orders.csv"]
    orders = orders.replace("2026-01-10,8000", "2026-01-10,11111.1") if "late" in what else orders
    orders = orders.replace("A1,1,2025-02-01,9000,900\n", "") if "gone" in what else orders
    orders += "A1,7,2026-03-20,33333.33,1\n" if "grown" in what else ""
    changes = {
        "rules": replaced("rules/score.yaml", "weight: 4", "weight: 1"),
        "measure": replaced("rules/measure.yaml", "sum(amount)", "sum(amount) / 3"),
        "border": replaced("rules/score.yaml", "revenue > 18000", "revenue > 9000"),
        "exception": replaced("rules/status.yaml", "red: else", f"red: else{BUSY}"),
    }
    for name in sorted(what & changes.keys()):
        changes[name](root)
    (root / "data/orders.csv").write_text(orders.replace("A1,", f"{now},"), "utf-8")
    if now == "B1":
        (root / "data/accounts.csv").write_text("account_id,account\nB1,Alpha\nA2,Beta\n", "utf-8")
        (root / "data/renamed.csv").write_text("old_id,new_id\nA1,B1\n", "utf-8")
    project = opened(root, SECOND)
    if "override" in what:
        for card in ("large", "small"):
            override = Override(now, card, "red", SECOND.replace(year=2027))
            set_override(open_store(project), override, Act("kim", SECOND, "told"))
    flow.run(project)
    if "since" in what:
        replaced("data/orders.csv", "2026-03-09,4000", "2026-03-09,123.45")(root)
    project = opened(root, SECOND)
    ends = find_ends(project, ("2026-03-01", "2026-03-31"))
    (one,) = explain_movement(project, ends, steps(), Followed(now, ("A1", now)))
    return one


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@example(frozenset(CAUSES))
@example(frozenset(CAUSES) - {"gone", "measure"})
@given(st.frozensets(st.sampled_from(CAUSES)))
def test_whatever_happens_the_parts_make_the_whole(what: frozenset[str]) -> None:
    """In decimal, to the last digit: every link of its leaves, and the whole of its links, between published points."""
    with tempfile.TemporaryDirectory() as folder:
        one = moved(Path(folder) / "project", what)
    ends = published_points(one.before), published_points(one.after)
    assert ends[0] is not None
    assert ends[1] is not None
    assert one.change is not None
    assert Decimal(repr(ends[1])) - Decimal(repr(ends[0])) == Decimal(repr(one.change))
    assert adds_up(one)
    assert (one.id_before == "A1") == ("renamed" in what)
    if "override" in what:
        assert link_of(one, "decision").reason == "told"
    if not what & {"since"}:
        assert link_of(one, "data_since").change == 0


def test_a_world_without_a_score_is_passed_over(tmp_path: Path) -> None:
    """By the data of now the first day would have no score: its cause cannot be told apart, and the sum stays exact."""
    root = write_project(tmp_path / "project", {"kaframe.yaml": CONFIG, **RULES})
    for name in ("sum(amount), empty: 0", "count(order_id), empty: 0"):
        replaced("rules/measure.yaml", name, name.replace(", empty: 0", ""))(root)
    flow.run(opened(root, FIRST))
    orders = FILES["data/orders.csv"].splitlines(keepends=True)
    kept = [line for line in orders if not line.startswith(("A1,1,", "A1,2,"))]
    (root / "data/orders.csv").write_text("".join(kept), "utf-8")
    flow.run(opened(root, SECOND))
    project = opened(root, SECOND)
    ends = find_ends(project, ("2026-03-01", "2026-03-31"))
    (one,) = explain_movement(project, ends, steps(), Followed("A1", ("A1", "A1")))
    assert (published_points(one.before), published_points(one.after)) == (54.0, 8.0)
    link = link_of(one, "behaviour")
    assert (link.also, link.change) == (("late_data",), -46.0)
    assert [other.cause for other in one.links] == ["behaviour", "rules", "data_since"]
    assert adds_up(one)


def test_a_run_without_a_score_has_no_change(tmp_path: Path) -> None:
    """Points that an exception forces on an account without a score are no movement that could be split."""
    root = write_project(tmp_path / "project", {"kaframe.yaml": CONFIG, **RULES})
    replaced("rules/measure.yaml", "sum(amount), empty: 0", "sum(amount)")(root)
    replaced("rules/status.yaml", "red: else", "red: else, exceptions: [{id: new, when: orders_made < 1, points: 20}]")(
        root
    )
    replaced("rules/score.yaml", "minimum_coverage: 0.5", "minimum_coverage: 0.9")(root)
    flow.run(opened(root, FIRST))
    replaced("data/orders.csv", "A1,6,", "A4,7,2026-03-10,9000,1\nA1,6,")(root)
    project = opened(root, SECOND)
    flow.run(project)
    ends = find_ends(project, ("2026-03-01", "2026-03-31"))
    (one,) = explain_movement(project, ends, steps(), Followed("A4", ("A4", "A4")))
    assert published_points(one.before) == 20
    assert one.change is None


def test_runs_without_the_account_are_told(tmp_path: Path) -> None:
    """Neither new nor gone can be counted; nothing is computed in between."""
    root = write_project(tmp_path / "project", {"kaframe.yaml": CONFIG, **RULES})
    flow.run(opened(root, FIRST))
    flow.run(opened(root, SECOND))
    project = opened(root, SECOND)
    ends = find_ends(project, ("2026-03-01", "2026-03-31"))
    for then, cause in (((None, "A1"), "new"), (("A1", None), "gone")):
        (one,) = explain_movement(project, ends, steps(), Followed("A1", then))
        assert [link.cause for link in one.links] == [cause]
        assert one.change is None
    with pytest.raises(StopIteration):
        link_of(one, "decision")
