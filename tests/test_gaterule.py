"""Gates as they are written in kaframe.yaml: short and long forms, what is usual, names."""

from __future__ import annotations

import pytest

from kaframe.gaterule import Gate, read_gates
from kaframe.schema import check_schema
from kaframe.yamlfile import parse_yaml

HEAD = "project: p\nlanguage: en\n"
SOURCE = "source: {reader: csv, path: a.csv}"


def gates(table: str = "", usual: str = "", accounts: str = "") -> dict[str, Gate]:
    """The gates of one table beside accounts, by name."""
    own = f"accounts: {{{SOURCE}{accounts}}}\ntables: {{orders: {{{SOURCE}{table}}}}}\n"
    node = parse_yaml(HEAD + own + (f"gates: {usual}\n" if usual else ""), "kaframe.yaml")
    assert check_schema(node, "kaframe") == []
    found = read_gates(node)
    assert len({gate.name for gate in found}) == len(found)
    return {gate.name: gate for gate in found}


def test_every_source_has_a_volume() -> None:
    """Thirty per cent, and nothing else without a word."""
    found = gates()
    assert list(found) == ["accounts.volume", "orders.volume"]
    assert {(gate.limit, gate.severity) for gate in found.values()} == {(0.3, "fail")}


def test_what_is_usual_can_be_said_once() -> None:
    """For all; a table's own goes first."""
    found = gates(", gates: {volume: 0.1}", "{volume: {within: 50%, severity: warn}}")
    assert (found["accounts.volume"].limit, found["accounts.volume"].severity) == (0.5, "warn")
    assert (found["orders.volume"].limit, found["orders.volume"].severity) == (0.1, "fail")
    assert gates(usual="{volume: off}") == {}
    assert list(gates(", gates: {volume: off}")) == ["accounts.volume"]


@pytest.mark.parametrize(
    ("text", "name", "limit", "columns"),
    [
        ("{missing: {amount: 1.5%}}", "orders.missing.amount", 0.015, ("amount",)),
        ("{missing: {amount: {at_most: 0.2}}}", "orders.missing.amount", 0.2, ("amount",)),
        ("{missing: {amount: 0}}", "orders.missing.amount", 0.0, ("amount",)),
        ("{unique: [a, b]}", "orders.unique", 0.0, ("a", "b")),
        ("{unique: {columns: [a], at_most: 0.1%}}", "orders.unique", 0.001, ("a",)),
        ("{volume: 100%}", "orders.volume", 1.0, ()),
    ],
)
def test_short_and_long_forms(text: str, name: str, limit: float, columns: tuple[str, ...]) -> None:
    """Shares as numbers or per cent."""
    gate = gates(f", gates: {text}")[name]
    assert (round(gate.limit, 12), gate.columns) == (limit, columns)


def test_a_table_says_once_what_is_unique() -> None:
    """Its own columns are those of a gate that names none."""
    assert gates(", unique: [ticket_id], gates: {unique: {at_most: 1%}}")["orders.unique"].columns == ("ticket_id",)


def test_the_severity_of_one_and_of_all() -> None:
    """A gate's own word goes first."""
    found = gates(
        ", gates: {fresh: {within: 3 days, severity: fail}, missing: {amount: 1%}}",
        "{severity: warn, measures: {m: 5%}}",
    )
    assert {name: gate.severity for name, gate in found.items()} == {
        "accounts.volume": "warn", "orders.fresh": "fail", "orders.volume": "warn", "orders.missing.amount": "warn",
        "measures.missing.m": "warn",
    }  # fmt: skip


def test_limits_as_people_read_them() -> None:
    """As they were written."""
    found = gates(", gates: {fresh: 2 working days, volume: 12.5%, missing: {a: 0, b: 0.1}}")
    assert {name: gate.limit_text for name, gate in found.items()} == {
        "accounts.volume": "30%", "orders.fresh": "2 working days", "orders.volume": "12.5%",
        "orders.missing.a": "0%", "orders.missing.b": "10%",
    }  # fmt: skip
