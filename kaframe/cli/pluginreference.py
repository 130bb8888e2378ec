"""The pages about plugins that are written from the code: every hook with its record, and every bundled plugin.

``python -m kaframe.cli.pluginreference`` writes both again.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import kaframe
from kaframe import hookspecs
from kaframe.panels import text_of
from kaframe.plugins import Plugins, load_plugins
from kaframe.plugins.kinds import KINDS, Kind

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOOKS, CATALOGUE = "reference/hooks.md", "plugins/catalogue.md"
HOOKS_HEAD = """\
# Hooks

Everything that a plugin can bring. A plugin is a Python file in a project's `plugins/`, or an installed package with an
entry point in the group `kaframe`. It imports `kaframe` and nothing below it; what that gives is listed at the end. The
version of this interface is {api}: a plugin may say `KAFRAME_API = {api}`, and a kaframe of another version refuses it.

This page is written from `kaframe/hookspecs.py` (`make docs`). [How to write a plugin](../plugins/README.md).
"""
VALUES = {
    "KAFRAME_API": f"The number {hookspecs.KAFRAME_API}: the version of this interface.",
    "POST_OPTIONS": f"Options of whatever posts, for its schema: {', '.join(kaframe.POST_OPTIONS)}.",
}
CATALOGUE_HEAD = """\
# Bundled plugins

What comes with kaframe; each is a file of `plugins/` that uses nothing but what your own plugins may use. `kaframe
plugins list` shows them beside yours, `kaframe plugins show NAME` their options. Written from their records.

随 kaframe 提供的插件；每个都是 `plugins/` 中的一个文件，只使用您自己的插件也能使用的接口。
"""


def write_pages(docs: Path = DOCS) -> None:
    """Write both pages."""
    for name, text in ((HOOKS, hooks_page()), (CATALOGUE, catalogue_page())):
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text, encoding="utf-8", newline="\n")


def hooks_page() -> str:
    """docs/reference/hooks.md."""
    plugins = load_plugins(None)
    parts = [HOOKS_HEAD.format(api=hookspecs.KAFRAME_API)]
    parts += ["\n".join(_hook(kind, plugins)) for kind in KINDS]
    parts.append("\n".join(_surface()))
    return "\n".join(parts) + "\n"


def catalogue_page() -> str:
    """docs/plugins/catalogue.md."""
    plugins = load_plugins(None)
    return "\n".join([CATALOGUE_HEAD, *("\n".join(_bundled(kind, plugins)) for kind in KINDS)]) + "\n"


def users_of(kind: Kind, plugins: Plugins) -> list[str]:
    """The plugins that bring something of a kind."""
    return [plugin.name for plugin in plugins.loaded if any(one.kind == kind.word for one in plugin.brings)]


def _hook(kind: Kind, plugins: Plugins) -> Iterator[str]:
    text, _, example = inspect.cleandoc(getattr(hookspecs, kind.hook).__doc__ or "").partition(">>>")
    yield f"## {kind.hook}\n"
    yield _plain(text.strip()) + "\n"
    yield f"Brings `kaframe.{kind.record.__name__}`. Used by {', '.join(users_of(kind, plugins))}.\n"
    yield f"```python\n{_code(f'>>>{example}')}```\n"
    yield _plain(inspect.cleandoc(kind.record.__doc__ or "")) + "\n"
    yield "| field | type | |\n|---|---|---|"
    for field in fields(kind.record):
        needed = field.default is MISSING and field.default_factory is MISSING
        yield f"| `{field.name}` | `{str(field.type).replace('|', chr(92) + '|')}` | {'required' if needed else ''} |"
    yield ""


def _code(example: str) -> str:
    """An example as a file has it, with what it gives as comments."""
    lines = []
    for line in example.splitlines():
        if line.startswith((">>>", "...")):
            lines.append(line[4:])
        elif line.strip():
            lines.append(f"# gives {line}")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.replace("``", "`")


def _surface() -> Iterator[str]:
    yield "## What `import kaframe` gives\n"
    yield "| name | what it is |\n|---|---|"
    names = [name for name in kaframe.__all__ if not name.startswith("__")]
    for name in names:
        thing = getattr(kaframe, name)
        text = inspect.getdoc(thing) if callable(thing) else VALUES[name]
        first = " ".join((text or "").partition("\n\n")[0].split()).replace("|", "\\|")
        yield f"| `{name}` | {_plain(first)} |"
    yield "\n## How each is called\n"
    yield "```python"
    for name in names:
        thing = getattr(kaframe, name)
        if not inspect.isclass(thing) and callable(thing) and name != "hook":
            yield f"{name}{_signature(thing)}"
    yield "```\n"
    yield "## What the records hold\n"
    yield "Fields in their order, and what can be asked of them; those of the hooks have their own tables above.\n"
    hooked = {kind.record for kind in KINDS}
    for name in names:
        thing = getattr(kaframe, name)
        members = _members(thing) if inspect.isclass(thing) and thing not in hooked else []
        if members:
            yield f"### {name}\n"
            yield _plain(inspect.cleandoc(thing.__doc__ or "").partition(">>>")[0].rstrip()) + "\n"
            yield "```python\n" + "\n".join(members) + "\n```\n"


def _members(record: type[Any]) -> list[str]:
    """The fields of a record, or how a class is made, and its methods."""
    lines = []
    for field in fields(record) if is_dataclass(record) else ():
        needed = field.default is MISSING and field.default_factory is MISSING
        lines.append(f"{field.name}: {field.type}" + ("" if needed else _default(field.default)))
    if not lines and "__init__" in vars(record):
        lines.append(f"{record.__name__}{_signature(record)}")
    for name, thing in vars(record).items():
        if not name.startswith("_") and (inspect.isfunction(thing) or isinstance(thing, property)):
            called = "" if isinstance(thing, property) else re.sub(r"\(self(, )?", "(", _signature(thing))
            about = (inspect.getdoc(thing) or "").partition("\n")[0]
            lines.append(f".{name}{called}" + (f"  # {_plain(about)}" if about else ""))
    return lines


def _default(value: Any) -> str:
    return " = ..." if value is MISSING or callable(value) else f" = {value!r}"


def _signature(thing: Any) -> str:
    """Parameters as they stand in the code; annotations are text there."""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(thing)))


def _bundled(kind: Kind, plugins: Plugins) -> Iterator[str]:
    yield f"## {kind.words['en'].capitalize()} {kind.words['zh']}\n"
    yield "| name | what it is | 说明 | options | plugin |\n|---|---|---|---|---|"
    for plugin in plugins.loaded:
        for one in plugin.brings:
            if one.kind == kind.word:
                english, chinese = (text_of(one.record.summary, language) for language in ("en", "zh"))
                options = ", ".join(f"`{name}`" for name in _options(one.record))
                yield f"| `{one.name}` | {english} | {chinese} | {options} | {plugin.name} |"
    yield ""


def _options(record: Any) -> Mapping[str, Any]:
    options = getattr(record, "options", {})
    found: Mapping[str, Any] = options.get("properties", {})
    return found


if __name__ == "__main__":
    write_pages()
