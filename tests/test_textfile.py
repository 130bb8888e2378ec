"""Encodings: guessed where they are not declared, questioned where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.errors import DataError, Location
from kaframe.records import Source
from kaframe.textfile import encoding_error, find_encoding, guess_encoding

TEXTS = {
    "gb18030": "客户编号,客户名称,城市\n001,北京长城贸易有限公司,北京\n002,上海第一百货商店,上海\n",
    "big5": "客戶編號,客戶名稱\n001,臺灣銀行股份有限公司\n002,臺北市政府\n",
    "shift_jis": "番号,名前\n1,たなか商店\n2,とうきょう電力\n",
    "cp1252": "Nummer,Name\n1,Müller & Söhne\n2,Café Zürich – Straße\n",
    "utf-8": "编号,名称\n1,Müller\n",
    "utf-16-le": "编号,名称\n1,一百货\n2,长城\n",
    "utf-16-be": "id,name\n1,Müller\n",
    "utf-32-le": "编号,名称\n1,一百货\n2,长城\n",
    "utf-32-be": "id,name\n1,Müller\n",
}


def source(folder: Path, **options: str) -> Source:
    return Source("orders", "csv", {"path": "a.csv", **options}, folder, Location("kaframe.yaml", 7, 3))


@pytest.mark.parametrize("encoding", TEXTS)
def test_everyday_text_is_recognised(encoding: str) -> None:
    """From a few lines."""
    assert guess_encoding(TEXTS[encoding].encode(encoding)) == encoding


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_rightly_declared_encoding_is_never_questioned(tmp_path: Path, encoding: str) -> None:
    """Whatever the guess might be."""
    (tmp_path / "a.csv").write_bytes(TEXTS[encoding].encode(encoding))
    found = find_encoding(source(tmp_path, encoding=encoding), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(found) == TEXTS[encoding]


@pytest.mark.parametrize(
    ("stored", "declared", "code"),
    [
        ("gb18030", "latin-1", "KF3012"),
        ("gb18030", "cp1252", "KF3012"),
        ("utf-8", "gb18030", "KF3012"),
        ("utf-16-le", "gb18030", "KF3011"),
        ("utf-16-le", "utf-16", "KF3011"),
        ("utf-16-le", "utf-8", "KF3011"),
        ("utf-32-le", "utf-8", "KF3011"),
        ("utf-32-be", "utf-32", "KF3011"),
    ],
)
def test_a_wrongly_declared_encoding_is_refused(tmp_path: Path, stored: str, declared: str, code: str) -> None:
    """Even where it could be read."""
    (tmp_path / "a.csv").write_bytes(TEXTS["gb18030"].encode(stored))
    with pytest.raises(DataError, match=code):
        find_encoding(source(tmp_path, encoding=declared), tmp_path / "a.csv")


def test_western_names_are_not_taken_for_rare_chinese_ones(tmp_path: Path) -> None:
    """An accent and the letter behind it are one character to GB18030; Chinese text has hardly any of such."""
    text = "Nummer,Name\n1,Müller & Söhne\n2,Café Zürich\n3,Bäckerei König\n4,Größer\n"
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    with pytest.raises(DataError, match="KF3012") as caught:
        find_encoding(source(tmp_path, encoding="gbk"), tmp_path / "a.csv")
    assert caught.value.problems[0].hint == "it looks like cp1252: write 'encoding: cp1252'"
    rare = "编号,名称\n1,朱镕基\n2,陶喆\n3,張國榮\n4,堃\n"
    (tmp_path / "a.csv").write_bytes(rare.encode("gb18030"))
    assert find_encoding(source(tmp_path, encoding="gb18030"), tmp_path / "a.csv") == "gb18030"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_believed(tmp_path: Path, encoding: str) -> None:
    """Whatever is declared."""
    (tmp_path / "a.csv").write_bytes("编号,名称\n1,长城\n".encode(encoding))
    found = find_encoding(source(tmp_path, encoding="gb18030"), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(found) == "编号,名称\n1,长城\n"


@pytest.mark.parametrize("name", ["hex", "base64", "rot13", "nothing"])
def test_what_is_no_text_encoding_is_refused(tmp_path: Path, name: str) -> None:
    """Python knows codecs that are none."""
    (tmp_path / "a.csv").write_text("a")
    with pytest.raises(DataError, match="KF3011 no encoding"):
        find_encoding(source(tmp_path, encoding=name), tmp_path / "a.csv")


def test_one_bad_line_in_a_good_file_is_to_be_mended(tmp_path: Path) -> None:
    """No other encoding makes the rest better."""
    (tmp_path / "a.csv").write_bytes("名称\n长城\n".encode() + b"\xff\xfe\n")
    problem = encoding_error(source(tmp_path), tmp_path / "a.csv", "utf-8").problems[0]
    assert (str(problem.at), problem.message) == ("a.csv:3:1", "byte 0xff is not utf-8")


def test_a_damaged_line_is_not_taken_for_western(tmp_path: Path) -> None:
    """That cp1252 reads nearly everything says nothing about a file in the declared Chinese encoding."""
    (tmp_path / "a.csv").write_bytes("名称\n长城\n".encode("gb18030") + b"\xff\xff\n")
    problem = encoding_error(source(tmp_path, encoding="gb18030"), tmp_path / "a.csv", "gb18030").problems[0]
    assert (str(problem.at), problem.hint) == ("a.csv:3:1", "this line is damaged: mend it")


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"PK\x03\x04", "'reader: excel'"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "'reader: excel'"),
        (b"PAR1\x15\x04", "'reader: parquet'"),
        (b"\x1f\x8b\x08", "unpack it"),
        (b"SQLite format 3\0", "'reader: sql'"),
        (b"%PDF-1.7", "export the table itself"),
        (b"<!DOCTYPE html>", "has a login expired?"),
        (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
    ],
)
def test_what_is_no_text_names_its_reader(tmp_path: Path, start: bytes, says: str) -> None:
    """Whatever the file is called; the declared encoding has no part in it."""
    (tmp_path / "a.csv").write_bytes(start + bytes(range(256)))
    for encoding in ("utf-8", "gb18030", "latin-1"):
        with pytest.raises(DataError, match="KF3091 is no text but") as caught:
            find_encoding(source(tmp_path, encoding=encoding), tmp_path / "a.csv")
        assert says in caught.value.problems[0].hint
