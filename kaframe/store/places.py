"""Where a file lies: on what kind of file system, and how much room there is."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from kaframe.errors import Problem, StoreError

MOUNTS = Path("/proc/self/mountinfo")  # Linux; elsewhere nothing is known
# Several computers see these at once, and SQLite's write-ahead log needs memory that all of its users share.
NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "glusterfs", "lustre", "gpfs", "davfs")
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def network_filesystem(path: Path) -> str:
    """The kind of network file system that a path lies on; nothing when it lies on none."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    place = Path(os.path.realpath(path))
    best, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        mount = Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4]))
        if place.is_relative_to(mount) and len(mount.parts) >= best:  # of two on one place the later one is seen
            best, kind = len(mount.parts), after.split(" ", 1)[0]
    name = kind.removeprefix("fuse.")
    return name if name in NETWORK or name == "sshfs" else ""


def refuse_network(path: Path, shown: str) -> None:
    """Raise StoreError KF7004 for a SQLite store with a write-ahead log on a network file system."""
    kind = network_filesystem(path)
    if kind:
        message = f"the store {shown} lies on a network file system ({kind}), where SQLite can lose what it has kept"
        hint = "nothing was changed; use a local disk or PostgreSQL, or say 'store: {journal: delete}'"
        raise StoreError([Problem(None, "KF7004", message, hint)])


def free_bytes(path: Path) -> int:
    """The room that is left where a file is, or would be."""
    return shutil.disk_usage(next(place for place in (path, *path.absolute().parents) if place.exists())).free
