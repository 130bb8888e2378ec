"""Secrets never leave memory: canaries through every command and failure, searched for in all that stays."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from kaframe.channels import find_channel
from kaframe.deliver.line import open_line
from kaframe.loading import load_project
from kaframe.secrets import redacted, resolve_secret
from tests.cli.conftest import Told, call
from tests.smallproject import FILES, write_project

# Twenty of them; the odd ones need quoting wherever they are written.
CANARIES = {
    "DSN_PASSWORD": "canary01dsnpass", "DSN_ODD": "canary02/p@ss:w+rd", "DSN_QUERY": "canary03sslpass",
    "DSN_WHOLE": "postgresql://kim:canary04whole@127.0.0.1:1/crm?application_name=canary05app",
    "DSN_BROKEN": "postgresql//kim:canary06broken@host", "STORE": "postgresql://kim:canary07store@127.0.0.1:1/team",
    "HOOK_PATH": "canary08path", "HOOK_QUERY": "canary09query", "HOOK_USER": "canary10user",
    "HEADER": "Bearer canary11header", "SIGNING": "canary12signing", "SMTP": "canary13smtp",
    "SMTP_ODD": 'canary14"\\客户',
    "WHSEC": "whsec_Y2FuYXJ5MTV3aHNlYw==", "ADDRESS": "canary16address", "LONG": "canary17" + "x" * 300,
    "MYSQL": "mysql+nodriver://kim:canary18mysql@127.0.0.1:1/crm",
}  # fmt: skip
IN_FILES = {"token": "canary19filetoken", "dsn": "postgresql://kim:canary20filedsn@127.0.0.1:1/crm"}
WORDS = [f"canary{number:02}" for number in range(1, 21) if number != 15] + ["Y2FuYXJ5MTV3aHNlYw"]

SOURCES = {
    "password": "postgresql://kim:${env:DSN_PASSWORD}@127.0.0.1:1/crm",
    "odd": "postgresql://kim:${env:DSN_ODD}@127.0.0.1:1/crm",
    "query": "postgresql://kim@127.0.0.1:1/crm?sslpassword=${env:DSN_QUERY}",
    "whole": "${env:DSN_WHOLE}", "broken": "${env:DSN_BROKEN}", "driver": "${env:MYSQL}", "file": "${file:keys/dsn}",
    "missing": "postgresql://kim:${env:DSN_PASSWORD}@${env:NO_SUCH_HOST}/crm",
}  # fmt: skip
CHANNELS = """\
channels:
  hook:
    type: webhook
    url: http://kim:${env:HOOK_USER}@127.0.0.1:PORT/${env:HOOK_PATH}/x?key=${env:HOOK_QUERY}
    secret: ${env:SIGNING}
    headers: {Authorization: "${env:HEADER}", X-File: "${file:keys/token}", X-Long: "${env:LONG}"}
  signed: {type: webhook, url: "http://127.0.0.1:PORT/", secret: "${env:WHSEC}"}
  dead: {type: webhook, url: "http://127.0.0.1:1/${env:HOOK_PATH}?${env:HOOK_QUERY}"}
  ding: {type: dingtalk, url: "http://127.0.0.1:PORT/send?access_token=${env:HOOK_QUERY}", secret: "${env:SIGNING}"}
  lark: {type: feishu, url: "http://127.0.0.1:PORT/hook/${env:HOOK_PATH}", secret: "${env:SIGNING}"}
  slack: {type: slack, url: "http://127.0.0.1:1/services/${env:HOOK_PATH}"}
  mail: {type: email, host: 127.0.0.1, port: 1, username: kim, password: "${env:SMTP}", from: ka@shop.example}
  odd: {type: email, host: 127.0.0.1, port: 1, username: kim, password: "${env:SMTP_ODD}", from: ka@shop.example}
"""
COMMANDS = [
    ["check"], ["preview"], ["run"], ["run", "--format", "json"], ["doctor"], ["doctor", "--format", "json"],
    ["report"], ["explain", "A1"],
    ["history", "A1"], ["accounts"], ["tasks"], ["plans"], ["outbox"], ["outbox", "--format", "csv"],
    ["channels"], ["channels", "test", "hook"], ["channels", "test", "ding"],
    ["channels", "test", "lark", "--format", "csv"], ["channels", "test", "slack", "--format", "json"],
    ["show", "rules"], ["show", "sources"], ["show", "names"], ["test"], ["stage"], ["override"],
]  # fmt: skip


@pytest.fixture
def port() -> Iterator[int]:
    """A server that answers every request with an error that repeats all of it."""

    class Echo(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = f"refused: {self.path} {dict(self.headers)}".encode()
            self.send_response(500)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def project(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, value)
    config = FILES["kaframe.yaml"] + CHANNELS.replace("PORT", str(port))
    keys = {f"keys/{name}": f"{value}\n" for name, value in IN_FILES.items()}
    return write_project(tmp_path / "p", {"kaframe.yaml": config, **keys})


def spellings() -> list[str]:
    """Every canary raw, and in base64 at each of the three places where it may begin."""
    found = list(WORDS)
    for word in WORDS:
        for shift in range(3):
            found.append(base64.b64encode(b"\0" * shift + word.encode()).decode()[4:-4])
    return found


def hits(text: str) -> list[str]:
    return [one for one in spellings() if one in text]


def kept(folder: Path) -> str:
    """All that stands in the project's folder, but for the keys that the user put there."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "keys"]
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)


def told_all(told: Told, capfd: pytest.CaptureFixture[str]) -> str:
    seen = capfd.readouterr()
    return told.out + told.err + seen.out + seen.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_of_a_sound_project(project: Path, capfd: pytest.CaptureFixture[str], command: list[str]) -> None:
    """After a run with five channels, no command prints or keeps a canary."""
    ran = call("--debug", "-C", project, "run")
    assert ran.code in (0, 5), ran.err
    told = call("--debug", "-C", project, *command)
    assert hits(told_all(ran, capfd) + told_all(told, capfd)) == []
    assert hits(kept(project)) == []


@pytest.mark.parametrize("name", SOURCES)
def test_sources_that_fail(project: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    """A database that cannot be reached is named without what opens it, also in the traceback."""
    config = project / "kaframe.yaml"
    source = json.dumps({"reader": "sql", "url": SOURCES[name], "table": "orders"})
    config.write_text(config.read_text("utf-8").replace("{reader: csv, path: data/orders.csv}", source), "utf-8")
    for command in (["check", "--data"], ["run"], ["run", "--format", "json"], ["doctor"], ["explain", "A1"]):
        told = call("--debug", "-C", project, *command)
        assert told.code != 0, command
        assert hits(told_all(told, capfd)) == [], command
    assert hits(kept(project)) == []


def test_a_store_that_fails(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every command that needs the store says where it is, not what opens it."""
    config = project / "kaframe.yaml"
    config.write_text(config.read_text("utf-8") + 'store: {url: "${env:STORE}"}\n', "utf-8")
    for command in COMMANDS:
        told = call("--debug", "-C", project, *command)
        assert hits(told_all(told, capfd)) == [], command
    assert hits(kept(project)) == []


def test_channels_that_fail(project: Path) -> None:
    """What the outbox keeps of a failed attempt has no secret, even where the service repeats all of them."""
    opened = load_project(project)
    notice = {"notice_key": "k1", "address": "kim+${env:ADDRESS}@shop.example", "recipient": "Kim", "subject": "x",
              "text": "x", "html": ""}  # fmt: skip
    for name in ("hook", "signed", "dead", "mail", "odd"):
        assert find_channel(opened, name) is not None
        outcome = open_line(opened, name).send(notice)
        assert outcome.state in ("retry", "dead"), name
        assert outcome.detail
        assert hits(outcome.detail) == [], name


@pytest.mark.parametrize("debug", [True, False])
def test_a_bug_tells_no_secret(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    """An exception that nobody expected may hold a secret in any spelling; what is printed does not."""
    values = list(CANARIES.values())

    def fail(*_: object, **__: object) -> None:
        for name in CANARIES:
            resolve_secret(f"${{env:{name}}}", None, project)
        written = [form(value) for value in values for form in (str, quote, quote_plus, repr, json.dumps)]
        written += [base64.b64encode(f"kim:{value}".encode()).decode() for value in values]
        raise RuntimeError("; ".join(written))

    monkeypatch.setattr("kaframe.checks.check_project", fail)
    told = call(*(["--debug"] if debug else []), "-C", project, "check")
    assert told.code == 1
    assert "RuntimeError" in told.err
    assert ("Traceback" in told.err) == debug
    assert hits(told_all(told, capfd)) == []


LEAKY = """
import logging, sys, warnings
import kaframe

OPTIONS = {"type": "object", "additionalProperties": False, "properties": {"token": {"type": "string", "secret": True}}}


def tell(options, *_):
    token = options["token"].reveal()
    print("the token is", token)
    print(token, file=sys.stderr)
    logging.getLogger("leaky").warning("posting with %s", token)
    warnings.warn(token, UserWarning)
    raise RuntimeError(f"no luck with {token}")


@kaframe.hook
def kaframe_channels():
    yield kaframe.Channel(name="leaky", summary="Leaks", options=OPTIONS, send=tell)


@kaframe.hook
def kaframe_readers():
    yield kaframe.Reader(
        name="leaky", summary="Leaks", options=OPTIONS, columns=lambda source: tell(source.options), read=tell,
        fingerprint=lambda source: tell(source.options), locate=tell,
    )
"""


def test_a_plugin_that_prints_and_raises_its_secret(
    project: Path, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    """What it says reaches people without the secret; a source and a channel of it fail."""
    (project / "plugins").mkdir()
    (project / "plugins" / "leaky.py").write_text(LEAKY, "utf-8")
    config = project / "kaframe.yaml"
    text = config.read_text("utf-8") + '  leaky: {type: leaky, token: "${env:HOOK_PATH}"}\n'
    config.write_text(text, "utf-8")
    told = call("--debug", "-C", project, "channels", "test", "leaky")
    assert "the token is ***" in told.err
    assert "no luck with ***" in told.out + told.err
    shown = told_all(told, capfd)
    source = '{reader: leaky, token: "${env:HOOK_QUERY}"}'
    config.write_text(text.replace("{reader: csv, path: data/orders.csv}", source), "utf-8")
    for command in (["check", "--data"], ["run"], ["run", "--format", "json"], ["doctor"], ["plugins", "check"]):
        shown += told_all(call("--debug", "-C", project, *command), capfd)
    assert hits(shown) == []
    assert hits(kept(project)) == []


def test_words_stay_readable(project: Path) -> None:
    """Only what is secret goes; a short value blackens nothing."""
    resolve_secret("${env:HOOK_PATH}", None, project)
    assert redacted("the path canary08path of hook") == "the path *** of hook"
