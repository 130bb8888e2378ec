"""Secrets: ``${env:NAME}`` and ``${file:PATH}``, resolved only where a schema marks a field as secret.

What they bring is a :class:`kaframe.Secret`: used, and never printed, logged, snapshotted or rendered.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from kaframe.errors import Location, Problem, nearest
from kaframe.records import Secret
from kaframe.schema import misplaced_reference
from kaframe.yamlfile import Node

REFERENCE = re.compile(r"\$\{([a-z]*):?([^{}]*)\}")
PASSWORD_IN_URL = re.compile(r"://[^/?#@:]*:[^/?#@]+@")
LITERAL = "(given literally)"
SHORTEST = 6  # a shorter secret would blacken words that happen to hold it
SECRET_NAME = re.compile(r"(?i)passw|secret|token|key|authorization|cookie")  # of an option or a header
KEY = re.compile(r"(?=.*\d)[\w.~%+-]{20,}")  # a part of an address that is no word: the key of a chat group
TOKEN = re.compile(r"(?=.*\d)[^\s/]{8,}|[^\s/]{16,}")  # a part of a URL that may be a key, not a word
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
    """The text with ``***`` for every secret in use, whole or as part of a URL, as it is and as others write it."""
    for spelling in sorted(_spellings, key=len, reverse=True):
        text = text.replace(spelling, "***")
    return text


def _remember(value: str) -> None:
    for part in {value, *_parts(value)}:
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
    before = url.netloc.rpartition("@")[0].partition(":")[2]
    inner = [part for part in re.split(r"[/?&=#;,]", f"{url.path}?{url.query}") if TOKEN.fullmatch(part)]
    found = [before, url.query, *inner, *([url.path] if TOKEN.search(url.path) else [])]
    return [*found, *map(unquote, found)]


def _written(value: str) -> set[str]:
    """The ways in which programs write a text: quoted for URLs, for JSON and Python, in base64 wherever it begins."""
    raw = value.encode("utf-8", "surrogateescape")
    found = {value, quote(value, safe="", errors="replace"), quote(value, errors="replace")}
    found |= {quote_plus(value, errors="replace"), json.dumps(value)[1:-1], repr(value)[1:-1]}
    found.add(json.dumps(value, ensure_ascii=False)[1:-1])
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + raw).decode()
        inner = text[(0, 2, 3)[shift] : len(text.rstrip("=")) - ((len(raw) + shift) % 3 > 0)]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
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
