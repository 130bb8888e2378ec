"""The project's channels: which there are, whether their options are right, what each of them may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kaframe.bind import Duration
from kaframe.config import ChannelConfig
from kaframe.errors import Location, Problem
from kaframe.posting import PACE
from kaframe.project import Project
from kaframe.records import Channel
from kaframe.schema import check_against
from kaframe.secrets import resolve_options
from kaframe.yamlfile import Node

CONSOLE = "console"
COMMON: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "on_unknown": {"enum": ["resend", "hold"]},
        "max_age": {"$ref": "common.schema.json#/definitions/duration"},
        "at_most": {
            "title": "At most",
            "description": "How many messages the service takes in which time.",
            "type": "string",
            "pattern": PACE,
            "examples": ["20 per minute", "500 per day"],
        },
    },
}
MAX_AGE = Duration(3, "day")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many messages in any so many seconds."""

    count: int
    seconds: int
    text: str = ""

    @classmethod
    def parse(cls, text: str) -> Pace:
        """Read ``20 per minute``."""
        count, _, unit = text.partition(" per ")
        return cls(int(count), SECONDS[unit], text)


@dataclass(frozen=True, slots=True)
class OpenChannel:
    """A channel that can be used: the plugin's record, its own options, and what kaframe does about failures.

    ``on_unknown`` decides about a message whose sending was interrupted: sent again, or held for a person.
    After ``max_age`` a message that could not be sent is dead. ``pace`` is how often the service may be asked.
    """

    name: str
    channel: Channel
    options: Node
    on_unknown: Literal["resend", "hold"] = "resend"
    max_age: Duration = MAX_AGE
    pace: Pace | None = None


def channel_names(project: Project) -> tuple[str, ...]:
    """The channels that the project declares; the console when it declares none."""
    return tuple(project.config.channels) or (CONSOLE,)


def find_channel(project: Project, name: str) -> OpenChannel | None:
    """The channel of that name; the console is there without being declared. None when nobody knows it."""
    config = _config(project, name)
    channel = project.plugins.channels.get(config.type) if config else None
    if config is None or channel is None:
        return None
    held, age, pace = (config.options.get(key) for key in COMMON["properties"])
    return OpenChannel(
        name,
        channel,
        _without(config.options, COMMON["properties"]),
        "hold" if held is not None and held.value == "hold" else "resend",
        Duration.parse(str(age.value)) if age is not None else MAX_AGE,
        _pace(str(pace.value) if pace is not None else channel.pace),
    )


def _pace(text: str) -> Pace | None:
    return Pace.parse(text) if text else None


def check_channels(project: Project) -> list[Problem]:
    """What is wrong with the declared channels: unknown types, and options that their schema refuses."""
    problems: list[Problem] = []
    known = project.plugins.channels
    for name, config in project.config.channels.items():
        if config.type not in known:
            hint = project.plugins.instead(config.type, sorted(known), "types")
            problems.append(Problem(config.at, "KF8010", f"channel '{name}': no type '{config.type}'", hint))
            continue
        words = f"channel '{name}' ({config.type})"
        common = [key for key in _keys(config.options) if key not in COMMON["properties"]]
        problems += check_against(_without(config.options, common), COMMON, words)
        own = _without(config.options, COMMON["properties"])
        wrong = check_against(own, known[config.type].options, words)
        problems += wrong or _refused(known[config.type], own, project.root, words)
    return problems


def _refused(channel: Channel, own: Node, folder: Path, words: str) -> list[Problem]:
    """What the plugin itself says of options that cannot work, as far as their secrets are known here."""
    options, unknown = resolve_options(own, channel.options, folder)
    told = [problem for problem in unknown if problem.code != "KF1131"]
    if unknown:  # the variable may be set only where notices are sent
        absent = {problem.at for problem in unknown}
        options = {key: value for key, value in options.items() if _place(own, key) not in absent}
    return told + [
        Problem(_place(own, option), "KF8006", f"{words}: '{option}' {what}", "mend it, or messages would be given up")
        for option, what in sorted(channel.check(options, folder).items())
    ]


def _place(node: Node, option: str) -> Location:
    found = node.get(option)
    return found.at if found is not None else node.at


def _config(project: Project, name: str) -> ChannelConfig | None:
    declared = project.config.channels.get(name)
    if declared is None and name == CONSOLE:
        at = Location("kaframe.yaml")
        return ChannelConfig(at, CONSOLE, CONSOLE, Node({}, at))
    return declared


def _keys(node: Node) -> list[str]:
    return list(node.value) if isinstance(node.value, dict) else []


def _without(node: Node, names: Any) -> Node:
    """The mapping without some of its keys."""
    assert isinstance(node.value, dict)
    kept = {key: value for key, value in node.value.items() if key not in names}
    return Node(kept, node.at, keys={key: node.keys[key] for key in kept})
