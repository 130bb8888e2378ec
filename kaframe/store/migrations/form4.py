"""Form 4: how many parts of a long notice have arrived, so that the next attempt sends only the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Add the count: none that is known of."""
    op.add_column("outbox", Column("arrived", Integer))
