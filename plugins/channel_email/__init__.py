"""The email channel: one mail a notice over SMTP, text beside HTML, encrypted unless it is said otherwise."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import kaframe

from .writing import one_line, read_address, write_mail

TIMEOUT = 30
OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "E-mail",
    "description": "Sends notices by SMTP to the member's `email`.",
    "additionalProperties": False,
    "required": ["host", "from"],
    "properties": {
        "host": {
            "type": "string",
            "minLength": 1,
            "title": "Host",
            "description": "Name of the SMTP server.",
        },
        "port": {
            "type": "integer",
            "minimum": 1,
            "maximum": 65535,
            "title": "Port",
            "description": "Left out: 587 for starttls, 465 for tls, 25 for none.",
        },
        "security": {
            "enum": ["starttls", "tls", "none"],
            "default": "starttls",
            "title": "Security",
            "description": "starttls: encrypted or not sent; tls: from the first byte; none.",
        },
        "username": {"type": "string", "title": "User name", "description": "Left out: no login."},
        "password": {"type": "string", "secret": True, "title": "Password", "description": "As ${env:NAME}."},
        "from": {
            "type": "string",
            "minLength": 3,
            "title": "From",
            "description": "Address of the sender, with or without a name: `Key accounts <kam@example.com>`.",
        },
        "reply_to": {"type": "string", "title": "Reply to", "description": "Where answers go."},
        "attach_as": {
            "enum": ["html", "md"],
            "default": "html",
            "title": "Attach as",
            "description": "What the plans of a notice with `attach: [plan]` are sent as.",
        },
        "ca": kaframe.POST_OPTIONS["ca"],
        "timeout": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": TIMEOUT,
            "title": "Timeout",
            "description": "Seconds for the whole attempt.",
        },
    },
}
GO_ON = 354
PORTS = {"starttls": 587, "tls": 465, "none": 25}
SUMMARY = {"en": "Sends mail by SMTP", "zh": "通过 SMTP 发送邮件"}


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Send notices by mail, whatever the company's server."""
    yield kaframe.Channel(name="email", summary=SUMMARY, options=OPTIONS, send=send, address="email", check=check)


def check(options: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """What of the options cannot work."""
    found = {}
    if "host" in options and (wrong := kaframe.host_refusal(str(options["host"]), allow_private=True)):
        found["host"] = f"is {wrong}"
    for option in ("from", "reply_to", "ca"):
        try:
            if option == "ca" and options.get("ca"):
                _context(options, folder)
            elif option in options:
                read_address(option, str(options[option]))
        except ValueError as error:
            found[option] = one_line(str(error)).removeprefix(f"{option} ").removeprefix("option `ca` ")
    return found


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt: 4xx, a broken line and silence are retried, 5xx and a wrong address are not."""
    try:
        mail = write_mail(options, message)
        context = _context(options, folder)
    except ValueError as error:
        return kaframe.Outcome("dead", one_line(str(error)))
    until = time.monotonic() + float(options.get("timeout", TIMEOUT))
    smtp = _line(options, context)
    try:
        _attempt(options, mail, context, smtp, until)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        outcome = judge(error, str(options["host"]))
        return replace(outcome, state="unknown") if smtp.has_left else outcome
    return kaframe.Outcome("sent", str(mail["Message-ID"]))


def judge(error: Exception, host: str) -> kaframe.Outcome:
    """What a failed attempt means: only what may be better next time is retried.

    The code that smtplib itself makes up for an answer that is none comes with a text instead of bytes.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answered(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException) and isinstance(error.smtp_error, bytes):
        return _answered(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return kaframe.Outcome("dead", f"{host} cannot do that: {one_line(str(error))}")
    if isinstance(error, UnicodeError):
        return kaframe.Outcome("dead", "user name or password have characters that SMTP cannot carry")
    return kaframe.Outcome("retry", f"{host}: {one_line(str(error)) or type(error).__name__}")


def _context(options: Mapping[str, Any], folder: Path) -> ssl.SSLContext:
    if not options.get("ca"):
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(folder / options["ca"]))
    except OSError as error:
        raise ValueError(f"option `ca` cannot be used: {error.strerror or type(error).__name__}") from None


class _Noting:
    """Notes on a line whether a mail has left whole and the server has not said what became of it."""

    has_left = False
    _goes_on = False

    def getreply(self) -> tuple[int, bytes]:
        """The server's next answer; one that is no SMTP says nothing."""
        self.has_left = self.has_left or self._goes_on
        reply: tuple[int, bytes] = super().getreply()  # type: ignore[misc]
        if self._goes_on and 200 <= reply[0] < 600:
            self.has_left = False
        self._goes_on = reply[0] == GO_ON
        return reply


class _Plain(_Noting, smtplib.SMTP):
    """A line that begins unencrypted."""


class _Encrypted(_Noting, smtplib.SMTP_SSL):
    """A line that is encrypted from the first byte."""


def _line(options: Mapping[str, Any], context: ssl.SSLContext) -> _Plain | _Encrypted:
    own = "localhost"  # until there is a line; smtplib would ask the name server, for as long as that takes
    is_tls = options.get("security") == "tls"
    smtp = _Encrypted(local_hostname=own, context=context) if is_tls else _Plain(local_hostname=own)
    # smtplib checks the certificate against the host given to its constructor, which would connect at once.
    smtp._host = str(options["host"])  # type: ignore[union-attr]
    return smtp


def _attempt(
    options: Mapping[str, Any], mail: EmailMessage, context: ssl.SSLContext, smtp: _Plain | _Encrypted, until: float
) -> None:
    with _hung_up_at(smtp, until):
        try:
            code, answer = _connect(options, smtp, until)
            if code != 220:
                raise smtplib.SMTPConnectError(code, answer)
            if _security(options) == "starttls":
                smtp.starttls(context=context)
            if options.get("username"):
                smtp.login(str(options["username"]), _plain(options.get("password", "")))
            smtp.send_message(mail)
        finally:
            smtp.close()


def _connect(options: Mapping[str, Any], smtp: smtplib.SMTP, until: float) -> tuple[int, bytes]:
    """The server's greeting. A company's mail server may stand in its own network."""
    host, port = str(options["host"]), int(options.get("port", PORTS[_security(options)]))
    addresses = kaframe.find_addresses(host, port, until - time.monotonic(), allow_private=True)

    def connect(address: str, seconds: float) -> tuple[int, bytes]:
        smtp.timeout = seconds
        return smtp.connect(address, port)

    greeting = kaframe.connect_each(addresses, until, connect)
    assert smtp.sock is not None
    smtp.sock.settimeout(max(until - time.monotonic(), 0.01))
    smtp.local_hostname = _own_name(smtp.sock)
    return greeting


def _own_name(line: socket.socket) -> str:
    """Who we say that we are: a whole name, else the address, as RFC 5321 has it."""
    name, address = socket.gethostname(), str(line.getsockname()[0])
    return name if "." in name else f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _security(options: Mapping[str, Any]) -> str:
    return str(options.get("security", "starttls"))


@contextmanager
def _hung_up_at(smtp: smtplib.SMTP, until: float) -> Iterator[None]:
    """Cut the line when the whole attempt has taken too long: smtplib counts each answer alone."""
    done = threading.Event()

    def watch() -> None:
        late = not done.wait(max(until - time.monotonic(), 0))
        while late and not done.wait(0.1):
            with suppress(OSError, AttributeError):
                socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)  # type: ignore[arg-type]

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _answered(code: int, answer: bytes | str) -> kaframe.Outcome:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    state = "dead" if 500 <= code < 600 else "retry"
    return kaframe.Outcome(state, f"SMTP {code} {one_line(text)}")


def _plain(value: Any) -> str:
    return value.reveal() if isinstance(value, kaframe.Secret) else str(value)
