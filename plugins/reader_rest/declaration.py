"""What a source says becomes one frozen record: the request, where rows are, how pages and changes go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import kaframe
from kaframe import DataError, Problem, Source

from .moments import read_moment, read_overlap, write_moment
from .paths import ALLOWED, Path, parse_path
from .placeholders import fill, names_in

PAGING_NAMES = ("page", "offset", "cursor", "size", "since")
TRACE = "trace"  # a number of its own for every request, where a service wants one


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: templates, to be filled with the values of the moment. A ``form`` is no JSON."""

    url: str
    method: str = "GET"
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    form: bool = False

    @property
    def names(self) -> set[str]:
        """The placeholders in it."""
        return names_in([self.url, *self.params.values(), *self.headers.values(), self.body])


@dataclass(frozen=True, slots=True)
class Failure:
    """How an answer with the status 200 says that it is none."""

    code: Path
    ok: Any = 0
    message: Path = ()
    expired: tuple[Any, ...] = ()
    busy: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """A request before all others; ``values`` are the names under which parts of its answer are used."""

    request: Request
    values: Mapping[str, Path]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """How pages follow each other."""

    by: str = "none"
    size: int | None = None
    start: int = 1
    next: Path = ()
    more: Path = ()
    total: Path = ()


@dataclass(frozen=True, slots=True)
class Incremental:
    """How to ask for changes only. ``changes`` is another request for them, good for ``most`` rows."""

    column: str
    key: str
    format: str = "iso"
    overlap: timedelta = timedelta(hours=1)
    start: datetime | None = None
    deleted: str = ""
    changes: Request | None = None
    total: Path = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """When to give up."""

    pages: int = 10_000
    seconds: float = 1800
    timeout: float = 30
    answer_mb: float = 64
    retries: int = 5
    pause: float = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """What becomes of a row: ``fields`` as they are called, or everything in it, made flat."""

    rows: Path = ()
    fields: Mapping[str, Path] = field(default_factory=dict)
    lift: str = ""
    drop: frozenset[str] = frozenset()
    missing: tuple[Any, ...] = ()
    kept_false: frozenset[str] = frozenset()
    pairs: bool = False
    epoch: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Api:
    """A service as one source uses it, complete."""

    source: Source
    request: Request
    shape: Shape
    paging: Paging
    limits: Limits
    login: Login | None = None
    incremental: Incremental | None = None
    failure: Failure | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    phrases: Mapping[str, Any] = field(default_factory=dict)
    allow_http: bool = False
    allow_private: bool = False
    ca: str = ""

    def refuse(self, code: str, message: str, hint: str, *options: str) -> DataError:
        """The error at the place of the first of these options that is given."""
        return DataError([Problem(self.source.place(*options, "url", "instance"), code, message, hint)])


def read_declaration(source: Source, said: Mapping[str, Any], values: Mapping[str, Any]) -> Api:
    """The record of what is said. Raises: DataError KF3076 with the place of every part that cannot be."""
    reading = _Reading(source, values)
    own: dict[str, Any] = {key: fill(said[key], values) for key in ("pagination", "incremental") if key in said}
    incremental = reading.incremental(own.get("incremental"), said)
    api = Api(
        source=source,
        request=with_parameters(_request(said), own.get("pagination", {}), own.get("incremental")),
        shape=reading.shape(said),
        paging=reading.paging(own.get("pagination")),
        limits=Limits(**{**said.get("limits", {}), **source.options.get("limits", {})}),
        login=reading.login(said.get("login")),
        incremental=incremental,
        failure=reading.failure("failure", said.get("failure")),
        values=values,
        phrases=said.get("phrases", {}),
        allow_http=bool(source.options.get("allow_http", False)),
        allow_private=bool(source.options.get("allow_private", False)),
        ca=str(source.options.get("ca", "")),
    )
    reading.check_names(api)
    reading.check_address(fill(api.request.url, values), api, "url")
    if api.login:
        reading.check_address(fill(api.login.request.url, values), api, "auth.token_url")
    if reading.problems:
        raise DataError(reading.problems)
    return api


def with_parameters(request: Request, paging: Mapping[str, Any], incremental: Mapping[str, Any] | None) -> Request:
    """The request with the parameters that pagination and incremental name."""
    named = {paging.get("param", ""): f"{{{paging.get('by', '')}}}", paging.get("size_param", ""): "{size}"}
    named[(incremental or {}).get("param", "")] = "{since}"
    added = {name: place for name, place in named.items() if name}
    return Request(request.url, request.method, {**request.params, **added}, request.headers, request.body)


def _request(said: Mapping[str, Any]) -> Request:
    method = str(said.get("method", "POST" if "body" in said else "GET"))
    return Request(str(said["url"]), method, said.get("params", {}), said.get("headers", {}), said.get("body"))


class _Reading:
    """What is wrong so far, each with its place."""

    def __init__(self, source: Source, values: Mapping[str, Any]) -> None:
        self.source, self.values = source, values
        self.problems: list[Problem] = []

    def note(self, message: str, hint: str, *options: str) -> None:
        self.problems.append(Problem(self.source.place(*options), "KF3076", message, hint))

    def path(self, text: Any, *options: str) -> Path:
        try:
            return parse_path(str(text or ""))
        except ValueError as error:
            self.note(str(error), ALLOWED, *options)
            return ()

    def paging(self, said: Mapping[str, Any] | None) -> Paging:
        if not said:
            return Paging()
        paths = {key: self.path(said.get(key), f"pagination.{key}", "pagination") for key in ("next", "more", "total")}
        return Paging(said["by"], said.get("size"), int(said.get("start", 1)), **paths)

    def incremental(self, said: Mapping[str, Any] | None, whole: Mapping[str, Any]) -> Incremental | None:
        if not said:
            return None
        changes, start, overlap = said.get("changes"), said.get("start"), str(said.get("overlap", "1 hour"))
        form = str(said.get("format", "iso"))
        try:
            write_moment(read_moment("2026-01-31"), form)
            begin = read_moment(str(start)) if start else None
        except ValueError:
            self.note(f"'{start or form}' is no day or no way to write one", "write a day as 2024-01-31",
                      "incremental.start", "incremental.format", "incremental")  # fmt: skip
            begin = None
        original = whole["incremental"].get("changes")
        return Incremental(
            column=said["column"],
            key=said["key"],
            format=form,
            overlap=read_overlap(overlap),
            start=begin,
            deleted=said.get("deleted", ""),
            changes=_request(original) if original else None,
            total=self.path((changes or {}).get("total"), "incremental"),
            most=int((changes or {}).get("most", 0)),
        )

    def failure(self, key: str, said: Mapping[str, Any] | None) -> Failure | None:
        if not said:
            return None
        code = self.path(said["code"], f"{key}.code", key)
        message = self.path(said.get("message"), f"{key}.message", key)
        return Failure(code, said.get("ok", 0), message, tuple(said.get("expired", ())), tuple(said.get("busy", ())))

    def login(self, said: Mapping[str, Any] | None) -> Login | None:
        if not said:
            return None
        values = {name: self.path(path, "auth") for name, path in said["values"].items()}
        form = said.get("form")
        request = Request(said["url"], "POST", {}, said.get("headers", {}), form or said.get("body"), bool(form))
        return Login(request, values, self.failure("auth", said.get("failure")))

    def shape(self, said: Mapping[str, Any]) -> Shape:
        epoch = {**dict.fromkeys(_listed(fill(said.get("epoch_s", []), self.values)), 1)}
        epoch |= dict.fromkeys(_listed(fill(said.get("epoch_ms", []), self.values)), 1000)
        return Shape(
            rows=self.path(fill(said.get("rows", ""), self.values), "rows"),
            fields={name: self.path(path, f"fields.{name}", "fields") for name, path in said.get("fields", {}).items()},
            lift=str(said.get("lift", "")),
            drop=frozenset(said.get("drop", ())),
            missing=tuple(said.get("missing", ())),
            kept_false=frozenset(_listed(fill(said.get("kept_false", []), self.values))),
            pairs=bool(said.get("pairs", False)),
            epoch=epoch,
        )

    def check_names(self, api: Api) -> None:
        """Every placeholder is one that will have a value."""
        known = {*PAGING_NAMES, TRACE, *self.values, *api.phrases, *(api.login.values if api.login else ())}
        for name in sorted(api.request.names - known):
            hint = kaframe.nearest(name, known) or f"write one of {', '.join(PAGING_NAMES)}"
            said = [(key, api.source.options.get(key, {})) for key in ("params", "body", "headers")]
            where = [f"{key}.{each}" for key, items in said for each in items if name in names_in(items[each])]
            self.note(f"there is no value for '{{{name}}}'", hint, *where, "params", "body", "url")
        if api.incremental and not api.incremental.changes and not api.request.names & {"since", *api.phrases}:
            self.note("nothing tells the service since when", "name its parameter: incremental: {param: ...}",
                      "incremental")  # fmt: skip
        if api.paging.by in PAGING_NAMES and not api.request.names & {api.paging.by, *api.phrases}:
            self.note(f"nothing tells the service which {api.paging.by}",
                      "name its parameter: pagination: {param: ...}", "pagination")  # fmt: skip

    def check_address(self, text: str, api: Api, option: str) -> None:
        """Whether an address may be asked: https, or http on this machine; nothing that is written down as private."""
        try:
            url = urlsplit(text)
            host, _ = url.hostname, url.port
        except ValueError:
            host, url = None, urlsplit("")
        if not host or url.scheme not in ("http", "https"):
            self.note("the address must start with https:// and name a server", "such as https://crm.example.com/api",
                      option, "instance", "url")  # fmt: skip
        elif url.username or url.password:
            self.note("a user or password stands in the address", "write them under auth", option, "instance", "url")
        elif wrong := kaframe.host_refusal(host, api.allow_private):
            self.note(f"would ask {wrong.message}", wrong.hint, option, "instance", "url")
        elif url.scheme == "http" and not api.allow_http and not kaframe.is_loopback(host):
            self.note(f"would ask {host} unencrypted", "use https, or say allow_http: true", option, "instance", "url")


def _listed(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else []
