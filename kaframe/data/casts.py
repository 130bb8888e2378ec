"""How raw values become values of their type: the only place that reads text as numbers and days."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaframe.data.plan import RawColumn
from kaframe.database import literal, quoted
from kaframe.expression import Type

SQL_TYPES = {
    Type.NUMBER: "DOUBLE",
    Type.TEXT: "VARCHAR",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.TIMESTAMP: "TIMESTAMP",
    Type.MISSING: "VARCHAR",
}
# What kind of values an expression gives, for its use as an id.
ID_KINDS = {
    Type.NUMBER: "float",
    Type.TEXT: "text",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.TIMESTAMP: "timestamp",
    Type.MISSING: "text",
}
TRUE_WORDS = ("true", "t", "yes", "y", "1", "是", "有", "√")
FALSE_WORDS = ("false", "f", "no", "n", "0", "否", "无", "×")
FAMILIES = {
    "DOUBLE": "float",
    "FLOAT": "float",
    "VARCHAR": "text",
    "JSON": "text",
    "TIMESTAMP WITH TIME ZONE": "zoned",
    "INTEGER": "whole",
    "UINTEGER": "whole",
    "BOOLEAN": "boolean",
    "DATE": "date",
}
# Up to here every whole number is exact in a double.
EXACT = 9007199254740992
YEAR_FIRST = r"^\d{4}"
CHINESE_DAY = r"^(\d{4})[年.](\d{1,2})[月.](\d{1,2})日?(.*)$"


@dataclass(frozen=True, slots=True)
class Cast:
    """A typed raw column. ``bad``: when the row breaks the contract; ``odd``: when it is NaN or infinite.

    ``bare`` is the quicker form, where there is one, that lets NaN, infinity and empty text pass; they are
    looked for when the table is in memory.
    """

    sql: str
    bad: str = ""
    odd: str = ""
    bare: str = ""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers are written: the mark before decimals, the one between thousands, per cent or not."""

    decimal: str
    thousands: str
    percent: bool


def number_format(example: str) -> NumberFormat | None:
    """Read an example such as ``1.234,56``, ``1 234,5``, ``1234,56`` or ``12,5%``; None when it is none."""
    percent = example.endswith("%")
    found = re.fullmatch(r"(?:1([,.' ]?)234|12|1|0)(?:([.,])\d{1,2})?", example.removesuffix("%").strip())
    if not found:
        return None
    thousands, decimal = found[1] or "", found[2] or ""
    if thousands == decimal and thousands:
        return None
    if not decimal:
        decimal = "," if thousands == "." else "."
    return NumberFormat(decimal, thousands, percent)


def family(sql_type: str) -> str:
    """What kind of values a DuckDB type holds."""
    name = sql_type.upper()
    known = FAMILIES.get(name)
    if known:
        return known
    if name.startswith("DECIMAL"):
        return "decimal"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    if name.startswith("ENUM"):
        return "text"
    return "whole" if name.endswith("INT") else "other"


def cast_column(column: RawColumn, sql_type: str, timezone: str) -> Cast:
    """The typed form of a raw column of relation ``r`` whose SQL type is that; empty text is absent."""
    name, kind = f"r.{quoted(column.name)}", family(sql_type)
    if column.type is Type.NUMBER:
        return _number(name, kind, column.format)
    if column.type is Type.BOOLEAN:
        return _boolean(name, kind)
    if column.type in (Type.DATE, Type.TIMESTAMP):
        return _day(name, kind, column, timezone)
    return Cast(f"NULLIF({name}, '')", bare=name) if kind == "text" else Cast(text_of(name, kind))


def text_of(name: str, kind: str) -> str:
    """A value as text; whole numbers have no ``.0``."""
    if kind == "text":
        return name
    if kind in ("float", "decimal"):
        whole = f"{name} = FLOOR({name}) AND ABS({name}) <= {EXACT}"
        return f"CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
    return f"CAST({name} AS VARCHAR)"


def name_of(name: str, kind: str) -> str:
    """A value as the name of an account, nothing when empty."""
    return f"NULLIF({name}, '')" if kind == "text" else text_of(name, kind)


def id_of(name: str, kind: str) -> str:
    """A value as the id of an account: text without space around it, nothing when empty."""
    if kind != "text":
        return text_of(name, kind)
    # TRIM copies every text; nearly none needs it.
    spaced = f"STARTS_WITH({name}, ' ') OR ENDS_WITH({name}, ' ')"
    return f"CASE WHEN {spaced} THEN NULLIF(TRIM({name}), '') WHEN {name} <> '' THEN {name} END"


def _number(name: str, kind: str, written: str) -> Cast:
    if kind == "float":
        value = f"CAST({name} AS DOUBLE)"
        return Cast(f"CASE WHEN ISFINITE({name}) THEN {value} END", odd=f"NOT ISFINITE({name})", bare=value)
    if kind == "whole":
        return Cast(name)
    if kind in ("decimal", "boolean"):
        return Cast(f"CAST({name} AS DOUBLE)")
    text = f"TRIM(CAST({name} AS VARCHAR))"
    form = number_format(written) if written else None
    plain = _plain_number(text, form) if form else text
    # DuckDB itself would take 1_000 for a number.
    value = f"CASE WHEN NOT CONTAINS({text}, '_') THEN TRY_CAST({plain} AS DOUBLE) END"
    scaled = f"{value} / 100" if form and form.percent else value
    return Cast(
        f"CASE WHEN ISFINITE({value}) THEN {scaled} END",
        bad=f"({value} IS NULL AND {text} <> '')",
        odd=f"NOT ISFINITE({value})",
    )


def _plain_number(text: str, form: NumberFormat) -> str:
    """The text as an English number, or NULL where it is not written as declared."""
    body = f"RTRIM(RTRIM({text}, '%'))" if form.percent else text
    point = re.escape(form.decimal)
    whole = r"\d+"
    if form.thousands:
        gap = "[ \u00a0\u202f]" if form.thousands == " " else re.escape(form.thousands)
        whole = rf"(?:\d{{1,3}}(?:{gap}\d{{3}})+|\d+)"
    pattern = rf"[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?"
    drop = literal("[ \u00a0\u202f]" if form.thousands == " " else re.escape(form.thousands))
    bare = f"REGEXP_REPLACE({body}, {drop}, '', 'g')" if form.thousands else body
    english = f"REPLACE({bare}, {literal(form.decimal)}, '.')"
    return f"CASE WHEN REGEXP_FULL_MATCH({body}, {literal(pattern)}) THEN {english} END"


def _boolean(name: str, kind: str) -> Cast:
    if kind == "boolean":
        return Cast(name)
    word = f"LOWER(TRIM({text_of(name, kind)}))"
    yes, no = (", ".join(map(literal, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    value = f"CASE WHEN {word} IN ({yes}) THEN TRUE WHEN {word} IN ({no}) THEN FALSE END"
    return Cast(value, bad=f"({word} <> '' AND {word} NOT IN ({yes}, {no}))")


def _day(name: str, kind: str, column: RawColumn, timezone: str) -> Cast:
    target = SQL_TYPES[column.type]
    if kind == "zoned":
        return Cast(f"CAST({name} AT TIME ZONE {literal(timezone)} AS {target})")
    if kind in ("date", "timestamp"):
        return Cast(f"CAST({name} AS {target})")
    text = f"TRIM({text_of(name, kind)})"
    if column.format:
        value = f"CAST(TRY_STRPTIME({text}, {literal(column.format)}) AS {target})"
    else:
        chinese = f"REGEXP_REPLACE({text}, {literal(CHINESE_DAY)}, '\\1-\\2-\\3\\4')"
        # Words such as infinity and epoch are days for DuckDB, and 03-04-26 is one of the year 3.
        year = f"REGEXP_MATCHES({text}, {literal(YEAR_FIRST)})"
        value = f"CASE WHEN {year} THEN COALESCE(TRY_CAST({text} AS {target}), TRY_CAST({chinese} AS {target})) END"
    return Cast(value, bad=f"({value} IS NULL AND {text} <> '')")
