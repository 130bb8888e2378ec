"""Keep a store of today's form for the tests of migration: ``python tests/keepstore.py`` writes it below store_forms/.

To be run once for each form, before the number in kaframe/store/schema.py goes up; a kept store is never written again.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from publishing import make_project, notice, plan, run, task
from sqlalchemy import create_mock_engine, make_url, select

from kaframe.store import (
    Act,
    Override,
    Settlement,
    Store,
    claim_notice,
    decide_plan,
    finish_task,
    log_activity,
    move_stage,
    set_override,
    settle_notice,
)
from kaframe.store.schema import SCHEMA_VERSION, metadata, run_epoch

FORMS = Path(__file__).parent / "store_forms"
URL = "sqlite:///kept.db"
VISIT = "cadence:visit:A1:2026-03-01"
LI = Act("李", date(2026, 4, 2), "电话约定; it's agreed")
NOON = datetime(2099, 4, 1, 12, tzinfo=UTC)


def write_history(root: Path) -> Store:
    """A store with something in every table: two days, and all that people can do."""
    told = {"event_key": "e1", "account_id": "A1", "kind": "status_changed", "old": "green", "new": "red", "value": 0.1}
    whole = {"tasks": [task(VISIT)], "plans": [plan("A1", 1)], "notices": [notice("n1", "2026-03-31")]}
    run(make_project(root, "2026-03-31", URL), whole | {"events": [told]})
    store = Store(URL, root)
    finish_task(store, VISIT, LI)
    log_activity(store, "A1", "visit", LI)
    decide_plan(store, "A1", "approved", LI)
    move_stage(store, "A1", "strategy", LI)
    set_override(store, Override("A1", "relationship", "yellow", date(2026, 5, 1)), LI)
    claim_notice(store, "n1", NOON, 30)
    settle_notice(store, "n1", Settlement("sent"), NOON)
    run(make_project(root, "2026-04-30", URL), whole)
    return store


def ddl(url: str) -> str:
    """The statements that make an empty store of today's form."""
    lines: list[str] = []
    engine = create_mock_engine(make_url(url), lambda sql, *_, **__: lines.append(str(sql.compile(dialect=dialect))))
    dialect = engine.dialect
    metadata.create_all(engine, checkfirst=False)
    return "\n".join(f"{line.strip()};" for line in lines) + "\n"


def main() -> None:
    folder = FORMS / str(SCHEMA_VERSION)
    if folder.exists():
        sys.exit(f"{folder} is kept already")
    folder.mkdir(parents=True)
    (folder / "sqlite.sql").write_text(ddl("sqlite://"), encoding="utf-8")
    (folder / "postgresql.sql").write_text(ddl("postgresql+psycopg://"), encoding="utf-8")
    with tempfile.TemporaryDirectory() as root:
        store = write_history(Path(root))
        with store.writing() as connection:
            connection.execute(run_epoch.insert().values(epoch=7, holder="{}"))  # as on PostgreSQL
        rows = {table.name: store.rows(select(table)) for table in metadata.sorted_tables}
    text = json.dumps(rows, ensure_ascii=False, indent=1, default=str)
    (folder / "rows.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
