"""What one thing that a plugin brings must be: the right record, complete, with a name and a schema that is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from kaframe.additions import Command, Filter, Function, Panel, RulePack, TemplatePack
from kaframe.errors import Problem, RuleError
from kaframe.expression import FUNCTIONS, Type, make_macro
from kaframe.expression import Function as Callee
from kaframe.plugins.importing import Found
from kaframe.plugins.kinds import RECORDS
from kaframe.posting import PACE
from kaframe.records import Channel
from kaframe.templates.folder import FILTERS

NAME = re.compile(r"[a-z][a-z0-9_]*")
DASHED_NAME = re.compile(r"[a-z][a-z0-9_-]*")  # of what stands on a command line or in a list, never in an expression
DASHED = (RulePack, TemplatePack, Command)
PAGES = ("portfolio", "account")
PARAMETER_TYPES = {kind.value for kind in (Type.NUMBER, Type.TEXT, Type.BOOLEAN, Type.DATE, Type.TIMESTAMP)}
Tell = Callable[[str, str, str], Problem]


def check_record(plugin: Found, hook: str, record: Any) -> Iterator[Problem]:
    """What is wrong with one thing that a hook returned."""
    expected = RECORDS[hook]
    subject = f"plugin '{plugin.name}': {hook}"
    if not isinstance(record, expected):
        message = f"{subject} gives {type(record).__name__}, not kaframe.{expected.__name__}"
        yield Problem(plugin.at, "KF5006", message, f"yield kaframe.{expected.__name__}(...)")
        return
    pattern = DASHED_NAME if isinstance(record, DASHED) else NAME
    if not isinstance(record.name, str) or not pattern.fullmatch(record.name):
        hint = "a name is lower-case letters, digits and _, and begins with a letter"
        yield Problem(plugin.at, "KF5006", f"{subject} gives the name {record.name!r}", hint)
        return

    def tell(message: str, hint: str = "", code: str = "KF5006") -> Problem:
        return Problem(plugin.at, code, f"{subject}: {message}", hint)

    yield from _check_fields(record, tell)
    own = _OWN.get(expected)
    if own is not None:
        yield from own(record, tell)


def compile_function(record: Function) -> Callee:
    """The function as expressions call it. Raises: RuleError with what is wrong with its expression."""
    words = record.summary if isinstance(record.summary, Mapping) else {"en": record.summary}
    summary = {"en": words["en"], "zh": words.get("zh", words["en"])}
    parameters = {name: Type(kind) for name, kind in record.parameters.items()}
    return make_macro(record.name, parameters, record.expression, summary=summary, example=record.example)


def _check_fields(record: Any, tell: Tell) -> Iterator[Problem]:
    """What every kind of record must obey."""
    for field in fields(record):
        value, wanted = getattr(record, field.name), str(field.type)
        if wanted.startswith("Callable") and not callable(value) and not (value is None and "| None" in wanted):
            yield tell(f"'{field.name}' of '{record.name}' is no function", "", "KF5006")
    for name in ("summary", "title"):
        text = getattr(record, name, "")
        if not isinstance(text, str) and not (isinstance(text, Mapping) and isinstance(text.get("en"), str)):
            yield tell(f"the {name} of '{record.name}' is no text", 'give a text, or {"en": ..., "zh": ...}', "KF5006")
    options = getattr(record, "options", {})
    if not isinstance(options, Mapping):
        hint = 'give a mapping: {"type": "object", "properties": {...}}'
        yield tell(f"the options of '{record.name}' are no JSON Schema", hint, "KF5006")
    elif any(not reference.startswith("#") for reference in _references(options)):
        hint = "only references that begin with '#/' are followed"
        yield tell(f"the options of '{record.name}' refer to another document", hint, "KF5007")


def _check_channel(record: Channel, tell: Tell) -> Iterator[Problem]:
    if record.pace and not re.fullmatch(PACE, record.pace):
        yield tell(f"the pace of '{record.name}' is '{record.pace}'", "write it like '20 per minute'", "KF5006")


def _check_function(record: Function, tell: Tell) -> Iterator[Problem]:
    if record.name in FUNCTIONS:
        yield tell(f"'{record.name}' is a function of kaframe itself", "choose another name", "KF5010")
        return
    odd = [f"{name}: {kind}" for name, kind in record.parameters.items() if kind not in PARAMETER_TYPES]
    odd += [name for name in record.parameters if not NAME.fullmatch(name)]
    if odd or not record.parameters:
        hint = f"a parameter has a name and a type: {', '.join(sorted(PARAMETER_TYPES))}"
        yield tell(f"the parameters of '{record.name}' are odd: {', '.join(odd) or 'none'}", hint, "KF5022")
        return
    try:
        compile_function(record)
    except RuleError as error:
        for problem in error.problems:
            yield tell(f"the expression of '{record.name}': {problem.message}", problem.hint, "KF5022")


def _check_filter(record: Filter, tell: Tell) -> Iterator[Problem]:
    if record.name in FILTERS:
        yield tell(f"'{record.name}' is a filter of kaframe itself", "choose another name", "KF5010")


def _check_folder(record: RulePack | TemplatePack, tell: Tell) -> Iterator[Problem]:
    folder = record.folder
    if not isinstance(folder, Path) or not folder.is_dir():
        hint = "name it from the plugin's own file: Path(__file__).parent / '...', and put it into the package"
        yield tell(f"the folder of '{record.name}' is not there", hint, "KF5006")
    elif isinstance(record, RulePack) and not (folder / "pack.yaml").is_file():
        yield tell(f"the rule pack '{record.name}' has no pack.yaml", "'kaframe schema pack' shows its form", "KF5006")


def _check_panel(record: Panel, tell: Tell) -> Iterator[Problem]:
    if record.page not in PAGES:
        yield tell(f"the panel '{record.name}' is for no page", f"pages: {', '.join(PAGES)}", "KF5006")


def _check_command(record: Command, tell: Tell) -> Iterator[Problem]:
    properties = record.options.get("properties", {}) if isinstance(record.options, Mapping) else {}
    for name in record.arguments:
        if name not in properties:
            yield tell(f"the argument '{name}' of '{record.name}' is none of its options", "add it to them", "KF5006")


def _references(schema: Any) -> Iterable[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list | tuple):
        for value in schema:
            yield from _references(value)


_OWN: Mapping[type[Any], Callable[[Any, Tell], Iterable[Problem]]] = {
    Channel: _check_channel,
    Function: _check_function,
    Filter: _check_filter,
    RulePack: _check_folder,
    TemplatePack: _check_folder,
    Panel: _check_panel,
    Command: _check_command,
}
