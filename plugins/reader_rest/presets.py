"""Services that are declared once: a YAML file each beside this one, which fills in a declaration of the rest reader.

A file says ``name``, ``summary``, ``options`` (JSON Schema of what a source says), ``rest`` (the declaration, with
``{option}`` in it), ``phrases`` (parts that are left out when one of their placeholders has no value) and ``given``
(what replaces parts of ``rest`` when an option is given). docs/decisions/0010-readers-of-services.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kaframe
from kaframe import Source

from .declaration import Api, read_declaration
from .options import OPTIONS, SHARED
from .signin import sign_in

FOLDER = Path(__file__).parent / "presets"
FROM_REST = ("overlap", "start")  # options of incremental that every preset with one has


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """Every preset by its name."""
    files = sorted(FOLDER.glob("*.yaml"))
    found = [kaframe.read_yaml(file, file.name).plain() for file in files]
    return {preset["name"]: preset for preset in found}


def options_of(preset: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a preset: its own options, and those that all services share."""
    own = preset["options"]
    shared = dict(SHARED)
    if "incremental" in preset["rest"]:
        inner = OPTIONS["properties"]["incremental"]["properties"]
        shared["incremental"] = {
            "title": "Changes only",
            "description": "Keep what was read and ask only for changes; false: everything every time.",
            "type": "boolean",
            "default": True,
        }
        shared |= {name: inner[name] for name in FROM_REST}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": own.get("required", []),
        "properties": {**own["properties"], **shared},
    }


def api_of(source: Source) -> Api:
    """What a source of the rest reader or of a preset asks for. Raises: DataError KF3076."""
    preset = presets().get(source.reader)
    if preset is None:
        said = {**source.options}
        signed = sign_in(said.pop("auth", None))
        return read_declaration(source, _joined(said, signed), {})
    defaults = {name: each.get("default") for name, each in options_of(preset)["properties"].items()}
    values = {**defaults, **source.options}
    values |= {name: str(values[name]).rstrip("/") for name in ("instance",) if values.get(name)}
    said = {**preset["rest"], "phrases": preset.get("phrases", {})}
    for option, parts in preset.get("given", {}).items():
        said |= parts if values.get(option) else {}
    if said.get("incremental"):
        chosen = {name: values[name] for name in FROM_REST if values.get(name) is not None}
        said["incremental"] = {**said["incremental"], **chosen} if values["incremental"] else None
    known = {name: value for name, value in values.items() if name not in SHARED}
    return read_declaration(source, {name: each for name, each in said.items() if each is not None}, known)


def _joined(said: Mapping[str, Any], signed: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration with the parts that its sign-in adds."""
    joined = {**said, **{name: each for name, each in signed.items() if name == "login"}}
    for part in ("headers", "params"):
        joined[part] = {**said.get(part, {}), **signed.get(part, {})}
    return joined
