"""The email channel against real SMTP servers on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from kaframe.records import Attachment, Message, Secret
from tests.plugins.loading import load_plugin
from tests.reaching import NameServer, Reached, reached

__all__ = ["reached"]

email = load_plugin("channel_email")
CERTIFICATE = Path(__file__).parent / "certificate"
NOTICE = Message("k1", "wang", "wang@example.com", "客户转红: 长城", "🔴 长城 转为红色\n", "<p>🔴 长城</p>")


class Mailbox:
    """Keeps what arrives; answers RCPT and DATA as told."""

    def __init__(self, rcpt: str = "", data: str = "250 taken") -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self._rcpt, self._data = rcpt, data

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self._rcpt:
            return self._rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.recipients += envelope.rcpt_tos
        mail = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
        self.mails.append(mail)
        return self._data


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE / "localhost.pem", CERTIFICATE / "key.pem")
    return context


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(mailbox: Mailbox, **settings: Any) -> Iterator[dict[str, Any]]:
    """A running server; gives the options of a channel that uses it."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **settings)
    controller.start()
    try:
        yield {
            "host": "127.0.0.1",
            "port": controller.port,
            "from": "重点客户 <kam@example.com>",
            "security": "none",
            "timeout": 5,
        }
    finally:
        controller.stop()


def send(options: dict[str, Any], message: Message = NOTICE) -> Any:
    return email.send(options, message, CERTIFICATE)


def test_a_notice_arrives_as_text_and_html() -> None:
    """Subject, both bodies, a Message-ID made of the key, and the one recipient."""
    mailbox = Mailbox()
    with smtp_server(mailbox) as options:
        outcome = send(options)
    assert (outcome.state, outcome.detail) == ("sent", "<k1@example.com>")
    (mail,) = mailbox.mails
    assert mail["Subject"] == "客户转红: 长城"
    assert mail["From"] == "重点客户 <kam@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<k1@example.com>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert text.get_content().strip() == "🔴 长城 转为红色"
    assert html is not None
    assert html.get_content().strip() == "<p>🔴 长城</p>"
    assert mailbox.recipients == ["wang@example.com"]


def test_starttls_with_login() -> None:
    """The password is a secret, used only on the encrypted line."""
    seen: list[LoginPassword] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        seen.append(data)
        return AuthResult(success=data.password == b"geheim", handled=False)

    mailbox = Mailbox()
    settings = {"tls_context": server_context(), "require_starttls": True, "authenticator": check}
    with smtp_server(mailbox, **settings) as options:
        base = {
            **options,
            "host": "localhost",
            "security": "starttls",
            "ca": "localhost.pem",
            "username": "kam",
        }
        assert send({**base, "password": Secret("geheim", "${env:P}")}).state == "sent"
        refused = send({**base, "password": "wrong"})
    assert seen[0] == LoginPassword(b"kam", b"geheim")
    assert (refused.state, refused.detail[:8]) == ("dead", "SMTP 535")
    assert len(mailbox.mails) == 1


def test_tls_from_the_first_byte() -> None:
    """Port 465 style."""
    mailbox = Mailbox()
    with tls_server(mailbox) as options:
        assert send({**options, "ca": "localhost.pem"}).state == "sent"
    assert len(mailbox.mails) == 1


@contextmanager
def tls_server(mailbox: Mailbox) -> Iterator[dict[str, Any]]:
    with smtp_server(mailbox, ssl_context=server_context()) as options:
        yield {**options, "host": "localhost", "security": "tls"}


def test_an_unknown_certificate_is_not_trusted() -> None:
    """Without the company's authority nothing is sent, and it may be better tomorrow."""
    mailbox = Mailbox()
    with smtp_server(mailbox, tls_context=server_context()) as options:
        outcome = send({**options, "host": "localhost", "security": "starttls"})
    assert outcome.state == "retry"
    assert "certificate" in outcome.detail.lower()
    assert mailbox.mails == []


def test_no_encryption_offered_means_not_sent() -> None:
    """starttls never falls back to plain text."""
    mailbox = Mailbox()
    with smtp_server(mailbox) as options:
        outcome = send({**options, "security": "starttls"})
    assert outcome.state == "dead"
    assert "STARTTLS" in outcome.detail
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("mailbox", "state", "detail"),
    [
        (Mailbox(rcpt="450 mailbox busy"), "retry", "SMTP 450 mailbox busy"),
        (Mailbox(rcpt="550 no such user"), "dead", "SMTP 550 no such user"),
        (Mailbox(rcpt=f"550 {'x' * 300}"), "dead", f"SMTP 550 {'x' * 300}"),  # cut once secrets are taken out
        (Mailbox(data="451 try later"), "retry", "SMTP 451 try later"),
        (Mailbox(data="554 spam"), "dead", "SMTP 554 spam"),
    ],
    ids=["busy", "unknown", "long", "later", "spam"],
)
def test_the_answer_decides(mailbox: Mailbox, state: str, detail: str) -> None:
    """4xx is retried, 5xx never."""
    with smtp_server(mailbox) as options:
        outcome = send(options)
    assert (outcome.state, outcome.detail) == (state, detail)


def test_nobody_listening_is_retried() -> None:
    """A server that is down is no reason to lose a notice."""
    options = {
        "host": "127.0.0.1",
        "port": free_port(),
        "from": "a@b.example",
        "security": "none",
        "timeout": 2,
    }
    assert send(options).state == "retry"


@contextmanager
def raw_server(drip: bytes) -> Iterator[int]:
    """A server that accepts and then says ``drip`` again and again, a byte each 0.1 s, never a whole line."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                while not stop.wait(0.1):
                    try:
                        line.send(drip)
                    except OSError:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        stop.set()
        thread.join()


@pytest.mark.parametrize("drip", [b"", b"2"], ids=["hangs", "drips"])
def test_the_deadline_is_for_the_whole_attempt(drip: bytes) -> None:
    """A server that hangs or drips bytes costs the deadline and no more."""
    started = time.monotonic()
    with raw_server(drip) as port:
        options = {
            "host": "127.0.0.1",
            "port": port,
            "from": "a@b.example",
            "security": "none",
            "timeout": 0.6,
        }
        outcome = send(options)
        took = time.monotonic() - started
    assert outcome.state == "retry"
    assert 0.5 < took < 2.6


@pytest.mark.parametrize(
    "text",
    [
        "x\r\nBcc: thief@example.com",
        "x\nBcc: thief@example.com",
        "x\u2028y",
        "x\x00y",
        "\ud800",
        "长" * 300,
        "",
    ],
    ids=["crlf", "lf", "line separator", "nul", "lone surrogate", "long", "empty"],
)
def test_nothing_of_the_data_becomes_a_header(text: str) -> None:
    """Hostile account names reach the subject and the body as text."""
    mailbox = Mailbox()
    with smtp_server(mailbox) as options:
        outcome = send(options, Message(text, "wang", "wang@example.com", text, text, text))
    assert outcome.state == "sent"
    assert mailbox.recipients == ["wang@example.com"]
    assert "Bcc" not in mailbox.mails[0]
    assert len(mailbox.mails[0].get_all("Message-ID", [])) == 1


@pytest.mark.parametrize(
    "address",
    ["", "wang", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "<a@b@c>", "a b@c.example"],
)
def test_a_wrong_address_is_dead_at_once(address: str) -> None:
    """It is never retried, and no server is asked."""
    options = {"host": "127.0.0.1", "port": 1, "from": "a@b.example"}
    outcome = send(options, Message("k", "wang", address, "s", "t"))
    assert outcome.state == "dead"
    assert "no e-mail address" in outcome.detail


def test_the_id_is_the_same_for_every_attempt() -> None:
    """A receiver can drop the second copy."""
    first, second = (email.write_mail({"from": "a@b.example"}, NOTICE)["Message-ID"] for _ in range(2))
    assert first == second


def test_a_missing_authority_is_said() -> None:
    """An option that cannot work is dead with the option's name."""
    outcome = send({"host": "localhost", "from": "a@b.example", "ca": "nowhere.pem"})
    assert outcome.state == "dead"
    assert "`ca`" in outcome.detail


PLAN = (
    "# 长城\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://x.example/i.png)\n"
)


def attached(**options: Any) -> list[EmailMessage]:
    """The documents of a mail with three plans, as a reader of mail finds them."""
    named = (("长城 计划", PLAN), ("长城 计划", "second"), ("../a\r\nBcc: x@y", "third"))
    documents = tuple(Attachment(name, text) for name, text in named)
    message = replace(NOTICE, attachments=documents, language="zh")
    mail = email.write_mail({"from": "kam@example.com", **options}, message)
    read = message_from_bytes(bytes(mail), _class=EmailMessage, policy=policy.default)
    assert "Bcc" not in read
    return list(read.iter_attachments())  # type: ignore[arg-type]


def test_plans_go_with_a_mail() -> None:
    """As pages under names of their own, in which nothing of a plan runs or is loaded."""
    pages = attached()
    assert [page.get_filename() for page in pages] == ["长城 计划.html", "长城 计划 2.html", "a Bcc x@y.html"]
    shown = pages[0].get_content()
    assert pages[0].get_content_type() == "text/html"
    assert "<h1>长城</h1>" in shown
    assert "<td>1</td>" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown


def test_plans_go_as_they_are_written() -> None:
    """For people who put them into something else."""
    (first, *_) = attached(attach_as="md")
    assert (first.get_filename(), first.get_content_type()) == ("长城 计划.md", "text/markdown")
    assert first.get_content().replace("\r\n", "\n") == PLAN


def test_mails_about_the_same_stand_together() -> None:
    """One thread a rule, recipient and accounts; and no out-of-office answers."""
    mails = [
        email.write_mail({"from": "kam@example.com"}, replace(NOTICE, key=key, thread=thread))
        for key, thread in (("k1", "t1"), ("k2", "t1"), ("k3", "t2"))
    ]
    threads = [mail["References"] for mail in mails]
    assert threads == ["<t1.thread@example.com>", "<t1.thread@example.com>", "<t2.thread@example.com>"]
    assert {(mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) for mail in mails} == {("auto-generated", "All")}
    assert "References" not in email.write_mail({"from": "kam@example.com"}, NOTICE)


@pytest.mark.parametrize(("language", "words"), [("en", "Open the report"), ("zh", "打开报告")])
def test_a_mail_links_to_the_report(language: str, words: str) -> None:
    """In both forms, where the project says where it is."""
    message = replace(NOTICE, link='https://x.example/?a=1&b="2"', language=language)
    plain, html = email.write_mail({"from": "kam@example.com"}, message).iter_parts()
    assert f'{words}: https://x.example/?a=1&b="2"' in plain.get_content()
    assert f'<a href="https://x.example/?a=1&amp;b=&quot;2&quot;">{words}</a>' in html.get_content()


@pytest.mark.parametrize("end", [b"", b"2"], ids=["hangs up", "says half a word"])
def test_a_mail_that_left_whole_may_have_arrived(end: bytes) -> None:
    """Without an answer to the mail itself nobody knows; before it the server has not got it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line, line.makefile("rb") as said:
                line.sendall(b"220 mail\r\n")
                for command in said:
                    is_data = command.upper().startswith(b"DATA")
                    line.sendall(b"354 go on\r\n" if is_data else b"250 ok\r\n")
                    if is_data:
                        while said.readline() != b".\r\n":
                            pass
                        line.sendall(end)
                        return

        threading.Thread(target=serve, daemon=True).start()
        options = {"host": "127.0.0.1", "port": listener.getsockname()[1], "from": "k@x.example", "security": "none"}
        assert email.send({**options, "timeout": 5}, NOTICE, Path()).state == "unknown"


@pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "2130706433", "0.0.0.0"])
def test_no_mail_goes_where_no_mail_server_stands(host: str, reached: Reached) -> None:
    """A company's mail server may stand in its own network, but not there."""
    outcome = send({"host": host, "from": "a@b.example", "security": "none", "timeout": 2})
    assert (outcome.state, reached.addresses) == ("retry", [])


def test_a_name_in_the_companys_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its addresses are tried one after the other; the server hears who greets it."""
    NameServer(monkeypatch, {"mail.corp.example": [["127.0.0.2", "127.0.0.1"]]})
    mailbox = Mailbox()
    with smtp_server(mailbox) as options:
        assert send({**options, "host": "mail.corp.example"}).state == "sent"
    assert len(mailbox.mails) == 1


def test_a_name_server_that_hangs_costs_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is asked for; nothing is sent when the answer comes after all."""
    answers, real = threading.Event(), socket.getaddrinfo

    def hang(host: Any, *args: Any, **more: Any) -> Any:
        if host != "mail.corp.example":
            return real(host, *args, **more)
        answers.wait(30)
        return real("127.0.0.1", *args, **more)

    def never(name: str = "") -> str:
        answers.wait(30)
        return name

    mailbox = Mailbox()
    with smtp_server(mailbox) as options:
        monkeypatch.setattr(socket, "getaddrinfo", hang)
        monkeypatch.setattr(socket, "getfqdn", never)
        before, begun = threading.active_count(), time.monotonic()
        outcome = send({**options, "host": "mail.corp.example", "timeout": 0.5})
        assert time.monotonic() - begun < 2.5
        assert (outcome.state, "no answer of the name server" in outcome.detail) == ("retry", True)
        answers.set()
        while threading.active_count() > before and time.monotonic() - begun < 10:
            time.sleep(0.05)
        assert threading.active_count() == before
    assert mailbox.mails == []
