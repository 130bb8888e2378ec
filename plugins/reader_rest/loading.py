"""One load: everything, or what has changed since the last, merged by key into what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kaframe

from .declaration import Api, Incremental
from .keeping import Kept, keep, look_at, read_kept
from .merging import merge
from .moments import read_moment, write_moment
from .pages import Pages
from .rows import Collected
from .service import Service

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a load has brought: its rows, the newest change among them (UTC, ISO), and whether these are all."""

    table: pa.Table
    mark: str
    whole: bool


def load(api: Api, file: Path, full: bool = False) -> tuple[Kept, kaframe.Load]:
    """Ask the service, keep the rows, and say what was new among them.

    ``full``: everything again, whatever is kept. Nothing is kept of a load that fails. Raises: DataError.
    """
    before = look_at(file)
    since = before.mark if before and api.incremental and not full else ""
    with Service(api) as service:
        fetched = _fetch(api, service, since)
    old = read_kept(file) if before else None
    if api.incremental:
        kept = None if fetched.whole else old
        rows, counts = merge(fetched.table, old, kept, (api.incremental.key, api.incremental.deleted))
    else:
        rows, counts = fetched.table, {"new": fetched.table.num_rows}
    stored = keep(file, rows, max(fetched.mark, since))
    shown = "" if fetched.whole else since
    keyed = api.incremental is not None
    return stored, kaframe.Load(read=fetched.table.num_rows, kept=stored.rows, keyed=keyed, since=shown, **counts)


def _fetch(api: Api, service: Service, since: str) -> Fetched:
    """Rows changed since a moment (less the overlap), or all; all too when the service cannot list so many changes."""
    incremental = api.incremental
    if incremental is None:
        return _walk(api, Pages(api, service, api.request), Newest(api))
    moment = datetime.fromisoformat(since) - incremental.overlap if since else incremental.start
    asked = write_moment(moment, incremental.format) if moment else None
    if since and incremental.changes:
        pages = Pages(api, service, incremental.changes, asked)
        if not _are_too_many(pages, incremental.most):
            return _walk(api, pages, Newest(api, incremental), whole=False)
        return _walk(api, Pages(api, service, api.request), Newest(api, incremental))
    return _walk(api, Pages(api, service, api.request, asked), Newest(api, incremental), whole=not since)


def _are_too_many(pages: Pages, most: int) -> bool:
    """Whether the service has more changes than it lists; asks for the first page."""
    return bool(most) and pages.look() > most


def _walk(api: Api, pages: Pages, newest: Newest, whole: bool = True) -> Fetched:
    collected = Collected(api, pages.service.host, newest.see)
    for rows in pages:
        collected.add(rows)
    return Fetched(collected.table(), newest.mark, whole)


class Newest:
    """The latest change among the rows that have been seen."""

    def __init__(self, api: Api, incremental: Incremental | None = None) -> None:
        self.api, self.incremental = api, incremental
        self._moment: datetime | None = None

    @property
    def mark(self) -> str:
        """The moment as ISO text, never one to come: by a wrong year in one row later changes would not be seen."""
        return min(self._moment, datetime.now(UTC)).isoformat() if self._moment else ""

    def see(self, row: Mapping[str, Any]) -> None:
        """Look at a row. Raises: DataError KF3086 for one without key or moment."""
        if self.incremental is None:
            return
        column, key = self.incremental.column, self.incremental.key
        if row.get(key) is None:
            raise self._refuse(row, key, "key", f"a row has no '{key}', by which rows are told apart")
        if row.get(column) is None:
            raise self._refuse(row, column, "column", f"a row has no '{column}', which says when it was changed")
        try:
            moment = read_moment(row[column])
        except ValueError:
            raise self._refuse(row, column, "column", f"'{column}' of a row is no moment") from None
        if self._moment is None or moment > self._moment:
            self._moment = moment

    def _refuse(self, row: Mapping[str, Any], name: str, option: str, message: str) -> Exception:
        known = list(row)
        hint = kaframe.nearest(name, known) if name not in row else ""
        option = f"incremental.{option}"
        return self.api.refuse("KF3086", message, hint or f"it has {', '.join(known[:12])}", option, "incremental")
