"""From each form of the store to the next one; a form that has been released never changes.

A form is one file with ``upgrade(op)``, which changes tables through Alembic's operations and brings their rows along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kaframe.store.migrations import form2, form3, form4

if TYPE_CHECKING:
    from alembic.operations import Operations

# What leads to a form from the one before it.
UPGRADES: Mapping[int, Callable[[Operations], None]] = {2: form2.upgrade, 3: form3.upgrade, 4: form4.upgrade}
