"""The firewall: every hostile or odd expression has its verdict, and what is accepted only uses what is listed."""

import re
from datetime import date

import pytest

from kaframe.errors import RuleError
from kaframe.expression import FUNCTIONS
from tests.expression.scopes import COLUMNS, compile_text, make_table, read_cases

CASES = read_cases("hostile")
ROW = {
    "a": 2.0, "b": 3.0, "revenue": 5.0, "name": "it's x", "region": "south", "d": date(2011, 1, 1),
    "f": True, "g": False, "whole": 3, "Customer ID": 7, "近12个月销售额": 1.5, "past.status": "red",
}  # fmt: skip
# What a printed expression may call: the functions that DuckDB has for ours, and no other.
PRINTED = {
    "ABS", "CAST", "TRY_CAST", "POWER", "LN", "SQRT", "EXP", "LOWER", "RANK", "OVER", "FLOOR", "ROUND", "SIGN", "THEN",
    "WHEN", "NOT", "AND", "OR", "IN", "ELSE", "CASE", "LIKE", "IS", "GREATEST",
}  # fmt: skip


def _text(case: dict) -> str:
    if "expression" in case:
        return case["expression"]
    before, part, times, after, closing = case["repeated"]
    return before + part * times + after + closing * times


def _ids(cases: list[dict]) -> list[str]:
    return [f"{number}: {_text(case)[:40]!a}" for number, case in enumerate(cases)]


@pytest.mark.parametrize("case", CASES, ids=_ids(CASES))
def test_verdicts(db, case):
    """Refused with that code at that character, or accepted with that value."""
    text = _text(case)
    if "refused" in case:
        with pytest.raises(RuleError) as caught:
            compile_text(text)
        first = caught.value.problems[0]
        assert (first.code, first.at.col) == (case["refused"], case["col"])
        return
    compiled = compile_text(text)
    make_table(db, COLUMNS, [ROW])
    (found,) = db.execute(f"SELECT {compiled.sql} FROM t").fetchone()
    plain = isinstance(found, bool | int | float | str | None)
    assert (found if plain else str(found)) == case["value"]


def test_what_is_printed_calls_only_what_is_listed():
    """Outside quotes stand no other calls, no second statement, no comment and no query."""
    accepted = [_text(case) for case in CASES if "refused" not in case]
    assert len(accepted) > 60
    for text in accepted:
        bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "_", compile_text(text).sql)
        assert set(re.findall(r"([A-Za-z_]\w*)\s*\(", bare)) - {"_"} <= PRINTED, text
        assert not re.search(r"[;$\[\]{}]|--|/\*|\bSELECT\b|\bFROM\b", bare), text


def test_the_list_holds_nothing_that_reaches_out():
    """No function of the language has a name that reads files, settings, the clock or chance, or builds long texts."""
    reaching = re.compile(
        r"read|glob|getenv|getvariable|setting|secret|query|execute|sleep|log_|random|uuid|now|repeat|range|pad$|format|"
        r"printf|list|array|json|regexp|http|load|attach|version"
    )
    assert [name for name in FUNCTIONS if reaching.search(name)] == []
