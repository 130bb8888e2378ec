"""Texts and files to fuzz with: good rule files, expressions, templates, tables and workbooks with parts exchanged."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PIECES: Mapping[str, list[str]] = yaml.safe_load((ROOT / "tests/cases/fuzz/pieces.yaml").read_text("utf-8"))
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "big5", "latin-1", "cp1252",
)  # fmt: skip
VALUES = (
    "null", "true", "-1", "1e400", ".nan", "[]", "{}", "''", '"\\0"', "9" * 40, "2026-02-30", "&a x", "*a", "<<",
    "!!int x", "？", "：", "no", "0x1F", "x" * 5000, "[[[[", "{a: {a: {a: ", "|", ">-", "@x", "`", "%x",
    "'", '"', "\t", "\u202e", "\0",
)  # fmt: skip
CELLS = (
    "", '"', '""', '"a""b"', '"a\nb"', "a\0b", "é", "客户", "\ufeff", "1,5", "1e999", "-", "2026-02-30",
    "03/04/2026", "x" * 70_000,
    "'", "=1+1", "\r", "\t", ";", "NaN", "１２３", "\u202e", '"open', 'a"b', " ", "0" * 400,
)  # fmt: skip
XML = (
    (rb'r="[A-Z]+[0-9]+"', b'r="XFD1048576"'), (rb'r="[A-Z]+[0-9]+"', b'r="A0"'),
    (rb'r="[A-Z]+[0-9]+"', b'r="ZZZZZZ99999999999"'),
    (rb'ref="[^"]*"', b'ref="A1:XFD1048576"'), (rb't="[a-zA-Z]+"', b't="s"'), (rb't="[a-zA-Z]+"', b't="e"'),
    (rb"<v>[^<]*</v>", b"<v>99999</v>"), (rb"<v>[^<]*</v>", b"<v>-1</v>"), (rb"<v>[^<]*</v>", b"<v>1e999</v>"),
    (rb"<t>[^<]*</t>", b"<t>" + b"x" * 100_000 + b"</t>"), (rb"<row[^>]*>", b'<row r="99999999999">'),
    (rb"<[a-z]+", b"<"),
    (rb"</[a-zA-Z]+>", b""), (rb'sheetId="[0-9]+"', b'sheetId="-1"'), (rb'r:id="[^"]*"', b'r:id="rId99"'),
    (rb'Target="[^"]*"', b'Target="../../../etc/passwd"'), (rb"UTF-8", b"UTF-16"), (rb's="[0-9]+"', b's="4294967295"'),
    (rb'numFmtId="[0-9]+"', b'numFmtId="-1"'), (rb"<sheetData>", b"<sheetData>&x;"),
)  # fmt: skip


@cache
def good_texts(target: str) -> tuple[bytes, ...]:
    """Texts that are read, to be broken: what stands in kaframe's own rules, examples and tests."""
    if target == "yaml":
        found = [path for name in ("rules/*", "examples/*", "examples/*/rules") for path in ROOT.glob(f"{name}/*.yaml")]
        return tuple(path.read_bytes() for path in sorted(found))
    if target == "template":
        return tuple(path.read_bytes() for path in sorted(ROOT.glob("rules/default/**/*.j2")))
    if target == "expression":
        rules = sorted(ROOT.glob("rules/*/*.yaml"))
        return tuple(dict.fromkeys(text.encode() for path in rules for text in _said(path)))
    if target == "csv":
        header = "id,name,d,amount\n"
        rows = "1,\"a \"\"b\"\", c\",2026-01-01,1.5\n2,x,,\n3,客户,2026-03-31,-7\n"
        return tuple((header + rows * times).encode() for times in (1, 40))
    return _workbooks()


def _said(path: Path) -> Iterator[str]:
    """The texts that stand where an expression does."""
    pattern = r"\b(?:when|value|where|stay|applies): *(['\"]?)([^'\"{}\n,][^\n}]*)\1"
    for found in re.finditer(pattern, path.read_text("utf-8")):
        yield found[2].strip()


def _workbooks() -> tuple[bytes, ...]:
    import tempfile

    from recipes import MAKE

    with tempfile.TemporaryDirectory() as folder:
        path, made = Path(folder) / "a.xlsx", []
        for name in ("workbook with a formula", "workbook with an error", "workbook with a merged header"):
            MAKE[name](path)
            made.append(path.read_bytes())
    return tuple(made)


def make(target: str, chance: random.Random) -> bytes:
    """A broken text for a target: of loose pieces, or a good one with something exchanged."""
    pieces = PIECES[target]
    if target == "xlsx":
        return _workbook(chance)
    if chance.random() < 0.25:
        return "".join(chance.choice(pieces) for _ in range(chance.randint(1, 40))).encode("utf-8", "surrogatepass")
    changed = _CHANGES.get(target, changed_bytes)(chance, chance.choice(good_texts(target)))
    return changed_bytes(chance, changed, pieces) if chance.random() < 0.4 else changed


def changed_bytes(chance: random.Random, seed: bytes, pieces: list[str] | None = None) -> bytes:
    """Some bytes are others, gone, or a piece many times."""
    text = bytearray(seed)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text) + 1)
        piece = chance.choice(pieces or PIECES["expression"]).encode("utf-8", "surrogatepass")
        new = chance.choice([bytes([chance.randrange(256)]), b"", piece])
        text[at : at + chance.randint(0, 4)] = new * chance.choice([1, 1, 1, 50])
    return bytes(text)


def _changed_yaml(chance: random.Random, seed: bytes) -> bytes:
    """Lines that are gone, twice, further in, or have another key or value; at times in another encoding."""
    lines = seed.decode().splitlines()
    start = chance.randrange(len(lines))
    lines = lines[start : start + chance.randint(5, 60)]  # a whole file takes long and says no more
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        lines[at] = chance.choice(_LINES)(chance, lines[at])
        if chance.random() < 0.2:
            lines.insert(at, chance.choice(lines))
    text = chance.choice(["\n", "\n", "\n", "\r\n", "\r", "\x85"]).join(lines)
    return encoded(chance, text)


_LINES: tuple[Callable[[random.Random, str], str], ...] = (
    lambda chance, line: "",
    lambda chance, line: chance.choice([" ", "  ", "\t", "　", "- ", "? ", "\u00a0"]) + line,
    lambda chance, line: line[chance.randint(0, 4) :],
    lambda chance, line: line.partition(":")[0] + ": " + chance.choice(VALUES),
    lambda chance, line: line.partition(":")[0] + ":" + chance.choice(VALUES) + line.partition(":")[2],
    lambda chance, line: chance.choice(VALUES) + ": " + line.partition(":")[2],
    lambda chance, line: line + " " + chance.choice(VALUES),
    lambda chance, line: line.replace(",", chance.choice(["，", "", ",,", "}", "]"])),
    lambda chance, line: line.replace("'", '"'),
)


def _changed_table(chance: random.Random, seed: bytes) -> bytes:
    """Fields, separators, line ends and encodings exchanged."""
    rows = [line.split(",") for line in seed.decode().splitlines()]
    for _ in range(chance.randint(1, 6)):
        row = chance.choice(rows)
        at = chance.randrange(len(row) + 1)
        row[at : at + chance.randint(0, 1)] = [chance.choice(CELLS)] * chance.choice([1, 1, 1, 3, 30])
    separator = chance.choice([",", ",", ";", "\t", "|", "，"])
    end = chance.choice(["\n", "\n", "\r\n", "\r", "\n\n"])
    return encoded(chance, end.join(separator.join(row) for row in rows) + chance.choice(["", end]))


def encoded(chance: random.Random, text: str) -> bytes:
    """Mostly UTF-8; at times another encoding, or two in one file."""
    if chance.random() < 0.6:
        return text.encode("utf-8", "surrogatepass")
    first, second = (chance.choice(ENCODINGS) for _ in range(2))
    cut = chance.choice([0, 0, len(text) // 2])
    return text[cut:].encode(first, "replace") + text[:cut].encode(second, "replace")


def _workbook(chance: random.Random) -> bytes:
    """A workbook with parts that are other, gone, twice or under another name, or which is cut as a whole."""
    seed = chance.choice(good_texts("xlsx"))
    if chance.random() < 0.2:
        return changed_bytes(chance, seed, PIECES["xlsx"])
    with zipfile.ZipFile(BytesIO(seed)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    for _ in range(chance.randint(1, 3)):
        name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        parts[name] = _changed_part(chance, parts[name])
    made = BytesIO()
    with zipfile.ZipFile(made, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as packed:
        for name, content in parts.items():
            if chance.random() < 0.03:
                continue
            packed.writestr(name.swapcase() if chance.random() < 0.03 else name, content)
    return made.getvalue()[: None if chance.random() < 0.9 else -chance.randint(1, 60)]


def _changed_part(chance: random.Random, content: bytes) -> bytes:
    if chance.random() < 0.3:
        return changed_bytes(chance, content, PIECES["xlsx"])
    old, new = chance.choice(XML)
    hits = list(re.finditer(old, content))
    if not hits:
        return changed_bytes(chance, content, PIECES["xlsx"])
    hit = chance.choice(hits)
    return content[: hit.start()] + new + content[hit.end() :]


_CHANGES: Mapping[str, Callable[[random.Random, bytes], bytes]] = {"yaml": _changed_yaml, "csv": _changed_table}
