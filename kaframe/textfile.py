"""How a text file of a source is encoded: as declared, as its byte order mark says, or plainly wrong."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from kaframe.errors import DataError, Location, Problem, nearest
from kaframe.files import place_in
from kaframe.records import Source

SAMPLE_BYTES = 256 * 1024
NO_TEXT = {
    b"PK\x03\x04": ("a workbook or an archive", "read it with 'reader: excel', or unpack it"),
    b"\xd0\xcf\x11\xe0": ("an old workbook", "read it with 'reader: excel'"),
    b"PAR1": ("a Parquet file", "read it with 'reader: parquet'"),
    b"\x1f\x8b": ("compressed", "unpack it"),
    b"SQLite format 3\0": ("an SQLite database", "read it with 'reader: sql'"),
    b"%PDF": ("a PDF document", "export the table itself"),
    b"<html": ("a web page", "export the table itself; has a login expired?"),
    b"<!DOCTYPE": ("a web page", "export the table itself; has a login expired?"),
    b"version https://git-lfs": ("the pointer of Git LFS", "fetch the file itself: git lfs pull"),
}
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),  # before utf-16, whose mark begins the same
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
WIDE = ("utf-16", "utf-32")
KNOWN = ("utf-8", "utf-16-le", "utf-16-be", "utf-16", "gb18030", "gbk", "big5", "shift_jis", "latin-1")
SINGLE_BYTE = ("iso8859", "latin", "cp125", "mac-")
# first bytes of the everyday characters of each encoding
COMMON = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "shift_jis": (0x81, 0x97)}
SURE = 0.8
FEW = 3
UNSURE = "cp1252"  # reads nearly everything
ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?=[A-Za-z])")  # an accent among plain letters; Chinese comes in pairs


def find_encoding(source: Source, file: Path) -> str:
    """The encoding to open a file with: by its byte order mark, or the option ``encoding``, or utf-8.

    Raises: DataError KF3011 for an encoding that does not exist or cannot be meant, KF3012 for a declared
    one that reads the file but gives the wrong characters, KF3091 for what is no text at all.
    """
    declared = str(source.options.get("encoding", "utf-8"))
    name = _known(source, declared)
    with file.open("rb") as content:
        sample = content.read(SAMPLE_BYTES)
    if other := other_kind(sample):
        what, hint = other
        raise _problem(place_in(source, file), "KF3091", f"is no text but {what}", hint)
    for mark, encoding in BOMS:
        if sample.startswith(mark):
            return encoding
    if name in WIDE:
        hint = f"write 'encoding: {name}-le' or {name}-be"
        raise _problem(place_in(source, file), "KF3011", "has no byte order mark", hint)
    guess = guess_encoding(sample)
    if guess.startswith(WIDE) and not name.startswith(guess[:6]):
        raise _problem(place_in(source, file), "KF3011", f"is not {declared}", _advice(guess))
    if _wrong_characters(name, guess, sample):
        message = f"is not {declared}, although it can be read as if it were"
        raise _problem(place_in(source, file), "KF3012", message, _advice(guess))
    return name


def other_kind(start: bytes) -> tuple[str, str] | None:
    """What a file is that begins like this, when it is no plain text, and what to do with it."""
    return next((kind for mark, kind in NO_TEXT.items() if start.startswith(mark)), None)


def encoding_error(source: Source, file: Path, encoding: str) -> DataError:
    """The problem of a file that cannot be decoded: its first bad line, and the encoding it seems to have."""
    with file.open("rb") as content:
        sample = content.read(SAMPLE_BYTES)
        content.seek(0)
        found = _first_bad(content, encoding)
    if not found:
        return _problem(place_in(source, file), "KF3011", f"is not {encoding}", "")
    number, bad, near = found
    if not near:
        hint = "the file ends within a character: is it complete?"
        return _problem(place_in(source, file, number), "KF3011", f"byte 0x{bad:02x} is not {encoding}", hint)
    guess = guess_encoding(sample if _decoded(sample, encoding) is None else near)
    is_damaged = guess == encoding or (guess == UNSURE and encoding in COMMON)
    hint = "this line is damaged: mend it" if is_damaged else _advice(guess)
    return _problem(place_in(source, file, number), "KF3011", f"byte 0x{bad:02x} is not {encoding}", hint)


def _first_bad(content: BinaryIO, encoding: str) -> tuple[int, int, bytes] | None:
    """The line of the first byte that cannot be decoded, that byte, and what stands beside it in the line.

    Nothing stands beside it where the file ends within a character.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        block = content.read(SAMPLE_BYTES)
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            text, at = error.object, error.start
            if not block:
                return line, text[at], b""
            ends = (text.find(b"\n", at) + 1) or len(text)
            return line + text.count(b"\n", 0, at), text[at], text[text.rfind(b"\n", 0, at) + 1 : ends]
        if not block:
            return None
        line += block.count(b"\n")


def guess_encoding(sample: bytes) -> str:
    """The likeliest encoding of some text."""
    zero = [sample[place::4].count(0) >= len(sample[place::4]) * SURE > 0 for place in range(4)]
    if all(zero[2:]) or all(zero[:2]):
        return "utf-32-le" if zero[3] else "utf-32-be"
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if (odd + even) * 20 > len(sample) and min(odd, even) * 5 <= max(odd, even):
        return "utf-16-le" if odd > even else "utf-16-be"
    if _decoded(sample, "utf-8") is not None:
        return "utf-8"
    shares = {name: _everyday_share(sample, name) for name in COMMON}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= SURE else UNSURE


def _known(source: Source, declared: str) -> str:
    try:
        info = codecs.lookup(declared)
        "".encode(info.name)
    except LookupError as error:
        message = f"no encoding '{declared}'"
        hint = nearest(declared.lower(), KNOWN) or f"such as {', '.join(KNOWN)}"
        raise DataError([Problem(source.place("encoding"), "KF3011", message, hint)]) from error
    return info.name


def _wrong_characters(name: str, guess: str, sample: bytes) -> bool:
    """Bytes that make sense in the guessed encoding and stand for something else in the declared one."""
    foreign = sum(byte > 0x7F for byte in sample)
    if guess == "utf-8":
        return foreign >= FEW * 2 and not name.startswith("utf") and name != "ascii"
    if name.startswith("gb") and guess == UNSURE:
        return foreign >= FEW * 2 and len(ALONE.findall(sample)) * 2 > foreign
    return guess in COMMON and foreign >= FEW * 2 and name.startswith(SINGLE_BYTE)


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None


def _everyday_share(sample: bytes, encoding: str) -> float:
    """How many of the characters beyond ASCII are everyday ones of this encoding."""
    text = _decoded(sample, encoding)
    foreign = [character for character in text or "" if ord(character) > 0x7F]
    if not foreign:
        return 0.0
    if encoding == "shift_jis" and not any("぀" <= character <= "ヿ" for character in foreign):
        return 0.0
    first, last = COMMON[encoding]
    common = sum(first <= character.encode(encoding)[0] <= last or _is_sign(character) for character in foreign)
    return common / len(foreign)


def _is_sign(character: str) -> bool:
    return "　" <= character <= "〟" or "！" <= character <= "～"


def _advice(guess: str) -> str:
    return f"it looks like {guess}: write 'encoding: {guess}'"


def _problem(at: Location, code: str, message: str, hint: str) -> DataError:
    return DataError([Problem(at, code, message, hint)])
