"""A plan as a Word document: real styles, tables and page numbers, no macro, no field but the number, no link."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from kaframe.document.blocks import Block, Heading, Item, Paragraph, Rule, Run, Runs, Table
from kaframe.document.columns import column_shares, is_kept, leads
from kaframe.document.head import ACCENT, FAINT, INK, SOFT, WARN, Head, body_of, cleaned, import_extra

FONTS = ("Calibri", "Microsoft YaHei")  # for Latin and for Chinese; Word takes its own when they are not there
SIZES = {0: 24, 1: 16, 2: 14, 3: 12, 4: 11, 5: 10.5, 6: 10.5}
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in the document: the same plan is the same bytes
DEEPEST = 3  # levels of lists that Word has a style for
PAPER, MARGIN = (21.0, 29.7), 2.2  # centimetres: A4
CENTIMETRE = 567  # Word's own units in it
PALE = "D5DBE1"


def write_docx(head: Head, markdown: str) -> bytes:
    """The document. Raises: UsageError KF6089 without python-docx."""
    docx = import_extra("docx", "docx")
    document = docx.Document()
    head = cleaned(head)
    subtitle, blocks = body_of(head, markdown)
    _set_up(document, head)
    _title(document, head, subtitle)
    for block, after in zip(blocks, [*blocks, None][1:], strict=True):
        _add(document, block, leads(block, after))
    stored = io.BytesIO()
    document.save(stored)
    return _timeless(stored.getvalue())


def _set_up(document: Any, head: Head) -> None:
    """Page, styles, header, footer and what the file says of itself."""
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = map(Cm, PAPER)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)
    for name, size in {"Normal": 10.5, "Title": SIZES[0], **{f"Heading {n}": SIZES[n] for n in range(1, 7)}}.items():
        style = document.styles[name]
        _set_font(style, size, INK if name == "Normal" else ACCENT)
        style.paragraph_format.space_after = Pt(6)
    for line in document.styles["Title"].element.findall(f".//{_mark('pBdr').tag}"):
        line.getparent().remove(line)
    _set_language(document, head.language)
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


def _set_language(document: Any, language: str) -> None:
    """What Word checks the spelling by, and draws Chinese marks by: without it they are those of Japan or Taiwan."""
    from docx.oxml.ns import qn

    (said,) = document.styles.element.iter(qn("w:lang"))
    said.set(qn("w:val"), "zh-CN" if language == "zh" else "en-US")
    said.set(qn("w:eastAsia"), "zh-CN")


def _title(document: Any, head: Head, subtitle: str) -> None:
    """The account's colour as a bar, the title beside it, and what state the plan is in."""
    from docx.shared import Pt, RGBColor

    title, line = document.add_paragraph(head.title, style="Title"), document.add_paragraph()
    title.paragraph_format.space_after, line.paragraph_format.space_after = Pt(0), Pt(12)
    for run in title.runs:
        run.bold = True
    for each in (title, line):
        _edge(each, "left", head.colour.lstrip("#").upper(), 24)
    if head.status:
        chip = line.add_run(f"● {head.status}")
        chip.bold, chip.font.color.rgb = True, RGBColor.from_string(head.colour.lstrip("#").upper())
    if subtitle:
        line.add_run(("   " if head.status else "") + subtitle).font.color.rgb = RGBColor.from_string(SOFT)
    if head.facts:
        labels = tuple((Run(label),) for label, _ in head.facts)
        _table(document, Table(labels, (tuple((Run(value, bold=True),) for _, value in head.facts),), ()), equal=True)


def _add(document: Any, block: Block, is_leading: bool) -> None:
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
            added.paragraph_format.keep_with_next = is_leading or None
        case Table():
            _table(document, block)
        case Rule():
            _edge(document.add_paragraph(), "bottom", PALE, 6)


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


def _table(document: Any, table: Table, equal: bool = False) -> None:
    """A table that spans the page, its head repeated on the next one; a short one stays on one page."""
    rows = [table.head, *table.rows] if table.head else list(table.rows)
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    made = document.add_table(rows=len(rows), cols=columns)
    _lay_out(made, [1 / columns] * columns if equal else column_shares(rows, columns))
    for number, row in enumerate(rows):
        is_head = number == 0 and bool(table.head)
        is_together = is_head or (is_kept(table) and number < len(rows) - 1)
        for place, cell in enumerate(made.rows[number].cells):
            runs = row[place] if place < len(row) else ()
            align = table.aligns[place] if place < len(table.aligns) else "left"
            _cell(cell.paragraphs[0], tuple(replace(run, bold=run.bold or is_head) for run in runs), is_head, align)
            cell.paragraphs[0].paragraph_format.keep_with_next = is_together or None
            if is_head:
                cell._tc.get_or_add_tcPr().append(_mark("shd", val="clear", color="auto", fill=FAINT))
        properties = made.rows[number]._tr.get_or_add_trPr()
        properties.append(_mark("cantSplit", val="true"))
        if is_head:
            properties.append(_mark("tblHeader", val="true"))
    _gap(document)


def _lay_out(made: Any, shares: list[float]) -> None:
    """Widths of the columns, room around the texts, lines between the rows."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Cm

    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    whole = PAPER[0] - 2 * MARGIN
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Cm(whole * share)
        for cell in column.cells:
            cell.width = Cm(whole * share)
    properties = made._tbl.tblPr
    for old in properties.findall(_mark("tblW").tag):
        properties.remove(old)
    lines, margins = _mark("tblBorders"), _mark("tblCellMar")
    for side in ("top", "bottom", "insideH"):
        lines.append(_mark(side, val="single", sz="4", space="0", color=PALE))
    for side, size in (("top", "35"), ("left", "100"), ("bottom", "35"), ("right", "100")):
        margins.append(_mark(side, w=size, type="dxa"))
    width = _mark("tblW", w=str(round(whole * CENTIMETRE)), type="dxa")
    # In the order that the format wants.
    layout, place = properties.find(_mark("tblLayout").tag), properties.find(_mark("jc").tag)
    place.addprevious(width)
    layout.addprevious(lines)
    layout.addnext(margins)


def _cell(paragraph: Any, runs: Runs, is_head: bool, align: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    _write(paragraph, runs)
    paragraph.paragraph_format.space_after = 0
    paragraph.paragraph_format.line_spacing = 1.1
    _paint(paragraph, ACCENT if is_head else INK, 9.5)
    sides = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}
    if align in sides:
        paragraph.alignment = sides[align]


def _gap(document: Any) -> None:
    """A little room below a table: without a paragraph two tables in a row would be one."""
    from docx.shared import Pt

    added = document.add_paragraph().paragraph_format
    added.space_after, added.line_spacing = Pt(0), Pt(8)


def _edge(paragraph: Any, side: str, colour: str, eighths: int) -> None:
    """A line along one side of a paragraph, so many eighths of a point thick."""
    edges = _mark("pBdr")
    edges.append(_mark(side, val="single", sz=str(eighths), space="8" if side == "left" else "1", color=colour))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(edges, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")


def _mark(name: str, **attributes: str) -> Any:
    """An element of the format, which python-docx has no call for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _page_number(paragraph: Any, words: str) -> None:
    """The words with two fields that Word counts itself."""
    before, _, rest = words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        paragraph.add_run(text)
        for kind in ("begin", field, "end") if field else ():
            mark = _mark("instrText") if kind == field else _mark("fldChar", fldCharType=kind)
            mark.text = field if kind == field else None
            paragraph.add_run()._r.append(mark)
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
