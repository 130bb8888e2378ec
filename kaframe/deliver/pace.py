"""How often a channel may be asked: what its pace leaves free, counted over runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from kaframe.channels import Pace

SECOND = timedelta(seconds=1)  # the store keeps moments to the second


class Turns:
    """The turns of one channel: as many attempts as its pace allows, in any stretch of its length."""

    def __init__(self, pace: Pace | None, ended: Iterable[datetime] = ()) -> None:
        self._pace = pace
        self._ended = deque((moment + SECOND for moment in ended), maxlen=pace.count if pace else 0)

    def next_at(self, now: datetime) -> datetime:
        """From when on one more attempt is allowed."""
        if self._pace is None or len(self._ended) < self._pace.count:
            return now
        return max(now, self._ended[0] + timedelta(seconds=self._pace.seconds))

    def note(self, ended: datetime) -> None:
        """Count an attempt by its end: the service has counted it before."""
        self._ended.append(ended)
