"""Secrets: ``${env:NAME}`` and ``${file:PATH}``, resolved only where a schema marks a field as secret.

What they bring is a :class:`kaframe.Secret`: used, and never printed, logged, snapshotted or rendered.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote, quote_plus, unquote, urlsplit

from kaframe.errors import Location, Problem, nearest
from kaframe.records import Secret
from kaframe.schema import misplaced_reference
from kaframe.yamlfile import Node

REFERENCE = re.compile(r"\$\{([a-z]*):?([^{}]*)\}")
PASSWORD_IN_URL = re.compile(r"://[^/?#@:]*:[^/?#@]+@")
PASSWORD_IN_DSN = re.compile(r"(?i)\b(?:password|pwd)\s*=\s*['{]?([^\s;'}]+)")
LITERAL = "(given literally)"
SHORTEST = 6  # a shorter secret would blacken words that happen to hold it
SECRET_NAME = re.compile(r"(?i)passw|secret|token|key|authorization|cookie")  # of an option or a header
KEY = re.compile(r"(?=.*\d)[\w.~%+-]{20,}")  # a part of an address that is no word: the key of a chat group
TOKEN = re.compile(r"(?=.*\d)[^\s/]{8,}|[^\s/]{16,}")  # a part of a URL that may be a key, not a word
SAFE_IN_URLS = ("", "/", " +", "!$&'()*+,;=:@", "!$&'()*+,;=:@/?")  # what the one or other library leaves as it is
_spellings: set[str] = set()  # of every secret that this process has resolved


def resolve_options(
    node: Node, schema: Mapping[str, Any], folder: Path
) -> tuple[dict[str, Any], list[Problem]]:
    """The options of a plugin as plain data, each secret field of its schema as a ``Secret``.

    ``folder`` is where ``${file:PATH}`` starts. The problems: KF1130 for a password that stands in a file,
    KF1131 for a reference that leads nowhere, KF1132 for a reference in a field that is no secret.
    """
    problems: list[Problem] = []
    plain = _Resolving(folder, problems).resolve(node, schema, "")
    return (plain if isinstance(plain, dict) else {}), problems


def resolve_secret(text: str, at: Location | None, folder: Path, name: str = "") -> tuple[Secret, list[Problem]]:
    """The secret behind the text of a secret field called ``name``; references may stand inside it, as in a URL."""
    problems: list[Problem] = []
    found = REFERENCE.search(text)
    is_secret = not found and _is_plain_secret(text, name)
    if is_secret:
        what = "address" if "://" in text else "value"
        hint = f"put the whole {what} into a variable of the environment and write ${{env:NAME}}"
        problems.append(Problem(at, "KF1130", "a password or key stands in the file", hint))
    value = REFERENCE.sub(lambda match: _look_up(match, at, folder, problems), text)
    if found or is_secret:
        _remember(value)
    return Secret(value, text if found else LITERAL), problems


def _is_plain_secret(text: str, name: str) -> bool:
    """Whether a text without a reference is the secret itself: a password, or an address with one or a key in it."""
    if "://" not in text:
        return bool(text and SECRET_NAME.search(name))
    parts = re.split(r"[/?&=#;,]", text.partition("://")[2])[1:]
    is_web = text.startswith(("http://", "https://"))
    return bool(PASSWORD_IN_URL.search(text)) or (is_web and any(map(KEY.fullmatch, parts)))


def redacted(text: str) -> str:
    """The text with ``***`` for every secret in use, whole or as part of a URL, as it is and as others write it.

    In small letters and in capitals too: hosts and the bytes of ``%2F`` are written in either.
    """
    for name, value in os.environ.items():
        if name.lower().endswith("_proxy") and "@" in value:  # httpx takes it from there by itself
            _remember(value if "://" in value else f"http://{value}")
    small = text.casefold()
    for spelling in sorted(_spellings, key=len, reverse=True):
        if spelling.casefold() in small:
            text = re.sub(re.escape(spelling), "***", text, flags=re.IGNORECASE)
    return text


class RedactedStream(io.TextIOBase):
    """A stream for people that is handed on without secrets: whoever writes to it, such as a plugin or a library."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Hand it on; the number of characters is that of the text as it was."""
        self._stream.write(redacted(text))
        return len(text)

    def flush(self) -> None:
        """What has been written is seen."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether people look at it."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Of the stream itself."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream itself."""
        return self._stream.encoding


def _remember(value: str) -> None:
    """Every spelling of a secret and of what is secret in it: parts of a URL, its lines, the token of a header."""
    lines = map(str.strip, value.splitlines())
    words = [word for word in re.split(r"[\s=,;:'\"]+", value) if TOKEN.fullmatch(word)]
    for part in {value, " ".join(value.split()), *lines, *words, *PASSWORD_IN_DSN.findall(value), *_parts(value)}:
        if len(part) >= SHORTEST:
            _spellings.update(_written(part))


def _parts(value: str) -> list[str]:
    """What is secret in a URL beside the whole: password, path and query, and what in them may be a key."""
    try:
        url = urlsplit(value)
    except ValueError:
        return []
    if not url.scheme or not url.netloc:
        return []
    user, _, password = url.netloc.rpartition("@")[0].partition(":")
    inner = [user, *re.split(r"[/?&=#;,]", f"{url.path}?{url.query}#{url.fragment}")]
    found = [password, url.query, *filter(TOKEN.fullmatch, inner), *([url.path] if TOKEN.search(url.path) else [])]
    return [*found, *map(unquote, found)]


def _written(value: str) -> set[str]:
    """The ways in which programs write a text: for URLs, JSON, Python, HTML and SQL, in base64 wherever it begins."""
    raw = value.encode("utf-8", "surrogateescape")
    found = {value, *(quote(value, safe=safe, errors="replace") for safe in SAFE_IN_URLS)}
    found |= {quote_plus(value, errors="replace"), json.dumps(value)[1:-1], repr(value)[1:-1], ascii(value)[1:-1]}
    found |= {json.dumps(value, ensure_ascii=False)[1:-1], repr(raw)[2:-1], raw.hex(), escape(value)}
    found |= {value.replace("'", "''"), value.replace("\\", "\\\\").replace("'", "\\'")}
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + raw).decode()
        inner = text[(0, 2, 3)[shift] : len(text.rstrip("=")) - ((len(raw) + shift) % 3 > 0)]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    found |= {json.dumps(one)[1:-1] for one in found}  # in a message that somebody else gives as JSON
    return {spelling for spelling in found if len(spelling) >= SHORTEST}


@dataclass(frozen=True, slots=True)
class _Resolving:
    """Where references start, and what is wrong so far."""

    folder: Path
    problems: list[Problem]

    def resolve(self, node: Node, schema: Mapping[str, Any], name: str) -> Any:
        """The plain data of an option called ``name``."""
        value = node.value
        if isinstance(value, dict):
            known = schema.get("properties", {})
            others = schema.get("additionalProperties")
            fallback = others if isinstance(others, Mapping) else {}
            return {key: self.resolve(item, known.get(key, fallback), key) for key, item in value.items()}
        if isinstance(value, list):
            items = schema.get("items")
            inner = items if isinstance(items, Mapping) else {}
            return [self.resolve(item, inner, name) for item in value]
        if schema.get("secret") is True and isinstance(value, str):
            secret, wrong = resolve_secret(value, node.at, self.folder, name)
            self.problems.extend(wrong)
            return secret
        if isinstance(value, str) and "${" in value:
            self.problems.append(misplaced_reference(node.at))
        return value


def _look_up(match: re.Match[str], at: Location | None, folder: Path, problems: list[Problem]) -> str:
    kind, name = match.groups()
    if kind == "env" and name:
        if name in os.environ:
            _remember(os.environ[name])
            return os.environ[name]
        problems.append(
            Problem(
                at,
                "KF1131",
                f"the environment has no variable '{name}'",
                nearest(name, os.environ) or f"set it: export {name}=...",
            )
        )
    elif kind == "file" and name:
        try:
            value = (folder / name).read_text("utf-8").rstrip("\r\n")
            _remember(value)
            return value
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            problems.append(
                Problem(
                    at,
                    "KF1131",
                    f"the secret file '{name}' cannot be read: {why}",
                    "the path starts at the project's folder",
                )
            )
    else:
        problems.append(
            Problem(at, "KF1132", f"'{match[0]}' is no reference", "write ${env:NAME} or ${file:PATH}")
        )
    return ""
