"""Which columns count as used."""

from __future__ import annotations

from pathlib import Path

from kaframe.data import used_columns
from tests.data.dataproject import make


def test_names_in_rules_team_labels_and_templates_count(tmp_path: Path) -> None:
    """A column that any of them speaks of is loaded; quotes and spaces in its name are no obstacle."""
    project = make(
        tmp_path,
        "tables: {orders: {source: {reader: csv, path: o.csv}}}\n",
        {
            "accounts.csv": "account_id,a_rule,a_team,a_label,a_template,a_nothing\nA1,1,x,2,3,4\n",
            "o.csv": 'account_id,order value,unused value,"size ("")"\nA1,1,2,3\n',
            "rules/measure.yaml": "measures: {m: {label: m, from: orders, value: 'sum(\"order value\")'}, "
            "n: {label: n, value: a_rule}, o: {from: orders, value: 'sum(\"size (\"\")\")'}}\n",
            "team.yaml": "version: 1\nroles: []\nmembers: []\nassignments: [{role: account_manager, from: a_team}]\n",
            "templates/plan.md.j2": "{{ account.a_template }}",
        },
        "a_label",
    )
    used = used_columns(project)
    assert used["accounts"] >= {"a_rule", "a_team", "a_label", "a_template"}
    assert "a_nothing" not in used["accounts"]
    assert {"order value", 'size (")'} <= used["orders"]
    assert "unused value" not in used["orders"]
