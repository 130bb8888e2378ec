"""Secrets: ``${env:NAME}`` and ``${file:PATH}``, resolved only where a schema marks a field as secret.

What they bring is a :class:`kaframe.Secret`: used, and never printed, logged, snapshotted or rendered.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kaframe.errors import Location, Problem, nearest
from kaframe.records import Secret
from kaframe.yamlfile import Node

REFERENCE = re.compile(r"\$\{([a-z]*):?([^{}]*)\}")
PASSWORD_IN_URL = re.compile(r"://[^/?#@:]*:[^/?#@]+@")
LITERAL = "(given literally)"


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
    return Secret(value, text if found else LITERAL), problems


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
            return (folder / name).read_text("utf-8").rstrip("\r\n")
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
