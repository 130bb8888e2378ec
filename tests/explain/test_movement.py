"""Why a score moved: each cause alone moves only its own link, and what all of them add is exactly the difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from smallproject import write_project

from kaframe import flow
from kaframe.errors import UsageError
from kaframe.explain import STEPS, explain_account
from kaframe.explain.following import Followed
from kaframe.explain.movement import Link, Movement, explain_movement, find_ends
from kaframe.explain.published import computed, explain_run
from kaframe.loading import load_project
from kaframe.project import Project
from kaframe.store import Act, Override, open_store, set_override

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 31)
RULES = {
    "rules/measure.yaml": """\
version: 1
measures:
  revenue: {from: orders, value: sum(amount), empty: 0, unit: currency}
  orders_made: {from: orders, value: count(order_id), empty: 0, unit: count}
""",
    "rules/identify.yaml": "version: 1\ntiers:\n  - {id: key, key: true, when: revenue > 1000}\n"
    "  - {id: rest, when: true}\n",
    "rules/score.yaml": """\
version: 1
semantics: {plain: {scale: [0, 100], minimum_coverage: 0.5}}
scorecards:
  health:
    primary: true
    semantics: plain
    children:
      money: {weight: 60, value: revenue, curve: [[0, 0], [30000, 100]]}
      habit: {weight: 40, value: orders_made, bands: [{at_least: 4, points: 100}, {at_least: 2, points: 50}, {else: 0}]}
""",
    "rules/status.yaml": "version: 1\nrgb: {health: {green: {at_least: 75}, yellow: {at_least: 50}, red: else}}\n",
    "rules/stage.yaml": "version: 1\n",
}
CONFIG = """\
version: 1
project: small
language: en
timezone: Asia/Shanghai
packs: []
accounts: {source: {reader: csv, path: data/accounts.csv}, name: account}
tables:
  orders: {source: {reader: csv, path: data/orders.csv}, time: ordered_on}
reports: [report_json]
"""
Change = Callable[[Path], None]


def steps() -> list[flow.Step]:
    return [flow.STEPS[name] for name in STEPS]


def opened(root: Path, day: date) -> Project:
    return load_project(root, as_of=day)


def replaced(name: str, old: str, new: str) -> Change:
    """A change of one file of the project."""

    def change(root: Path) -> None:
        text = (root / name).read_text("utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), "utf-8")

    return change


LATE = replaced("data/orders.csv", "A1,2,2026-01-10,8000", "A1,2,2026-01-10,11000")  # corrected after the first run
RULE = replaced("rules/score.yaml", "weight: 60", "weight: 40")
NOTHING: tuple[Change, ...] = ()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project without packs, its first run published."""
    folder = write_project(tmp_path / "project", {"kaframe.yaml": CONFIG, **RULES})
    flow.run(opened(folder, FIRST))
    return folder


def moved(root: Path, between: tuple[Change, ...] = NOTHING, after: tuple[Change, ...] = NOTHING) -> Movement:
    """The movement of A1 when these changes happen between the runs, and these after the second."""
    for change in between:
        change(root)
    flow.run(opened(root, SECOND))
    for change in after:
        change(root)
    return told(root, "A1")


def told(root: Path, account: str, runs: tuple[str, str] = ("2026-03-01", "2026-03-31")) -> Movement:
    """The movement of an account between these runs."""
    project = opened(root, SECOND)
    ends = find_ends(project, runs)
    (one,) = explain_movement(project, ends, steps(), Followed(account, (account, account)))
    return one


def adds_up(one: Movement) -> bool:
    """Every link is the sum of its leaves, and the whole is the sum of its links, in decimal."""
    assert one.change is not None
    whole = sum((Decimal(repr(link.change)) for link in one.links), Decimal(0))
    counted = [link for link in one.links if link.cause != "decision"]
    parts = [sum((Decimal(repr(node.change)) for node in link.nodes), Decimal(repr(link.other))) for link in counted]
    return whole == Decimal(repr(one.change)) and parts == [Decimal(repr(link.change)) for link in counted]


def causes(one: Movement) -> dict[str, float | None]:
    """What each cause added, where it added something."""
    return {link.cause: link.change for link in one.links if link.change}


def link_of(one: Movement, cause: str) -> Link:
    return next(link for link in one.links if link.cause == cause)


def test_behaviour_alone(root: Path) -> None:
    """The account ordered once more for 4,000: both leaves say what they gave."""
    one = moved(root)
    assert (one.before and one.before.score, one.after and one.after.score) == (54.0, 62.0)
    assert causes(one) == {"behaviour": 8.0}
    (node,) = [node for node in link_of(one, "behaviour").nodes if node.change]
    assert (node.path, node.value_before, node.value_after, node.change) == ("money", 17000, 21000, 8.0)
    assert adds_up(one)


def test_late_data_alone(root: Path) -> None:
    """An order of before the first run was corrected by 3,000: that is not what the account did since."""
    one = moved(root, between=(LATE,))
    assert causes(one) == {"late_data": 6.0, "behaviour": 8.0}
    assert adds_up(one)


def test_rules_alone(root: Path) -> None:
    """Half and half instead of 60 to 40: the rest of the movement is told apart."""
    one = moved(root, between=(RULE,))
    assert causes(one) == {"behaviour": 8.0, "rules": -2.0}
    assert adds_up(one)


def test_data_corrected_after_the_second_run(root: Path) -> None:
    """What has changed since both runs cancels out: late for the first, undone for the second."""
    one = moved(root, after=(LATE,))
    assert causes(one) == {"late_data": 6.0, "behaviour": 8.0, "data_since": -6.0}
    assert adds_up(one)


def test_everything_at_once_adds_up(root: Path) -> None:
    """All causes together: the colour of every world is told, the sum is exact."""
    one = moved(root, between=(LATE, RULE))
    assert set(causes(one)) == {"late_data", "behaviour", "rules"}
    assert {link.status_before for link in one.links} == {"yellow"}
    assert one.change == round(sum(link.change or 0 for link in one.links), 9)
    assert adds_up(one)


def test_a_leaf_that_is_new_and_one_that_is_gone(root: Path) -> None:
    """Leaves that only one of the rulebooks has are told with what they add or took."""
    one = moved(root, between=(replaced("rules/score.yaml", "habit:", "custom:"),))
    nodes = {node.path: node.change for node in link_of(one, "rules").nodes}
    assert set(nodes) == {"custom", "habit"}
    assert nodes["custom"] == -nodes["habit"]
    assert adds_up(one)


def test_a_measure_that_means_something_else(root: Path) -> None:
    """A changed measure is a changed rule, not behaviour."""
    one = moved(root, between=(replaced("rules/measure.yaml", "sum(amount)", "sum(amount) / 2"),))
    assert causes(one)["behaviour"] == 8.0
    assert causes(one)["rules"] == -21.0
    assert adds_up(one)


def test_the_order_of_colours_is_a_part_of_the_rules(root: Path) -> None:
    """The rules come back from the manifest with their colours from best to worst, and with their places."""
    (one,) = explain_run(opened(root, FIRST), "2026-03-01", steps(), Followed("A1", ("A1",)))
    assert one.target is not None
    assert (one.target.status, one.target.points) == ("green", 75)
    assert one.rule == "rules/score.yaml:4"
    assert [node.rule for node in one.nodes] == ["rules/score.yaml:8", "rules/score.yaml:9"]


def test_a_card_of_one_run_only(root: Path) -> None:
    """A card that no longer applies by the new rules has no score there: said, not counted."""
    change = replaced("rules/score.yaml", "    primary: true\n", "    primary: true\n    applies: revenue > 99000\n")
    one = moved(root, between=(change,))
    assert (one.after, one.change) == (None, None)
    link = link_of(one, "rules")
    assert (link.before, link.after, link.change, link.status_after) == (62.0, None, None, "")


def test_an_account_without_score_before(root: Path) -> None:
    """From nobody to somebody: A4 has no order on the first day but points by its empty value, and it adds up."""
    replaced("data/orders.csv", "A1,6,", "A4,7,2026-03-10,9000,1\nA1,6,")(root)
    flow.run(opened(root, SECOND))
    one = told(root, "A4")
    assert causes(one) == {"behaviour": 18.0}
    assert adds_up(one)


def test_an_exception_that_forces_points(root: Path) -> None:
    """What the exception takes from the calculated points is a part of its own, with its reason."""
    exceptions = """
    exceptions:
      - {id: busy, when: orders_made >= 3, points: 20, reason: {en: Too many orders, zh: 订单过多}}
"""
    path = root / "rules/status.yaml"
    inner = "health:\n    green: {at_least: 75}\n    yellow: {at_least: 50}\n    red: else" + exceptions
    path.write_text(f"version: 1\nrgb:\n  {inner}", "utf-8")
    one = moved(root)
    assert (one.change, causes(one)) == (-34.0, {"behaviour": 8.0, "decision": -42.0})
    link = link_of(one, "decision")
    assert (link.before, link.after, link.reason) == (62.0, 20.0, "Too many orders")
    assert (link.status_before, link.status_after) == ("yellow", "red")


def test_a_colour_set_by_hand_moves_no_points(root: Path) -> None:
    """An override is told with its reason, and adds nothing to the points."""
    project = opened(root, SECOND)
    override = Override("A1", "health", "red", date(2026, 6, 30))
    set_override(open_store(project), override, Act("kim", SECOND, "they told us"))
    one = moved(root)
    link = link_of(one, "decision")
    assert (link.change, link.reason) == (0.0, "they told us")
    assert (link.status_before, link.status_after) == ("yellow", "red")
    assert {(other.status_before, other.status_after) for other in one.links if other is not link} == {
        ("yellow", "yellow")
    }
    assert one.change == 8.0


def test_runs_are_told_in_their_order_and_must_be_two(root: Path) -> None:
    """The earlier run comes first whichever is named first; one and the same is refused."""
    forth = moved(root)
    back = told(root, "A1", ("2026-03-31", "2026-03-01"))
    assert back == forth
    with pytest.raises(UsageError, match="KF6067"):
        find_ends(opened(root, SECOND), ("2026-03-31", "latest"))


def test_a_published_run_explains_itself_after_rules_and_data_have_changed(root: Path) -> None:
    """What was published then is explained by the rules and values of then."""
    project = opened(root, FIRST)
    with computed(project, steps()) as db:
        (now,) = explain_account(project, db, "A1")
    LATE(root)
    RULE(root)
    (then,) = explain_run(opened(root, SECOND), "2026-03-01.1", steps(), Followed("A1", ("A1",)))
    assert (then.score, then.as_of, then.rule) == (now.score, FIRST, now.rule)
    assert [(leaf.value, leaf.points, leaf.lost) for leaf in then.nodes] == [
        (leaf.value, leaf.points, leaf.lost) for leaf in now.nodes
    ]


def test_another_order_is_another_rulebook(root: Path) -> None:
    """Which of two equal leaves is the weakest depends on their order, so the day is computed anew."""
    again = flow.run(opened(root, FIRST)).committed
    path = root / "rules/score.yaml"
    *head, money, habit = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*head, habit, money]), "utf-8")
    turned = flow.run(opened(root, FIRST)).committed
    assert (again.state, again.revision) == ("unchanged", 1)
    assert (turned.state, turned.revision) == ("published", 2)


CARDS = """\
version: 1
scorecards:
  large:
    family: health
    primary: true
    applies: revenue > 18000
    children: {money: {value: revenue, curve: [[0, 0], [42000, 100]]}}
  small:
    family: health
    default: true
    children: {money: {value: revenue, curve: [[0, 0], [21000, 100]]}}
"""
BOTH = "version: 1\nrgb:\n  large: {green: {at_least: 75}, red: else}\n  small: {green: {at_least: 75}, red: else}\n"


def test_another_card_is_told_apart_from_what_the_account_did(root: Path) -> None:
    """The account has grown into another segment: on its old card it would have gained, the new one takes half."""
    (root / "rules/score.yaml").write_text(CARDS, "utf-8")
    (root / "rules/status.yaml").write_text(BOTH, "utf-8")
    flow.run(opened(root, FIRST))
    one = moved(root)
    assert (one.card, one.before and one.before.card, one.after and one.after.card) == ("health", "small", "large")
    assert [(link.cause, link.before, link.after) for link in one.links if link.change] == [
        ("behaviour", 81.0, 100.0),
        ("card", 100.0, 50.0),
    ]
    assert one.change == -31.0
    assert adds_up(one)


def test_a_card_that_other_rules_give(root: Path) -> None:
    """When the border between the segments moves, it is the card that changes, not behaviour."""
    (root / "rules/score.yaml").write_text(CARDS, "utf-8")
    (root / "rules/status.yaml").write_text(BOTH, "utf-8")
    flow.run(opened(root, FIRST))
    one = moved(root, between=(replaced("rules/score.yaml", "revenue > 18000", "revenue > 99000"),))
    assert causes(one) == {"behaviour": 19.0}
    other = moved(root, between=(replaced("rules/score.yaml", "revenue > 99000", "revenue > 9000"),))
    assert causes(other) == {"behaviour": 19.0, "card": -50.0}
    assert adds_up(other)
