"""The first wall: which characters may stand in an expression, before anything reads it."""

from __future__ import annotations

import re
import unicodedata

from kaframe.expression.tree import MOST_CHARACTERS
from kaframe.expression.types import Findings

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_PLAIN = re.compile(r"[ -~\n\r\t]*\Z")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_IN_NAMES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Nl"})
_PLAINLY = {
    "“": "'", "”": "'", "‘": "'", "’": "'", "。": ".", "、": ",", "−": "-", "–": "-", "×": "*", "÷": "/",
    "≥": ">=", "≤": "<=", "≠": "<>",
}  # fmt: skip
_IN_WORDS = {
    " ": "write an ordinary blank",
    "'": "write the straight quote '",
    ";": "delete it: an expression gives one value",
}


def check_characters(findings: Findings) -> bool:
    """Whether the text can be read at all; what is wrong with its characters is noted."""
    text = findings.expression.text
    if len(text) > MOST_CHARACTERS:
        message = f"expression of {len(text):,} characters; at most {MOST_CHARACTERS:,} are read"
        findings.add(0, "KF2009", message, "split it into measures")
        return False
    if not text.strip():
        findings.add(0, "KF2006", "the expression is empty")
        return False
    blank = _QUOTED.sub(lambda found: "_" * len(found.group()), text)
    if (unclosed := re.search("['\"]", blank)) is not None:
        findings.add(unclosed.start(), "KF2016", f"the quote {unclosed.group()} opened here is not closed")
    if not _PLAIN.match(text):
        _check_foreign(findings, text, blank)
    return not findings.problems


def _check_foreign(findings: Findings, text: str, blank: str) -> None:
    """Note every invisible character, and every sign outside quotes that is none of the language."""
    for offset, character in enumerate(text):
        kind = unicodedata.category(character)
        if kind in _INVISIBLE and character not in "\n\r\t":
            name = unicodedata.name(character, "control character")
            message = f"invisible character U+{ord(character):04X} ({name})"
            findings.add(offset, "KF2007", message, "delete it")
        elif ord(character) > 127 and kind not in _IN_NAMES and blank[offset] == character:
            plain = _PLAINLY.get(character) or unicodedata.normalize("NFKC", character)
            hint = f"write '{plain}'" if plain.isascii() and plain.strip() else ""
            hint = _IN_WORDS.get(plain, hint)
            findings.add(offset, "KF2007", f"the character '{character}' is not part of an expression", hint)
