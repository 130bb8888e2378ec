"""A command that lists a table of a published run: what docs/tables.md describes, as it was when the run was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import kaframe

OPTIONS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["table"],
    "properties": {
        "table": {
            "type": "string",
            "title": "Table",
            "description": "A table of docs/tables.md, such as tiers; managed.tiers has managed accounts only.",
        },
        "account": {"type": "string", "title": "Account", "description": "Only the rows of this account."},
    },
}


@kaframe.hook
def kaframe_commands() -> Iterator[kaframe.Command]:
    """Bring ``kaframe table``."""
    yield kaframe.Command(
        name="table",
        summary={"en": "List a table of a published run", "zh": "列出已发布运行的一张表"},
        options=OPTIONS,
        run=run,
        example="kaframe table tiers --format csv",
        arguments=["table"],
    )


def run(view: kaframe.RunView, options: Mapping[str, Any]) -> kaframe.Listing:
    """All rows of the table in order. Raises: UsageError KF6057 when the run has none of that name, or no row."""
    table, account = str(options["table"]), options.get("account")
    rows = view.rows(table)
    if not rows:
        message = f"the run {view.run_id} has no table '{table}', or it is empty"
        hint = "docs/tables.md has all tables; those marked S are kept with a run"
        if table == "quarantined":
            hint = "'kaframe show quarantine' lists the rows of now; the run's own are in its folder, quarantine/*.csv"
        raise kaframe.UsageError([kaframe.Problem(None, "KF6057", message, hint)])
    columns = {name: name for name in rows[0]}
    if account is not None and "account_id" in columns:
        rows = [row for row in rows if row["account_id"] == account]
    return kaframe.Listing(columns=columns, rows=rows)
