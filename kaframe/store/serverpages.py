"""The pages of a store on PostgreSQL: all of them read, so that the server compares them with its checksums."""

from __future__ import annotations

from kaframe.store.engine import Store
from kaframe.store.schema import POSTGRES_SCHEMA, metadata


def keeps_checksums(store: Store) -> bool:
    """Whether the server finds a bit that flips on its disk; so by default from PostgreSQL 18 on."""
    with store.looking() as connection:
        return connection is not None and connection.exec_driver_sql("SHOW data_checksums").scalar_one() == "on"


def read_pages(store: Store) -> None:
    """Read every row with all that is kept beside it. Raises: StoreError KF7001 for a page that is damaged."""
    with store.reading() as connection:
        for table in metadata.sorted_tables if connection else ():
            assert connection is not None
            name = f"{POSTGRES_SCHEMA}.{table.name}"
            connection.exec_driver_sql(f"SELECT sum(length(CAST(t AS text))) FROM {name} AS t")
