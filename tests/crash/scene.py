"""What the runs work on: a project whose accounts change colour every day, a store, and servers that listen."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from badproject import PROJECT
from sqlalchemy import select

from kaframe.store import Store
from kaframe.store.backup import find_damage
from kaframe.store.schema import metadata

FIRST = date(2026, 1, 1)
CHANNELS = """\
channels:
  crm: {{type: webhook, url: "http://127.0.0.1:{http}/hook", timeout: 60, on_unknown: {on_unknown}}}
  mail: {{type: email, host: 127.0.0.1, port: {smtp}, from: kam@example.com, security: none,
    timeout: 60, on_unknown: {on_unknown}}}
  letters: {{type: file, folder: notices}}
store: {{url: "${{env:CRASH_STORE}}"}}
reports: [report_json]
"""
RULES = {
    "rules/measure.yaml": "measures:\n  revenue: {label: Revenue, value: amount}\n",
    "rules/identify.yaml": "tiers:\n  - {id: key, key: true, when: revenue > 0}\n  - {id: standard, when: true}\n",
    "rules/score.yaml": "scorecards:\n  money: {primary: true, children: {sales: "
    "{value: revenue, bands: [{at_least: 50, points: 100}, {else: 0}]}}}\n",
    "rules/status.yaml": "rgb:\n  money: {green: {at_least: 75}, yellow: {at_least: 50}, red: else}\n",
    "rules/maintain.yaml": "cadences: [{id: visit, applies: key_account, every: 1 day, role: account_manager, "
    "title: Visit}]\n",
    "rules/notify.yaml": """\
notices:
  - {id: colour, on: status_changed, to: [lead], channels: [crm], group_by: account}
  - {id: tasks, on: task_opened, to: [account_manager], channels: [mail], group_by: owner}
  - {id: days, on: status_changed, to: [lead], channels: [letters, mail], group_by: owner}
""",
}
# What differs between two runs that did the same: clocks, how often something had to be tried, and the numbers of
# PostgreSQL, which leaves out those of what was rolled back.
VOLATILE = {"seq", "published_at", "created_at", "next_at", "settled_at", "attempts", "last_error"}


@dataclass(slots=True)
class Heard:
    """What the servers were sent: by key how often, and whether it was the same each time."""

    counts: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[str]] = field(default_factory=dict)

    def note(self, key: str, body: bytes) -> None:
        self.counts[key] += 1
        self.bodies.setdefault(key, set()).add(hashlib.sha256(body).hexdigest())

    def clear(self) -> None:
        """Forget what came before."""
        self.counts.clear()
        self.bodies.clear()


@dataclass(frozen=True, slots=True)
class Servers:
    """A receiver of webhooks and a mail server on loopback; both remember."""

    http: int
    smtp: int
    heard: Heard


@contextmanager
def servers() -> Iterator[Servers]:
    """Both servers, running."""
    from aiosmtpd.controller import Controller
    from plugins.test_channel_email import free_port

    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if len(body) < int(self.headers["content-length"]):
                return  # it broke off: nothing was received
            heard.note(self.headers["webhook-id"], body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    class Mailbox:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            head = envelope.content.partition(b"\r\n\r\n")[0]
            key = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id"))
            heard.note(key.partition(b"<")[2].partition(b"@")[0].decode(), b"")
            return "250 taken"

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            return  # a killed sender hangs up in the middle: that is what this is about

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    mail = Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
    mail.start()
    try:
        yield Servers(server.server_port, mail.port, heard)
    finally:
        mail.stop()
        server.shutdown()
        server.server_close()


@dataclass(frozen=True, slots=True)
class Scene:
    """A project in a folder, its store, and how many accounts change colour every day."""

    root: Path
    url: str
    accounts: int = 2

    @classmethod
    def write(cls, root: Path, url: str, listening: Servers, accounts: int = 2, on_unknown: str = "resend") -> Scene:
        """The project, as it is before its first run."""
        head = PROJECT["kaframe.yaml"].partition("  renamed:")[0]
        where = {"http": listening.http, "smtp": listening.smtp, "on_unknown": on_unknown}
        files = {"kaframe.yaml": head + CHANNELS.format(**where), "team.yaml": PROJECT["team.yaml"], **RULES}
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return cls(root, url, accounts)

    def begin(self, number: int) -> str:
        """The data of a day: every account has another colour than the day before."""
        rows = [f"A{n},Account {n},kim,{100 if (n + number) % 2 else 10}" for n in range(self.accounts)]
        file = self.root / "data" / "accounts.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(["account_id,account,owner,amount", *rows, ""]), encoding="utf-8")
        return str(FIRST + timedelta(days=number))

    def copy(self, root: Path, url: str) -> Scene:
        """The same project with all that it has, in another folder and with another store."""
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(self.root, root)
        return Scene(root, url, self.accounts)

    @property
    def store(self) -> Store:
        return Store(self.url, self.root)

    def outbox(self) -> list[Mapping[str, Any]]:
        """Every notice that was decided."""
        return [*self.store.rows(select(metadata.tables["outbox"]))]

    def state(self) -> dict[str, Any]:
        """All that a run leaves, without what differs between two runs that did the same."""
        tables = {
            table.name: [
                {name: value for name, value in row.items() if name not in VOLATILE}
                for row in self.store.rows(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
            if table.name != "run_epoch"
        }
        folders = [self.root / name for name in ("report", "notices", ".kaframe/runs")]
        paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        files = {str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        return json.loads(json.dumps({**tables, **files}, default=str))  # type: ignore[no-any-return]

    def damage(self, temporary: Path, at_once: bool = False) -> list[str]:
        """What is not sound, or was left behind, once a run has ended: nothing of it may be there.

        ``at_once``, after a run that failed, a snapshot may be there whose publish may or may not have been kept: that
        is known when the database answers again, and the next run sweeps it.
        """
        found: list[str] = []
        if self.store.file:
            found += filter(None, [find_damage(self.store.file)])
        from kaframe.store.runlock import is_left_behind, run_holder

        if run_holder(self.store) is not None or is_left_behind(self.store):
            found.append("a stale lock")
        runs = {row["run_id"] for row in self.store.rows(select(metadata.tables["runs"].c.run_id))}
        folders = {path.name for path in (self.root / ".kaframe/runs").glob("*")}
        found += [f"folder {name}" for name in sorted(runs - folders if at_once else folders ^ runs)]
        found += [f"garbage {path.relative_to(self.root)}" for path in self.root.rglob(".tmp-*")]
        return found + [f"garbage {path.name} in the temporary folder" for path in temporary.iterdir()]
