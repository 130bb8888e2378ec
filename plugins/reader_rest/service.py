"""The conversation with a service: one request at a time, within the limits, and honest about what went wrong."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import kaframe
from kaframe import DataError

from .declaration import TRACE, Api, Failure, Request
from .paths import find_one
from .placeholders import fill, fill_phrases

if TYPE_CHECKING:
    import httpx

MEGABYTE = 1 << 20
LONGEST_PAUSE = 60
SHOWN = 160
REDIRECTS = 3
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
HINTS = {
    400: "the service does not understand the question: compare it with its manual",
    401: "check the token or password, and whether it has expired",
    403: "the account of this token may not read that",
    404: "is the address right?",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of an answer, the address that gave it, and its headers."""

    document: Any
    url: str
    headers: Mapping[str, str]


class ExpiredError(Exception):
    """The service does not know the token any more; the refusal to be shown when a new one does not help."""

    def __init__(self, refusal: DataError) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class Service:
    """One load's connection. Close it, or use it with ``with``."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.session: dict[str, Any] = {}
        self.host = urlsplit(fill(api.request.url, api.values)).netloc
        self._end = time.monotonic() + api.limits.seconds
        self._sockets: list[Any] = []
        self._timer = threading.Timer(api.limits.seconds, self._hang_up)
        self._timer.daemon = True
        self._client = kaframe.open_client(self._verify(), api.limits.timeout, api.allow_private)
        self._timer.start()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._client.close()

    def ask(self, request: Request, state: Mapping[str, Any], words: str) -> Answer:
        """The answer to a request filled with ``state``; a token that has expired is renewed once.

        Raises: DataError KF3006, KF3016, KF3026, KF3046, KF3056.
        """
        if self.api.login and not self.session:
            self._log_in()
        try:
            return self._checked(request, state, words, self.api.failure)
        except ExpiredError as expired:
            if not self.api.login:
                raise expired.refusal from None
            self._log_in()
        try:
            return self._checked(request, state, words, self.api.failure)
        except ExpiredError as again:
            raise again.refusal from None

    def hide(self, text: str) -> str:
        """The text without anything secret, in one line."""
        plain = [value.reveal() for value in self._secrets() if isinstance(value, kaframe.Secret)]
        plain += [str(value) for value in self.session.values()]
        parts = {part for each in plain for part in (each, each.rpartition(" ")[2])}
        for value in sorted(parts, key=len, reverse=True):
            for written in {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}:
                text = text.replace(written, "***") if len(value) >= 4 else text
        return CONTROL.sub(" ", text).strip()

    def _secrets(self) -> list[Any]:
        found: list[Any] = [*self.api.values.values(), *self.api.request.headers.values()]
        found += [*self.api.request.params.values()]
        body = self.api.login.request.body if self.api.login else None
        return [*found, *(body.values() if isinstance(body, Mapping) else ())]

    def _log_in(self) -> None:
        """Ask for a token and keep what the login names. Raises: DataError KF3056."""
        login = self.api.login
        assert login is not None
        self.session = {}
        try:
            answer = self._checked(login.request, {}, "sign-in", login.failure)
        except ExpiredError as expired:
            problem = expired.refusal.problems[0]
            raise self.api.refuse("KF3056", problem.message, HINTS[401], "auth") from None
        found = {name: find_one(answer.document, path) for name, path in login.values.items()}
        if not all(found.values()):
            lacking = ", ".join(name for name, value in found.items() if not value)
            message = f"{self.host}: the sign-in gives no {lacking}{self._quoted(answer.document)}"
            raise self.api.refuse("KF3056", message, "check user, password or client, and their rights", "auth")
        self.session = found

    def _checked(self, request: Request, state: Mapping[str, Any], words: str, failure: Failure | None) -> Answer:
        """The answer, unless it says itself that it is an error."""
        values = {**self.api.values, **self.session, **state}
        values |= fill_phrases(self.api.phrases, values)
        answer = self._persist(request, values, words, failure)
        code = _code(answer.document, failure)
        if failure is None or code is None:
            return answer
        said = find_one(answer.document, failure.message) if failure.message else None
        shown = code if isinstance(code, str | int) else "an error"
        text = self.hide(f"{said}")[:SHOWN] if said else self._quoted(answer.document).removeprefix(": ")
        message = f"{self.host}: {words}: the service says {shown}: {text}"
        refusal = self.api.refuse("KF3016", message, "the service's manual explains the code")
        if str(code) in map(str, failure.expired) or "token" in str(said).lower():
            raise ExpiredError(refusal)
        raise refusal

    def _persist(self, request: Request, values: Mapping[str, Any], words: str, failure: Failure | None) -> Answer:
        """Ask until there is an answer: again after 429, 5xx, busy codes and broken lines, with growing pauses."""
        import httpx

        limits = self.api.limits
        for attempt in range(limits.retries + 1):
            wait = min(limits.pause * 2**attempt, LONGEST_PAUSE)
            try:
                status, headers, content, url = self._send(request, values, words)
            except kaframe.RefusedAddressError as error:
                raise self.api.refuse("KF3087", f"{words}: {error.refusal.message}", error.refusal.hint) from None
            except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
                self._check_time(words)
                why, status = self._reason(error), 0
            else:
                if status < 400:
                    answer = Answer(self._parsed(content, words), url, headers)
                    if failure is None or str(_code(answer.document, failure)) not in map(str, failure.busy):
                        return answer
                    status = 429
                why = f"HTTP {status}{self._shown(content)}"
                if status != 429 and (status < 500 or status == 501):
                    raise self._refusal(status, f"{self.host}: {words}: {why}")
                wait = max(wait, kaframe.wait_of(headers.get("retry-after", "")) or 0)
            if attempt < limits.retries:
                self._pause(wait, f"{self.host}: {words}: {why}")
        message = f"{self.host}: {words}: {why}, {limits.retries + 1} times"
        hint = "is the service up, and can this machine reach it?" if not status else "try again later"
        raise self.api.refuse("KF3006", message, hint)

    def _refusal(self, status: int, message: str) -> Exception:
        where = ["auth"] if status == 401 else []
        refusal = self.api.refuse("KF3016", message, HINTS.get(status, HINTS[400]), *where)
        return ExpiredError(refusal) if status == 401 else refusal

    def _send(
        self, request: Request, values: Mapping[str, Any], words: str
    ) -> tuple[int, Mapping[str, str], bytes, str]:
        """One request; redirects are followed within the same server only."""
        import httpx

        values = {**values, TRACE: str(uuid.uuid4())}
        params = {name: _parameter(value) for name, value in fill(request.params, values).items()}
        url, method = str(httpx.URL(fill(request.url, values)).copy_merge_params(params)), request.method
        headers = {name: str(value) for name, value in fill(request.headers, values).items()}
        body = fill(request.body, values)
        content: dict[str, Any] = {} if method == "GET" else {"data" if request.form else "json": body}
        for _ in range(REDIRECTS + 1):
            self._check_time(words)
            extensions = {"trace": self._trace}
            built = self._client.build_request(method, url, headers=headers, extensions=extensions, **content)
            response = self._client.send(built, stream=True)
            try:
                if not 300 <= response.status_code < 400:
                    received = self._receive(response, words)
                    return response.status_code, response.headers, received, str(response.url)
            finally:
                response.close()
            url = self._redirected(url, response, method, words)
        raise self.api.refuse("KF3016", f"{self.host}: {words}: redirects without end", "write the final address")

    def _redirected(self, url: str, response: httpx.Response, method: str, words: str) -> str:
        target = urljoin(str(response.url), response.headers.get("location", ""))
        if method == "GET" and same_server(url, target):
            return target
        to = urlsplit(target).netloc or "nowhere"
        message = f"{self.host}: {words}: the answer points to {to} (HTTP {response.status_code})"
        raise self.api.refuse("KF3016", message, "redirects to other servers are not followed: write the final address")

    def _receive(self, response: httpx.Response, words: str) -> bytes:
        """The whole answer, unpacked, unless it is larger or slower than the limits."""
        limit = int(self.api.limits.answer_mb * MEGABYTE)
        received = bytearray()
        for chunk in response.iter_bytes(1 << 16):
            received += chunk
            if len(received) > limit:
                message = f"{self.host}: {words}: the answer is larger than {self.api.limits.answer_mb:g} MB"
                raise self.api.refuse("KF3046", message, "ask for smaller pages, or raise limits: answer_mb", "limits")
            self._check_time(words)
        return bytes(received)

    def _check_time(self, words: str) -> None:
        if time.monotonic() >= self._end:
            message = f"{self.host}: {words}: not done after {self.api.limits.seconds:g} seconds"
            raise self.api.refuse("KF3046", message, "raise limits: seconds, or ask for less", "limits")

    def _pause(self, wait: float, why: str) -> None:
        if time.monotonic() + wait >= self._end:
            message = f"{why}; the next try in {wait:g} seconds would be too late"
            raise self.api.refuse("KF3046", message, "raise limits: seconds, or try again later", "limits")
        time.sleep(wait)

    def _parsed(self, content: bytes, words: str) -> Any:
        try:
            return json.loads(content, parse_constant=lambda name: None)
        except (ValueError, RecursionError):
            message = f"{self.host}: {words}: the answer is no JSON{self._shown(content)}"
            raise self.api.refuse("KF3026", message, "is it the address of the service, and not of a page?") from None

    def _shown(self, content: bytes) -> str:
        """The beginning of an answer for people."""
        text = self.hide(content[:2000].decode("utf-8", "replace"))[:SHOWN]
        return f": {text}" if text else ""

    def _quoted(self, document: Any) -> str:
        return self._shown(json.dumps(document, ensure_ascii=False)[:2000].encode("utf-8", "replace"))

    def _reason(self, error: Exception) -> str:
        text = self.hide(str(error))
        return text[:SHOWN] if text and "://" not in text else type(error).__name__

    def _verify(self) -> Any:
        if not self.api.ca:
            return True
        try:
            return ssl.create_default_context(cafile=str(self.api.source.folder / self.api.ca))
        except OSError as error:
            message = f"the certificate authority cannot be used: {error.strerror or type(error).__name__}"
            raise self.api.refuse("KF3076", message, "name a PEM file below the project", "ca") from None

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))

    def _hang_up(self) -> None:
        """Cut the line when the time is over: httpx counts each read alone."""
        for each in list(self._sockets):
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)


def _code(document: Any, failure: Failure | None) -> Any:
    """The code by which a good answer says that it is an error, or None."""
    code = find_one(document, failure.code) if failure else None
    return None if failure is None or code == failure.ok or str(code) == str(failure.ok) else code


def same_server(one: str, other: str) -> bool:
    """Whether two addresses are of one server and one scheme."""
    left, right = urlsplit(one), urlsplit(other)
    return (left.scheme, left.hostname, left.port) == (right.scheme, right.hostname, right.port)


def _parameter(value: Any) -> Any:
    """A value as a parameter: lists with commas, booleans as JSON writes them."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else value
