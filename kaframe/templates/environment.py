"""What a template may be made of, and what it can reach: plain data, other templates, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import jinja2
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kaframe.errors import nearest
from kaframe.markdown import Written, escape_markdown
from kaframe.templates.folder import FILTERS, LONGEST
from kaframe.wording import UNKNOWN, Wording

MOST_ROUNDS = 1_000
DATE_PARTS = ("year", "month", "day")
MAPPING_PARTS = ("items", "keys", "values")
ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.Include, nodes.Getattr,
    nodes.Getitem, nodes.Name, nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter,
    nodes.Test, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg,
    nodes.CondExpr, nodes.Slice, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Call,
    nodes.Macro, nodes.Block, nodes.Extends, nodes.Import, nodes.FromImport,
)  # fmt: skip
BOUND_NAMES = ("loop", "self", "super", "varargs", "kwargs")  # what Jinja itself puts there
HINT = "\n"  # parts a message from its hint inside an exception of Jinja
OFFERED = "templates have if, for, set, include, macro, import, block and extends"
WRITTEN = {"scope": "autoescape", "nsref": "a name with a dot behind set", "pow": "**", "filterblock": "filter"}
NO_ESCAPE = "what stands in the data is always escaped"
BELOW = "#"  # plan.md.j2#2 is the template of that name from the third folder on; no file is called so


class TooLongError(Exception):
    """A rendered text grows too long, at this line of a file, when that is known."""

    def __init__(self, filename: str | None = None, line: int = 0) -> None:
        super().__init__(filename, line)
        self.filename, self.line = filename, line


class _Unknown(StrictUndefined):
    """A name that is not there: any use of it fails, with the nearest name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name, owner = self._undefined_name, self._undefined_obj
        if self._undefined_hint:
            return str(self._undefined_hint)
        hint = nearest(str(name), map(str, owner)) if isinstance(owner, Mapping) else ""
        if isinstance(owner, Mapping) and not hint:
            hint = f"it has {', '.join(sorted(map(str, owner))[:12])}"
        return f"unknown name '{name}'{HINT}{hint}"


class Environment(ImmutableSandboxedEnvironment):
    """Plain data only: keys of mappings, items of lists, parts of days; no attributes of anything else.

    ``layer_of`` says in which folder a template was found. One that names itself means the one that it hides.
    """

    layer_of: Callable[[str], int]

    intercepted_binops = frozenset({"*", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What a template may reach of a value."""
        if isinstance(obj, Mapping):
            if attribute in obj:
                return obj[attribute]
            if attribute in MAPPING_PARTS:
                return super().getattr(obj, attribute)
        elif isinstance(obj, LoopContext) or (isinstance(obj, date) and attribute in DATE_PARTS):
            return super().getattr(obj, attribute)
        elif isinstance(obj, TemplateModule | TemplateReference | BlockReference):
            return self._part_of_template(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def _part_of_template(self, obj: Any, name: str) -> Any:
        """A macro or value that a template brings, a block of this one, or the block that one takes the place of."""
        if isinstance(obj, TemplateModule):
            brought = {key: value for key, value in vars(obj).items() if not key.startswith("_")}
            return brought[name] if name in brought else self.undefined(obj=brought, name=name)
        try:
            return obj.super if isinstance(obj, BlockReference) and name == "super" else obj[name]
        except (KeyError, TypeError):
            return self.undefined(obj=obj, name=name)

    def join_path(self, template: str, parent: str) -> str:
        """The name that a template's own mention of another one means."""
        name, _, _ = parent.partition(BELOW)
        template = template.replace(BELOW, "/")  # which no template has in its name
        return f"{template}{BELOW}{self.layer_of(parent) + 1}" if template == name else template

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item of a mapping, list or text."""
        if isinstance(obj, Mapping | list | tuple | str):
            try:
                return obj[argument]
            except (KeyError, IndexError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Work out ``*`` and ``%``, which are for numbers: a text that is repeated fills the memory."""
        if not all(isinstance(value, int | float) for value in (left, right)):
            raise SecurityError(f"'{operator}' is for numbers")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            message = self._refusal(node)
            if message:
                lines = (one.lineno for one in (node, *node.find_all(nodes.Node)) if one.lineno)
                raise TemplateSyntaxError(message, next(lines, 1), name, filename)
        return tree

    def _refusal(self, node: nodes.Node) -> str:
        """Why a template may not hold this node, with a hint; nothing when it may."""
        if not isinstance(node, ALLOWED_NODES):
            word = type(node).__name__.lower()
            word = WRITTEN.get(word, word)
            hint = NO_ESCAPE if "evalcontext" in word or word == "autoescape" else OFFERED
            return f"'{word}' is not allowed in a template{HINT}{hint}"
        if isinstance(node, nodes.Filter) and node.name not in self.filters:
            hint = NO_ESCAPE if node.name == "safe" else nearest(node.name, self.filters)
            return f"no filter '{node.name}'{HINT}{hint or 'filters: ' + ', '.join(sorted(self.filters))}"
        if isinstance(node, nodes.Test) and node.name not in self.tests:
            hint = nearest(node.name, self.tests) or "such as defined, none, odd, in"
            return f"no test '{node.name}'{HINT}{hint}"
        return ""


def make_environment(
    loader: jinja2.BaseLoader, write: Callable[[Any], Any], layer_of: Callable[[str], int]
) -> Environment:
    """An environment with the filters of Jinja that are harmless; those of plugins come to them.

    ``write`` is what ``{{ value }}`` writes.
    """
    environment = Environment(
        loader=loader, undefined=_Unknown, finalize=write, autoescape=False,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, auto_reload=False,
    )  # fmt: skip
    kept = {name: environment.filters[name] for name in FILTERS}
    environment.filters = kept
    environment.globals = {"range": _bounded_range}
    environment.layer_of = layer_of
    environment.concat = _join  # type: ignore[method-assign]
    return environment


def _join(parts: Iterable[str]) -> Written:
    """What a macro or a block has written: it has been escaped already."""
    found, size = [], 0
    for part in parts:
        size += len(part)
        if size > LONGEST:
            raise TooLongError
        found.append(part)
    return Written("".join(found))


def _bounded_range(*bounds: int) -> range:
    rounds = range(*bounds)
    if len(rounds) > MOST_ROUNDS:
        raise SecurityError(f"a range of more than {MOST_ROUNDS:,}")
    return rounds


def write_markdown(value: Any, wording: Wording) -> Any:
    """What ``{{ value }}`` writes in Markdown: data are escaped, numbers and days written as people do."""
    found = write_text(value, wording)
    return found if isinstance(found, Written | StrictUndefined) else escape_markdown(str(found))


def write_text(value: Any, wording: Wording) -> Any:
    """What ``{{ value }}`` writes in plain text, in which nothing is markup."""
    if isinstance(value, Written | StrictUndefined):
        return value
    if value is None:
        return Written(UNKNOWN)
    if isinstance(value, bool | float | date):
        return Written(wording.text(value))
    if not _is_plain(value):
        hint = "a function needs its brackets, such as x.items(); map and select need '| list' or '| join'"
        raise SecurityError(f"print something that is no text, number, day or list{HINT}{hint}")
    return str(value)


def _is_plain(value: Any) -> bool:
    """Whether a value is printed alike on every run: no function, generator or the like at any depth."""
    if isinstance(value, Mapping):
        return all(map(_is_plain, [*value, *value.values()]))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float | Decimal | date)
