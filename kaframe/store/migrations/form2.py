"""Form 2: the epoch of the lock that runs hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Add the table of the epoch, empty: no run has taken the lock yet."""
    op.create_table("run_epoch", Column("epoch", Integer, primary_key=True, autoincrement=False))
