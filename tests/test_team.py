"""The team as people write it down: what is read, and what is answered when a name is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kaframe.bind import Duration, Label
from kaframe.errors import RuleError
from kaframe.team import Team, load_team

TEAM = """\
roles:
  - {id: account_manager, label: {en: Account manager, zh: 客户经理}, training: [negotiation]}
  - {id: inspector, label: 巡检员, duties: [{en: Looks, zh: 看}], skills: [electrics], for_all: true}
members:
  - id: chen
    name: 陈晨
    roles: [account_manager]
    email: Chen@example.com
    addresses: {wecom: chen.c}
    training: {negotiation: 2025-03-01}
    deputy: li
    absent: [{from: 2026-03-02, until: 2026-03-06, reason: 年假}]
    capacity: 10
  - {id: li, name: 李娜, roles: [account_manager, lead], deputy: wang, leaves: 2026-03-04}
  - {id: wang, name: 王伟, roles: [after_sales], deputy: chen, joined: 2026-03-05}
assignments:
  - {role: account_manager, from: owner}
  - {role: account_manager, when: region = 'south', member: li}
training:
  - {id: negotiation, label: {en: Negotiation, zh: 谈判}, valid_for: 12 months}
"""


def read(folder: Path, text: str) -> Team:
    (folder / "team.yaml").write_text(text, "utf-8")
    return load_team(folder / "team.yaml", "team.yaml")


def test_everything_is_read(tmp_path: Path) -> None:
    """Roles, members, assignments and training arrive as frozen records with their places."""
    team = read(tmp_path, TEAM)
    chen, role = team.members[0], team.role("inspector")
    assert (chen.name, chen.email, chen.capacity, chen.at.line) == ("陈晨", "Chen@example.com", 10, 5)
    assert chen.training == {"negotiation": date(2025, 3, 1)}
    assert chen.addresses == {"wecom": "chen.c"}
    assert role is not None
    assert role.label == Label("巡检员", "巡检员")
    assert role.for_all
    assert [item.column for item in team.assignments] == ["owner", ""]
    assert team.assignments[1].when is not None
    assert team.assignments[1].when.text == "region = 'south'"
    assert team.training[0].valid_for == Duration(12, "month")


def test_the_usual_roles_need_no_declaration(tmp_path: Path) -> None:
    """The five roles are there, and one that is declared replaces its namesake."""
    team = read(tmp_path, TEAM)
    assert sorted(role.id for role in team.roles) == [
        "account_manager", "after_sales", "inspector", "lead", "market_analyst", "product_specialist",
    ]  # fmt: skip
    manager = team.role("account_manager")
    assert manager is not None
    assert manager.training == ("negotiation",)


def test_no_file_no_members(tmp_path: Path) -> None:
    """Without team.yaml rules may still name the usual roles."""
    team = load_team(tmp_path / "team.yaml", "team.yaml")
    assert team.members == ()
    assert team.role("lead") is not None


@pytest.mark.parametrize(
    ("day", "acts"),
    [
        pytest.param(date(2026, 3, 1), "chen", id="there"),
        pytest.param(date(2026, 3, 2), "li", id="away, the deputy acts"),
        pytest.param(date(2026, 3, 5), "wang", id="away, the deputy has left, the deputy's deputy acts"),
        pytest.param(date(2026, 3, 7), "chen", id="back"),
    ],
)
def test_deputies(tmp_path: Path, day: date, acts: str) -> None:
    """The first of the chain of deputies who is there acts."""
    team = read(tmp_path, TEAM)
    found = team.acting_for(team.members[0], day)
    assert found is not None
    assert found.id == acts


def test_a_circle_of_deputies_ends(tmp_path: Path) -> None:
    """When everybody in a circle of deputies is away nobody acts."""
    away = "absent: [{from: 2026-01-01, until: 2026-12-31}]"
    team = read(
        tmp_path,
        f"members: [{{id: a, name: A, roles: [lead], deputy: b, {away}}}, "
        f"{{id: b, name: B, roles: [lead], deputy: a, {away}}}]",
    )
    assert team.acting_for(team.members[0], date(2026, 5, 1)) is None
    assert team.on_duty("lead", date(2026, 5, 1)) is None


def test_roles_for_all_accounts(tmp_path: Path) -> None:
    """A role that nothing assigns is for all accounts: its first member who is there acts."""
    team = read(tmp_path, TEAM)
    assert team.is_bound("account_manager")
    assert not team.is_bound("lead")
    assert not team.is_bound("inspector")
    on_duty = [team.on_duty("lead", day) for day in (date(2026, 3, 4), date(2026, 3, 8))]
    assert [member.id if member else None for member in on_duty] == ["li", "wang"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "deputy: li",
            "deputy: lin",
            "team.yaml:11:13: KF1321 no member 'lin' in team.yaml (did you mean 'li'?)",
            id="deputy",
        ),
        pytest.param(
            "roles: [after_sales]",
            "roles: [after_sale]",
            "KF1320 no role 'after_sale' in team.yaml (did you mean 'after_sales'?)",
            id="member's role",
        ),
        pytest.param(
            "training: {negotiation",
            "training: {negotation",
            "team.yaml:10:16: KF1322 no training 'negotation'",
            id="member's training",
        ),
        pytest.param("member: li", "member: lee", "KF1321 no member 'lee'", id="assigned member"),
        pytest.param("id: wang", "id: chen", "KF1323 id 'chen' stands twice under members", id="id twice"),
        pytest.param(
            "roles: [after_sales],",
            "roles: [after_sales], email: chen@EXAMPLE.com,",
            "KF1323 email 'chen@EXAMPLE.com' stands twice",
            id="e-mail twice",
        ),
        pytest.param("deputy: chen", "deputy: wang", "KF1324 'wang' is their own deputy", id="own deputy"),
        pytest.param(
            "until: 2026-03-06",
            "until: 2026-02-06",
            "KF1324 'until' (2026-02-06) lies before 'from'",
            id="span",
        ),
        pytest.param("from: owner", "form: owner", "KF1104 unknown key 'form'", id="misspelt key"),
        pytest.param("from: owner", "when: true", "KF1105", id="condition without member"),
        pytest.param("capacity: 10", "capacity: 0", "KF1109", id="no capacity"),
    ],
)
def test_what_is_wrong_is_answered(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Every wrong name is answered with its place and the nearest right one."""
    assert old in TEAM
    with pytest.raises(RuleError) as caught:
        read(tmp_path, TEAM.replace(old, new))
    assert message in str(caught.value)
