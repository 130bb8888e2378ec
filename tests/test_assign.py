"""Who has which account, who acts today, and what the team lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from keyaccounts import make_project, make_tables

from kaframe.assign import assign_owners, check
from kaframe.assign.staffing import sentence
from kaframe.errors import Location

TEAM = """\
members:
  - {id: chen, name: 陈晨, roles: [account_manager], email: chen@x.cn, capacity: 2, deputy: li}
  - {id: li, name: Li Na, roles: [account_manager], email: li@x.cn, deputy: wang}
  - {id: wang, name: Wang, roles: [after_sales]}
assignments:
  - {role: account_manager, from: owner}
  - {role: account_manager, when: region = 'south', member: li}
  - {role: after_sales, member: wang}
"""


def run(folder: Path, team: str, *accounts: dict[str, Any], language: str = "en", **rules: str) -> Any:
    """The four tables that the step makes, as lists of rows, by name."""
    db = make_tables(accounts)
    assign_owners(make_project(folder, team, language, **rules), db)
    tables = {
        name: db.rows(f'SELECT * FROM "{name}" ORDER BY ALL')
        for name in ("owners", "handovers", "findings", "members")
    }
    db.close()
    return tables


def managers(tables: Any) -> dict[str, tuple[str, str, str]]:
    return {
        row["account_id"]: (row["member"], row["holder"], row["via"])
        for row in tables["owners"]
        if row["role"] == "account_manager"
    }


@pytest.mark.parametrize(
    ("owner", "region", "expected"),
    [
        pytest.param("chen", "north", ("chen", "chen", "column"), id="by id"),
        pytest.param(" CHEN@x.cn", "north", ("chen", "chen", "column"), id="by e-mail in any case"),
        pytest.param("陈晨", "south", ("chen", "chen", "column"), id="by name, the column comes first"),
        pytest.param(None, "south", ("li", "li", "rule"), id="by rule when the column is empty"),
        pytest.param("nobody", "south", ("li", "li", "rule"), id="by rule when the column names a stranger"),
        pytest.param(None, None, None, id="a condition that cannot be known gives nobody"),
    ],
)
def test_the_first_assignment_that_names_a_person_wins(
    tmp_path: Path, owner: str | None, region: str | None, expected: tuple[str, str, str] | None
) -> None:
    """Columns and rules are tried in the order of the file."""
    tables = run(tmp_path, TEAM, {"account_id": "a", "owner": owner, "region": region})
    assert managers(tables).get("a") == expected


def test_only_managed_accounts(tmp_path: Path) -> None:
    """What is not managed has no owner here."""
    tables = run(tmp_path, TEAM, {"account_id": "a", "owner": "chen", "managed": False}, {"account_id": "b"})
    assert {row["account_id"] for row in tables["owners"]} == {"b"}


def test_unowned_and_unknown(tmp_path: Path) -> None:
    """An account without anybody is told, a key account as such; a stranger is told once with the number."""
    tables = run(
        tmp_path,
        TEAM,
        {"account_id": "a", "name": "Acme", "owner": "gone"},
        {"account_id": "b", "name": "Beta", "owner": "gone", "key_account": False, "tier": "standard"},
    )
    told = {(row["kind"], row["account_id"]): row for row in tables["findings"]}
    assert told["unowned", "a"]["sentence"] == "Key account Acme has no Account manager."
    assert told["unowned", "b"]["sentence"] == "Beta has no Account manager."
    assert told["unknown_member", None]["member"] == "gone"
    assert told["unknown_member", None]["number"] == 2


@pytest.mark.parametrize(
    ("change", "expected", "handover"),
    [
        pytest.param(
            "absent: [{from: 2026-03-01, until: 2026-03-09}], ",
            ("li", "chen", "deputy"),
            ("absent", "li", "2026-03-01", "2026-03-09"),
            id="away",
        ),
        pytest.param(
            "leaves: 2026-03-20, ",
            ("chen", "chen", "column"),
            ("leaving", "li", "2026-03-21", "None"),
            id="leaves within 30 days",
        ),
        pytest.param(
            "leaves: 2026-03-01, ",
            ("li", "chen", "deputy"),
            ("left", "li", "2026-03-02", "None"),
            id="has left",
        ),
        pytest.param(
            "joined: 2026-03-10, ",
            ("li", "chen", "deputy"),
            ("absent", "li", "2026-03-02", "2026-03-09"),
            id="comes later",
        ),
        pytest.param("leaves: 2026-06-01, ", ("chen", "chen", "column"), None, id="leaves much later"),
    ],
)
def test_deputies_and_handovers(tmp_path: Path, change: str, expected: Any, handover: Any) -> None:
    """The deputy acts for one who is away or has left; one who leaves soon still acts but is on the list."""
    team = TEAM.replace("id: chen, ", f"id: chen, {change}")
    tables = run(tmp_path, team, {"account_id": "a", "owner": "chen"})
    assert managers(tables)["a"] == expected
    rows = [
        tuple(str(row[name]) for name in ("reason", "to_member", "from_day", "until"))
        for row in tables["handovers"]
    ]
    assert rows == ([handover] if handover else [])
    assert not [row for row in tables["findings"] if row["kind"] == "no_deputy"]


def test_one_account_is_no_plural(tmp_path: Path) -> None:
    """Findings count accounts as people do."""
    project = make_project(tmp_path, TEAM, "en")
    said = {number: sentence(project, "no_deputy", member="Li", number=number) for number in (1, 2)}
    assert said[1] == "Li is away, leaves or has left, and nobody stands in for one account."
    assert said[2] == "Li is away, leaves or has left, and nobody stands in for 2 accounts."


def test_nobody_there(tmp_path: Path) -> None:
    """Without a deputy one who is away keeps acting, one who has left does not; both are told."""
    away = TEAM.replace("id: li, ", "id: li, absent: [{from: 2026-03-01, until: 2026-03-09}], ").replace(
        ", deputy: wang", ""
    )
    left = away.replace("absent: [{from: 2026-03-01, until: 2026-03-09}]", "leaves: 2026-01-31")
    for team, owner in ((away, ("li", "li", "column")), (left, None)):
        tables = run(tmp_path, team, {"account_id": "a", "owner": "li"})
        assert managers(tables).get("a") == owner
        kinds = sorted(row["kind"] for row in tables["findings"] if row["kind"] in ("no_deputy", "unowned"))
        assert kinds == (["no_deputy"] if owner else ["no_deputy", "unowned"])
        assert [row["to_member"] for row in tables["handovers"]] == [None]


def test_overloaded(tmp_path: Path) -> None:
    """More accounts than the capacity is a finding; the members' table shows the load."""
    accounts = [{"account_id": name, "owner": "chen"} for name in "abc"]
    tables = run(tmp_path, TEAM, *accounts)
    told = [row for row in tables["findings"] if row["kind"] == "overloaded"]
    assert [(row["member"], row["number"]) for row in told] == [("chen", 3)]
    chen = next(row for row in tables["members"] if row["member"] == "chen")
    assert (chen["accounts"], chen["capacity"], chen["load"]) == (3, 2, 1.5)


TRAINING = """
training:
  - {id: talk, label: {en: Talks, zh: 谈判}, required_by: {roles: [after_sales]}, valid_for: 12 months}
  - {id: deep, label: {en: Depth, zh: 深入}, required_by: {tiers: [strategic]}}
"""


@pytest.mark.parametrize(
    ("trained", "sentence"),
    [
        pytest.param("", "Wang lacks the training 'Talks' that After-sales specialist requires.", id="never"),
        pytest.param(
            "talk: 2025-03-01",
            "Wang's training 'Talks', which After-sales specialist requires, was valid until 2026-03-01.",
            id="expired yesterday",
        ),
        pytest.param(
            "talk: 2026-04-01",
            "Wang lacks the training 'Talks' that After-sales specialist requires.",
            id="planned",
        ),
        pytest.param("talk: 2025-03-02", "", id="valid until today"),
    ],
)
def test_training_of_a_role(tmp_path: Path, trained: str, sentence: str) -> None:
    """A training counts from its day until its validity ends."""
    team = TEAM.replace("id: wang, ", f"id: wang, training: {{{trained}}}, ") + TRAINING
    tables = run(tmp_path, team, {"account_id": "a", "tier": "standard"})
    told = [row["sentence"] for row in tables["findings"] if row["kind"] == "untrained"]
    assert told == ([sentence] if sentence else [])


def test_training_of_a_tier(tmp_path: Path) -> None:
    """Who acts for accounts of a tier needs the tier's training; nobody else does."""
    accounts = [
        {"account_id": "a", "owner": "chen"},
        {"account_id": "b", "owner": "chen"},
        {"account_id": "c", "owner": "li", "tier": "standard"},
    ]
    tables = run(tmp_path, TEAM + TRAINING, *accounts, language="zh")
    told = [row["sentence"] for row in tables["findings"] if row["kind"] == "untrained"]
    assert "陈晨负责2个strategic等级客户，缺少所需培训“深入”。" in told
    assert not any("Li Na" in text for text in told)


def test_skills_and_empty_roles(tmp_path: Path) -> None:
    """A declared role wants people with its skills; a role of a cadence wants anybody at all."""
    team = "roles: [{id: after_sales, label: 售后, skills: [wiring]}]\n" + TEAM
    tables = run(tmp_path, team, maintain="cadences: [{id: qbr, every: 3 months, role: lead, title: QBR}]")
    told = {row["kind"]: row["sentence"] for row in tables["findings"]}
    assert told == {
        "untrained": "Wang lacks the skill 'wiring' that 售后 requires.",
        "unfilled": "Nobody in the team is Team lead.",
    }


def text_at(text: str, at: Location) -> str:
    """The rest of the line from a place on."""
    return text.splitlines()[at.line - 1][at.col - 1 :]


def test_check_names_what_is_wrong(tmp_path: Path) -> None:
    """Unknown columns, tiers and names in conditions are told with their places, all at once."""
    team = (TEAM + TRAINING).replace("from: owner", "from: ownr").replace("[strategic]", "[stategic]")
    problems = check(make_project(tmp_path, team.replace("region =", "regon =")))
    assert [problem.code for problem in problems[:2]] == ["KF2190", "KF2191"]
    assert "did you mean 'owner'?" in str(problems[0])
    assert "did you mean 'strategic'?" in str(problems[1])
    assert problems[1].at is not None
    assert text_at(team, problems[1].at).startswith("stategic]")
    assert "regon" in str(problems[2])
    assert check(make_project(tmp_path, TEAM + TRAINING)) == []


def test_who_comes_later_fills_no_role_yet(tmp_path: Path) -> None:
    """Until the first day a newcomer leaves the role open and needs no training."""
    team = TEAM.replace("id: wang, ", "id: wang, joined: 2026-04-01, ") + TRAINING
    told = {
        row["kind"]
        for row in run(tmp_path, team, {"account_id": "a", "owner": "li", "tier": "standard"})["findings"]
    }
    assert told == {"unfilled", "no_deputy"}
