"""The names and tables that the tests of expressions share."""

from datetime import date
from pathlib import Path

import duckdb
import yaml

from kaframe.errors import Location
from kaframe.expression import Compiled, Expression, Name, Scope, Type, compile_expression

CASES = Path(__file__).parents[1] / "cases" / "expression"
AS_OF = date(2011, 12, 9)
COLUMNS = {
    "a": "DOUBLE",
    "b": "DOUBLE",
    "c": "DOUBLE",
    "revenue": "DOUBLE",
    "name": "VARCHAR",
    "region": "VARCHAR",
    "d": "DATE",
    "e": "DATE",
    "t": "TIMESTAMP",
    "f": "BOOLEAN",
    "g": "BOOLEAN",
    "past.status": "VARCHAR",
    "Customer ID": "INTEGER",
    "近12个月销售额": "DOUBLE",
    "whole": "INTEGER",
    "other": "INTEGER",
}
TYPES = {
    "DOUBLE": Type.NUMBER,
    "INTEGER": Type.NUMBER,
    "VARCHAR": Type.TEXT,
    "DATE": Type.DATE,
    "TIMESTAMP": Type.TIMESTAMP,
    "BOOLEAN": Type.BOOLEAN,
}
NAMES = {word: Name(TYPES[kind]) for word, kind in COLUMNS.items()} | {"gone": Name(Type.NUMBER, absent=True)}
ROW = Scope("a test", NAMES, AS_OF, windows=True, later={"score": "known from step status on"})
ACCOUNT = Scope("a measure over table 'orders'", NAMES, AS_OF, aggregates=True)
FACTS = {"amount": "DOUBLE", "day": "DATE", "late": "BOOLEAN", "kind": "VARCHAR"}
ORDERS = Scope("a measure", {word: Name(TYPES[kind]) for word, kind in FACTS.items()}, AS_OF, aggregates=True)


def read_cases(name: str) -> list[dict]:
    """The golden cases of one file."""
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def compile_text(text: str, scope: Scope = ROW, expects: Type | None = None) -> Compiled:
    """Compile a text that stands at the first character of a file."""
    return compile_expression(Expression(text, Location("rules/test.yaml", 1, 1)), scope, expects)


def make_table(db: duckdb.DuckDBPyConnection, columns: dict[str, str], rows: list[dict]) -> None:
    """A table t with those rows; what a row leaves out is missing."""
    shape = ", ".join(f'"{word}" {kind}' for word, kind in columns.items())
    db.execute(f"CREATE OR REPLACE TABLE t ({shape})")
    marks = ", ".join("?" * len(columns))
    for row in rows:
        assert row.keys() <= columns.keys()
        db.execute(f"INSERT INTO t VALUES ({marks})", [row.get(word) for word in columns])
