"""The effect ``deliver``: bring what the outbox holds to people, and never lose it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kaframe.deliver.documents import read_documents
from kaframe.deliver.line import Line, open_line
from kaframe.deliver.pace import Turns
from kaframe.project import Project
from kaframe.records import Outcome

if TYPE_CHECKING:
    from kaframe.store import Holder, Settlement, Store

# After the first attempt that failed a minute, then longer: short troubles end soon, long ones need a person.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
LONGEST_WAIT = timedelta(hours=24)  # whatever a receiver asks for
MARGIN_SECONDS = 10.0  # beyond its own deadline before a message counts as interrupted
TROUBLES = 3  # attempts in a row that failed before a channel is left alone until the next run
PATIENCE = timedelta(hours=1)  # how long a run waits for channels that take only so many messages in a time

Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A notice that was not brought, and why; ``state`` is pending (tried again), dead or unknown."""

    notice_key: str
    channel: str
    recipient: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the outbox in one pass.

    Brought, tried in vain (and tried again later), given up, held for a person; ``left`` waits untried.
    """

    sent: int = 0
    retried: int = 0
    dead: int = 0
    unknown: int = 0
    left: int = 0
    failures: tuple[Failure, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing failed and nothing waits; otherwise the run is degraded (exit code 5)."""
        return not (self.retried or self.dead or self.unknown or self.left)


def deliver_outbox(
    project: Project,
    store: Store | None = None,
    now: datetime | None = None,
    watch: Watch = lambda done, of: None,
    interrupted: Holder | None = None,
) -> Delivered:
    """Send what is due, one attempt each, oldest first; ``watch`` hears of progress.

    Reads and writes: the outbox of the store. ``sending`` is kept before a message leaves, so a crash costs
    at most one duplicate, with the same key. A channel that keeps failing is left alone for now, one that takes only so
    many messages in a time is waited for, unless ``now`` is given. What a run that did not finish (``interrupted``)
    was sending is taken up at once when its process is gone, else when its attempt should have ended.
    Raises: StoreError when the store cannot be used.
    """
    from kaframe.store import open_store

    opened = store or open_store(project)
    try:
        return _Pass(project, opened, now).run(watch, is_gone=interrupted is not None and interrupted.is_gone)
    finally:
        if store is None:
            opened.close()


@dataclass(slots=True)
class _Pass:
    """One pass over the outbox."""

    project: Project
    store: Store
    now: datetime | None
    lines: dict[str, Line] = field(default_factory=dict)
    turns: dict[str, Turns] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def run(self, watch: Watch, is_gone: bool) -> Delivered:
        from kaframe.store import due_notices, list_outbox

        self._recover(is_gone)
        waiting: Sequence[Mapping[str, Any]] = due_notices(self.store, self._clock())
        count, until = len(waiting), self._clock() + PATIENCE
        while waiting:
            waiting = self._send_in_turn(waiting, lambda left: watch(count - left, count))
            pause = min((self._next_at(notice["channel"]) for notice in waiting), default=until) - self._clock()
            if not waiting or self.now or self._clock() + pause > until:
                break
            time.sleep(max(pause.total_seconds(), 0))
        left = len(list_outbox(self.store, ["pending", "sending"])) - self.counts["retried"]
        return Delivered(**self.counts, left=left, failures=tuple(self.failures))

    def _send_in_turn(
        self, notices: Sequence[Mapping[str, Any]], heard: Callable[[int], None]
    ) -> list[Mapping[str, Any]]:
        """Bring what may go now; those whose channel has to be waited for. ``heard`` is told how many are left."""
        waiting: list[Mapping[str, Any]] = []
        for number, notice in enumerate(notices, start=1):
            channel = notice["channel"]
            if self.troubles[channel] < TROUBLES and self._next_at(channel) > self._clock():
                waiting.append(notice)
                continue
            if self.troubles[channel] < TROUBLES:
                self._bring(notice)
            heard(len(waiting) + len(notices) - number)
        return waiting

    def _next_at(self, channel: str) -> datetime:
        """From when on a channel may be asked again."""
        from kaframe.store import recent_attempts

        now, pace = self._clock(), self._line(channel).pace
        if channel not in self.turns:
            since = now - timedelta(seconds=pace.seconds) if pace else now
            self.turns[channel] = Turns(pace, recent_attempts(self.store, channel, since) if pace else ())
        return self.turns[channel].next_at(now)

    def _recover(self, is_gone: bool) -> None:
        """Messages that a killed process was sending: again, or held where the channel says so."""
        from kaframe.store import list_outbox, recover_notices

        sending = list_outbox(self.store, ["sending"])
        held = {row["channel"] for row in sending if self._line(row["channel"]).holds}
        resent = {row["channel"] for row in sending} - held
        recover_notices(self.store, self._clock(), "pending", resent, is_gone)
        unknown = set(recover_notices(self.store, self._clock(), "unknown", held, is_gone))
        for row in sending:
            if row["notice_key"] in unknown:
                self._count(row, "unknown", "interrupted while sending: nobody knows whether it arrived")

    def _bring(self, notice: Mapping[str, Any]) -> None:
        """One attempt: claimed before the bytes leave, settled after."""
        from kaframe.store import claim_notice, settle_notice

        line, begun = self._line(notice["channel"]), self._clock()
        is_old = begun - datetime.fromisoformat(notice["created_at"]) > line.max_age
        documents = () if is_old else read_documents(self.project, self.store, notice)
        if not claim_notice(self.store, notice["notice_key"], begun, line.seconds + MARGIN_SECONDS):
            return
        outcome = Outcome("dead", "too old to be of use") if is_old else line.send(notice, documents)
        before = notice["arrived"] or 0
        for _ in range(max(1, outcome.arrived - before)):  # a service counts every part
            self.turns[notice["channel"]].note(self._clock())
        settlement = replace(self._settlement(notice, line, outcome), arrived=max(outcome.arrived, before))
        settle_notice(self.store, notice["notice_key"], settlement, self._clock())
        if outcome.state == "sent":
            self.counts["sent"] += 1
        else:
            self._count(notice, settlement.state, settlement.error)
        self._note_trouble(notice["channel"], outcome)

    def _note_trouble(self, channel: str, outcome: Outcome) -> None:
        """A receiver that asks to wait is not asked again now; one that fails only so often."""
        if outcome.state in ("retry", "unknown"):
            self.troubles[channel] += TROUBLES if outcome.retry_after is not None else 1
        elif outcome.state == "sent":
            self.troubles[channel] = 0

    def _settlement(self, notice: Mapping[str, Any], line: Line, outcome: Outcome) -> Settlement:
        from kaframe.store import Settlement

        if outcome.state in ("sent", "dead"):
            return Settlement(outcome.state, outcome.detail if outcome.state == "dead" else "")
        if outcome.state == "unknown" and line.holds:
            return Settlement("unknown", f"no answer came, nobody knows whether it arrived: {outcome.detail}")
        again = self._clock() + _wait(notice["attempts"], outcome.retry_after)
        if again - datetime.fromisoformat(notice["created_at"]) > line.max_age:
            return Settlement("dead", f"given up, too old by the next attempt: {outcome.detail}")
        return Settlement("pending", outcome.detail, again)

    def _count(self, notice: Mapping[str, Any], state: str, detail: str) -> None:
        self.counts["retried" if state == "pending" else state] += 1
        self.failures.append(
            Failure(notice["notice_key"], notice["channel"], notice["recipient"], state, detail)
        )

    def _line(self, name: str) -> Line:
        """The channel, its secrets resolved for this pass only."""
        if name not in self.lines:
            self.lines[name] = open_line(self.project, name)
        return self.lines[name]

    def _clock(self) -> datetime:
        return self.now or datetime.now(UTC)


def _wait(failed_before: int, retry_after: float | None) -> timedelta:
    """How long until the next attempt; what the receiver asks for goes before our own steps."""
    if retry_after is not None:
        return min(timedelta(seconds=max(1.0, retry_after)), LONGEST_WAIT)
    return WAITS[min(failed_before, len(WAITS) - 1)]
