"""The text of a YAML file before and after its parser: decoding, scalars of YAML 1.2, lines.

Nothing here knows the parser; :mod:`kaframe.yamlfile` is the door to it.
"""

from __future__ import annotations

import codecs
import math
import re

from kaframe.errors import Location, Problem, RuleError

SIZE_LIMIT = 1_000_000  # bytes; 2,000 rules are 0.9 MB
NODE_LIMIT = 200_000
CROWDED = f"more than {NODE_LIMIT:,} values"
NUMBER_LIMIT = 2**63  # what a BIGINT of any database holds

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("0123456789+-.")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
# What stands before values, and how many of them there may be: two collections and one more value are around commas.
_BEFORE_VALUES = {",": NODE_LIMIT - 2, "- ": NODE_LIMIT - 1, "-\n": NODE_LIMIT - 1}
_BREAKS = ("\n", "\r", "\x85", "\u2028", "\u2029")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_WIDE_COLON = re.compile(r"""^\s*(?:- +)*(?:[^\s:#'"{\[：]+)(：)""")
WIDE_SIGNS = {"，": ",", "｛": "{", "｝": "}", "［": "[", "］": "]"}  # what a Chinese keyboard gives for them
_LOOKALIKES = {
    **dict.fromkeys("\u3000\xa0\u2002\u2003\u2009", "an ordinary space"),
    "－": "'-'", "–": "'-'", "—": "'-'", "＃": "'#'", "｛": "'{'", "［": "'['",
}  # fmt: skip
_BINARY = {
    b"PK\x03\x04": "a workbook or an archive", b"\xd0\xcf\x11\xe0": "a document of Office", b"%PDF": "a PDF",
    b"PAR1": "a Parquet file", b"SQLite format 3": "a database", b"\x89PNG": "a picture", b"\x1f\x8b": "an archive",
}  # fmt: skip
_QUOTED = re.compile(r"'[^']*'?|\"[^\"]*\"?")


class NumberRefusedError(ValueError):
    """A number that no rule can count with; ``code`` says which kind."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        larger = "write a smaller number, or quote it if it is a text"
        self.hint = larger if code == "KF1102" else "write a number, or quote it if it is a text"


def decode(data: str | bytes, file: Location) -> str:
    """The characters of a file: UTF-8, with or without byte order mark, no control characters.

    Raises: RuleError (KF1003 too large, KF1011 not UTF-8, KF1012 control character).
    """
    size = len(data)
    if size > SIZE_LIMIT:
        raise RuleError([describe_size(size, file)])
    text = data if isinstance(data, str) else _decode_utf8(data, file)
    text = text.removeprefix("\ufeff")
    if text[1::2].count("\0") > len(text) // 4 or text[::2].count("\0") > len(text) // 4:
        message = "the text is not UTF-8 (every second byte is 0)"
        raise RuleError([Problem(file, "KF1011", message, "it looks like UTF-16: save it as UTF-8")])
    if found := _CONTROL.search(text):
        line, col = _line_and_col(text, found.start())
        at = Location(file.file, line, col, file.path)
        name = f"U+{ord(found.group()):04X}"
        raise RuleError([Problem(at, "KF1012", f"control character {name} in the text", "delete it")])
    _refuse_crowd(text, file)
    return text


def _refuse_crowd(text: str, file: Location) -> None:
    """Refuse at once what can only be too many values, which the parser would need a second to count."""
    for sign, most in _BEFORE_VALUES.items():
        if text.count(sign) >= most:
            rest = ("\n" * sign.endswith("\n") + text.split(sign, most)[-1]).lstrip(" ")
            line, col = _line_and_col(text, len(text) - len(rest))
            raise RuleError([Problem(Location(file.file, line, col, file.path), "KF1003", CROWDED, "split the file")])


def describe_size(size: int, file: Location) -> Problem:
    """The problem of a file over the limit."""
    message = f"the file is {size / 1e6:.1f} MB, the limit is {SIZE_LIMIT / 1e6:.0f} MB"
    return Problem(file, "KF1003", message, "split it into several files; data belong into a source")


def _decode_utf8(data: bytes, file: Location) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"the text is not UTF-8 (byte {error.start + 1})"
        at = place_in_bytes(data, error.start, file)
        raise RuleError([Problem(at, "KF1011", message, suggest_encoding(data))]) from None


def place_in_bytes(data: bytes, offset: int, file: Location) -> Location:
    """The place of a byte, of a text that is UTF-8 up to there."""
    line, col = _line_and_col(data[:offset].decode("utf-8-sig"), offset)
    return Location(file.file, line, col, file.path)


def suggest_encoding(data: bytes) -> str:
    """What to do with a text that is not UTF-8: which encoding it seems to have."""
    kind = next((kind for start, kind in _BINARY.items() if data.startswith(start)), "")
    if kind:
        return f"it is no text but {kind}: put the text itself in its place"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "it looks like UTF-32: save it as UTF-8"
    if _is_cut(data):
        return "it ends in the middle of a character: copy or save it again"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "it looks like UTF-16: save it as UTF-8"
    try:
        foreign = [character for character in data.decode("gb18030") if not character.isascii()]
    except UnicodeDecodeError:
        return "save it as UTF-8"
    everyday = sum(bool(character.encode("gb2312", "ignore")) for character in foreign)
    return f"{'it looks like GB18030: ' if 2 * everyday >= len(foreign) else ''}save it as UTF-8"


def _is_cut(data: bytes) -> bool:
    """Whether a text is UTF-8 but for a last character that is not whole."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and not data[: error.start].isascii()
    return False


def find_wide_sign(text: str) -> tuple[str, str] | None:
    """The first sign of a line or key when it only looks like one of YAML's, and which one is meant."""
    sign = text.lstrip(" ")[:1]
    if sign not in _LOOKALIKES:
        return None
    return f"'{sign}'" if sign.strip() else f"the blank U+{ord(sign):04X}", _LOOKALIKES[sign]


def _line_and_col(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    line = 1 + sum(map(before.count, _BREAKS)) - before.count("\r\n")
    return line, len(before) - max(map(before.rfind, _BREAKS))


def split_lines(text: str) -> list[str]:
    """The lines as a YAML parser counts them."""
    return _BREAK.split(text)


def read_plain(text: str) -> Scalar:
    """What an unquoted word is by the core schema of YAML 1.2, save that ``010`` stays text.

    ``NO``, ``on``, ``12:30:45``, ``1_000`` and dates are text. Raises: NumberRefusedError.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        # Python refuses to convert thousands of digits, so the length is looked at first
        return _bounded(int(text)) if len(text) < 30 else _bounded(NUMBER_LIMIT)
    if _FLOAT.fullmatch(text):
        value = float(text)
        return value if math.isfinite(value) else _bounded(NUMBER_LIMIT)
    if _PREFIXED.fullmatch(text):
        return _bounded(int(text, 0))
    if _NOT_FINITE.fullmatch(text):
        raise NumberRefusedError("KF1103", f"{text} is not a finite number")
    return text


def _bounded(number: int) -> int:
    if abs(number) >= NUMBER_LIMIT:
        raise NumberRefusedError("KF1102", "the number is too large")
    return number


def looks_like_plain(text: str) -> bool:
    """Whether YAML 1.2 would read this text as something else than text."""
    try:
        return not isinstance(read_plain(text), str)
    except NumberRefusedError:
        return True


def count_open_parentheses(text: str) -> int:
    """How many parentheses of an expression are not closed; negative when too many are."""
    bare = _QUOTED.sub("", text)
    return bare.count("(") - bare.count(")")


def find_wide_colon(line: str) -> int:
    """The column (from 1) of a full-width colon that stands where a key ends, or 0."""
    found = _WIDE_COLON.match(line)
    return found.start(1) + 1 if found else 0


def unfold(value: str, lines: list[str]) -> str:
    """The text as its lines stand in the file, if joining them made ``value``; nothing if there are escapes.

    So that a place in a long condition can be named: a line break says the same as a space there, unless
    it stands inside a quoted text.
    """
    if " ".join(lines).split() != value.split():
        return ""
    quotes = 0
    for line in lines[:-1]:
        quotes += line.count("'")
        if quotes % 2:
            return ""
    return "\n".join(lines).rstrip()


def cut_problem(at: Location) -> Problem:
    """The problem of an expression cut at its comma."""
    return Problem(at, "KF1016", "the comma in { } or [ ] cuts this expression", "quote this expression")


def wide_colon_problem(at: Location) -> Problem:
    """The problem of a colon from a Chinese keyboard."""
    return Problem(at, "KF1013", "full-width colon '：' after a key", "did you mean ':'?")


def wide_sign_problem(at: Location, sign: str, meant: str) -> Problem:
    """The problem of a sign of another keyboard where YAML has one of its own."""
    return Problem(at, "KF1013", f"{sign} begins this line", f"did you mean {meant}?")
