"""The second wall: signs, words, brackets and commas, before a parser sees them. Default deny."""

from __future__ import annotations

import re

from sqlglot.tokenizer_core import Token, TokenType

from kaframe.expression.tree import DEEPEST_BRACKETS, MOST_NODES
from kaframe.expression.types import Findings

_SIGNS = frozenset({
    TokenType.L_PAREN, TokenType.R_PAREN, TokenType.COMMA, TokenType.DOT, TokenType.PLUS, TokenType.DASH,
    TokenType.STAR, TokenType.SLASH, TokenType.MOD, TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE,
    TokenType.GT, TokenType.GTE, TokenType.DPIPE, TokenType.DCOLON,
})  # fmt: skip
_VALUES = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER})
_OPERATORS = _SIGNS - {TokenType.L_PAREN, TokenType.R_PAREN, TokenType.STAR}
_CLOSES = {TokenType.L_PAREN: TokenType.R_PAREN, TokenType.CASE: TokenType.END}
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
_WORD = re.compile(r"\w+(\s+\w+)*\Z")
_HINTS = {
    ";": "an expression gives one value; write one",
    "^": "write power(x, y)",
    "&": "write and", "&&": "write and", "|": "write or", "!": "write not",
    "->": "there are no lambdas and no JSON paths here",
    "[": "there are no lists here; write x in ('a', 'b')",
    "{": "{ } belongs to templates and YAML, not to expressions",
    "?": "there are no parameters here", "$": "there are no parameters here",
    "`": "names that need quotes stand in \"double quotes\"",
    "#": "a comment stands on a line of its own, in YAML",
}  # fmt: skip
_COMMENT_HINT = "comments belong to YAML: # after a blank"
_QUERIES = {"SELECT", "UNION", "INTERSECT", "EXCEPT", "EXISTS", "LATERAL", "VALUES"}
_STATEMENTS = {
    "ALTER", "ATTACH", "CALL", "COPY", "CREATE", "DELETE", "DESCRIBE", "DROP", "EXECUTE", "EXPLAIN", "EXPORT",
    "GRANT", "IMPORT", "INSERT", "INSTALL", "LIST", "LOAD", "MERGE", "PRAGMA", "SET", "SHOW", "TRUNCATE",
    "UPDATE", "USE", "VACUUM", "WITH",
}  # fmt: skip
_BETWEEN_WORDS = {"IS", "IN", "NOT", "AND", "OR", "LIKE", "BETWEEN"}


def check_tokens(findings: Findings, tokens: list[Token]) -> bool:
    """Whether signs, words, brackets and commas are those of one expression; else noted."""
    text, end = findings.expression.text, 0
    for token in tokens:
        _check_gap(findings, end, token.start)
        _check_token(findings, token, text[token.start : token.end + 1])
        end = token.end + 1
        if findings.problems:
            return False
    _check_gap(findings, end, len(text))
    if not tokens and not findings.problems:
        findings.add(0, "KF2006", "the expression is empty")
    if findings.problems:
        return False
    _check_commas(findings, tokens)
    _check_brackets(findings, tokens)
    _check_words(findings, tokens)
    if len(tokens) > 3 * MOST_NODES:
        findings.add(0, "KF2009", f"expression of {len(tokens):,} words and signs", "split it into measures")
    return not findings.problems


def _check_gap(findings: Findings, start: int, end: int) -> None:
    """Between two tokens stands white space; anything else is a comment that was skipped."""
    gap = findings.expression.text[start:end]
    if not gap.strip():
        return
    offset = start + len(gap) - len(gap.lstrip())
    sign = gap.strip()[0]
    if gap.strip().startswith(("--", "/*", "//", "#")):
        text = findings.expression.text
        code = "KF2004" if (text[:offset] + text[end:]).strip() else "KF2006"
        what = "an empty expression: all is comment" if code == "KF2006" else "a comment in an expression"
        findings.add(offset, code, what, _COMMENT_HINT)
    else:
        _refuse_sign(findings, offset, sign)


def _check_token(findings: Findings, token: Token, written: str) -> None:
    """Default deny: a known sign, a value written in the plain way, or a word."""
    kind = token.token_type
    if kind == TokenType.NUMBER and not _NUMBER.match(written):
        findings.add(token.start, "KF2004", f"the number '{written}' is not allowed", "write 1000 or 0.5")
    elif kind == TokenType.STRING and not written.startswith("'"):
        findings.add(token.start, "KF2004", f"text written as {written} is not allowed", "write 'text'")
    elif kind == TokenType.IDENTIFIER and not written.startswith('"'):
        _refuse_sign(findings, token.start, written[0])
    elif kind == TokenType.IDENTIFIER and len(written) == 2:
        findings.add(token.start, "KF2010", 'the name "" is empty')
    elif kind not in _SIGNS and kind not in _VALUES and not _WORD.match(written):
        _refuse_sign(findings, token.start, written)


def _refuse_sign(findings: Findings, offset: int, written: str) -> None:
    hint = _HINTS.get(written, _HINTS.get(written[0], ""))
    if written == ";":
        before = findings.expression.text[:offset]
        hint = "part arguments with ','" if before.count("(") > before.count(")") else hint
        findings.add(offset, "KF2001", "more than one expression: ';'", hint)
    else:
        findings.add(offset, "KF2004", f"'{written}' is not allowed in an expression", hint)


def _check_commas(findings: Findings, tokens: list[Token]) -> None:
    """Note commas that separate nothing, or that stand outside brackets."""
    depth, last = 0, len(tokens) - 1
    for index, token in enumerate(tokens):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if token.token_type != TokenType.COMMA:
            continue
        starts = index == 0 or tokens[index - 1].token_type in (TokenType.COMMA, TokenType.L_PAREN)
        if starts or index == last or tokens[index + 1].token_type in (TokenType.COMMA, TokenType.R_PAREN):
            findings.add(token.start, "KF2006", "stray comma: a value is missing beside it")
        elif depth == 0:
            findings.add(token.start, "KF2001", "more than one expression: ','", "write one value")


def _check_brackets(findings: Findings, tokens: list[Token]) -> None:
    """Note brackets that do not pair, and nesting that is too deep."""
    opened: list[Token] = []
    depth = chain = 0
    for token in tokens:
        kind = token.token_type
        if kind == TokenType.R_PAREN and not (opened and opened[-1].token_type == TokenType.L_PAREN):
            findings.add(token.start, "KF2005", "closing bracket ')' without an opening one")
            return
        if kind in (TokenType.L_PAREN, TokenType.CASE):
            opened.append(token)
        elif opened and kind == _CLOSES[opened[-1].token_type]:
            opened.pop()
        chain = chain + 1 if kind in (TokenType.NOT, TokenType.DASH, TokenType.PLUS) else 0
        depth = max(depth, len(opened) + chain)
    brackets = [token for token in opened if token.token_type == TokenType.L_PAREN]
    if brackets:
        hint = "close it with ')'; in a YAML list or { } a comma ends the text: then quote this expression"
        findings.add(brackets[-1].start, "KF2005", "the bracket '(' opened here is not closed", hint)
    if depth > DEEPEST_BRACKETS:
        message = f"nested {depth} deep; at most {DEEPEST_BRACKETS} are read"
        findings.add(0, "KF2009", message, "split it into measures")


def _check_words(findings: Findings, tokens: list[Token]) -> None:
    """Note words that begin a query or a statement."""
    words = [token.token_type not in _VALUES and token.token_type not in _SIGNS for token in tokens]
    for token, is_word, after in zip(tokens, words, tokens[1:], strict=False):
        if is_word and token.text.upper() in _QUERIES and after.token_type not in _OPERATORS:
            findings.add(token.start, "KF2004", f"a query ('{token.text}') is not allowed in an expression")
            return
    if len(tokens) < 2 or not all(words[:2]) or tokens[1].text.upper() in _BETWEEN_WORDS:
        return
    if tokens[0].text.upper() in _STATEMENTS:
        message = f"a statement ('{tokens[0].text}') is not an expression"
        findings.add(tokens[0].start, "KF2004", message, "an expression gives one value")
