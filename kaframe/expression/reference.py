"""The function tables of docs/expressions.md, written from the functions themselves."""

from __future__ import annotations

from collections.abc import Iterable

from kaframe.expression.functions import FUNCTIONS, Function

START, END = "<!-- functions: start -->", "<!-- functions: end -->"
_KINDS = {
    "scalar": "Functions of one row",
    "window": "Functions among all accounts",
    "aggregate": "Functions over the rows of an account",
    "series": "Functions of an account against its own history",
}


def write_functions(page: str) -> str:
    """The page with its tables renewed between the two marks."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{print_functions()}\n{END}{after}"


def print_functions() -> str:
    """One table for each kind of function."""
    tables = []
    for kind, title in _KINDS.items():
        tables.append(_table(title, [function for function in FUNCTIONS.values() if function.kind == kind]))
    return "\n\n".join(tables)


def _table(title: str, functions: Iterable[Function]) -> str:
    rows = [f"### {title}\n", "| function | gives | meaning | 含义 | example |", "|---|---|---|---|---|"]
    for function in functions:
        gives = str(function.returns or "as its arguments")
        texts = function.summary["en"], function.summary["zh"]
        rows.append(f"| `{function.signature}` | {gives} | {texts[0]} | {texts[1]} | `{function.example}` |")
    return "\n".join(rows)
