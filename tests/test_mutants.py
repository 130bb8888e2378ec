"""What ``make mutate`` calls a wrong line: each shape of code with all its changes."""

from __future__ import annotations

import pytest
from mutants import mutants


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("x = a < b", ["x = (a <= b)"]),
        ("x = a and not b", ["x = (a or not b)", "x = a and (b)"]),
        ("x = n in ('a', 'b')", ["x = (n not in ('a', 'b'))", "x = n in ('a~', 'b')", "x = n in ('a', 'b~')"]),
        ("if row['day']:\n    tell()", ["if (not (row['day'])):\n    tell()", "if row['day~']:\n    tell()",
                                        "if row['day']:\n    pass"]),
        ("客户 = n + 1  # 客", ["客户 = (n - 1)  # 客", "客户 = n + (2)  # 客"]),
        ("def f():\n    return n", ["def f():\n    return None"]),
        ("x = name.startswith(b'~$')", ["x = name.startswith(b'~$~')"]),
        ("x = [n for n in all if is_due(n)]", ["x = [n for n in all if (not (is_due(n)))]"]),
        ("x: dict['a', 1] = f'{n + 1}' + 'text'", []),
        ("if sys.platform == 'win32':\n    n = 1\nelse:\n    n = 2",
         ["if sys.platform == 'win32':\n    n = 1\nelse:\n    n = (3)"]),
    ],
    ids=["comparison", "and", "texts", "statement", "columns", "return", "bytes", "filter", "nothing", "windows"],
)  # fmt: skip
def test_one_small_thing_is_changed(source: str, wrong: list[str]) -> None:
    """Each change alone, everything around it as it was, and each is a program."""
    found = [mutant.source.decode() for mutant in mutants(source.encode())]
    assert found == wrong
    for each in found:
        compile(each, "wrong", "exec")
