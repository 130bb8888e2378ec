"""What a plugin's module and its records must be."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kaframe.errors import Location
from kaframe.hookspecs import hook
from kaframe.modules import ModuleSource
from kaframe.plugins.checks import check_module, describe_clash
from kaframe.plugins.importing import Found
from kaframe.plugins.recordchecks import check_record
from kaframe.records import Channel, Outcome

PLUGIN = Found("mine", "project", Location("plugins/mine.py"), "", ModuleSource())


def channel(**fields: Any) -> Channel:
    send = {"send": lambda options, message, folder: Outcome("sent")}
    return Channel(**{"name": "mine", "summary": "", "options": {"type": "object"}, **send, **fields})


def module(**members: Any) -> ModuleType:
    made = ModuleType("mine")
    vars(made).update(members)
    return made


@hook
def kaframe_channels() -> list[Channel]:
    return [channel()]


@hook
def kaframe_chanels() -> list[Channel]:
    return []


def test_a_module_with_a_hook_is_fine() -> None:
    """It may have other functions too."""
    assert check_module(PLUGIN, module(kaframe_channels=kaframe_channels, other=len)) == []


def test_all_that_is_wrong_is_told_at_once() -> None:
    """A misspelt hook, and one without its mark."""
    found = check_module(PLUGIN, module(kaframe_chanels=kaframe_chanels, kaframe_readers=len))
    assert [(problem.code, problem.hint) for problem in found] == [
        ("KF5003", "did you mean 'kaframe_channels'?"),
        ("KF5004", "write @kaframe.hook above it"),
    ]


def test_a_good_record_has_no_problem() -> None:
    """References within its schema are allowed."""
    options = {"properties": {"a": {"$ref": "#/definitions/a"}}, "definitions": {"a": {"type": "string"}}}
    assert list(check_record(PLUGIN, "kaframe_channels", channel(options=options))) == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "Mine"}, "gives the name 'Mine'"),
        ({"name": None}, "gives the name None"),
        ({"send": None}, "'send' of 'mine' is no function"),
        ({"options": None}, "are no JSON Schema"),
        ({"options": {"$ref": "https://example.com/x"}}, "refer to another document"),
        ({"options": {"anyOf": [{"not": {"$ref": "other.json"}}]}}, "refer to another document"),
    ],
    ids=["upper case", "no name", "no function", "no options", "network", "file"],
)
def test_a_wrong_record_is_told(fields: dict[str, Any], says: str) -> None:
    """Before anything calls it."""
    (problem,) = check_record(PLUGIN, "kaframe_channels", channel(**fields))
    assert says in problem.message


def test_a_clash_names_the_bundled_file_first(tmp_path: Path) -> None:
    """And stands at the other one."""
    bundled = Found("channel_file", "bundled", Location("kaframe:plugins/channel_file.py"), "", ModuleSource())
    problem = describe_clash("kaframe_channels", "file", PLUGIN, bundled)
    assert problem.message == (
        "two plugins bring a channel 'file': kaframe:plugins/channel_file.py and plugins/mine.py"
    )
    assert (problem.at, problem.also) == (PLUGIN.at, bundled.at)
