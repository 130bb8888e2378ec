"""The webhook channel: one JSON POST a notice, signed as Standard Webhooks says when there is a secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import kaframe

if TYPE_CHECKING:
    import httpx

OPTIONS: dict[str, Any] = {
    "type": "object",
    "title": "Webhook",
    "description": "Posts notices as JSON to one URL.",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": {
            "type": "string",
            "secret": True,
            "title": "URL",
            "description": "https://..., or as ${env:NAME}.",
        },
        "secret": {
            "type": "string",
            "secret": True,
            "title": "Signing secret",
            "description": "whsec_ and base64, or any text; left out: no signature.",
        },
        "headers": {
            "type": "object",
            "additionalProperties": {"type": "string", "secret": True},
            "title": "Headers",
            "description": "More headers, such as Authorization: ${env:TOKEN}.",
        },
        "allow_http": {
            "type": "boolean",
            "default": False,
            "title": "Allow http",
            "description": "Send unencrypted to another machine; loopback may always be http.",
        },
        "ca": {
            "type": "string",
            "title": "Certificate authority",
            "description": "PEM file of the company's own authority, relative to the project.",
        },
        "timeout": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 20,
            "title": "Timeout",
            "description": "Seconds for the whole attempt.",
        },
    },
}
RESPONSE_LIMIT = 64 * 1024
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Hand notices to any program that listens to HTTP."""
    summary = {"en": "Posts signed JSON", "zh": "发送带签名的 JSON"}
    yield kaframe.Channel(name="webhook", summary=summary, options=OPTIONS, send=send, check=check)


def check(options: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """What of the options cannot work; nothing secret is said."""
    found = {}
    if "url" in options and (wrong := _refusal(_plain(options["url"]), bool(options.get("allow_http", False)))):
        found["url"] = wrong
    if "secret" in options and (wrong := _secret_refusal(_plain(options["secret"]))):
        found["secret"] = wrong
    if "ca" in options:
        try:
            _verify(options, folder)
        except OSError as error:
            found["ca"] = f"cannot be used: {error.strerror or type(error).__name__}"
    return found


def send(options: Mapping[str, Any], message: kaframe.Message, folder: Path) -> kaframe.Outcome:
    """Make one attempt: 2xx is sent; 429, 5xx and network failures are retried; everything else is dead."""
    import httpx

    # At INFO httpx logs the whole URL, which may hold a token.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        refusal = _refusal(_plain(options["url"]), bool(options.get("allow_http", False)))
        if refusal:
            return kaframe.Outcome("dead", f"the option `url` {refusal}")
        url = httpx.URL(_plain(options["url"]))
        body = write_body(message)
        headers = _headers(options, message, body)
        verify = _verify(options, folder) if url.scheme == "https" else False  # reading authorities takes its time
    except (ValueError, OSError, httpx.InvalidURL) as error:
        return kaframe.Outcome("dead", f"the channel's options cannot be used: {type(error).__name__}")
    try:
        status, after, answer = _post(url, body, headers, (float(options.get("timeout", 20)), verify))
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        return kaframe.Outcome("retry", f"{url.host}: {_reason(error)}")
    return judge(status, after, f"HTTP {status} from {url.host}{_quoted(answer, options)}")


def write_body(message: kaframe.Message) -> bytes:
    """The JSON of a notice, the same bytes for every attempt."""
    data = {
        "recipient": message.recipient,
        "address": message.address,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
    }
    whole = {"type": "kaframe.notice", "id": message.key, "data": data}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")


def sign(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The ``webhook-signature`` of a body: HMAC-SHA256 over ``id.timestamp.body``.

    A secret that starts with ``whsec_`` is base64 after it; any other is taken as it stands.
    """
    digest = hmac.new(_key_of(secret), f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _key_of(secret: str) -> bytes:
    """The key that a secret means. Raises: ValueError."""
    try:
        return base64.b64decode(secret[6:], validate=True) if secret.startswith("whsec_") else secret.encode()
    except binascii.Error:
        raise ValueError("after whsec_ the secret must be base64") from None


def _secret_refusal(secret: str) -> str:
    try:
        return "" if _key_of(secret) else "is empty"
    except ValueError:
        return "starts with whsec_, so the rest must be base64, and it is not"


def judge(status: int, after: str, detail: str) -> kaframe.Outcome:
    """What an HTTP status means for a notice."""
    if 200 <= status < 300:
        return kaframe.Outcome("sent", detail)
    if status == 429 or status >= 500:
        return kaframe.Outcome("retry", detail, retry_after=wait_of(after))
    if 300 <= status < 400:
        return kaframe.Outcome("dead", f"{detail}: redirects are not followed, configure the final URL")
    return kaframe.Outcome("dead", detail)


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


def _refusal(text: str, allow_http: bool) -> str:
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        return "is no URL"
    if url.scheme == "https" and host:
        return ""
    if url.scheme != "http" or not host:
        return "must start with https:// and name a server"
    if allow_http or _is_loopback(host):
        return ""
    return f"would send to {host} unencrypted: use https, or say allow_http: true"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _headers(options: Mapping[str, Any], message: kaframe.Message, body: bytes) -> dict[str, str]:
    own = {str(name): _plain(value) for name, value in options.get("headers", {}).items()}
    now = int(time.time())
    ours = {"content-type": "application/json", "webhook-id": message.key, "webhook-timestamp": str(now)}
    if options.get("secret"):
        ours["webhook-signature"] = sign(_plain(options["secret"]), message.key, now, body)
    return {**own, **ours}


def _verify(options: Mapping[str, Any], folder: Path) -> Any:
    return ssl.create_default_context(cafile=str(folder / options["ca"])) if options.get("ca") else True


def _post(
    url: httpx.URL, body: bytes, headers: dict[str, str], limits: tuple[float, Any]
) -> tuple[int, str, bytes]:
    """Status, Retry-After and the first 64 kB of the answer."""
    import httpx

    timeout, verify = limits
    with _hung_up_after(timeout) as trace, httpx.Client(verify=verify, timeout=timeout) as client:
        request = client.build_request(
            "POST", url, content=body, headers=headers, extensions={"trace": trace}
        )
        response = client.send(request, stream=True)
        answer = b""
        try:
            # The status has decided already; an answer that breaks off or never ends changes nothing.
            with suppress(httpx.HTTPError, httpx.StreamError, OSError):
                for chunk in response.iter_raw():
                    answer += chunk
                    if len(answer) >= RESPONSE_LIMIT:
                        break
        finally:
            response.close()
        return response.status_code, response.headers.get("retry-after", ""), answer[:RESPONSE_LIMIT]


@contextmanager
def _hung_up_after(seconds: float) -> Iterator[Callable[[str, dict[str, Any]], None]]:
    """Cut the line when the whole attempt has taken too long: httpx counts each read and write alone."""
    done = threading.Event()
    sockets: list[Any] = []

    def trace(event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            sockets.append(info["return_value"].get_extra_info("socket"))

    def watch() -> None:
        late = not done.wait(seconds)
        while late and not done.wait(0.1):
            for each in list(sockets):
                with suppress(OSError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield trace
    finally:
        done.set()
        watcher.join()


def _reason(error: Exception) -> str:
    text = CONTROL.sub(" ", str(error)).strip()
    return text[:200] if text and "://" not in text else type(error).__name__


def _quoted(answer: bytes, options: Mapping[str, Any]) -> str:
    """The start of the answer for people, without anything secret that the service echoes."""
    text = CONTROL.sub(" ", answer[:2000].decode("utf-8", "replace")).strip()
    url = _plain(options["url"])
    others = map(_plain, [options.get("secret", ""), *options.get("headers", {}).values()])
    for value in [url, *re.split("[/?&=#]", url)[3:], *others]:
        text = text.replace(value, "***") if len(value) >= 4 else text
    return f": {text[:120]}" if text else ""


def _plain(value: Any) -> str:
    return value.reveal() if isinstance(value, kaframe.Secret) else str(value)
