"""From the outbox to people: sent once, retried with patience, never lost."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from kaframe.deliver import WAITS, Delivered, deliver_outbox, line
from kaframe.deliver.documents import read_documents
from kaframe.plugins import load_plugins
from kaframe.project import Project
from kaframe.store import (
    Holder,
    Publication,
    Store,
    claim_notice,
    drop_notices,
    list_outbox,
    publish,
    retry_notices,
    utc_text,
)
from tests.plugins.receiving import receiver, status
from tests.telling import TODAY, make_project

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
FILE = "  letters: {type: file, form: json}\n"

PLUGIN = """\
import kaframe

def send(options, message, folder):
    done = folder / "asked.txt"
    done.write_text((done.read_text() if done.exists() else "") + message.key + "\\n")
    if options["says"] == "raise":
        raise ValueError("no luck with " + options["token"].reveal())
    if options["says"] == "exit":
        raise SystemExit(3)
    if options["says"] == "interrupt":
        raise KeyboardInterrupt
    if options["says"] == "hang":
        while True:
            pass
    if options["says"] == "nothing":
        return None
    return kaframe.Outcome(options["says"], "as told")

@kaframe.hook
def kaframe_channels():
    yield kaframe.Channel(
        name="fickle", summary="Says what it is told to say", send=send,
        options={"type": "object", "properties": {"says": {"type": "string"}, "token": {"secret": True}}},
    )
"""


def project_with(root: Path, channels: str) -> Project:
    (root / "plugins").mkdir(parents=True)
    (root / "plugins" / "fickle.py").write_text(PLUGIN, "utf-8")
    return dataclasses.replace(make_project(root, channels=channels), plugins=load_plugins(root))


def fill(project: Project, *channels: str, created: datetime = NOW) -> Store:
    """A store whose outbox has one pending notice for each of these channels: n1, n2 ..."""
    store = Store(project.config.store.url, project.root)
    rows = [
        {
            "notice_key": f"n{number}",
            "rule": "turned_red",
            "channel": channel,
            "recipient": "wang",
            "address": "wang@example.com",
            "subject": "客户转红",
            "text": "🔴 长城",
            "html": "<p>长城</p>",
            "accounts": "[]",
            "events": json.dumps([f"e{number}"]),
            "state": "pending",
            "decided_on": TODAY,
        }
        for number, channel in enumerate(channels, start=1)
    ]
    run = {"run_id": "r1", "as_of": TODAY, "revision": 1, "published_at": utc_text(created)}
    run |= {
        "inputs_hash": "",
        "manifest_sha256": "",
        "backfill": False,
        "state": "published",
        "summary": "{}",
    }
    with store.writing() as connection:
        publish(connection, Publication(run, {"notices": rows}, 0, 0))
    return store


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def states(store: Store) -> dict[str, str]:
    return {row["notice_key"]: row["state"] for row in list_outbox(store)}


def counts(delivered: Delivered) -> dict[str, int]:
    found = dataclasses.asdict(delivered)
    return {name: found[name] for name in ("sent", "retried", "dead", "unknown", "left") if found[name]}


def test_what_is_due_is_sent_once(tmp_path: Path) -> None:
    """The second pass finds nothing to do."""
    project = project_with(tmp_path, FILE)
    store = fill(project, "letters", "letters")
    heard: list[tuple[int, int]] = []
    first = deliver_outbox(project, store, NOW, watch=lambda done, of: heard.append((done, of)))
    again = deliver_outbox(project, store, NOW)
    assert (counts(first), counts(again)) == ({"sent": 2}, {})
    assert first.is_complete
    assert heard == [(1, 2), (2, 2)]
    written = json.loads((tmp_path / "notices" / "wang-n1.json").read_text("utf-8"))
    assert (written["key"], written["address"]) == ("n1", "wang@example.com")


def test_the_store_of_the_project_is_the_default(tmp_path: Path) -> None:
    """As a run calls it: with the project alone and the clock of the world."""
    project = project_with(tmp_path, FILE)
    fill(project, "letters", created=datetime.now(UTC))
    assert counts(deliver_outbox(project)) == {"sent": 1}
    assert deliver_outbox(project_with(tmp_path / "empty", FILE)).is_complete


@pytest.mark.usefixtures("no_proxies")
def test_failures_are_retried_with_back_off_until_too_old(tmp_path: Path) -> None:
    """A minute, then longer, and after three days the notice is dead and shown."""
    with receiver(status(500)) as hook:
        project = project_with(tmp_path, f"  hook: {{type: webhook, url: '{hook.options['url']}'}}\n")
        store = fill(project, "hook")
        now, waits, result = NOW, [], Delivered()
        while states(store)["n1"] == "pending":
            result = deliver_outbox(project, store, now)
            (row,) = list_outbox(store)
            if row["state"] == "pending":
                after = datetime.fromisoformat(row["next_at"])
                assert counts(deliver_outbox(project, store, after - timedelta(seconds=1))) == {"left": 1}
                waits.append(after - now)
                now = after
        assert waits[:6] == [*WAITS, WAITS[-1]]
        assert counts(result) == {"dead": 1}
        assert result.failures[0].detail.startswith("given up, too old by the next attempt: HTTP 500")
        assert len(hook.received) == len(waits) + 1
    assert {headers["webhook-id"] for _, headers, _ in hook.received} == {"n1"}
    assert NOW + timedelta(hours=72) - now <= WAITS[-1]


@pytest.mark.usefixtures("no_proxies")
def test_a_receiver_that_asks_to_wait_is_not_asked_again(tmp_path: Path) -> None:
    """Retry-After is honoured, and the channel's other notices wait untouched."""
    with receiver(status(429, retry_after="600")) as hook:
        project = project_with(tmp_path, f"  hook: {{type: webhook, url: '{hook.options['url']}'}}\n{FILE}")
        store = fill(project, "hook", "hook", "letters")
        result = deliver_outbox(project, store, NOW)
    assert counts(result) == {"sent": 1, "retried": 1, "left": 1}
    assert len(hook.received) == 1
    rows = {row["notice_key"]: row for row in list_outbox(store)}
    assert rows["n1"]["next_at"] == utc_text(NOW + timedelta(seconds=600))
    assert rows["n2"]["attempts"] == 0


@pytest.mark.parametrize(
    ("says", "state", "detail"),
    [
        ("raise", "pending", "the channel 'fickle' of plugin 'fickle' fails: ValueError: no luck with ***"),
        ("exit", "pending", "the channel 'fickle' of plugin 'fickle' fails: SystemExit: 3"),
        ("interrupt", "pending", "the channel 'fickle' of plugin 'fickle' fails: KeyboardInterrupt"),
        ("nothing", "pending", "the channel 'fickle' of plugin 'fickle' gives NoneType, not Outcome"),
        ("retry", "pending", "as told"),
        ("dead", "dead", "as told"),
    ],
)
def test_a_failing_plugin_is_named_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, state: str, detail: str
) -> None:
    """And what it says of its secrets is not kept."""
    monkeypatch.setenv("FICKLE_TOKEN", "s3cret-token")
    fickle = f"  fickle: {{type: fickle, says: {says}, token: '${{env:FICKLE_TOKEN}}'}}\n"
    project = project_with(tmp_path, fickle + FILE)
    store = fill(project, "fickle", "letters")
    result = deliver_outbox(project, store, NOW)
    (failure,) = result.failures
    assert (failure.notice_key, failure.channel, failure.state, failure.detail) == (
        "n1",
        "fickle",
        state,
        detail,
    )
    assert states(store) == {"n1": state, "n2": "sent"}
    assert list_outbox(store, [state])[0]["last_error"] == detail
    assert not result.is_complete


def test_a_channel_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A little after the time that it may take itself; the notice waits, the others go on."""
    monkeypatch.setattr(line, "GRACE", 0.5)
    monkeypatch.setattr(line, "DEADLINE_SECONDS", 0.5)
    project = project_with(tmp_path, "  fickle: {type: fickle, says: hang}\n" + FILE)
    store = fill(project, "fickle", "letters")
    (failure,) = deliver_outbox(project, store, NOW).failures
    assert "of plugin 'fickle' fails: it took longer than 1 seconds at fickle.py:" in failure.detail
    assert states(store) == {"n1": "pending", "n2": "sent"}


def test_a_channel_in_trouble_is_left_alone(tmp_path: Path) -> None:
    """After three failures in a row the rest waits for the next run, without an attempt."""
    project = project_with(tmp_path, "  fickle: {type: fickle, says: retry}\n" + FILE)
    store = fill(project, *["fickle"] * 5, "letters")
    assert counts(deliver_outbox(project, store, NOW)) == {"sent": 1, "retried": 3, "left": 2}
    assert (tmp_path / "asked.txt").read_text().split() == ["n1", "n2", "n3"]


def test_channel_takes_only_so_many_in_a_time(tmp_path: Path) -> None:
    """The rest waits for a later pass, which counts what the one before has sent; other channels go on."""
    project = project_with(tmp_path, "  letters: {type: file, at_most: 2 per minute}\n  others: {type: file}\n")
    store = fill(project, *["letters"] * 5, "others")
    assert counts(deliver_outbox(project, store, NOW)) == {"sent": 3, "left": 3}
    assert counts(deliver_outbox(project, store, NOW + timedelta(seconds=59))) == {"left": 3}
    assert counts(deliver_outbox(project, store, NOW + timedelta(seconds=62))) == {"sent": 2, "left": 1}


def test_run_waits_for_a_slow_channel(tmp_path: Path) -> None:
    """With the clock of the world it waits for its turn, so that not a day goes by for each few messages."""
    project = project_with(tmp_path, "  letters: {type: file, at_most: 2 per second}\n")
    store = fill(project, *["letters"] * 5, created=datetime.now(UTC))
    begun, heard = time.monotonic(), []
    assert counts(deliver_outbox(project, store, watch=lambda done, of: heard.append((done, of)))) == {"sent": 5}
    assert time.monotonic() - begun >= 2
    assert heard == [(number, 5) for number in range(1, 6)]


@pytest.mark.parametrize("is_gone", [True, False], ids=["its process is gone", "it may still be at work"])
def test_interrupted_run_is_taken_up(tmp_path: Path, is_gone: bool) -> None:
    """What it was sending goes out at once when its process is known to be no more, else when its time is over."""
    project = project_with(tmp_path, FILE)
    store = fill(project, "letters")
    assert claim_notice(store, "n1", NOW, 40)
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    left_by = Holder("2026-03-31", gone.pid if is_gone else os.getppid(), platform.node(), "2026-03-31T08:00:00Z")
    delivered = deliver_outbox(project, store, NOW + timedelta(seconds=1), interrupted=left_by)
    assert counts(delivered) == ({"sent": 1} if is_gone else {"left": 1})


def test_what_a_person_lets_be_tried_again_is_not_too_old(tmp_path: Path) -> None:
    """Its age counts from there, and its key is the one it had."""
    project = project_with(tmp_path, FILE)
    store = fill(project, "letters")
    week = NOW + timedelta(days=7)
    assert counts(deliver_outbox(project, store, week)) == {"dead": 1}
    assert retry_notices(store, ["n1"], week) == 1
    assert list_outbox(store)[0]["attempts"] == 0  # the steps of waiting begin anew, too
    assert counts(deliver_outbox(project, store, week)) == {"sent": 1}
    assert json.loads((tmp_path / "notices" / "wang-n1.json").read_text("utf-8"))["key"] == "n1"


def test_what_a_person_drops_is_never_sent(tmp_path: Path) -> None:
    """Waiting or given up; what is sent or on its way stays as it is."""
    project = project_with(tmp_path, FILE)
    store = fill(project, "letters", "letters", "letters")
    claim_notice(store, "n1", NOW, 40)
    assert drop_notices(store, ["n1", "n2"], "dropped by li", NOW) == 1
    assert counts(deliver_outbox(project, store, NOW)) == {"sent": 1, "left": 1}
    assert states(store) == {"n1": "sending", "n2": "dropped", "n3": "sent"}


@pytest.mark.parametrize(
    ("channels", "channel", "words"),
    [
        (FILE, "gone", "no channel 'gone'"),
        (
            "  fickle: {type: fickle, says: sent, token: '${env:KAFRAME_NOT_SET}'}\n",
            "fickle",
            "KAFRAME_NOT_SET",
        ),
    ],
    ids=["channel is gone", "secret is missing"],
)
def test_what_a_person_can_mend_is_retried(tmp_path: Path, channels: str, channel: str, words: str) -> None:
    """Nothing is lost by a configuration that is wrong today."""
    project = project_with(tmp_path, channels)
    store = fill(project, channel)
    result = deliver_outbox(project, store, NOW)
    assert counts(result) == {"retried": 1}
    assert words in result.failures[0].detail


def test_old_notices_are_not_sent(tmp_path: Path) -> None:
    """News of last week is no news; a channel may say how old is too old."""
    project = project_with(tmp_path, FILE + "  slow: {type: file, max_age: 10 days}\n")
    store = fill(project, "letters", "slow")
    assert counts(deliver_outbox(project, store, NOW + timedelta(days=4))) == {"sent": 1, "dead": 1}
    assert states(store) == {"n1": "dead", "n2": "sent"}
    assert not (tmp_path / "notices" / "wang-n1.json").exists()


@pytest.mark.parametrize(
    ("held", "state"), [("", "sent"), (", on_unknown: hold", "unknown")], ids=["resend", "hold"]
)
def test_what_was_interrupted_is_sent_again_or_held(tmp_path: Path, held: str, state: str) -> None:
    """A message is interrupted when its attempt should have ended long ago."""
    project = project_with(tmp_path, f"  letters: {{type: file{held}}}\n")
    store = fill(project, "letters")
    assert claim_notice(store, "n1", NOW, 40)
    assert counts(deliver_outbox(project, store, NOW + timedelta(seconds=39))) == {"left": 1}
    result = deliver_outbox(project, store, NOW + timedelta(seconds=41))
    assert states(store) == {"n1": state}
    assert counts(result) == ({"sent": 1} if state == "sent" else {"unknown": 1})


def test_what_another_process_takes_first_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It claims the notice while ours reads the documents: nothing is sent by us, nothing is told."""
    project = project_with(tmp_path, FILE)
    store = fill(project, "letters")

    def overtaken(*arguments: Any) -> Any:
        assert claim_notice(store, "n1", NOW, 40)
        return read_documents(*arguments)

    monkeypatch.setattr("kaframe.deliver.read_documents", overtaken)
    assert counts(deliver_outbox(project, store, NOW)) == {"left": 1}
    assert states(store) == {"n1": "sending"}
    assert not (tmp_path / "notices").exists()


SENDER = """\
import sys
from pathlib import Path
from kaframe.deliver import deliver_outbox
from kaframe.deliver.documents import read_documents
from tests.test_deliver import NOW, project_of
deliver_outbox(project_of(Path(sys.argv[1]), sys.argv[2]), now=NOW)
"""


def project_of(root: Path, url: str) -> Project:
    """The project of the killed process and of the one after it."""
    return make_project(root, channels=f"  hook: {{type: webhook, url: '{url}', timeout: 20}}\n")


@pytest.mark.usefixtures("no_proxies")
def test_a_kill_costs_at_most_one_duplicate_with_the_same_key(tmp_path: Path) -> None:
    """The process dies after the bytes have left: the next one sends again, and the receiver can tell."""

    def hang_once(handler: BaseHTTPRequestHandler) -> None:
        if not (tmp_path / "released").exists():
            time.sleep(3)
        status(200)(handler)

    with receiver(hang_once) as hook:
        project = project_of(tmp_path, hook.options["url"])
        store = fill(project, "hook", "hook")
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        command = [sys.executable, "-c", SENDER, str(tmp_path), hook.options["url"]]
        sender = subprocess.Popen(command, env=environment)
        wait_for(lambda: len(hook.received) == 1)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        assert states(store) == {"n1": "sending", "n2": "pending"}
        (tmp_path / "released").touch()
        assert counts(deliver_outbox(project, store, NOW + timedelta(minutes=2))) == {"sent": 2}
    ids = [headers["webhook-id"] for _, headers, _ in hook.received]
    assert sorted(ids) == ["n1", "n1", "n2"]
    assert states(store) == {"n1": "sent", "n2": "sent"}


def wait_for(holds: Any, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)
