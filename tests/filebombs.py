"""Files of some kilobytes or megabytes that would cost minutes, gigabytes or the process, if they were simply read.

``BOMBS`` says of each how it is made, what reads it, and the code of its refusal. ``measure`` runs a project with one
in a process of its own.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from badproject import DAY, PROJECT, write_project
from recipes import MAKE

CSV_HEAD = b"account_id,ordered_on,amount,currency\nA1,2026-06-01,500,EUR\n"
MEGABYTE = 1 << 20
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
READER = "{reader: csv, path: data/orders.csv}"
RUN = "from kaframe.cli import main; main()"
# A process between, as the system counts the memory of whoever starts one to what it uses.
COUNT = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
with open(sys.argv[1], "w") as told:
    told.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss >> 10} {os.waitstatus_to_exitcode(status)}")
"""


@dataclass(frozen=True, slots=True)
class Bomb:
    """A file that is refused with a code, and what reads it."""

    reader: str
    make: Callable[[Path], object]
    code: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a run with a bomb ended: what was said, and what it cost with all processes that it started.

    ``seconds`` by the clock, ``processor`` of computing; ``megabytes`` of the largest of its processes.
    """

    exit_code: int
    said: str
    seconds: float
    processor: float
    megabytes: int


def _rows(row: bytes, megabytes: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(CSV_HEAD + row * (megabytes * MEGABYTE // len(row)))


def _many_columns(path: Path) -> None:
    path.write_text(",".join(f"c{number}" for number in range(100_000)), "utf-8")


def _compressed(path: Path) -> None:
    """A table of 200 MB as 200 kB of gzip, under a name that says CSV."""
    with gzip.open(path, "wb", 1) as packed:
        for _ in range(200):
            packed.write(CSV_HEAD * (MEGABYTE // len(CSV_HEAD)))


def _nested(path: Path) -> None:
    """Archives in archives, ten in each: 100 GB at the bottom."""
    inner = b"\0" * (10 * MEGABYTE)
    for level in range(5):
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"xl/{level}-{number}.zip", inner)
        inner = made.getvalue()
    path.write_bytes(inner)


def _shared_text(path: Path) -> None:
    """One text of 100 kB, which 200,000 cells share: 20 GB once each has its own."""
    MAKE["workbook"](path)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(4, 200_004))
    text = f'<sst xmlns="{NAMESPACE}"><si><t>{"x" * 100_000}</t></si></sst>'
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    parts["xl/sharedStrings.xml"] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as changed:
        for name, content in parts.items():
            changed.writestr(name, content)


def _some_shared_text(path: Path) -> None:
    """The same with 3,000 cells: 300 MB, which the process that takes workbooks apart can hold."""
    _shared_text(path)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    cut = parts[sheet].index(b'<row r="3004">')
    parts[sheet] = parts[sheet][:cut] + parts[sheet][parts[sheet].index(b"</sheetData>") :]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as changed:
        for name, content in parts.items():
            changed.writestr(name, content)


def _varint(number: int) -> bytes:
    """A positive number as Parquet's footer has it: zigzag, seven bits a byte."""
    number, made = number * 2, bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*made, number])


def _promise(path: Path) -> None:
    """Parquet of 777 rows whose footer speaks of a hundred billion."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table({name: ["1"] * 777 for name in CSV_HEAD.decode().split("\n")[0].split(",")}), path)
    whole = path.read_bytes()
    start = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    mark = b"\x16"  # the next field, a number of 64 bits
    assert mark + _varint(777) in whole[start:-8]
    footer = whole[start:-8].replace(mark + _varint(777), mark + _varint(10**11))
    path.write_bytes(whole[:start] + footer + len(footer).to_bytes(4, "little") + b"PAR1")


def _dense(path: Path) -> None:
    """Parquet whose dictionary holds one text of 200 MB, in a few kilobytes."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: ["1"] for name in CSV_HEAD.decode().split("\n")[0].split(",")}
    parquet.write_table(pa.table({**columns, "amount": ["9" * (200 * MEGABYTE)]}), path, compression="zstd")


def _long_footer(path: Path) -> None:
    """Parquet that says its footer is 4 GB long."""
    MAKE["parquet"](path)
    path.write_bytes(path.read_bytes()[:-8] + b"\xff\xff\xff\xff" + b"PAR1")


GOOD = Bomb("csv", _rows(b"A1,2026-06-01,500,EUR\n", 0), "warning: none")
BOMBS: Mapping[str, Bomb] = {
    "workbook: 400 MB in 400 kB": Bomb("excel", MAKE["workbook that grows"], "KF3045"),
    "workbook: 70,000 parts": Bomb("excel", MAKE["workbook of many parts"], "KF3045"),
    "workbook: archives in archives": Bomb("excel", _nested, "KF3044"),
    "workbook: 200,000 cells share a long text": Bomb("excel", _shared_text, "KF3044"),
    "workbook: 3,000 cells share a long text": Bomb("excel", _some_shared_text, "KF3044"),
    "workbook: entities": Bomb("excel", MAKE["workbook of entities"], "KF3044"),
    "workbook: a cell at the far corner": Bomb("excel", MAKE["workbook of huge dimensions"], "KF3044"),
    "csv: gzip": Bomb("csv", _compressed, "KF3091"),
    "csv: 50 MB without a line end": Bomb("csv", lambda path: path.write_bytes(b"x" * 50 * MEGABYTE), "KF3022"),
    "csv: 50 million columns": Bomb("csv", lambda path: path.write_bytes(b"," * 50 * MEGABYTE), "KF3022"),
    "csv: 100,000 columns": Bomb("csv", _many_columns, "KF3022"),
    "csv: 50 MB of open quotes": Bomb("csv", _rows(b'A1,2026-06-01,500,"EUR\n', 50), "KF3023"),
    "csv: 50 MB of short rows": Bomb("csv", _rows(b"A1,2026-06-01\n", 50), "KF3023"),
    "csv: 50 MB in one quoted field": Bomb("csv", _rows(b'A1,2026-06-01,5,"EUR\n\n\n"x\n', 50), "KF3023"),
    "parquet: a hundred billion rows": Bomb("parquet", _promise, "KF3052"),
    "parquet: 200 MB in one word": Bomb("parquet", _dense, "KF3052"),
    "parquet: a footer of 4 GB": Bomb("parquet", _long_footer, "KF3050"),
    "parquet: cut short": Bomb("parquet", MAKE["parquet cut"], "KF3050"),
}  # fmt: skip


def measure(root: Path, bomb: Bomb, language: str = "en") -> Result:
    """Run a project whose orders are the bomb, in a process of its own."""
    write_project(root)
    suffix = {"excel": "xlsx"}.get(bomb.reader, bomb.reader)
    (root / "data/orders.csv").unlink()
    bomb.make(root / f"data/orders.{suffix}")
    source = f"{{reader: {bomb.reader}, path: data/orders.{suffix}}}"
    text = PROJECT["kaframe.yaml"].replace(READER, source).replace("language: en", f"language: {language}")
    (root / "kaframe.yaml").write_text(text, "utf-8")
    begun = time.monotonic()
    counted = root / "counted.txt"
    command = [sys.executable, "-c", COUNT, str(counted), sys.executable, "-c", RUN, "run", "--as-of", DAY]
    said = subprocess.run(command, cwd=root, stderr=subprocess.PIPE, text=True, check=True).stderr
    processor, megabytes, exit_code = counted.read_text().split()
    return Result(int(exit_code), said, time.monotonic() - begun, float(processor), int(megabytes))
