"""What a source of the rest reader may say, as JSON Schema; presets take some of it over."""

from __future__ import annotations

from typing import Any

PATH: dict[str, Any] = {"type": "string", "minLength": 1}


def _text(title: str, description: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "description": description, "type": "string", "minLength": 1, **more}


def _object(title: str, description: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    shape = {"type": "object", "additionalProperties": False, "properties": properties}
    return {"title": title, "description": description, **shape, **more}


def _needs(kind: str, *names: str) -> dict[str, Any]:
    return {"if": {"required": ["type"], "properties": {"type": {"const": kind}}}, "then": {"required": list(names)}}


AUTH = _object(
    "Sign-in",
    "How the service knows us: a token, user and password, a key in a header or parameter, or OAuth 2.",
    {
        "type": {
            "title": "Kind",
            "description": "bearer, basic, header, query or oauth2.",
            "type": "string",
            "enum": ["bearer", "basic", "header", "query", "oauth2"],
        },
        "token": _text("Token", "The bearer token: ${env:NAME}.", secret=True),
        "user": _text("User", "The user of basic or of the password grant."),
        "password": _text("Password", "Its password: ${env:NAME}.", secret=True),
        "name": _text("Name", "The header or parameter that carries the key."),
        "value": _text("Key", "The key that it carries: ${env:NAME}.", secret=True),
        "token_url": _text("Token address", "Where OAuth 2 gives tokens."),
        "grant": {
            "title": "Grant",
            "description": "client_credentials, refresh_token or password.",
            "type": "string",
            "enum": ["client_credentials", "refresh_token", "password"],
            "default": "client_credentials",
        },
        "client_id": _text("Client", "The client id of the application."),
        "client_secret": _text("Client secret", "Its secret: ${env:NAME}.", secret=True),
        "refresh_token": _text("Refresh token", "For the grant refresh_token: ${env:NAME}.", secret=True),
        "scope": _text("Scope", "What the token is for, as the service names it."),
    },
    required=["type"],
    allOf=[
        _needs("bearer", "token"),
        _needs("basic", "user", "password"),
        _needs("header", "name", "value"),
        _needs("query", "name", "value"),
        _needs("oauth2", "token_url", "client_id"),
    ],
)
PAGINATION = _object(
    "Pages",
    "How the service hands out long lists: by page, offset, cursor or link. Left out: one answer has all rows.",
    {
        "by": {
            "title": "By",
            "description": "page: numbered; offset: rows to skip; cursor: a text for the next page; link: its address.",
            "type": "string",
            "enum": ["page", "offset", "cursor", "link"],
        },
        "param": _text("Parameter", "The parameter with the page, offset or cursor; {page}, {offset}, {cursor} else."),
        "size_param": _text("Parameter of the size", "The parameter with the number of rows a page; {size} elsewhere."),
        "size": {
            "title": "Size",
            "description": "Rows a page; pages go on until one is empty, so a service may give fewer.",
            "type": "integer",
            "minimum": 1,
            "maximum": 100000,
        },
        "start": {
            "title": "First page",
            "description": "The number of the first page: 1, or 0.",
            "type": "integer",
            "minimum": 0,
            "default": 1,
        },
        "next": _text("Next", "The path in the answer to the next cursor or link; for links the header Link else."),
        "more": _text("More", "The path to a boolean that says whether another page follows."),
        "total": _text("Total", "The path to the number of all rows; no page is asked for beyond it."),
    },
    required=["by"],
    allOf=[{"if": {"properties": {"by": {"const": "cursor"}}}, "then": {"required": ["next"]}}],
)
INCREMENTAL = _object(
    "Changes only",
    "What was read is kept, and later runs ask only for rows that have changed since.",
    {
        "column": _text("Column", "The column with the moment of a row's last change."),
        "key": _text("Key", "The column that makes a row unique; a row read again replaces the one that was kept."),
        "param": _text("Parameter", "The parameter that says since when; {since} elsewhere."),
        "format": _text(
            "Format",
            "How the service wants the moment (UTC): iso, date, epoch_s, epoch_ms, or as %Y-%m-%d %H:%M:%S.",
            default="iso",
        ),
        "overlap": {
            "title": "Overlap",
            "description": "How far before the newest change to ask again, for changes that arrived late.",
            "type": "string",
            "pattern": "^[0-9]{1,5} (minute|hour|day|week)s?$",
            "default": "1 hour",
            "examples": ["1 hour", "2 days"],
        },
        "start": _text("Start", "The day from which rows are wanted at all, such as 2024-01-01."),
        "deleted": _text("Deleted", "The column that is true for rows that no longer exist; they are left out."),
    },
    required=["column", "key"],
)
FAILURE = _object(
    "Failure in a good answer",
    "For services that answer 200 with an error in it: where the code stands, and which one means that all is well.",
    {
        "code": _text("Code", "The path to the code, such as errorCode; nothing there is no error."),
        "ok": {
            "title": "All well",
            "description": "The code that means no error.",
            "type": ["string", "integer", "boolean"],
            "default": 0,
        },
        "message": _text("Message", "The path to the words that explain it."),
        "expired": {
            "title": "Expired",
            "description": "Codes that mean that the token has expired: it is renewed once.",
            "type": "array",
            "items": {"type": ["string", "integer"]},
        },
        "busy": {
            "title": "Busy",
            "description": "Codes that pass, such as too many requests: asked again as after a 429.",
            "type": "array",
            "items": {"type": ["string", "integer"]},
        },
    },
    required=["code"],
)
LIMITS = _object(
    "Limits",
    "When to give up; nothing is published from half a list.",
    {
        "pages": {
            "title": "Pages",
            "description": "Pages of one load at most.",
            "type": "integer",
            "minimum": 1,
            "default": 10000,
        },
        "seconds": {
            "title": "Seconds",
            "description": "Time for the whole load, waiting and retries included.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 3000,
            "default": 1800,
        },
        "timeout": {
            "title": "Timeout",
            "description": "Seconds without a sign of life after which one request is tried again.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 30,
        },
        "answer_mb": {
            "title": "Size of an answer",
            "description": "Megabytes of one answer at most, unpacked.",
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 64,
        },
        "retries": {
            "title": "Retries",
            "description": "How often a request is repeated after 429, 5xx or a broken connection.",
            "type": "integer",
            "minimum": 0,
            "maximum": 20,
            "default": 5,
        },
        "pause": {
            "title": "First pause",
            "description": "Seconds before the first retry; each later one is twice as long, Retry-After goes first.",
            "type": "number",
            "minimum": 0,
            "default": 1,
        },
    },
)
SHARED: dict[str, Any] = {
    "limits": LIMITS,
    "allow_http": {
        "title": "Allow http",
        "description": "Ask another machine unencrypted; loopback may always be http.",
        "type": "boolean",
        "default": False,
    },
    "allow_private": {
        "title": "Allow private addresses",
        "description": "Ask a server in the company's own network; loopback may always be named.",
        "type": "boolean",
        "default": False,
    },
    "ca": _text("Certificate authority", "PEM file of the company's own authority, relative to the project."),
}
COLUMN_LIST: dict[str, Any] = {"type": "array", "items": {"type": "string", "minLength": 1}}
OPTIONS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": _text("Address", "https://..., without anything secret in it."),
        "method": {
            "title": "Method",
            "description": "GET, or POST for services that take their question as a body.",
            "type": "string",
            "enum": ["GET", "POST"],
            "default": "GET",
        },
        "params": {
            "title": "Parameters",
            "description": "What follows the question mark; {page}, {offset}, {cursor}, {size}, {since} are filled in.",
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
        "headers": {
            "title": "Headers",
            "description": "More headers; a value may be ${env:NAME}.",
            "type": "object",
            "additionalProperties": {"type": "string", "secret": True},
        },
        "body": {
            "title": "Body",
            "description": "The JSON that a POST sends, with the same placeholders as params.",
            "type": "object",
        },
        "auth": AUTH,
        "rows": _text("Rows", "The path to the list of rows, such as data.items; left out: the answer is the list."),
        "fields": {
            "title": "Fields",
            "description": "Column to path within a row. Left out: all; objects become columns with dots, lists text.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string", "minLength": 1},
        },
        "lift": _text("Lift", "An object of every row whose keys become columns without its name in front."),
        "missing": {
            "title": "Missing",
            "description": "Values that mean that there is no value.",
            "type": "array",
            "items": {"type": ["string", "number", "boolean"]},
        },
        "epoch_s": {
            "title": "Seconds since 1970",
            "description": "Columns that hold moments as seconds since 1970, UTC.",
            **COLUMN_LIST,
        },
        "epoch_ms": {
            "title": "Milliseconds since 1970",
            "description": "Columns that hold moments as milliseconds since 1970, UTC.",
            **COLUMN_LIST,
        },
        "pagination": PAGINATION,
        "incremental": INCREMENTAL,
        "failure": FAILURE,
        **SHARED,
    },
}
