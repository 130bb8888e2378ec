"""What the store's database says when it fails, in kaframe's words."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from kaframe.errors import KaframeError, LockedError, Problem, StoreError

BUSY_SECONDS = 10  # how long a short transaction waits for another one: RELIABILITY S5
_CORRUPT = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_UNWRITABLE = (
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_PERM",
    "SQLITE_AUTH",
)
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_PG_DISK_FULL = "53100"
_PG_BUSY = ("55P03", "57014")
_PG_CORRUPT = ("XX001", "XX002")  # a page whose checksum is wrong, an index that does not fit its table
_OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def corrupt(shown: str, detail: str) -> StoreError:
    """The file is no database, or a damaged one; it was not touched."""
    return StoreError(
        [
            Problem(
                None,
                "KF7001",
                f"the store {shown} cannot be read: {detail}",
                "nothing was changed; put a backup in its place, or move it away to begin anew",
            )
        ]
    )


def unwritable(shown: str, error: OSError | str) -> StoreError:
    """Disk full, no permission, read-only medium; everything was rolled back."""
    if isinstance(error, OSError):
        full = error.errno in _OUT_OF_SPACE
        detail = (error.strerror or str(error)).lower()
    else:
        full, detail = "full" in error, error
    hint = "free some space and run again" if full else "check who may write there, then run again"
    return StoreError([Problem(None, "KF7003", f"cannot write {shown}: {detail}", f"nothing was changed; {hint}")])


def busy(shown: str) -> LockedError:
    """Another transaction kept the store for too long."""
    message = f"the store {shown} has been locked by another program for more than {BUSY_SECONDS} s"
    return LockedError([Problem(None, "KF7005", message, "wait for it to end, then try again")])


def translate(error: DBAPIError | sqlite3.Error, shown: str, password: str | None) -> KaframeError | None:
    """The kaframe error for a failure of the database, or nothing when it is a bug of kaframe."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = str(getattr(cause, "sqlite_errorname", "") or "")
    state = str(getattr(cause, "sqlstate", "") or "")
    detail = _first_line(cause, password)
    if name.startswith(_CORRUPT) or state in _PG_CORRUPT:
        return corrupt(shown, detail)
    if name.startswith(_BUSY) or state in _PG_BUSY:
        return busy(shown)
    if name.startswith(_UNWRITABLE) or state == _PG_DISK_FULL:
        return unwritable(shown, detail)
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if is_lost or isinstance(error, OperationalError | sqlite3.OperationalError):
        message = f"the store {shown} does not answer: {detail}"
        return StoreError([Problem(None, "KF7006", message, "check 'store: {url: }' and that the server runs")])
    return None


def _first_line(cause: BaseException | None, password: str | None) -> str:
    """What the driver said, without the statement and without the password."""
    text = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return text.replace(password, "***") if password else text
