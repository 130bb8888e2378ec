"""Who does what for which account today."""

from __future__ import annotations

from pathlib import Path

import pytest
from keyaccounts import make_project, make_tables

from kaframe.duty import read_duty

TEAM = """\
members:
  - {id: li, name: Li, roles: [lead], deputy: wang, absent: [{from: 2026-03-01, until: 2026-03-09}]}
  - {id: wang, name: Wang, roles: [market_analyst]}
  - {id: chen, name: Chen, roles: [account_manager, product_specialist]}
assignments: [{role: account_manager, from: owner}]
"""


@pytest.mark.parametrize(("account", "role", "member"), [
    pytest.param("a", "account_manager", "chen", id="the account's own person"),
    pytest.param("b", "account_manager", None, id="nobody, although somebody has the role"),
    pytest.param("b", "lead", "wang", id="the deputy of a role that is for all"),
    pytest.param("b", "product_specialist", "chen", id="a role that nothing assigns is for all"),
    pytest.param(None, "market_analyst", "wang", id="for the team"),
    pytest.param(None, "account_manager", None, id="no account, no account manager"),
    pytest.param("a", "after_sales", None, id="a role that nobody has"),
])  # fmt: skip
def test_who(tmp_path: Path, account: str | None, role: str, member: str | None) -> None:
    """Owners for roles that accounts have, the team for the others."""
    owners = [{"account_id": "a", "role": "account_manager", "member": "chen"}]
    duty = read_duty(make_project(tmp_path, TEAM), make_tables([{"account_id": "a"}], owners=owners))
    assert duty.who(account, role) == member
