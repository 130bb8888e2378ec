"""Plans as documents: what is in them, what must not be, and that the same plan is the same bytes."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import kaframe
from kaframe.cli import run_command
from kaframe.document import Head, fonts, html_page, write_docx, write_pdf
from kaframe.document.blocks import Heading, Item, Paragraph, Rule, Run, Table, plain, read_blocks
from kaframe.document.columns import column_shares
from kaframe.errors import UsageError
from tests.smallproject import write_project

HOSTILE = """\
# <script>alert(1)</script>

[x](javascript:alert(1)) ![p](http://example.com/a.png) <img src=x> =cmd|' /C calc'!A0 \x07\u202e{page} {nb}

| a |
|---|
| b |
"""
PLAN = """\
# 客户经营方案：长城

战略客户 · 红

## 目标

现状**很好**，_也_ `够`。

- 一
  - 二
1. 三

| 目标 | 值 |
|---|---:|
| 销售额 | **5** |

> 引

---

###### ⚠ 冲突：您写的内容
"""
HEAD = Head(
    "客户经营方案：长城", "zh", "nordwind", "长城 · A1", "红", "#d43d3d", [("版本", "2"), ("状况", "待审批")],
    "第 {page} 页，共 {pages} 页", date(2026, 6, 30),
)  # fmt: skip


def test_markdown_becomes_blocks() -> None:
    """Every kind of them, in the order of the text."""
    blocks = read_blocks(PLAN)
    assert [type(block) for block in blocks] == [
        Heading, Paragraph, Heading, Paragraph, Item, Item, Item, Table, Paragraph, Rule, Heading,
    ]  # fmt: skip
    assert blocks[3] == Paragraph(
        (Run("现状"), Run("很好", bold=True), Run("，"),
         Run("也", italic=True), Run(" "), Run("够", code=True), Run("。"))
    )  # fmt: skip
    assert [(block.depth, block.mark) for block in blocks if isinstance(block, Item)] == [(1, "•"), (2, "•"), (1, "1.")]
    [table] = [block for block in blocks if isinstance(block, Table)]
    assert ([plain(cell) for cell in table.head], table.aligns) == (["目标", "值"], ("left", "right"))
    assert [[plain(cell) for cell in row] for row in table.rows] == [["销售额", "5"]]
    assert blocks[-1].is_warning  # type: ignore[union-attr]


def test_a_page_holds_no_markup_of_the_data() -> None:
    """No script, no picture, no link that runs; tables are tables."""
    page = html_page(HOSTILE, "<title>", "en")
    body = page[page.index("<h1>") :]
    assert "<script" not in body
    assert "<img" not in body
    assert "href" not in body.replace('<a href="http://example.com/a.png">', "")
    assert "<td>b</td>" in body
    assert "<title>&lt;title&gt;</title>" in page


def word(markdown: str, head: Head = HEAD) -> Any:
    """The document, opened again."""
    import docx

    return docx.Document(io.BytesIO(write_docx(head, markdown)))


def test_a_word_document_has_real_styles() -> None:
    """Headings to navigate by, tables, lists; who it is about and the page on every page."""
    document = word(PLAN)
    found = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.text]
    assert found[0] == ("Title", "客户经营方案：长城")
    assert found[1] == ("Normal", "● 红   战略客户 · 红")
    assert ("Heading 2", "目标") in found
    assert ("Normal", "现状很好，也 够。") in found
    assert ("List Bullet", "一") in found
    assert ("List Bullet 2", "二") in found
    assert ("Quote", "引") in found
    facts, goals = document.tables
    assert [cell.text for cell in facts.rows[1].cells] == ["2", "待审批"]
    assert [cell.text for cell in goals.rows[1].cells] == ["销售额", "5"]
    assert document.sections[0].header.paragraphs[0].text == "nordwind · 长城 · A1"
    assert "NUMPAGES" in document.sections[0].footer._element.xml
    assert (document.core_properties.title, document.core_properties.author) == (HEAD.title, "nordwind")


GOALS = """
## 目标

| 目标 | 起点 | 目标值 | 期限 |
|---|---:|---:|---|
| 近12个月销售额（上期），按合同价计算，不含退货 | 697.7万元 | 733万元 | 2026年12月30日 |
| 近90天投诉数 | 16 | 2 | 2026年10月28日 |
"""


def test_a_word_table_spans_the_text_and_stays_together() -> None:
    """As wide as the lines, wide where the texts are long; its head is repeated, no row is torn apart."""
    from docx.oxml.ns import qn
    from docx.shared import Cm

    document = word(GOALS)
    section, table = document.sections[0], document.tables[1]
    widths = [column.width for column in table.columns]
    assert abs(sum(widths) - (section.page_width - section.left_margin - section.right_margin)) < Cm(0.01)
    assert widths[0] > 2 * widths[1]
    assert widths[3] > Cm(2.4)  # a day needs one line
    properties = [row._tr.trPr for row in table.rows]
    assert [one.find(qn("w:tblHeader")) is not None for one in properties] == [True, False, False]
    assert all(one.find(qn("w:cantSplit")) is not None for one in properties)
    assert [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows] == [True, True, None]
    names = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    assert names == [name for name in order if name in names]
    assert {"tblW", "tblBorders", "tblCellMar"} <= set(names)


def test_a_word_document_is_set_in_chinese() -> None:
    """A Chinese font beside the Latin one in every style that is used, marks as in mainland China, A4."""
    from docx.oxml.ns import qn

    document = word(PLAN + GOALS)
    assert document.sections[0].page_width.cm == pytest.approx(21, abs=0.01)
    assert document.sections[0].page_height.cm == pytest.approx(29.7, abs=0.01)
    for name in ("Normal", "Title", "Heading 2", "Heading 6"):
        fonts = document.styles[name].element.rPr.rFonts
        assert (fonts.get(qn("w:ascii")), fonts.get(qn("w:eastAsia"))) == ("Calibri", "Microsoft YaHei")
    (language,) = document.styles.element.iter(qn("w:lang"))
    assert (language.get(qn("w:val")), language.get(qn("w:eastAsia"))) == ("zh-CN", "zh-CN")
    heading = document.styles["Heading 2"].paragraph_format
    assert heading.keep_with_next
    edges = [edge for edge in document.element.body.iter(qn("w:pBdr")) if edge.find(qn("w:left")) is not None]
    assert {edge.find(qn("w:left")).get(qn("w:color")) for edge in edges} == {"D43D3D"}


def test_columns_have_room_for_their_words() -> None:
    """Half and half when both are short; the longest word and a day stay whole; many columns still share the page."""

    def shares(*rows: list[str]) -> list[float]:
        return column_shares([tuple((Run(cell),) for cell in row) for row in rows], len(rows[0]))

    assert shares(["a", "b"]) == [0.5, 0.5]
    goal, progress, due = shares(["Goal " * 40, "Progress", "30 December 2026"])
    assert goal > 0.6
    assert due * 100 >= len("30 December 2026")
    assert progress * 100 >= len("Progress")
    for many in (shares(["word"] * 60), shares(["很长的话" * 40] * 15), shares(["", "x"]), shares(["y" * 500, "z"])):
        assert sum(many) == pytest.approx(1)
        assert min(many) > 0


def test_a_word_document_runs_and_fetches_nothing() -> None:
    """Hostile texts stand in it as texts: no macro, no field of theirs, no relation to the outside."""
    data = write_docx(replace(HEAD, title="<w:p>", account="\x00&"), HOSTILE.replace("\x07", ""))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        relations = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
        text = archive.read("word/document.xml").decode()
    assert not [name for name in names if "vba" in name.lower() or "embed" in name.lower() or "media" in name.lower()]
    assert b'TargetMode="External"' not in relations
    assert "instrText" not in text
    assert "&lt;script&gt;" in text
    assert "\u202e" not in text


@pytest.mark.parametrize("write", [write_docx, write_pdf], ids=["docx", "pdf"])
def test_the_same_plan_is_the_same_bytes(write: Any) -> None:
    """Whenever it is written."""
    assert write(HEAD, PLAN) == write(HEAD, PLAN)


def pdf_text(data: bytes) -> list[str]:
    """The text of every page, as a reader would copy it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\u200b", "").replace("\r\n", " ") for page in document]


def test_a_pdf_can_be_read_and_counts_its_pages() -> None:
    """Chinese letters are taken along; a long table goes on with its head."""
    rows = "\n".join(f"| 行动{number} | 团队负责人 |" for number in range(80))
    pages = pdf_text(write_pdf(HEAD, f"{PLAN}\n| 行动 | 角色 |\n|---|---|\n{rows}\n"))
    assert len(pages) > 1
    assert "客户经营方案：长城" in pages[0]
    assert "现状很好，也 够。" in pages[0]
    for number, page in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in page.replace(" ", "")
        assert "nordwind" in page
    assert "行动 角色" in pages[1]


@pytest.mark.parametrize("lines", range(20, 30))
def test_no_heading_of_a_pdf_stands_alone(lines: int) -> None:
    """Wherever the page ends: heading, the line below it and a short table are on one page."""
    text = "字\n\n" * lines + GOALS.replace("## 目标\n", "## 目标在此\n\n下表：\n")
    pages = pdf_text(write_pdf(HEAD, text))
    (page,) = [page for page in pages if "目标在此" in page]
    assert "下表" in page
    assert "近90天投诉数" in page


def test_the_page_number_of_a_pdf_stands_at_the_right_margin() -> None:
    """And not where a longer mark for the number of pages would end."""
    import pypdfium2

    page = pypdfium2.PdfDocument(write_pdf(HEAD, PLAN))[0]
    texts = page.get_textpage()
    last = texts.count_chars() - 1
    ends = [texts.get_charbox(place)[2] for place in range(last - 8, last + 1)]
    margin = page.get_width() - 18 / 25.4 * 72
    assert margin - 12 < max(ends) <= margin + 1


HUGE = {
    "a long cell": "| a | b |\n|---|---|\n| " + "很长的话。" * 2000 + " | c |\n",
    "many columns": "|" + " a |" * 60 + "\n|" + "---|" * 60 + "\n|" + " word |" * 60 + "\n",
    "a long word": "| a | b |\n|---|---|\n| " + "x" * 500 + " | c |\n\n" + "y" * 3000,
    "narrow cells": "|" + " a |" * 15 + "\n|" + "---|" * 15 + "\n|" + (" " + "字" * 600 + " |") * 15 + "\n",
    "deep lists": "\n".join("  " * depth + "- x" for depth in range(40)),
    "nothing": "",
    "an odd font": "# \U0001f534 ⚠ \u0627\u0644",
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
@pytest.mark.parametrize("write", [write_docx, write_pdf], ids=["docx", "pdf"])
def test_every_text_can_be_written(write: Any, text: str) -> None:
    """However long, wide, deep or empty."""
    assert len(write(HEAD, text)) > 1000


def test_a_pdf_looks_like_a_plan() -> None:
    """The account's colour stands beside the title, and the page is more white than black."""
    import pypdfium2

    picture = pypdfium2.PdfDocument(write_pdf(HEAD, PLAN))[0].render(scale=1).to_pil().convert("RGB")
    colours = {count[1]: count[0] for count in picture.getcolors(maxcolors=1 << 20)}
    assert colours[(212, 61, 61)] > 100
    assert colours[(255, 255, 255)] > picture.width * picture.height * 0.8


def test_a_pdf_runs_and_fetches_nothing() -> None:
    """No script, no link, no file inside; and what looks like ours in the data is text."""
    data = write_pdf(HEAD, HOSTILE)
    for mark in (b"/JavaScript", b"/JS", b"/URI", b"/Launch", b"/EmbeddedFile", b"/OpenAction /"):
        assert mark not in data
    assert "<script>alert(1)</script>" in pdf_text(data)[0]
    assert "{page} {nb}" in pdf_text(data)[0]


def test_what_is_missing_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line for pip; the package of a font."""
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.setitem(sys.modules, "fpdf", None)
    for write, line in ((write_docx, "pip install 'kaframe[docx]'"), (write_pdf, "pip install 'kaframe[pdf]'")):
        with pytest.raises(UsageError) as caught:
            write(HEAD, PLAN)
        assert [(problem.code, problem.hint) for problem in caught.value.problems] == [("KF6089", line)]


def test_a_font_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a file that is not there, nor one of something else, nor a computer without any."""
    (tmp_path / "no.ttf").write_text("no font")
    for named in ("missing.ttf", str(tmp_path / "no.ttf")):
        with pytest.raises(UsageError, match="KF6098"):
            write_pdf(HEAD, PLAN, named)
    monkeypatch.setattr(fonts, "KNOWN", ())
    with pytest.raises(UsageError, match="Noto Sans CJK"):
        write_pdf(HEAD, PLAN)


def test_a_plan_is_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the ending of the file or by --to; what somebody may have written in is not overwritten."""
    root = write_project(tmp_path / "small")
    kaframe.load(root).run("2026-03-31")
    command = ["--project", str(root), "plans", "export", "A1", "-o"]
    assert run_command([*command, str(tmp_path / "plan.docx")]) == 0
    assert run_command([*command, str(tmp_path / "plan"), "--to", "pdf"]) == 0
    import docx

    document = docx.Document(tmp_path / "plan.docx")
    assert document.paragraphs[0].text == "Account plan: Alpha"
    assert document.tables[0].rows[1].cells[0].text == "1"
    assert "Page 1 of" in pdf_text((tmp_path / "plan").read_bytes())[0]
    capsys.readouterr()
    assert run_command([*command, str(tmp_path / "plan.docx")]) == 2
    assert "is there already" in capsys.readouterr().err
    assert run_command([*command, str(tmp_path / "plan.txt")]) == 2
    assert run_command([*command, str(tmp_path / "no" / "plan.docx")]) == 2
    assert "KF6086" in capsys.readouterr().err
    assert run_command(["--project", str(root), "plans", "export", "A4", "-o", str(tmp_path / "none.docx")]) == 2
    assert "KF6051 no plan for the account 'A4'" in capsys.readouterr().err
    assert not (tmp_path / "none.docx").exists()
