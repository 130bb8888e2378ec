"""The lock of one run at a time on PostgreSQL: an advisory lock of a session that does nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, text

from kaframe.errors import Problem, StoreError
from kaframe.store.filelock import NAMELESS, Holder

RUN_LOCK = 0x6B61_6672_6E75  # the advisory lock of the runs of one store
_NAME = "kaframe"
_SHORT = "%Y%m%dT%H%M%SZ"  # a session's name has 63 bytes
_LONG = "%Y-%m-%dT%H:%M:%SZ"
# A server that no longer hears of us lets go within half a minute; it must not end a session that only waits.
_SESSION = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_session_timeout": "0",
}
_SELF = text("SELECT pg_backend_pid()")
_WHO = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND (l.classid::bigint << 32) + l.objid::bigint = :key"
)


class ServerLock:
    """A session that holds the lock; its name says who. When the process dies the server ends it.

    A session leaves nothing (``left_by``): who was killed stands beside the epoch.
    """

    left_by: Holder | None = None

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._session: Connection | None = None

    def take(self, holder: Holder) -> bool:
        """Take the lock, or say that somebody has it. Raises: StoreError KF7020 behind a pool that lends sessions."""
        session = self._engine.connect()
        self._refuse_pool(session)
        if not session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": RUN_LOCK}).scalar_one():
            session.close()
            return False
        for name, value in {**_SESSION, "application_name": _as_name(holder)}.items():
            session.execute(
                text("SELECT set_config(name, :value, false) FROM pg_settings WHERE name = :name"),
                {"name": name, "value": value},
            )
        self._session = session
        return True

    def release(self) -> None:
        """Let go; a session that is broken has let go already."""
        if self._session is not None:
            self._session.invalidate()  # really closed: the lock ends with the session
            self._session.close()
            self._session = None

    def holder(self) -> Holder | None:
        """Who holds the lock, or nobody."""
        with self._engine.connect() as connection:
            name = connection.execute(_WHO, {"key": RUN_LOCK}).scalar()
        return None if name is None else _from_name(name)

    def is_left_behind(self) -> bool:
        """Never: a session is there or it is not."""
        return False

    def obstacle(self) -> str:
        """Nothing: a server makes its locks itself."""
        return ""

    def _refuse_pool(self, session: Connection) -> None:
        """A pool in transaction mode gives our session to others between two statements, and our lock with it."""
        with self._engine.connect() as other, other.execution_options(isolation_level="READ COMMITTED").begin():
            before = session.execute(_SELF).scalar_one()
            others = other.execute(_SELF).scalar_one()
            after = session.execute(_SELF).scalar_one()
        if before == after != others:
            return
        session.close()
        message = "the store's url leads to a pool that lends its sessions for a transaction each (PgBouncer)"
        hint = "nothing was changed; name the server itself in 'store: {url: }', or a pool in session mode"
        raise StoreError([Problem(None, "KF7020", message, hint)])


def _as_name(holder: Holder) -> str:
    since = datetime.strptime(holder.since, _LONG).strftime(_SHORT)
    return f"{_NAME} {holder.work} {holder.pid} {since} {holder.host}"[:63]


def _from_name(name: str) -> Holder:
    """The session is named a moment after it has taken the lock."""
    parts = name.split(" ", 4)
    if len(parts) != 5 or parts[0] != _NAME or not parts[2].isdigit():
        return NAMELESS
    return Holder(parts[1], int(parts[2]), parts[4], datetime.strptime(parts[3], _SHORT).strftime(_LONG))
