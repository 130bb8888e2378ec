"""A plan as a Word document: real styles, tables and page numbers, no macro, no field but the number, no link."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from kaframe.document.blocks import Block, Heading, Item, Paragraph, Rule, Run, Runs, Table
from kaframe.document.head import ACCENT, FAINT, INK, SOFT, WARN, Head, body_of, cleaned, import_extra

FONTS = ("Calibri", "Microsoft YaHei")  # for Latin and for Chinese; Word takes its own when they are not there
SIZES = {0: 24, 1: 16, 2: 14, 3: 12, 4: 11, 5: 10.5, 6: 10.5}
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in the document: the same plan is the same bytes
DEEPEST = 3  # levels of lists that Word has a style for


def write_docx(head: Head, markdown: str) -> bytes:
    """The document. Raises: UsageError KF6089 without python-docx."""
    docx = import_extra("docx", "docx")
    document = docx.Document()
    head = cleaned(head)
    subtitle, blocks = body_of(head, markdown)
    _set_up(document, head)
    _title(document, head, subtitle)
    for block in blocks:
        _add(document, block)
    stored = io.BytesIO()
    document.save(stored)
    return _timeless(stored.getvalue())


def _set_up(document: Any, head: Head) -> None:
    """Page, styles, header, footer and what the file says of itself."""
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    for name, size in {"Normal": 10.5, "Title": SIZES[0], **{f"Heading {n}": SIZES[n] for n in range(1, 7)}}.items():
        style = document.styles[name]
        _set_font(style, size, INK if name == "Normal" else ACCENT)
        style.paragraph_format.space_after = Pt(6)
    stamp = datetime.combine(head.day, time(), UTC)
    facts = document.core_properties
    facts.title, facts.author, facts.subject = head.title, head.project, head.account
    facts.comments, facts.keywords, facts.language, facts.last_modified_by = "", "", head.language, head.project
    facts.created = facts.modified = stamp
    top = section.header.paragraphs[0]
    top.text = f"{head.project} · {head.account}"
    _paint(top, SOFT, 9)
    _page_number(section.footer.paragraphs[0], head.page)


def _set_font(style: Any, size: float, colour: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
    style.font.name = FONTS[0]
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:ascii"), FONTS[0])
    fonts.set(qn("w:hAnsi"), FONTS[0])
    fonts.set(qn("w:eastAsia"), FONTS[1])


def _title(document: Any, head: Head, subtitle: str) -> None:
    from docx.shared import RGBColor

    document.add_paragraph(head.title, style="Title")
    line = document.add_paragraph()
    if head.status:
        chip = line.add_run(f"● {head.status}")
        chip.bold, chip.font.color.rgb = True, RGBColor.from_string(head.colour.lstrip("#").upper())
    if subtitle:
        line.add_run(("   " if head.status else "") + subtitle).font.color.rgb = RGBColor.from_string(SOFT)
    if head.facts:
        _table(document, Table((), (tuple((Run(label),) for label, _ in head.facts),
                                    tuple((Run(value, bold=True),) for _, value in head.facts)), ()))  # fmt: skip
        document.add_paragraph()


def _add(document: Any, block: Block) -> None:
    match block:
        case Heading():
            added = document.add_heading(level=min(block.level, 6))
            _write(added, block.runs)
            if block.is_warning:
                _paint(added, WARN, SIZES[6])
        case Item():
            kind = "List Number" if block.mark[:1].isdigit() else "List Bullet"
            depth = min(block.depth, DEEPEST)
            name = "List Continue" if not block.mark else kind if kind == "List Bullet" else "List Continue"
            added = document.add_paragraph(style=name if depth == 1 else f"{name} {depth}")
            if kind == "List Number":
                added.add_run(f"{block.mark} ")  # as the plan counts, not as Word does over several lists
            _write(added, block.runs)
        case Paragraph():
            added = document.add_paragraph(style="Quote" if block.quoted else "Normal")
            _write(added, block.runs)
        case Table():
            _table(document, block)
            document.add_paragraph()
        case Rule():
            document.add_paragraph("―" * 20)


def _write(paragraph: Any, runs: Runs) -> None:
    for run in runs:
        added = paragraph.add_run(run.text)
        added.bold, added.italic = run.bold or None, run.italic or None
        if run.code:
            added.font.name = "Consolas"


def _paint(paragraph: Any, colour: str, size: float) -> None:
    from docx.shared import Pt, RGBColor

    for run in paragraph.runs:
        run.font.color.rgb, run.font.size = RGBColor.from_string(colour), Pt(size)


def _table(document: Any, table: Table) -> None:
    """A table that spans the page, its head repeated on the next one."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    rows = [table.head, *table.rows] if table.head else list(table.rows)
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    made = document.add_table(rows=len(rows), cols=width, style="Table Grid")
    sides = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}
    for number, row in enumerate(rows):
        is_head = number == 0
        for place, runs in enumerate(row):
            cell = made.cell(number, place)
            paragraph = cell.paragraphs[0]
            is_bold = is_head and bool(table.head)
            _write(paragraph, tuple(replace(run, bold=run.bold or is_bold) for run in runs))
            paragraph.paragraph_format.space_after = 0
            _paint(paragraph, ACCENT if is_head else INK, 9.5)
            if place < len(table.aligns) and table.aligns[place] in sides:
                paragraph.alignment = sides[table.aligns[place]]
            if is_head:
                _shade(cell, FAINT)
        if is_head and table.head:
            repeated = OxmlElement("w:tblHeader")
            repeated.set(qn("w:val"), "true")
            made.rows[0]._tr.get_or_add_trPr().append(repeated)
    _pale_borders(made)


def _shade(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _pale_borders(table: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "D5DBE1")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _page_number(paragraph: Any, words: str) -> None:
    """The words with two fields that Word counts itself."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    before, _, rest = words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        paragraph.add_run(text)
        for kind in ("begin", field, "end") if field else ():
            run = paragraph.add_run()
            mark = OxmlElement("w:instrText" if kind == field else "w:fldChar")
            if kind == field:
                mark.text = field
            else:
                mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
    _paint(paragraph, SOFT, 9)
    paragraph.alignment = 2  # right


def _timeless(data: bytes) -> bytes:
    """The same document without the moment at which it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, read.read(name))
    return made.getvalue()
