"""Page after page of a service's rows, until it has no more; what never ends is refused."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from .declaration import Api, Paging, Request
from .paths import find_one, find_rows, misspelt
from .service import Answer, Service, same_server

NEXT_LINK = re.compile(r"""<([^>]*)>\s*;[^,]*\brel\s*=\s*"?next"?""", re.IGNORECASE)


class Pages:
    """One walk through the pages of a request. ``total``: how many rows the first answer says that there are in all."""

    def __init__(self, api: Api, service: Service, request: Request, since: Any = None) -> None:
        self.api, self.service, self.request = api, service, request
        self.total: int | None = None
        self._state: dict[str, Any] = _first(api.paging, since)
        self._seen: set[str] = set()
        self._latest = ""
        self._read = 0
        self._answer: Answer | None = None

    def __iter__(self) -> Iterator[list[Any]]:
        """The rows of each page. Raises: DataError KF3026, KF3036 and those of ``Service.ask``."""
        request: Request | None = self.request
        number = 0
        while request is not None:
            number += 1
            if number > self.api.limits.pages:
                raise self._endless(f"more than {self.api.limits.pages} pages", "raise limits: pages, or ask for less")
            answer, self._answer = self._answer or self.service.ask(request, self._state, f"page {number}"), None
            rows = self._rows(answer, number)
            self._refuse_repeated(rows, number)
            self._read += len(rows)
            yield rows
            request = self._following(request, answer, len(rows), number)

    def look(self) -> int:
        """How many rows the service says that there are in all. Asks for the first page, once."""
        self._answer = self.service.ask(self.request, self._state, "page 1")
        self._rows(self._answer, 1)
        return self.total or 0

    def _rows(self, answer: Answer, number: int) -> list[Any]:
        try:
            rows = find_rows(answer.document, self.api.shape.rows)
        except LookupError as error:
            message = f"{self.service.host}: page {number}: {self.service.hide(str(error.args[0]))}"
            raise self.api.refuse("KF3026", message, "'rows' is the path to the list of rows", "rows") from None
        if number == 1:
            paths = (self.api.paging.total, self.api.incremental.total if self.api.incremental else ())
            found = [find_one(answer.document, path) for path in paths if path]
            self.total = next((int(each) for each in found if isinstance(each, int | float)), None)
        return rows

    def _refuse_repeated(self, rows: list[Any], number: int) -> None:
        """A page like the one before means that the service does not understand which page it is asked for."""
        by = self.api.paging.by
        if not rows or by not in ("page", "offset"):
            return
        digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
        if digest == self._latest:
            hint = f"does the service know the parameter for its {by}? compare 'pagination' with its manual"
            raise self._endless(f"page {number} has the same rows as the one before", hint)
        self._latest = digest

    def _following(self, request: Request, answer: Answer, count: int, number: int) -> Request | None:
        """The request for the next page, or None after the last."""
        paging = self.api.paging
        if paging.by == "none" or not self._goes_on(answer, number):
            return None
        if paging.by in ("page", "offset"):
            # Fewer in all than were read: some services say 0 for "not counted". Only an empty page ends it then.
            if not count or (paging.total and self._read == self.total):
                return None
            self._state["page"] = paging.start + number
            self._state["offset"] = self._read
            return request
        found = find_one(answer.document, paging.next) if paging.next else _header_link(answer.headers)
        if found in (None, "", False):
            self._refuse_misspelt(answer, number)
            return None
        target = urljoin(answer.url, str(found)) if paging.by == "link" else str(found)
        if target in self._seen:
            raise self._endless(f"page {number} leads to a page that was read already", "the service turns in a circle")
        self._seen.add(target)
        if paging.by == "cursor":
            self._state["cursor"] = found
            return request
        if not same_server(answer.url, target):
            message = f"{self.service.host}: page {number}: the next page is on another server"
            raise self.api.refuse("KF3016", message, "a token is never sent to a server that is not named here")
        return Request(_literal(target), "GET", {}, self.request.headers)

    def _goes_on(self, answer: Answer, number: int) -> bool:
        """What ``more`` says. Raises: DataError KF3026 when it says nothing: half a list would look whole."""
        if not self.api.paging.more:
            return True
        found = find_one(answer.document, self.api.paging.more)
        if found is None:
            message = f"{self.service.host}: page {number}: nothing says whether another page follows"
            hint = misspelt(answer.document, self.api.paging.more) or "'more' is the path to a boolean"
            raise self.api.refuse("KF3026", message, hint, "pagination.more", "pagination")
        return str(found).lower() not in ("false", "0", "")

    def _refuse_misspelt(self, answer: Answer, number: int) -> None:
        """The first page names no next one, but something that is called nearly so: the path is misspelt."""
        hint = misspelt(answer.document, self.api.paging.next) if number == 1 else ""
        if hint:
            message = f"{self.service.host}: page 1 has no next page where 'next' says"
            raise self.api.refuse("KF3026", message, hint, "pagination.next", "pagination")

    def _endless(self, what: str, hint: str) -> Exception:
        return self.api.refuse("KF3036", f"{self.service.host}: {what}", hint, "pagination")


def _first(paging: Paging, since: Any) -> dict[str, Any]:
    return {"page": paging.start, "offset": 0, "cursor": None, "size": paging.size, "since": since}


def _header_link(headers: Mapping[str, str]) -> str | None:
    found = NEXT_LINK.search(headers.get("link", ""))
    return found[1] if found else None


def _literal(address: str) -> str:
    """An address that is no template: a brace in it stands for itself."""
    return address.replace("{", "%7B").replace("}", "%7D")
