"""The pages about plugins that are written from the code: every hook with its record, and every bundled plugin.

``python -m kaframe.cli.pluginreference`` writes both again, each in English and Chinese.
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
from kaframe.cli.chinese import calls, hooks
from kaframe.cli.chinese import paragraphs as paragraphs_of
from kaframe.panels import text_of
from kaframe.plugins import Plugins, load_plugins
from kaframe.plugins.kinds import KINDS, Kind

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOOKS, CATALOGUE = "reference/hooks.md", "plugins/catalogue.md"
LANGUAGES = ("en", "zh")
TEXTS: Mapping[str, str] = {**hooks.TEXTS, **calls.TEXTS}  # of docstrings; English in, Chinese out
VALUES = {
    "KAFRAME_API": f"The number {hookspecs.KAFRAME_API}: the version of this interface.",
    "POST_OPTIONS": f"Options of whatever posts, for its schema: {', '.join(kaframe.POST_OPTIONS)}.",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "hooks": """\
# Hooks

Everything that a plugin can bring. A plugin is a Python file in a project's `plugins/`, or an installed package with an
entry point in the group `kaframe`. It imports `kaframe` and nothing below it; what that gives is listed at the end. The
version of this interface is {api}: a plugin may say `KAFRAME_API = {api}`, and a kaframe of another version refuses it.

This page is written from `kaframe/hookspecs.py` (`make docs`). [How to write a plugin](../plugins/README.md).
""",
        "catalogue": """\
# Bundled plugins

What comes with kaframe; each is a file of `plugins/` that uses nothing but what your own plugins may use. `kaframe
plugins list` shows them beside yours, `kaframe plugins show NAME` their options. Written from their records.
""",
        "brings": "Brings `kaframe.{record}`. Used by {plugins}.",
        "comma": ", ",
        "fields": "| field | type | |",
        "required": "required",
        "surface": "## What `import kaframe` gives\n\n| name | what it is |",
        "calls": "## How each is called",
        "records": "## What the records hold\n\n"
        "Fields in their order, and what can be asked of them; those of the hooks have their own tables above.",
        "bundled": "| name | what it is | options | plugin |",
    },
    "zh": {
        "hooks": """\
# 钩子

插件能带来的一切。插件是项目 `plugins/` 中的一个 Python 文件，或入口点组为 `kaframe` 的已安装软件包。
它只导入 `kaframe`，不导入其下的任何模块；`kaframe` 提供的内容列在本页末尾。
本接口的版本为 {api}：插件可以写明 `KAFRAME_API = {api}`，其他版本的 kaframe 会拒绝它。

本页由 `kaframe/hookspecs.py` 生成（`make docs`）。[如何编写插件](../plugins/README.md)。
""",
        "catalogue": """\
# 内置插件

随 kaframe 提供的插件；每个都是 `plugins/` 中的一个文件，只使用您自己的插件也能使用的接口。
`kaframe plugins list` 把它们与您的插件一起列出，`kaframe plugins show NAME` 显示其选项。本页由它们的记录生成。
""",
        "brings": "提供 `kaframe.{record}`。使用它的插件：{plugins}。",
        "comma": "、",
        "fields": "| 字段 | 类型 | |",
        "required": "必填",
        "surface": "## `import kaframe` 提供的内容\n\n| 名称 | 说明 |",
        "calls": "## 各函数如何调用",
        "records": "## 记录包含什么\n\n各字段依次列出，以及可以向记录询问的内容；钩子的记录已在上面各有一张表。",
        "bundled": "| 名称 | 说明 | 选项 | 插件 |",
    },
}


def write_pages(docs: Path = DOCS) -> None:
    """Write both pages in both languages."""
    for language in LANGUAGES:
        for name, text in ((HOOKS, hooks_page(language)), (CATALOGUE, catalogue_page(language))):
            page = docs / name_in(language, name)
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8", newline="\n")


def name_in(language: str, page: str) -> str:
    """``x.md`` in English, ``x.zh.md`` in Chinese."""
    return page if language == "en" else page.removesuffix(".md") + f".{language}.md"


def hooks_page(language: str = "en") -> str:
    """docs/reference/hooks.md, or its Chinese twin."""
    plugins = load_plugins(None)
    parts = [WORDS[language]["hooks"].format(api=hookspecs.KAFRAME_API)]
    parts += ["\n".join(_hook(kind, plugins, language)) for kind in KINDS]
    parts.append("\n".join(_surface(language)))
    return "\n".join(parts) + "\n"


def catalogue_page(language: str = "en") -> str:
    """docs/plugins/catalogue.md, or its Chinese twin."""
    plugins = load_plugins(None)
    kinds = ("\n".join(_bundled(kind, plugins, language)) for kind in KINDS)
    return "\n".join([WORDS[language]["catalogue"], *kinds]) + "\n"


def told(text: str) -> list[str]:
    """The paragraphs of a docstring, without its examples, as the Chinese pages look them up."""
    return [_plain(part) for part in paragraphs_of(text.partition(">>>")[0])]


def users_of(kind: Kind, plugins: Plugins) -> list[str]:
    """The plugins that bring something of a kind."""
    return [plugin.name for plugin in plugins.loaded if any(one.kind == kind.word for one in plugin.brings)]


def _hook(kind: Kind, plugins: Plugins, language: str) -> Iterator[str]:
    parts = WORDS[language]
    docs = getattr(hookspecs, kind.hook).__doc__ or ""
    yield f"## {kind.hook}\n"
    yield _said(docs, language) + "\n"
    users = parts["comma"].join(users_of(kind, plugins))
    yield parts["brings"].format(record=kind.record.__name__, plugins=users) + "\n"
    yield f"```python\n{_code('>>>' + inspect.cleandoc(docs).partition('>>>')[2])}```\n"
    yield _said(kind.record.__doc__ or "", language) + "\n"
    yield parts["fields"] + "\n|---|---|---|"
    for field in fields(kind.record):
        needed = field.default is MISSING and field.default_factory is MISSING
        kept = str(field.type).replace("|", "\\|")
        yield f"| `{field.name}` | `{kept}` | {parts['required'] if needed else ''} |"
    yield ""


def _said(docs: str, language: str) -> str:
    """A docstring without its examples: as it stands, or paragraph by paragraph in Chinese."""
    if language == "en":
        return _plain(inspect.cleandoc(docs).partition(">>>")[0].strip())
    return "\n\n".join(TEXTS.get(part, part) for part in told(docs))


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


def _surface(language: str) -> Iterator[str]:
    parts = WORDS[language]
    yield parts["surface"] + "\n|---|---|"
    names = [name for name in kaframe.__all__ if not name.startswith("__")]
    for name in names:
        first = first_words(name)
        text = TEXTS.get(first, first) if language == "zh" else first
        yield "| `{}` | {} |".format(name, text.replace("|", "\\|"))
    yield "\n" + parts["calls"] + "\n"
    yield "```python"
    for name in names:
        thing = getattr(kaframe, name)
        if not inspect.isclass(thing) and callable(thing) and name != "hook":
            yield f"{name}{_signature(thing)}"
    yield "```\n"
    yield parts["records"] + "\n"
    hooked = {kind.record for kind in KINDS}
    for name in names:
        thing = getattr(kaframe, name)
        members = _members(thing) if inspect.isclass(thing) and thing not in hooked else []
        if members:
            yield f"### {name}\n"
            yield _said(thing.__doc__ or "", language) + "\n"
            yield "```python\n" + "\n".join(members) + "\n```\n"


def first_words(name: str) -> str:
    """What is said first of a name that ``import kaframe`` gives."""
    thing = getattr(kaframe, name)
    text = (inspect.getdoc(thing) or "") if callable(thing) else VALUES[name]
    return _plain(" ".join(text.partition("\n\n")[0].split()))


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


def _bundled(kind: Kind, plugins: Plugins, language: str) -> Iterator[str]:
    yield f"## {kind.words[language].capitalize()}\n"
    yield WORDS[language]["bundled"] + "\n|---|---|---|---|"
    for plugin in plugins.loaded:
        for one in plugin.brings:
            if one.kind == kind.word:
                options = ", ".join(f"`{name}`" for name in _options(one.record))
                yield f"| `{one.name}` | {text_of(one.record.summary, language)} | {options} | {plugin.name} |"
    yield ""


def _options(record: Any) -> Mapping[str, Any]:
    options = getattr(record, "options", {})
    found: Mapping[str, Any] = options.get("properties", {})
    return found


if __name__ == "__main__":
    write_pages()
