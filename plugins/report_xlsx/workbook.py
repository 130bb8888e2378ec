"""A workbook as Office Open XML (ECMA-376): texts are texts, never formulas; it names no clock and no computer."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

LONGEST = 32_767  # characters of a cell: a limit of the format, beyond which Excel calls the file damaged
CUT = " …"
ROWS = 1_048_575  # below the heading; what is more goes on in another sheet
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
LIVE = re.compile(r"[\t\r\n]|[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+@\-＝＋＠－﹦﹢﹫﹣⁼⁺⁻₌₊₋]")
DAY_ZERO = date(1899, 12, 30)
OLDEST = (1980, 1, 1, 0, 0, 0)  # the time that a zip file gives when there is none
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMATS = {"text": 0, "number": 164, "points": 165, "date": 166, "money": 167, "percent": 168}
DARK = "1F2933"
QUOTED = ' quotePrefix="1"'
PLAIN = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
FIRST_DAY = date(1900, 3, 1)  # what lies before, Excel counts with a day too many, or not at all


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the form of its values (text, number, points, money, percent, date), its width."""

    heading: str
    form: str = "text"
    width: int = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: columns and rows of values; ``fills`` gives the colour (as #d43d3d) of texts of one column."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    filled: int = -1
    fills: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Styles:
    """The cell styles of a workbook, each once, in the order in which they are first used."""

    fills: list[str] = field(default_factory=list)
    cells: list[tuple[int, int, int, bool]] = field(default_factory=lambda: [(0, 0, 0, False)])

    def heading(self, live: bool) -> int:
        """Bold and white on dark blue."""
        return self._style(0, self._fill("17324D"), 1, live)

    def cell(self, form: str, colour: str = "", live: bool = False) -> int:
        """A value; a text that a spreadsheet would compute when somebody edits it is marked as text for good."""
        font = 0 if not colour else 2 if _is_dark(colour) else 3
        return self._style(FORMATS[form], self._fill(colour) if colour else 0, font, live)

    def _fill(self, colour: str) -> int:
        if colour not in self.fills:
            self.fills.append(colour)
        return self.fills.index(colour) + 2  # the format keeps the first two for itself

    def _style(self, number: int, fill: int, font: int, live: bool) -> int:
        style = (number, fill, font, live)
        if style not in self.cells:
            self.cells.append(style)
        return self.cells.index(style)


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Write the sheets, or leave a file that has them already; its name appears when it is whole."""
    styles = Styles()
    sheets = [part for sheet in sheets for part in split(sheet)]
    parts = {f"xl/worksheets/sheet{number}.xml": _sheet(sheet, styles) for number, sheet in enumerate(sheets, 1)}
    names = [f"sheet{number}" for number in range(1, len(sheets) + 1)]
    everything = {
        "[Content_Types].xml": _types(names),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{place}": ("worksheet", f"worksheets/{name}.xml") for place, name in enumerate(names, 1)}
            | {f"rId{len(names) + 1}": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": _stylesheet(styles),
        **parts,
    }
    written = path.with_name(f".{path.name}.new")
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:  # zlib's bytes differ from machine to machine
        for name, text in everything.items():
            entry = zipfile.ZipInfo(name, OLDEST)
            entry.external_attr, entry.create_system = 0o600 << 16, 3
            archive.writestr(entry, text.encode("utf-8"))
    written.replace(path)
    return path


def split(sheet: Sheet, most: int = ROWS) -> list[Sheet]:
    """The sheet, or as many as its rows need."""
    starts = range(0, max(len(sheet.rows), 1), most)
    return [
        replace(sheet, name=sheet.name if not start else f"{sheet.name} {place}", rows=sheet.rows[start : start + most])
        for place, start in enumerate(starts, 1)
    ]


def plain_text(value: Any) -> str:
    """A text as a cell can hold it: without control and direction characters, and where it is too long visibly cut."""
    text = FORBIDDEN.sub(" ", str(value))
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def _sheet(sheet: Sheet, styles: Styles) -> str:
    last = f"{_letters(len(sheet.columns))}{len(sheet.rows) + 1}"
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
        for place, column in enumerate(sheet.columns, 1)
    )
    rows = "".join(_rows(sheet, styles))
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1:{last}"/><sheetViews><sheetView workbookViewId="0">'
        '<pane xSplit="2" ySplit="1" topLeftCell="C2" activePane="bottomRight" state="frozen"/>'
        "</sheetView></sheetViews>"
        f'<cols>{columns}</cols><sheetData>{rows}</sheetData><autoFilter ref="A1:{last}"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _rows(sheet: Sheet, styles: Styles) -> Iterator[str]:
    cells = "".join(
        _text(f"{_letters(place)}1", column.heading, styles.heading(_is_live(column.heading)))
        for place, column in enumerate(sheet.columns, 1)
    )
    yield f'<row r="1">{cells}</row>'
    for number, row in enumerate(sheet.rows, 2):
        yield f'<row r="{number}">{"".join(_cells(sheet, styles, number, row))}</row>'


def _cells(sheet: Sheet, styles: Styles, number: int, row: Sequence[Any]) -> Iterator[str]:
    for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
        if value is None:
            continue
        at = f"{_letters(place + 1)}{number}"
        if column.form == "date" and value < FIRST_DAY:
            yield _text(at, value.isoformat(), styles.cell("text"))
        elif column.form == "date":
            yield f'<c r="{at}" s="{styles.cell("date")}"><v>{(value - DAY_ZERO).days}</v></c>'
        elif column.form != "text":
            yield f'<c r="{at}" s="{styles.cell(column.form)}"><v>{float(value)!r}</v></c>'
        else:
            colour = sheet.fills.get(value, "").lstrip("#").upper() if place == sheet.filled else ""
            yield _text(at, value, styles.cell("text", colour, _is_live(value)))


def _text(at: str, value: Any, style: int) -> str:
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(plain_text(value))}</t></is></c>'


def _letters(place: int) -> str:
    """The name of a column: A, B, ... Z, AA."""
    name = ""
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _workbook(sheets: Sequence[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{place}" r:id="rId{place}"/>'
        for place, sheet in enumerate(sheets, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">'
        f"'{escape(sheet.name)}'!$A$1:${_letters(len(sheet.columns))}${len(sheet.rows) + 1}</definedName>"
        for place, sheet in enumerate(sheets)
    )
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets>'
        f"<definedNames>{filters}</definedNames></workbook>"
    )


def _stylesheet(styles: Styles) -> str:
    forms = {164: "#,##0", 165: "0.0", 166: "yyyy\\-mm\\-dd", 167: "#,##0.00", 168: "0.0%"}
    numbers = "".join(f'<numFmt numFmtId="{key}" formatCode="{code}"/>' for key, code in forms.items())
    fonts = (f'<font><sz val="11"/><color rgb="FF{DARK}"/><name val="Calibri"/></font>',
             *(f'<font><b/><sz val="11"/><color rgb="FF{ink}"/><name val="Calibri"/></font>'
               for ink in ("FFFFFF", "FFFFFF", DARK)))  # fmt: skip
    fills = "".join(f'<fill><patternFill patternType="solid"><fgColor rgb="FF{fill}"/></patternFill></fill>'
                    for fill in styles.fills)  # fmt: skip
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1"{QUOTED if live else ""}/>'
        for number, fill, font, live in styles.cells
    )
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(forms)}">{numbers}</numFmts>'
        f'<fonts count="{len(fonts)}">{"".join(fonts)}</fonts><fills count="{len(styles.fills) + 2}">'
        '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        f'{fills}</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1">{PLAIN}</cellStyleXfs><cellXfs count="{len(styles.cells)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _types(sheets: Sequence[str]) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    parts |= {f"/xl/worksheets/{name}.xml": "worksheet" for name in sheets}
    listed = "".join(f'<Override PartName="{part}" ContentType="{kind}.{what}+xml"/>' for part, what in parts.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{rels}{listed}</Types>'


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _is_live(text: Any) -> bool:
    """Whether a spreadsheet would compute the text, if somebody typed it."""
    return bool(LIVE.match(plain_text(text)))


def _is_dark(colour: str) -> bool:
    """Whether white letters are read better on it than dark ones."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 150
