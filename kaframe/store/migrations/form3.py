"""Form 3: who holds the lock of runs on PostgreSQL, so that a run that did not finish is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Text

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Add the holder: nobody."""
    op.add_column("run_epoch", Column("holder", Text))
