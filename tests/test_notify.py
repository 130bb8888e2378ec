"""Which notices are written, for which channels, and what check finds wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.errors import Location
from kaframe.notify import check
from kaframe.rules.layers import Layer
from kaframe.rules.load import load_rules
from tests.telling import (
    EMAIL,
    TODAY,
    event,
    make_project,
    notices,
    rule,
)

RED = """\
notices:
  - {id: turned_red, on: status_changed, when: new = 'red', to: [account_manager, lead], title: 客户转红}
"""


def test_a_notice_reaches_every_role_on_every_channel(tmp_path: Path) -> None:
    """The account's own manager and the lead, by the declared channel, each with an own key."""
    found = notices(make_project(tmp_path, RED, EMAIL), {"events": [event()]})
    assert [(row["recipient"], row["channel"], row["address"]) for row in found] == [
        ("chen", "email", "chen@example.com"),
        ("wang", "email", "wang@example.com"),
    ]
    assert {row["state"] for row in found} == {"pending"}
    assert len({row["notice_key"] for row in found}) == 2
    assert found[0]["events"] == ["e1"]
    assert found[0]["accounts"] == ["A1"]
    assert found[0]["decided_on"] == TODAY


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("revenue > 100", ["A1"]),
        ("tier = 'standard'", ["A2"]),
        ("value >= 42 and card = 'relationship'", ["A1", "A2"]),
        ("old = 'green'", []),
        ("kind = 'status_changed' and subject is null", ["A1", "A2"]),
        ("amount > 0", []),
    ],
    ids=["measure", "tier", "event", "nothing", "kind", "unknown is not true"],
)
def test_conditions_see_the_event_and_the_account(tmp_path: Path, when: str, told: list[str]) -> None:
    """Names of the event and names of its account may stand in one condition."""
    project = make_project(tmp_path, rule(when=when))
    found = notices(project, {"events": [event(), event("A2", "e2")]})
    assert [account for row in found for account in row["accounts"]] == told


def test_without_channels_the_console_tells(tmp_path: Path) -> None:
    """It is always there."""
    (row,) = notices(make_project(tmp_path, rule()), {"events": [event()]})
    assert (row["channel"], row["state"], row["address"]) == ("console", "pending", "")


def test_keys_are_the_same_for_the_same_run(tmp_path: Path) -> None:
    """And differ with the events."""
    project = make_project(tmp_path, rule())
    (first,), (again,), (other,) = (
        notices(project, {"events": [found]}) for found in (event(), event(), event(key="e2"))
    )
    assert first == again
    assert first["notice_key"] != other["notice_key"]


@pytest.mark.parametrize(
    ("text", "channels", "code", "hint"),
    [
        (rule(to="[acount_manager]"), "", "KF8002", "did you mean 'account_manager'?"),
        (rule(to="[assignee]"), "", "KF8003", "account_manager"),
        (rule(channels="[emial]"), EMAIL, "KF8004", "did you mean 'email'?"),
        (rule(when="revenu > 5"), "", "KF2010", "did you mean 'revenue'?"),
        (rule(), "  mail: {type: emial}\n", "KF8010", "did you mean 'email'?"),
        (rule(), "  mail: {type: file, form: pdf}\n", "KF1105", ""),
        (rule(), "  mail: {type: file, max_age: soon}\n", "KF1106", ""),
    ],
    ids=["role", "assignee", "channel", "condition", "type", "option", "common option"],
)
def test_check_finds_what_is_wrong(tmp_path: Path, text: str, channels: str, code: str, hint: str) -> None:
    """Each mistake is one problem with the nearest name."""
    (problem,) = check(make_project(tmp_path, text, channels))
    assert problem.at is not None
    assert hint in problem.hint
    assert problem.code == code or not hint


def test_a_pack_may_name_channels_that_are_not_there(tmp_path: Path) -> None:
    """They are left out; the project's own channels are used instead."""
    pack = Layer(tmp_path / "pack", "pack")
    pack.folder.mkdir()
    (pack.folder / "notify.yaml").write_text(rule(channels="[wecom, email]"), "utf-8")
    project = make_project(tmp_path / "project", channels=EMAIL)
    own = project.root / "rules"
    rules = load_rules([pack, Layer(own, "rules")])
    object.__setattr__(project, "rules", rules)
    assert check(project) == []
    assert [row["channel"] for row in notices(project, {"events": [event()]})] == ["email"]


def test_the_default_pack_is_right(tmp_path: Path) -> None:
    """Its notices compile against a project that has nothing but accounts."""
    from kaframe.bundled import folder

    text = (folder("rules") / "default" / "notify.yaml").read_text("utf-8")
    project = make_project(tmp_path, text)
    assert check(project) == []
    assert project.rules.notify.notices[0].at == Location("rules/notify.yaml", 6, 5)
