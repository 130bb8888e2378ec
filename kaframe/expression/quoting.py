"""Names that are known, and that an expression can only speak of in double quotes: ``drop``, ``amount (EUR)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from kaframe.expression.tree import Node
from kaframe.expression.types import Expression, Findings

ABOUT_READING = ("KF2002", "KF2003", "KF2004", "KF2005", "KF2010", "KF2011", "KF2015", "KF2016")
WORD = re.compile(r"\w+")
QUOTED = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'')

Read = Callable[[Findings], Node | None]


def advise_quotes(findings: Findings, names: Iterable[str], read: Read) -> None:
    """Say at the first problem, if a known name that is no plain one stands in the text, how it is written."""
    text = findings.expression.text
    meant = next((name for name in sorted(names, key=len, reverse=True)
                  if _occurs(name, text) and not _is_plain(name, findings.expression, read)), None)  # fmt: skip
    if meant is None:
        return
    written = meant.replace('"', '""')
    hint = f"""if you mean the column: "{written}" in double quotes, or give it another name with 'columns:'"""
    for place, problem in enumerate(findings.problems):
        if problem.code in ABOUT_READING:
            findings.problems[place] = replace(problem, hint=hint)
            return


def _occurs(name: str, text: str) -> bool:
    """Whether a name stands in the text, and not within quotes; one that has quotes itself may stand anywhere."""
    if '"' in name or "'" in name:
        return name in text
    edge = r"\w" if WORD.fullmatch(name) else "(?!)"
    return re.search(rf"(?<!{edge}){re.escape(name)}(?!{edge})", QUOTED.sub("''", text)) is not None


def _is_plain(name: str, expression: Expression, read: Read) -> bool:
    """Whether the name alone is read as itself."""
    node = read(Findings(replace(expression, text=name)))
    return node is not None and (node.kind, node.value) == ("name", name)
