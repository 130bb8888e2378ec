"""The one door to Jinja2: templates get plain data, can reach nothing else, and escape what they print."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import jinja2
from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError

from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.markdown import Written
from kaframe.templates.environment import (
    BELOW,
    BOUND_NAMES,
    HINT,
    Environment,
    TooLongError,
    make_environment,
    write_markdown,
    write_text,
)
from kaframe.templates.filters import FilterError, bind_filters
from kaframe.templates.folder import (
    DEADLINE,
    LONGEST,
    FilterSource,
    TemplateFolder,
    find_names,
    find_template,
    line_of,
    read_template,
)
from kaframe.wording import Wording

PLAIN = ".txt.j2"  # what templates of plain text are called
SYNTAX_HINT = "each {% if %} and {% for %} needs its end, each {{ its }}"
T = TypeVar("T")


class Sandbox:
    """What ``Templates`` promises, in this very process."""

    def __init__(
        self, folders: Sequence[TemplateFolder], wording: Wording, filters: Sequence[FilterSource] = ()
    ) -> None:
        self._folders = tuple(folders)
        self._language = wording.language
        self._shown: dict[str, Location] = {}
        self._layers: dict[str, int] = {}
        self._read = ""  # the file read last in this piece of work: the one that cannot be compiled
        bound = bind_filters(filters, wording, NOT_OF_A_FILTER)
        self._markdown = self._make(partial(write_markdown, wording=wording), bound)
        self._text = self._make(partial(write_text, wording=wording), bound)

    def _make(self, write: Callable[[Any], Any], filters: Mapping[str, Callable[..., Any]]) -> Environment:
        environment = make_environment(jinja2.FunctionLoader(self._load), write, self._layers.__getitem__)
        environment.filters |= filters
        return environment

    def _environment(self, name: str) -> Environment:
        """Plain text is escaped for nobody, everything else is Markdown."""
        return self._text if name.endswith(PLAIN) else self._markdown

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
        self._read = ""
        try:
            return work()
        except RuleError:
            raise
        except TemplateNotFound as error:
            missing, _, below = str(error.name or name).partition(BELOW)
            if below:
                message = f"'{missing}' takes in itself, and there is no other below it"
                self._stop(error, "KF4006", message, "a template that names itself means the one whose place it takes")
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
        except TooLongError as error:
            message = f"the text of '{name}' grows beyond {LONGEST:,} characters"
            self._stop(error, "KF4005", message, "look for a loop over too much", line=error.line)
        except TooSlowError as error:
            message = f"'{name}' takes longer than {DEADLINE:g} seconds"
            self._stop(error, "KF4008", message, "look for a loop inside a loop")
        except MemoryError as error:
            message = f"'{name}' takes more memory than a text can need"
            self._stop(error, "KF4009", message, "look for a text that doubles")
        except RecursionError as error:
            self._stop(error, "KF4006", self._circle(error), "break the circle, or give it fewer levels")
        except FilterError as error:
            self._stop(error, "KF4006", str(error), "mend or remove the plugin")
        except Exception as error:  # a template's mistake ends in any exception of Python, and never this process
            words = " ".join(str(error).split())[:200] or type(error).__name__
            self._stop(error, "KF4006", f"the template fails: {words}", "mend what stands at this place")

    def _render(self, name: str, context: Mapping[str, Any]) -> Written:
        parts, size = [], 0
        template = self._environment(name).get_template(name)
        written: Any = template.generate(**context)
        for part in written:
            size += len(part)
            if size > LONGEST:
                line = template.get_corresponding_lineno(written.gi_frame.f_lineno)
                raise TooLongError(template.filename, line)
            parts.append(part)
        text = "".join(parts)
        text.encode("utf-8")  # half a character, such as '\ud800', can be written nowhere
        return Written(text)

    def _unknown_names(self, name: str, context: Mapping[str, Any]) -> list[Problem]:
        """Names that no plan has, also where the sample does not come by; included files are checked by rendering."""
        source = self._load(name)
        if source is None:
            raise TemplateNotFound(name)
        environment = self._environment(name)
        tree = environment.parse(source[0], name, source[1])
        known = {*context, *environment.globals}
        known |= {*_own_names(tree), *BOUND_NAMES}
        at = self._shown[source[1]]
        return [
            Problem(line_of(at, node.lineno), "KF4003", f"unknown name '{node.name}'",
                    nearest(node.name, known) or f"known are {', '.join(sorted(context))}")
            for node in tree.find_all(nodes.Name)
            if node.ctx == "load" and node.name not in known
        ]  # fmt: skip

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """The text and path of a template; a name with a folder in it finds nothing."""
        asked, _, below = name.partition(BELOW)
        first = int(below or 0)
        if Path(asked).name != asked:
            return None
        found = find_template(self._folders[first:], self._language, asked)
        if found is None:
            return None
        shown, path = found
        if not (path.is_file() and path.resolve().is_relative_to(path.parent.resolve())):
            message = f"'{shown}' is no file inside '{shown.rpartition('/')[0]}'"
            raise RuleError([Problem(None, "KF4007", message, "put the template itself in its place")])
        folders = [place.folder for place in self._folders]
        self._layers[name] = folders.index(path.parent, first)
        at = self._shown[str(path)] = Location(shown, path=str(path))
        self._read = str(path)
        return read_template(path, at), str(path), lambda: True

    def _circle(self, error: RecursionError) -> str:
        """Which templates take each other in, when it is more than one that does."""
        frames = traceback.extract_tb(error.__traceback__)
        passed = [self._shown[frame.filename].file for frame in frames if frame.filename in self._shown]
        around = list(dict.fromkeys(passed))
        if not around:
            return f"'{Path(self._read).name}' has too many brackets or blocks inside one another to be read"
        if len(around) < 2:
            return "the template includes itself without end, or is nested too deep"
        return f"templates take each other in without end: {' → '.join([*around, around[0]])}"

    def _nearest(self, name: str) -> str:
        known = find_names(self._folders, self._language)
        return nearest(name, known) or f"templates: {', '.join(known) or 'none'}"

    def _stop(self, error: Exception, code: str, message: str, hint: str = "", line: int = 0) -> NoReturn:
        """Raise the problem with the place in the template where it came up."""
        frames = traceback.extract_tb(error.__traceback__)
        found = next((frame for frame in reversed(frames) if frame.filename in self._shown), None)
        name = found.filename if found else getattr(error, "filename", "") or self._read
        at = self._shown.get(name)
        place = line_of(at, line or (found.lineno or 0 if found else 0)) if at else None
        raise RuleError([Problem(place, code, message, hint)]) from error


class TooSlowError(Exception):
    """The time for a template is over; raised by an alarm, wherever it stands."""


NOT_OF_A_FILTER = (UndefinedError, TooSlowError, MemoryError, RecursionError)


def _own_names(tree: nodes.Template) -> Iterator[str]:
    """What a template itself gives a name to: values, parameters, macros, what it imports."""
    for node in tree.find_all((nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport)):
        if isinstance(node, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in node.names)
        elif isinstance(node, nodes.Import):
            yield node.target
        elif isinstance(node, nodes.Macro) or node.ctx in ("store", "param"):  # type: ignore[attr-defined]
            yield node.name  # type: ignore[attr-defined]
