"""The one door to Jinja2: templates get plain data, can reach nothing else, and escape what they print."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.markdown import Written, escape_markdown
from kaframe.templates.filters import FilterError, bind_filters
from kaframe.templates.folder import DEADLINE, FILTERS, LONGEST, FilterSource, TemplateFolder, find_names, find_template
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

        Raises: RuleError (KF4001 to KF4007) with the template's file and line.
        """
        try:
            return self._render(name, context)
        except TemplateNotFound as error:
            missing = str(error.name or name)
            self._stop(error, "KF4001", f"no template '{missing}'", self._nearest(missing))
        except TemplateSyntaxError as error:
            self._stop(error, "KF4002", f"the template cannot be read: {error.message}", line=error.lineno)
        except UndefinedError as error:
            message, _, hint = (error.message or "unknown name").partition(HINT)
            self._stop(error, "KF4003", message, hint)
        except SecurityError as error:
            self._stop(error, "KF4004", f"a template may not do that: {error.message}")
        except _TooLongError as error:
            message = f"the text of '{name}' grows beyond {LONGEST:,} characters"
            self._stop(error, "KF4005", message, "look for a loop over too much")
        except TooSlowError as error:
            message = f"'{name}' takes longer than {DEADLINE:g} seconds"
            self._stop(error, "KF4008", message, "look for a loop inside a loop")
        except MemoryError as error:
            message = f"'{name}' takes more memory than a text can need"
            self._stop(error, "KF4009", message, "look for a text that doubles")
        except RecursionError as error:
            self._stop(error, "KF4006", "the template includes itself without end")
        except FilterError as error:
            self._stop(error, "KF4006", str(error), "mend or remove the plugin")
        except (TypeError, ValueError, ArithmeticError, KeyError, IndexError) as error:
            self._stop(error, "KF4006", f"the template fails: {error}")

    def check(self, name: str, context: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with a template: it is read, its names are looked up, and it is rendered.

        Raises: RuleError as ``render``, when its names are known and it fails all the same.
        """
        problems = self._unknown_names(name, context)
        if not problems:
            self.render(name, context)
        return list(dict.fromkeys(problems))

    def _render(self, name: str, context: Mapping[str, Any]) -> Written:
        parts, size = [], 0
        template = self._environment.get_template(name)
        for part in template.generate(**context):
            size += len(part)
            if size > LONGEST:
                raise _TooLongError(template.filename)
            parts.append(part)
        return Written("".join(parts))

    def _unknown_names(self, name: str, context: Mapping[str, Any]) -> list[Problem]:
        """Names that no plan has, also where the sample does not come by; included files are checked by rendering."""
        source = self._load(name)
        if source is None:
            raise RuleError([Problem(None, "KF4001", f"no template '{name}'", self._nearest(name))])
        try:
            tree = self._environment.parse(source[0], name, source[1])
        except TemplateSyntaxError as error:
            self._stop(error, "KF4002", f"the template cannot be read: {error.message}", line=error.lineno)
        known = {*context, *self._environment.globals}
        known |= {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"} | {"loop"}
        at = self._shown[source[1]]
        return [
            Problem(_line(at, node.lineno), "KF4003", f"unknown name '{node.name}'",
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
        return _read(path, at), str(path), lambda: True

    def _nearest(self, name: str) -> str:
        known = find_names(self._folders, self._language)
        return nearest(name, known) or f"templates: {', '.join(known) or 'none'}"

    def _stop(self, error: Exception, code: str, message: str, hint: str = "", line: int = 0) -> NoReturn:
        """Raise the problem with the place in the template where it came up."""
        frames = traceback.extract_tb(error.__traceback__)
        found = next((frame for frame in reversed(frames) if frame.filename in self._shown), None)
        name = found.filename if found else getattr(error, "filename", "") or ""
        at = self._shown.get(name)
        place = _line(at, line or (found.lineno or 0 if found else 0)) if at else None
        raise RuleError([Problem(place, code, message, hint)]) from error


class TooSlowError(Exception):
    """The time for a template is over; raised by an alarm, wherever it stands."""


NOT_OF_A_FILTER = (UndefinedError, TooSlowError, MemoryError, RecursionError)


class _TooLongError(Exception):
    """A rendered text grows too long."""

    def __init__(self, filename: str | None) -> None:
        super().__init__(filename)
        self.filename = filename


class _Unknown(StrictUndefined):
    """A name that is not there: any use of it fails, with the nearest name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name, owner = self._undefined_name, self._undefined_obj
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
            if not isinstance(node, ALLOWED_NODES):
                word = type(node).__name__.lower()
                raise TemplateSyntaxError(f"'{word}' is not allowed in a template", node.lineno, name, filename)
        return tree


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
    return escape_markdown(str(value))


def _read(path: Path, at: Location) -> str:
    """The text of a template. Raises: RuleError KF4007 when it cannot be read or is no text."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        message = f"the template cannot be read: {error.strerror or error}"
        raise RuleError([Problem(at, "KF4007", message, "check its name and rights")]) from error
    except UnicodeDecodeError as error:
        raise RuleError([Problem(at, "KF4007", "the template is not UTF-8", "save it as UTF-8")]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise RuleError([Problem(_line(at, line), "KF4007", "control character U+0000 in the template", "delete it")])
    return text


def _line(at: Location, line: int) -> Location:
    return Location(at.file, line, 1 if line else 0, at.path)
