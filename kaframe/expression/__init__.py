"""The expression language of the rules: read, checked and printed; docs/expressions.md describes it."""

from kaframe.expression.comparisons import Comparison, comparisons
from kaframe.expression.compile import compile_expression, compile_tree
from kaframe.expression.functions import FUNCTIONS, Argument, Call, Function
from kaframe.expression.macro import make_macro
from kaframe.expression.scope import Scope
from kaframe.expression.types import Compiled, Expression, Name, Type

__all__ = [
    "FUNCTIONS",
    "Argument",
    "Call",
    "Comparison",
    "Compiled",
    "Expression",
    "Function",
    "Name",
    "Scope",
    "Type",
    "comparisons",
    "compile_expression",
    "compile_tree",
    "make_macro",
]
