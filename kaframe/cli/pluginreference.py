"""The pages about plugins that are written from the code: every hook with its record, and every bundled plugin.

``python -m kaframe.cli.pluginreference`` writes both again.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
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
    for name in kaframe.__all__:
        if name.startswith("__"):
            continue
        thing = getattr(kaframe, name)
        text = inspect.getdoc(thing) if callable(thing) else f"the number {thing}: the version of this interface"
        first = " ".join((text or "").partition("\n\n")[0].split()).replace("|", "\\|")
        yield f"| `{name}` | {_plain(first)} |"


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
