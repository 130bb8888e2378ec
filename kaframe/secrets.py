"""Secrets: ``${env:NAME}`` and ``${file:PATH}``, resolved only where a schema marks a field as secret.

What they bring is a :class:`kaframe.Secret`: used, and never printed, logged, snapshotted or rendered.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from kaframe.errors import Location, Problem, nearest
from kaframe.records import Secret
from kaframe.yamlfile import Node

REFERENCE = re.compile(r"\$\{([a-z]*):?([^{}]*)\}")
PASSWORD_IN_URL = re.compile(r"://[^/?#@:]*:[^/?#@]+@")
LITERAL = "(given literally)"
SHORTEST = 6  # a shorter secret would blacken words that happen to hold it
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
    plain = _resolve(node, schema, folder, problems)
    return (plain if isinstance(plain, dict) else {}), problems


def resolve_secret(text: str, at: Location | None, folder: Path) -> tuple[Secret, list[Problem]]:
    """The secret behind the text of a secret field; references may stand inside it, as in a URL."""
    problems: list[Problem] = []
    found = REFERENCE.search(text)
    if not found and PASSWORD_IN_URL.search(text):
        problems.append(
            Problem(
                at,
                "KF1130",
                "a password stands in the file",
                "put the whole address into a variable of the environment and write ${env:NAME}",
            )
        )
    value = REFERENCE.sub(lambda match: _look_up(match, at, folder, problems), text)
    if found or PASSWORD_IN_URL.search(text):
        _remember(value)
    return Secret(value, text if found else LITERAL), problems


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


def _resolve(node: Node, schema: Mapping[str, Any], folder: Path, problems: list[Problem]) -> Any:
    value = node.value
    if isinstance(value, dict):
        known = schema.get("properties", {})
        others = schema.get("additionalProperties")
        fallback = others if isinstance(others, Mapping) else {}
        return {
            key: _resolve(item, known.get(key, fallback), folder, problems) for key, item in value.items()
        }
    if isinstance(value, list):
        items = schema.get("items")
        inner = items if isinstance(items, Mapping) else {}
        return [_resolve(item, inner, folder, problems) for item in value]
    if schema.get("secret") is True and isinstance(value, str):
        secret, wrong = resolve_secret(value, node.at, folder)
        problems.extend(wrong)
        return secret
    if isinstance(value, str) and "${" in value:
        problems.append(
            Problem(
                node.at,
                "KF1132",
                "'${' stands in a field that is no secret",
                "references are resolved only where the schema says 'secret'; write the value itself",
            )
        )
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
