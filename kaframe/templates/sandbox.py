"""The one door to Jinja2: templates get plain data, can reach nothing else, and escape what they print."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import jinja2
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.markdown import Written, escape_markdown
from kaframe.templates.filters import FilterError, bind_filters
from kaframe.templates.folder import (
    DEADLINE,
    FILTERS,
    LONGEST,
    FilterSource,
    TemplateFolder,
    find_names,
    find_template,
    line_of,
    read_template,
)
from kaframe.wording import UNKNOWN, Wording

MOST_ROUNDS = 1_000
DATE_PARTS = ("year", "month", "day")
MAPPING_PARTS = ("items", "keys", "values")
ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.Include, nodes.Getattr,
    nodes.Getitem, nodes.Name, nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter,
    nodes.Test, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg,
    nodes.CondExpr, nodes.Slice, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Call,
)  # fmt: skip
HINT = "\n"  # parts a message from its hint inside an exception of Jinja
SYNTAX_HINT = "each {% if %} and {% for %} needs its end, each {{ its }}"
NO_ESCAPE = "what stands in the data is always escaped"
T = TypeVar("T")


class Sandbox:
    """What ``Templates`` promises, in this very process."""

    def __init__(
        self, folders: Sequence[TemplateFolder], wording: Wording, filters: Sequence[FilterSource] = ()
    ) -> None:
        self._folders = tuple(folders)
        self._language = wording.language
        self._shown: dict[str, Location] = {}
        self._environment = _environment(jinja2.FunctionLoader(self._load), wording)
        self._environment.filters |= bind_filters(filters, wording, NOT_OF_A_FILTER)

    def render(self, name: str, context: Mapping[str, Any]) -> Written:
        """The text of a template for one account.

        Raises: RuleError (KF4001 to KF4009) with the template's file and line.
        """
        return self._told(name, lambda: self._render(name, context))

    def check(self, name: str, context: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with a template: it is read, its names are looked up, and it is rendered.

        Raises: RuleError as ``render``, when its names are known and it fails all the same.
        """
        problems = self._told(name, lambda: self._unknown_names(name, context))
        if not problems:
            self.render(name, context)
        return list(dict.fromkeys(problems))

    def _told(self, name: str, work: Callable[[], T]) -> T:
        """What the work gives; whatever goes wrong in it becomes a problem with a place."""
        try:
            return work()
        except RuleError:
            raise
        except TemplateNotFound as error:
            missing = str(error.name or name)
            self._stop(error, "KF4001", f"no template '{missing}'", self._nearest(missing))
        except TemplateSyntaxError as error:
            message, _, hint = (error.message or "").partition(HINT)
            message = f"the template cannot be read: {message}"
            self._stop(error, "KF4002", message, hint or SYNTAX_HINT, line=error.lineno)
        except UndefinedError as error:
            message, _, hint = (error.message or "unknown name").partition(HINT)
            self._stop(error, "KF4003", message, hint or "ask first: {% if x is defined %}")
        except SecurityError as error:
            message, _, hint = (error.message or "").partition(HINT)
            self._stop(error, "KF4004", f"a template may not do that: {message}", hint or "leave it out")
        except _TooLongError as error:
            message = f"the text of '{name}' grows beyond {LONGEST:,} characters"
            self._stop(error, "KF4005", message, "look for a loop over too much", line=error.line)
        except TooSlowError as error:
            message = f"'{name}' takes longer than {DEADLINE:g} seconds"
            self._stop(error, "KF4008", message, "look for a loop inside a loop")
        except MemoryError as error:
            message = f"'{name}' takes more memory than a text can need"
            self._stop(error, "KF4009", message, "look for a text that doubles")
        except RecursionError as error:
            message = "the template includes itself without end, or is nested too deep"
            self._stop(error, "KF4006", message, "break the circle, or give it fewer levels")
        except FilterError as error:
            self._stop(error, "KF4006", str(error), "mend or remove the plugin")
        except Exception as error:  # a template's mistake ends in any exception of Python, and never this process
            words = " ".join(str(error).split())[:200] or type(error).__name__
            self._stop(error, "KF4006", f"the template fails: {words}", "mend what stands at this place")

    def _render(self, name: str, context: Mapping[str, Any]) -> Written:
        parts, size = [], 0
        template = self._environment.get_template(name)
        written: Any = template.generate(**context)
        for part in written:
            size += len(part)
            if size > LONGEST:
                line = template.get_corresponding_lineno(written.gi_frame.f_lineno)
                raise _TooLongError(template.filename, line)
            parts.append(part)
        text = "".join(parts)
        text.encode("utf-8")  # half a character, such as '\ud800', can be written nowhere
        return Written(text)

    def _unknown_names(self, name: str, context: Mapping[str, Any]) -> list[Problem]:
        """Names that no plan has, also where the sample does not come by; included files are checked by rendering."""
        source = self._load(name)
        if source is None:
            raise TemplateNotFound(name)
        tree = self._environment.parse(source[0], name, source[1])
        known = {*context, *self._environment.globals}
        known |= {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"} | {"loop"}
        at = self._shown[source[1]]
        return [
            Problem(line_of(at, node.lineno), "KF4003", f"unknown name '{node.name}'",
                    nearest(node.name, known) or f"known are {', '.join(sorted(context))}")
            for node in tree.find_all(nodes.Name)
            if node.ctx == "load" and node.name not in known
        ]  # fmt: skip

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """The text and path of a template; a name with a folder in it finds nothing."""
        if Path(name).name != name:
            return None
        found = find_template(self._folders, self._language, name)
        if found is None:
            return None
        shown, path = found
        if not (path.is_file() and path.resolve().is_relative_to(path.parent.resolve())):
            message = f"'{shown}' is no file inside '{shown.rpartition('/')[0]}'"
            raise RuleError([Problem(None, "KF4007", message, "put the template itself in its place")])
        at = self._shown[str(path)] = Location(shown, path=str(path))
        return read_template(path, at), str(path), lambda: True

    def _nearest(self, name: str) -> str:
        known = find_names(self._folders, self._language)
        return nearest(name, known) or f"templates: {', '.join(known) or 'none'}"

    def _stop(self, error: Exception, code: str, message: str, hint: str = "", line: int = 0) -> NoReturn:
        """Raise the problem with the place in the template where it came up."""
        frames = traceback.extract_tb(error.__traceback__)
        found = next((frame for frame in reversed(frames) if frame.filename in self._shown), None)
        name = found.filename if found else getattr(error, "filename", "") or ""
        at = self._shown.get(name)
        place = line_of(at, line or (found.lineno or 0 if found else 0)) if at else None
        raise RuleError([Problem(place, code, message, hint)]) from error


class TooSlowError(Exception):
    """The time for a template is over; raised by an alarm, wherever it stands."""


NOT_OF_A_FILTER = (UndefinedError, TooSlowError, MemoryError, RecursionError)


class _TooLongError(Exception):
    """A rendered text grows too long, at this line."""

    def __init__(self, filename: str | None, line: int) -> None:
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


class _Environment(ImmutableSandboxedEnvironment):
    """Plain data only: keys of mappings, items of lists, parts of days; no attributes of anything else."""

    intercepted_binops = frozenset({"*", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            if attribute in obj:
                return obj[attribute]
            if attribute in MAPPING_PARTS:
                return super().getattr(obj, attribute)
        elif isinstance(obj, LoopContext) or (isinstance(obj, date) and attribute in DATE_PARTS):
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping | list | tuple | str):
            try:
                return obj[argument]
            except (KeyError, IndexError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
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
            hint = NO_ESCAPE if "evalcontext" in word else "templates have if, for, set and include"
            return f"'{word}' is not allowed in a template{HINT}{hint}"
        if isinstance(node, nodes.Filter) and node.name not in self.filters:
            hint = NO_ESCAPE if node.name == "safe" else nearest(node.name, self.filters)
            return f"no filter '{node.name}'{HINT}{hint or 'filters: ' + ', '.join(sorted(self.filters))}"
        if isinstance(node, nodes.Test) and node.name not in self.tests:
            hint = nearest(node.name, self.tests) or "such as defined, none, odd, in"
            return f"no test '{node.name}'{HINT}{hint}"
        return ""


def _environment(loader: jinja2.BaseLoader, wording: Wording) -> _Environment:
    environment = _Environment(
        loader=loader, undefined=_Unknown, finalize=lambda value: _print(value, wording), autoescape=False,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, auto_reload=False,
    )  # fmt: skip
    kept = {name: environment.filters[name] for name in FILTERS}
    environment.filters = kept
    environment.globals = {"range": _bounded_range}
    return environment


def _bounded_range(*bounds: int) -> range:
    rounds = range(*bounds)
    if len(rounds) > MOST_ROUNDS:
        raise SecurityError(f"a range of more than {MOST_ROUNDS:,}")
    return rounds


def _print(value: Any, wording: Wording) -> Any:
    """What ``{{ value }}`` writes: data are escaped, numbers and days written as people do."""
    if isinstance(value, Written | StrictUndefined):
        return value
    if value is None:
        return UNKNOWN
    if isinstance(value, bool | float | date):
        return wording.text(value)
    if not _is_plain(value):
        hint = "a function needs its brackets, such as x.items(); map and select need '| list' or '| join'"
        raise SecurityError(f"print something that is no text, number, day or list{HINT}{hint}")
    return escape_markdown(str(value))


def _is_plain(value: Any) -> bool:
    """Whether a value is printed alike on every run: no function, generator or the like at any depth."""
    if isinstance(value, Mapping):
        return all(map(_is_plain, [*value, *value.values()]))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float | Decimal | date)
