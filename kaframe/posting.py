"""Posting to other systems: one request within a deadline for all of it, no redirect, an answer of bounded size.

Channels that speak HTTP build on it, bundled ones and others.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaframe.answers import Answer, judge_status
from kaframe.posturl import url_refusal
from kaframe.reach import within
from kaframe.records import Outcome, Secret

if TYPE_CHECKING:
    import httpx

RESPONSE_LIMIT = 64 * 1024
TIMEOUT = 20.0
PACE = r"^[1-9][0-9]{0,4} per (second|minute|hour|day)$"  # how often a service may be asked
HANG_UP = 1.0  # seconds after the timeout until a line that was cut has ended
SAID = {"en": "HTTP {status} from {host}", "zh": "{host} 回答 HTTP {status}"}
QUOTED = 120  # characters of an answer that people are shown
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
MAY_BE_KEY = re.compile(r"(?=.*\d).{4,}|.{16,}")  # a part of an address that is no word
POST_OPTIONS: Mapping[str, Any] = {
    "url": {
        "type": "string",
        "secret": True,
        "title": "URL",
        "description": "https://..., best as ${env:NAME}: who knows it can post.",
    },
    "allow_http": {
        "type": "boolean",
        "default": False,
        "title": "Allow http",
        "description": "Send unencrypted to another machine; loopback may always be http.",
    },
    "allow_private": {
        "type": "boolean",
        "default": False,
        "title": "Allow private addresses",
        "description": "Send into the company's own network; 127.0.0.1 and localhost may always be named.",
    },
    "ca": {
        "type": "string",
        "title": "Certificate authority",
        "description": "PEM file of the company's own authority, relative to the project.",
    },
    "timeout": {
        "type": "number",
        "exclusiveMinimum": 0,
        "default": TIMEOUT,
        "title": "Timeout",
        "description": "Seconds for the whole attempt.",
    },
}


@dataclass(frozen=True, slots=True)
class Post:
    """One request: the channel's options (those of ``POST_OPTIONS``), the project's folder, body and headers.

    ``language`` is that of the people who are told what the other side answered.
    """

    options: Mapping[str, Any]
    folder: Path
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"


def send_post(post: Post, judge: Callable[[Answer], Outcome] | None = None) -> Outcome:
    """Make one attempt; ``judge`` says what an answer means, else its HTTP status does.

    An answer that does not come is "unknown" when the whole request had left, else "retry". Options that cannot work
    are "dead". Never raises for what the other side does.
    """
    import httpx

    try:
        wrong = url_refusal(revealed(post.options["url"]), post.options)
        if wrong:
            return Outcome("dead", f"the option `url` {wrong}")
        url = httpx.URL(revealed(post.options["url"]))
        verify = _verify(post.options, post.folder) if url.scheme == "https" else False  # authorities take their time
    except (ValueError, OSError, httpx.InvalidURL) as error:
        return Outcome("dead", f"the channel's options cannot be used: {type(error).__name__}")
    line = _Line(url, float(post.options.get("timeout", TIMEOUT)), verify)
    try:
        status, after, body, is_whole = line.post(post)
    except ValueError as error:
        return Outcome("dead", f"a header cannot be sent: {type(error).__name__}")
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        return Outcome("unknown" if line.has_left else "retry", f"{url.host}: {_reason(error)}")
    told = SAID.get(post.language, SAID["en"]).format(status=status, host=url.host)
    said = told + _quoted(body, post.options)
    return (judge or judge_status)(Answer(status, body, wait_of(after), said, is_whole, post.language))


def check_post(options: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """What of ``POST_OPTIONS`` cannot work; nothing secret is said."""
    found = {}
    if "url" in options and (wrong := url_refusal(revealed(options["url"]), options)):
        found["url"] = wrong
    if "ca" in options:
        try:
            _verify(options, folder)
        except OSError as error:
            found["ca"] = f"cannot be used: {error.strerror or type(error).__name__}"
    return found


def revealed(value: Any) -> str:
    """The text of an option, secret or not."""
    return value.reveal() if isinstance(value, Secret) else str(value)


def wait_of(after: str) -> float | None:
    """Seconds of a ``Retry-After`` header, which is a number or a date; nothing when it is neither."""
    if re.fullmatch(r"\d{1,9}", after.strip()):
        return float(after)
    try:
        moment = parsedate_to_datetime(after)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _verify(options: Mapping[str, Any], folder: Path) -> Any:
    return ssl.create_default_context(cafile=str(folder / options["ca"])) if options.get("ca") else True


@dataclass(slots=True)
class _Line:
    """The way to a server; ``has_left`` says whether the whole request was handed over."""

    url: httpx.URL
    seconds: float
    verify: Any
    has_left: bool = False
    is_late: bool = False
    sockets: list[Any] = field(default_factory=list)

    def post(self, post: Post) -> tuple[int, str, bytes, bool]:
        """Status, Retry-After and the first 64 kB of the answer.

        In a thread of its own: a name server that does not answer cannot be hung up on, only left. What has been left
        sends nothing any more.
        """
        return within(self.seconds + HANG_UP, lambda: self._exchange(post))

    def _exchange(self, post: Post) -> tuple[int, str, bytes, bool]:
        import httpx

        from kaframe.transport import open_client

        allow_private = bool(post.options.get("allow_private"))
        with self._hung_up_in_time(), open_client(self.verify, self.seconds, allow_private) as client:
            own = {name.lower(): value for name, value in post.headers.items()}
            headers = {"content-type": "application/json", **own, "accept-encoding": "identity"}  # no bombs
            with client.stream(
                "POST", self.url, content=post.body, headers=headers, extensions={"trace": self._trace}
            ) as response:
                body, is_whole = b"", False
                # The status has come already; what a body that breaks off or never ends means, the judge says.
                with suppress(httpx.HTTPError, httpx.StreamError, OSError):
                    for chunk in response.iter_raw():
                        body += chunk
                        if len(body) >= RESPONSE_LIMIT:
                            break
                    else:
                        is_whole = True
                after = response.headers.get("retry-after", "")
                return response.status_code, after, body[:RESPONSE_LIMIT], is_whole

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        import httpx

        if self.is_late and event.endswith("connect_tcp.complete"):
            info["return_value"].close()
            raise httpx.ConnectTimeout("connected after the timeout")
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self.sockets.append(info["return_value"].get_extra_info("socket"))
        self.has_left = self.has_left or event.endswith("send_request_body.complete")

    @contextmanager
    def _hung_up_in_time(self) -> Iterator[None]:
        """Cut the line when the whole attempt has taken too long: httpx counts each read and write alone."""
        done = threading.Event()

        def watch() -> None:
            self.is_late = not done.wait(self.seconds)
            while self.is_late and not done.wait(0.1):
                for each in list(self.sockets):
                    with suppress(OSError):
                        socket.socket.shutdown(each, socket.SHUT_RDWR)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def _reason(error: Exception) -> str:
    text = CONTROL.sub(" ", str(error)).strip()
    return text if text and "://" not in text else type(error).__name__


def _quoted(body: bytes, options: Mapping[str, Any]) -> str:
    """The start of an answer, without what is secret in the options, should the service echo it."""
    text = CONTROL.sub(" ", body[:2000].decode("utf-8", "replace")).strip()
    url = revealed(options["url"])
    parts = filter(MAY_BE_KEY.fullmatch, re.split("[/?&=#]", url)[3:])
    for value in sorted([url, *parts, *_secrets(options)], key=len, reverse=True):
        text = text.replace(value, "***") if len(value) >= 4 else text
    return f": {text[:QUOTED]}" if text else ""


def _secrets(options: Mapping[str, Any]) -> Iterator[str]:
    """Every secret of the options; of headers, say, every value."""
    for value in options.values():
        if isinstance(value, Secret):
            yield value.reveal()
        elif isinstance(value, Mapping):
            yield from map(revealed, value.values())
