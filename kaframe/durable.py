"""Making sure that what was written is on the disk, and not only on its way there."""

from __future__ import annotations

import os
from pathlib import Path


def make_durable(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises: OSError where the system cannot."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
