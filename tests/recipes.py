"""Files that a case needs and no text can be: workbooks, archives, Parquet, databases; each made by a recipe."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HEAD = ("account_id", "ordered_on", "amount", "currency")
ROWS = [("A1", "2026-06-01", 500, "EUR"), ("A2", "2026-03-01", 200, "EUR")]


def _workbook(path: Path, change: Callable[[Any], object] | None = None) -> None:
    """A workbook with the orders on its first sheet, changed."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    for row in (HEAD, *ROWS):
        sheet.append(row)
    if change:
        change(sheet)
    book.save(path)


def _merged_header(sheet: Any) -> None:
    """A title over all columns, as people make it for the eye."""
    sheet.insert_rows(1)
    sheet["A1"] = "Orders 2026"
    sheet.merge_cells("A1:D1")


def _formula(sheet: Any) -> None:
    """A formula that no program has computed yet."""
    sheet["C2"] = "=250*2"


def _errors(sheet: Any) -> None:
    """A cell that says what Excel could not do."""
    sheet["C2"] = "#DIV/0!"
    sheet["C2"].data_type = "e"


def _encrypted(path: Path) -> None:
    """What Excel writes for a workbook with a password: an OLE file that holds an encrypted package."""
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000300feff0900") + bytes(6 + 480)
    names = "".join(name.ljust(32, "\0") for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage"))
    path.write_bytes(head + names.encode("utf-16-le") + bytes(2048))


def _zip_bomb(path: Path) -> None:
    """A workbook of some hundred kilobytes whose sheet is 400 MB of nothing."""
    _workbook(path)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in parts.items():
            with bomb.open(name, "w", force_zip64=True) as part:
                part.write(content)
                for _ in range(400 if name.endswith("sheet1.xml") else 0):
                    part.write(b" " * 1_000_000)


def _many_parts(path: Path) -> None:
    """A workbook with 70,000 parts of no byte."""
    with zipfile.ZipFile(path, "w") as bomb:
        for number in range(70_000):
            bomb.writestr(f"xl/{number}", b"")


def _entities(path: Path) -> None:
    """A workbook with a text that multiplies when it is read."""
    levels = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))
    head = f'<!DOCTYPE worksheet [<!ENTITY a0 "aaaaaaaaaa">{levels}]>'.encode()
    _workbook(path)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in parts.items():
            is_sheet = name.endswith("sheet1.xml")
            bomb.writestr(name, head + content.replace(b"<t>EUR</t>", b"<t>&a9;</t>", 1) if is_sheet else content)


def _parquet(path: Path) -> None:
    """The orders as Parquet."""
    from kaframe.database import Database

    with Database() as db:
        db.create(
            "orders",
            [dict(zip(HEAD, row, strict=True)) for row in ROWS],
            {name: "DOUBLE" if name == "amount" else "VARCHAR" for name in HEAD},
        )
        db.write_parquet("orders", path, ["account_id"])


def _cut_parquet(path: Path) -> None:
    """The same without its end."""
    _parquet(path)
    path.write_bytes(path.read_bytes()[:-40])


def _footer_only(path: Path) -> None:
    """Parquet by its first and last bytes, and nothing between."""
    path.write_bytes(b"PAR1" + bytes(40) + b"PAR1")


def _many_rows(path: Path) -> None:
    """30,000 good orders and one whose amount is no number."""
    good = "A1,2026-06-01,1,EUR\n" * 30_000
    path.write_text(f"{','.join(HEAD)}\n{good}A2,2026-06-01,N/A,EUR\n", "utf-8")


def _sqlite(path: Path) -> None:
    """A database with the orders, whose dates nobody declared."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (account_id TEXT, ordered_on TEXT, amount REAL, currency TEXT)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", ROWS)
    connection.close()


def _bit_flipped(path: Path) -> None:
    """One bit of the file is another: the disk, or somebody's editor."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _page_damaged(path: Path) -> None:
    """A page in the middle of the file is nonsense."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    path.write_bytes(content)


def _newer_store(path: Path) -> None:
    """The store as a kaframe to come would leave it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def _others_store(path: Path) -> None:
    """A sound database of some other program."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 1234")
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


def _twice_key(sheet: Any) -> None:
    """Two rows of one key."""
    sheet["A3"] = "A1"


def _changed_part(path: Path, part: str, old: bytes, new: bytes) -> None:
    """A workbook one of whose parts says something else."""
    _workbook(path)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    assert old in parts[part], f"{part} does not say {old!r}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as changed:
        for name, content in parts.items():
            changed.writestr(name, content.replace(old, new) if name == part else content)


def _archive(path: Path) -> None:
    """An archive that holds no workbook."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", bytes(1_000_000))


def _cut_workbook(path: Path) -> None:
    _workbook(path)
    path.write_bytes(path.read_bytes()[:-200])


def _bad_day(path: Path) -> None:
    """30,000 good orders and one of a day that the calendar does not have."""
    good = "A1,2026-06-01,1,EUR\n" * 30_000
    path.write_text(f"{','.join(HEAD)}\n{good}A2,2026-02-30,5,EUR\n", "utf-8")


def _many_accounts(path: Path) -> None:
    """300 accounts."""
    rows = "".join(f"A{number},Account {number},kim\n" for number in range(300))
    path.write_text(f"account_id,account,owner\n{rows}", "utf-8")


def _deep_block(path: Path) -> None:
    """100 mappings, each in the one before, one a line."""
    path.write_text("".join(f"{' ' * level}a:\n" for level in range(100)), "utf-8")


def _hidden_second(sheet: Any) -> None:
    """The orders on a hidden sheet behind an empty one."""
    front = sheet.parent.create_sheet("Front", 0)
    sheet.parent.active = front
    sheet.sheet_state = "hidden"


def _charts_only(path: Path) -> None:
    """A workbook that has a picture and no sheet of cells."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.create_chartsheet("Chart")
    book.save(path)


def _wide_text(path: Path) -> None:
    """A workbook whose texts are 100 MB, in some kilobytes."""
    _changed_part(path, "xl/worksheets/sheet1.xml", b"<t>EUR</t>", b"<t>" + b"E" * 100_000_000 + b"</t>")


def _nested_parquet(path: Path) -> None:
    """Columns that are lists, records and bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(
        pa.table({
            "account_id": [b"A1", b"\xff\xfe"], "ordered_on": [["2026-06-01"], []],
            "amount": [{"net": 1, "gross": 2}, None], "currency": ["EUR", "EUR"],
        }),
        path,
    )  # fmt: skip


def _twice_parquet(path: Path) -> None:
    """Two columns of one name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [["A1"], ["A2"], ["2026-06-01"], [1.5], ["EUR"]]
    pq.write_table(pa.table(columns, names=["account_id", "account_id", *HEAD[1:]]), path)


def _page_of_parquet(path: Path) -> None:
    """A good footer, and nonsense where the rows are."""
    _parquet(path)
    content = bytearray(path.read_bytes())
    content[4:120] = b"\xa5" * 116
    path.write_bytes(content)


def _encrypted_parquet(path: Path) -> None:
    """Parquet whose footer is encrypted, by its mark."""
    _parquet(path)
    path.write_bytes(path.read_bytes()[:-4] + b"PARE")


MAKE: Mapping[str, Callable[[Path], object]] = {
    "workbook": _workbook,
    "workbook with a merged header": lambda path: _workbook(path, _merged_header),
    "workbook with a formula": lambda path: _workbook(path, _formula),
    "workbook with an error": lambda path: _workbook(path, _errors),
    "workbook with a password": _encrypted,
    "workbook that grows": _zip_bomb,
    "workbook of many parts": _many_parts,
    "workbook of entities": _entities,
    "parquet": _parquet,
    "parquet cut": _cut_parquet,
    "parquet by its ends": _footer_only,
    "many rows": _many_rows,
    "sqlite": _sqlite,
    "bit flipped": _bit_flipped,
    "empty workbook": lambda path: _workbook(path, lambda sheet: sheet.delete_rows(1, 9)),
    "workbook with a column twice": lambda path: _workbook(path, lambda sheet: sheet.cell(1, 4, "amount")),
    "workbook with a key twice": lambda path: _workbook(path, _twice_key),
    "workbook with a text for a number": lambda path: _workbook(path, lambda sheet: sheet.cell(3, 3, "N/A")),
    "workbook with numbers for keys": lambda path: _workbook(path, lambda sheet: sheet.cell(2, 1, 7)),
    "workbook cut": _cut_workbook,
    "workbook of huge dimensions": lambda path: _changed_part(
        path, "xl/worksheets/sheet1.xml", b'r="C3"', b'r="XFD1048576"'
    ),
    "workbook of lost texts": lambda path: _changed_part(
        path, "xl/worksheets/sheet1.xml", b't="inlineStr"><is><t>A1</t></is>', b't="s"><v>99999</v>'
    ),
    "workbook of charts only": _charts_only,
    "workbook of one endless text": _wide_text,
    "workbook with a hidden sheet": lambda path: _workbook(path, _hidden_second),
    "workbook with days as numbers": lambda path: _workbook(path, lambda sheet: sheet.cell(2, 2, 46174)),
    "workbook with merged rows": lambda path: _workbook(path, lambda sheet: sheet.merge_cells("A2:A3")),
    "parquet of lists and records": _nested_parquet,
    "parquet with a column twice": _twice_parquet,
    "parquet with a damaged page": _page_of_parquet,
    "parquet encrypted": _encrypted_parquet,
    "archive": _archive,
    "many rows with a bad day": _bad_day,
    "many accounts": _many_accounts,
    "deep block": _deep_block,
    "page damaged": _page_damaged,
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "newer store": _newer_store,
    "store of others": _others_store,
}
