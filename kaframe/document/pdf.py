"""A plan as PDF: letters taken along, tables, page numbers; no script, no link, nothing fetched."""

from __future__ import annotations

import logging
import math
import re
from datetime import UTC, datetime, time
from typing import Any

from kaframe.document.blocks import Block, Heading, Item, Paragraph, Rule, Run, Runs, Table, plain
from kaframe.document.columns import PADDING, ROOM, column_shares, is_kept, leads, width_of
from kaframe.document.fonts import find_font
from kaframe.document.head import ACCENT, FAINT, INK, SOFT, WARN, Head, body_of, cleaned, import_extra
from kaframe.errors import Problem, UsageError

FAMILY = "plan"
MARGIN, LINE, INDENT = 18.0, 5.6, 6.0  # millimetres
SIZES = {1: 16.0, 2: 13.5, 3: 11.5, 4: 10.5, 5: 10.0, 6: 10.0}
TEXT_SIZE, TABLE_SIZE, SMALL = 10.0, 9.0, 8.0
MOST_COLUMNS, LONGEST_ROW = 15, 2400  # of a table, in characters; what has more is written as lines
HEADED, HIGHEST = 13.0, 150.0  # millimetres: of a heading; of the most that is kept together
PAGES = "{pages of the plan}"  # stands for their number until it is known
MAY_BREAK = "\u200b"
# A line may end after a Chinese character, but for one that opens, and before one that closes.
BREAK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])(?<![（《“‘【])(?![，。、；：！？）》”’】\u200b\s]|$)")


def write_pdf(head: Head, markdown: str, font: str = "") -> bytes:
    """The document. Raises: UsageError KF6089 without fpdf2, KF6098 without a font for it."""
    head = cleaned(head)
    subtitle, blocks = body_of(head, markdown)
    page = _page(head, font)
    page.add_page()
    _title(page, head, subtitle)
    is_led = False
    for place, block in enumerate(blocks):
        if not is_led and page.will_page_break(_needed(blocks, place)):
            page.add_page()
        is_led = leads(block, next(iter(blocks[place + 1 :]), None))
        _add(page, block)
    return bytes(page.output())


def _page(head: Head, named: str) -> Any:
    fpdf, font = import_extra("fpdf", "pdf"), find_font(named)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it talks of its work
    logging.getLogger("fpdf").setLevel(logging.ERROR)

    def header(page: Any) -> None:
        _style(page, SMALL, SOFT)
        page.cell(0, 4, f"{head.project} · {head.account}", align="L")
        page.ln(9)

    def footer(page: Any) -> None:
        page.set_y(-14)
        _style(page, SMALL, SOFT)
        words = head.page.format(page=page.page_no(), pages=PAGES)
        # As wide as with a number: the mark that stands for it is longer.
        page.set_x(page.w - MARGIN - page.get_string_width(words.replace(PAGES, "88")) - 2)
        page.cell(0, 4, words, align="L")

    page: Any = type("Page", (fpdf.FPDF,), {"header": header, "footer": footer})(format="A4")
    try:
        page.add_font(FAMILY, "", font.regular, collection_font_number=font.face)
        page.add_font(FAMILY, "B", font.bold, collection_font_number=font.face)
    except Exception as error:
        message = f"the font {font.regular.name} cannot be used: {error}"
        raise UsageError([Problem(None, "KF6098", message, "name another one with --font")]) from error
    for style in ("", "B"):
        page.fonts[f"{FAMILY}{style}"].cw[ord(MAY_BREAK)] = 0  # fonts that lack it would leave a gap
    page.alias_nb_pages(PAGES)
    page.set_margins(MARGIN, 12, MARGIN)
    page.set_auto_page_break(True, 20)
    page.set_creation_date(datetime.combine(head.day, time(), UTC))
    page.set_title(head.title)
    page.set_author(head.project)
    page.set_lang(head.language)
    page.set_producer("kaframe")
    return page


def _title(page: Any, head: Head, subtitle: str) -> None:
    """The account's colour as a bar, the title beside it, and what state the plan is in."""
    top = page.get_y()
    page.set_left_margin(MARGIN + 5)
    _style(page, 20, ACCENT, bold=True)
    page.multi_cell(0, 10, _breakable(head.title), align="L", new_x="LMARGIN", new_y="NEXT")
    if head.status:
        _style(page, TEXT_SIZE, head.colour.lstrip("#"), bold=True)
        page.write(6, f"{head.status}   ")
    _style(page, TEXT_SIZE, SOFT)
    page.write(6, _breakable(subtitle))
    page.ln(9)
    page.set_fill_color(head.colour)
    page.rect(MARGIN, top, 2, page.get_y() - top - 2, style="F")
    page.set_fill_color(255)
    page.set_left_margin(MARGIN)
    page.set_x(MARGIN)
    if head.facts:
        labels = tuple((Run(label),) for label, _ in head.facts)
        values = tuple((Run(value, bold=True),) for _, value in head.facts)
        _table(page, Table(labels, (values,), ()), equal=True)


def _add(page: Any, block: Block) -> None:
    match block:
        case Heading():
            _heading(page, block)
        case Paragraph():
            page.set_left_margin(MARGIN + INDENT * block.quoted)
            page.set_x(page.l_margin)
            _write(page, block.runs, SOFT if block.quoted else INK)
            page.set_left_margin(MARGIN)
            page.ln(LINE + 2)
        case Item():
            page.set_x(MARGIN + INDENT * (block.depth - 1) + 1)
            _style(page, TEXT_SIZE, ACCENT)
            page.cell(INDENT - 1, LINE, block.mark)
            page.set_left_margin(MARGIN + INDENT * block.depth)
            page.set_x(page.l_margin)
            _write(page, block.runs, INK)
            page.set_left_margin(MARGIN)
            page.ln(LINE + 1)
        case Table():
            _table(page, block)
        case Rule():
            page.set_draw_color("#D5DBE1")
            page.line(MARGIN, page.get_y() + 2, page.w - MARGIN, page.get_y() + 2)
            page.ln(5)


def _needed(blocks: list[Block], place: int) -> float:
    """Millimetres that must be free where a block begins: its own, and what must stand with it on a page."""
    block, after = blocks[place], next(iter(blocks[place + 1 :]), None)
    own = _height(block) if isinstance(block, Table) else HEADED if isinstance(block, Heading) else LINE
    return min(own + (_needed(blocks, place + 1) if leads(block, after) else 0), HIGHEST)


def _height(table: Table) -> float:
    """About how high a table is, or the beginning of a long one."""
    rows = [table.head, *table.rows] if table.head else list(table.rows)
    shares = column_shares(rows, max(map(len, rows), default=0))
    lines = [max((_lines(cell, share) for cell, share in zip(row, shares, strict=False)), default=1) for row in rows]
    kept = lines if is_kept(table) else lines[:3]
    return sum(count * (LINE - 0.4) + 1.8 for count in kept)


def _lines(cell: Runs, share: float) -> int:
    return math.ceil(width_of(plain(cell)) / max(ROOM * share - PADDING, 1))


def _heading(page: Any, heading: Heading) -> None:
    page.ln(3 if heading.level <= 2 else 1)
    _style(page, SIZES[min(heading.level, 6)], WARN if heading.is_warning else ACCENT, bold=True)
    page.multi_cell(0, LINE + 1.5, _breakable(plain(heading.runs)), align="L", new_x="LMARGIN", new_y="NEXT")
    if heading.level == 2:
        page.set_draw_color("#D5DBE1")
        page.line(MARGIN, page.get_y(), page.w - MARGIN, page.get_y())
    page.ln(1.5)


def _write(page: Any, runs: Runs, colour: str) -> None:
    for run in runs:
        _style(page, TEXT_SIZE, ACCENT if run.code else colour, bold=run.bold)
        page.write(LINE, _breakable(run.text))


def _table(page: Any, table: Table, equal: bool = False) -> None:
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    rows = [table.head, *table.rows] if table.head else list(table.rows)
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    if columns > MOST_COLUMNS or any(width_of(plain(cell)) * columns > LONGEST_ROW for row in rows for cell in row):
        for row in rows:  # as lines: no page has room for it as a table
            _write(page, tuple(run for cell in row for run in (*cell, Run("   "))), INK)
            page.ln(LINE + 1)
        return
    page.set_draw_color("#D5DBE1")
    _style(page, TABLE_SIZE, INK)
    aligns = [{"left": "LEFT", "center": "CENTER", "right": "RIGHT"}[side] for side in table.aligns]
    with page.table(
        col_widths=[1] * columns if equal else column_shares(rows, columns),
        text_align=tuple(aligns) if len(aligns) == columns else "LEFT",
        line_height=LINE - 0.4,
        padding=(0.8, 1.5),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="B", color=f"#{ACCENT}", fill_color=f"#{FAINT}"),
        first_row_as_headings=bool(table.head),
    ) as made:
        for row in rows:
            line = made.row()
            for runs in row:
                bold = FontFace(emphasis="B") if runs and all(run.bold for run in runs if run.text.strip()) else None
                line.cell(_breakable(plain(runs)), style=bold)
    page.ln(4)


def _style(page: Any, size: float, colour: str, bold: bool = False) -> None:
    page.set_font(FAMILY, "B" if bold else "", size)
    page.set_text_color(f"#{colour}")


def _breakable(text: str) -> str:
    """The text with places at which a line of Chinese may end."""
    return BREAK.sub(MAY_BREAK, text)
