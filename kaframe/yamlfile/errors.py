"""What a YAML parser complains about, said so that a person can mend it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kaframe.errors import Location, Problem
from kaframe.yamlfile.text import (
    WIDE_SIGNS,
    cut_problem,
    find_wide_colon,
    find_wide_sign,
    wide_colon_problem,
    wide_sign_problem,
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A syntax error as the parser reports it, and what was read just before.

    ``cut``: a text in a flow with an open parenthesis; ``quoted``: the opening quote of the text
    just read, if that spans several lines.
    """

    at: Location
    problem: str
    context: str
    context_at: Location | None
    lines: tuple[str, ...]
    cut: Location | None
    quoted: Location | None

    def line(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def before(self) -> int:
        """The last line before it that is not blank, or 0: a parser joins lines until it finds a colon."""
        return next((number for number in range(self.at.line - 1, 0, -1) if self.line(number).strip()), 0)

    def char(self) -> str:
        return self.line(self.at.line)[self.at.col - 1 : self.at.col]


def explain_syntax(trouble: Trouble) -> Problem:
    """The first explanation that fits."""
    found = (explain(trouble) for explain in _EXPLANATIONS)
    return next(problem for problem in found if problem is not None)


def _open_quote(trouble: Trouble) -> Problem | None:
    never_closed = "quoted scalar" in trouble.context and "unexpected" in trouble.problem
    at = trouble.context_at if never_closed else trouble.quoted
    if at is None:
        return None
    message = "the quote that opens here is not closed where it should be"
    return Problem(at, "KF1014", message, "close it on its line")


def _tab(trouble: Trouble) -> Problem | None:
    if trouble.char() != "\t":
        return None
    return Problem(trouble.at, "KF1006", "a tab is used for indentation", "use spaces")


def _wide_colon(trouble: Trouble) -> Problem | None:
    for number in (trouble.at.line, trouble.before()):
        if col := find_wide_colon(trouble.line(number)):
            at = Location(trouble.at.file, number, col, trouble.at.path)
            return wide_colon_problem(at)
    return None


def _wide_sign(trouble: Trouble) -> Problem | None:
    """A blank or sign of another keyboard at the beginning of a line."""
    for number in (trouble.at.line, trouble.before()):
        line = trouble.line(number)
        if found := find_wide_sign(line):
            col = len(line) - len(line.lstrip(" ")) + 1
            return wide_sign_problem(Location(trouble.at.file, number, col, trouble.at.path), *found)
    return None


def _cut(trouble: Trouble) -> Problem | None:
    if trouble.cut is None or "flow" not in trouble.context:
        return None
    return cut_problem(trouble.cut)


def _second_colon(trouble: Trouble) -> Problem | None:
    if "mapping values are not allowed" not in trouble.problem:
        return None
    before = trouble.line(trouble.at.line)[: trouble.at.col - 1]
    previous = trouble.line(trouble.before()).rstrip()
    if ": " in before:
        hint = "quote the value"
    elif re.search(r"\S:\S", previous) and ": " not in previous:
        hint = "a space belongs after the ':' of the line above"
    else:
        hint = "indent the key like its neighbours"
    return Problem(trouble.at, "KF1007", "a second ':' is not allowed here", hint)


def _bad_start(trouble: Trouble) -> Problem | None:
    """A sign that means something to YAML, such as ``@``, or ``*`` and ``!`` without a name."""
    if "cannot start any token" in trouble.problem:
        at = trouble.at
    elif trouble.context_at and (
        "tag handle" in trouble.problem or trouble.context.endswith(("an anchor", "an alias", "a tag", "a directive"))
    ):
        at = trouble.context_at
    else:
        return None
    sign = trouble.line(at.line)[at.col - 1 : at.col]
    return Problem(at, "KF1015", f"a value cannot start with '{sign}'", "quote the value")


def _no_colon(trouble: Trouble) -> Problem | None:
    if "could not find expected ':'" not in trouble.problem:
        return None
    return Problem(trouble.context_at or trouble.at, "KF1015", "expected ':' after this key", "write 'key: value'")


def _tight_colon(trouble: Trouble) -> Problem | None:
    if "found unexpected ':'" not in trouble.problem:
        return None
    return Problem(trouble.at, "KF1015", "unexpected ':'", "put a space after it, or quote the value")


def _list_beside_key(trouble: Trouble) -> Problem | None:
    if "block sequence entries are not allowed" not in trouble.problem:
        return None
    return Problem(trouble.at, "KF1015", "a list cannot start here", "start it on its own line")


def _is_after_quote(trouble: Trouble) -> bool:
    return trouble.line(trouble.at.line)[: trouble.at.col - 1].rstrip().endswith(("'", '"'))


def _after_quote(trouble: Trouble) -> Problem | None:
    if "did not find expected key" not in trouble.problem or not _is_after_quote(trouble):
        return None
    message = "text follows the closing quote"
    return Problem(trouble.at, "KF1015", message, "put the whole value into the other kind of quotes")


def _escape(trouble: Trouble) -> Problem | None:
    if "escape" not in trouble.problem and "hexdecimal" not in trouble.problem:  # as the parser spells it
        return None
    return Problem(trouble.at, "KF1015", "unknown escape in double quotes", "write \\\\, or use single quotes")


def _not_closed(trouble: Trouble) -> Problem | None:
    if "while parsing a flow" not in trouble.context:
        return None
    sign, close = ("{", "}") if "mapping" in trouble.context else ("[", "]")
    message = f"expected ',' or '{close}' here"
    opened = _opened(trouble, sign)
    hint = f"the '{sign}' on line {opened.line} is open" if opened else ""
    if wide := next((sign for sign in trouble.line(trouble.at.line) if sign in WIDE_SIGNS), ""):
        hint = f"did you mean '{WIDE_SIGNS[wide]}' for the full-width '{wide}'?"
    elif _is_after_quote(trouble):
        hint = "the text in quotes ends before it: put the whole into the other kind of quotes"
    return Problem(trouble.at, "KF1015", message, hint, also=opened)


def _opened(trouble: Trouble, sign: str) -> Location | None:
    """Where the bracket stands; with nothing after it the parser names the end of the file: then the last one."""
    at = trouble.context_at
    if at is None or trouble.line(at.line)[at.col - 1 : at.col] == sign:
        return at
    number = next((number for number in range(at.line, 0, -1) if sign in trouble.line(number)), 0)
    return replace(at, line=number, col=trouble.line(number).rindex(sign) + 1) if number else None


def _block_sign(trouble: Trouble) -> Problem | None:
    if "block scalar" not in trouble.context:
        return None
    message = "only a digit from 1 to 9, + or - may follow '|' and '>'"
    return Problem(trouble.at, "KF1015", message, "start the text on the next line")


def _misplaced(trouble: Trouble) -> Problem | None:
    if "block" not in trouble.context and "<document start>" not in trouble.problem:
        return None
    if any(line.rstrip() == "..." for line in trouble.lines[: trouble.at.line]):
        hint = "one file holds one document: delete the '...' or make two files"
        return Problem(trouble.at, "KF1008", "a second document starts here", hint)
    message = "this does not fit in with the lines above"
    return Problem(trouble.at, "KF1015", message, "indent it like its neighbours", also=trouble.context_at)


def _other(trouble: Trouble) -> Problem:
    words = " ".join(part for part in (trouble.problem, trouble.context) if part)
    return Problem(trouble.at, "KF1015", f"not YAML: {words}", "quote the value if it is a text")


_EXPLANATIONS: tuple[Callable[[Trouble], Problem | None], ...] = (
    _open_quote, _tab, _wide_colon, _wide_sign, _cut, _second_colon, _bad_start, _after_quote, _escape, _no_colon,
    _tight_colon, _list_beside_key, _not_closed, _block_sign, _misplaced, _other,
)  # fmt: skip
