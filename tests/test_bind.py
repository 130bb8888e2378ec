"""From nodes to records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pytest

from kaframe.bind import Duration, Label, bind
from kaframe.errors import Location, RuleError
from kaframe.expression.types import Expression
from kaframe.yamlfile import Node, parse_yaml


@dataclass(frozen=True, slots=True)
class Band:
    """Points from an edge on."""

    points: float
    at: Location
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A record with every kind of field."""

    id: str
    label: Label
    value: Expression
    at: Location
    source: str = field(default="", metadata={"key": "from"})
    count: int = 0
    within: Duration | None = None
    since: date | None = None
    key: bool = False
    mode: Literal["sum", "mean"] = "sum"
    bands: tuple[Band, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    children: Mapping[str, Measure] = field(default_factory=dict)
    options: Any = None
    text: Node | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file of measures."""

    measures: tuple[Measure, ...]
    shares: Mapping[str, float] = field(default_factory=dict)
    owner: str = ""


def read(text: str, **given: Any) -> Measure:
    """A measure from a text."""
    return bind(parse_yaml(text, "f"), Measure, **({"id": "m"} | given))


def test_record_with_everything() -> None:
    """Each field becomes what its type says."""
    measure = read("""\
label: {en: Revenue, zh: 销售额}
value: |
  a +
  b
from: orders
count: 3
within: 14 working days
since: "2026-03-31"
key: true
mode: mean
bands: [{points: 1}, {points: 2, at_least: 3}]
curve: [[-0.2, 0], [0, 50]]
options: {a: [1, x], b: }
text: x
""")
    assert (measure.id, measure.label, measure.source, measure.count) == (
        "m",
        Label("Revenue", "销售额"),
        "orders",
        3,
    )
    assert measure.value == Expression("a +\nb\n", Location("f", 3, 3), 3)
    assert measure.at == Location("f", 1, 1)
    assert (measure.within, measure.since) == (Duration(14, "working day"), date(2026, 3, 31))
    assert (measure.key, measure.mode) == (True, "mean")
    assert measure.bands == (Band(1.0, Location("f", 11, 9)), Band(2.0, Location("f", 11, 22), 3.0))
    assert measure.curve == ((-0.2, 0.0), (0.0, 50.0))
    assert measure.options == {"a": [1, "x"], "b": None}
    assert measure.text == Node("x", Location("f", 14, 7))


def test_what_is_left_out_has_its_default() -> None:
    """Only what a record cannot do without has to be there."""
    measure = read("{label: Revenue, value: 1}")
    assert measure.label == Label("Revenue", "Revenue")
    assert (measure.source, measure.within, measure.bands, measure.children) == ("", None, (), {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("true", "true"),
        ("false", "false"),
        ("0", "0"),
        ("1.5", "1.5"),
        ("'a > 1'", "a > 1"),
        ("-3", "-3"),
    ],
)
def test_numbers_and_booleans_are_expressions(value: str, text: str) -> None:
    """``when: true`` and ``else: 0`` are what people write."""
    assert read(f"{{label: x, value: {value}}}").value.text == text


def test_records_take_their_id_from_the_key() -> None:
    """A mapping of records becomes records in their order, or a mapping of them."""
    node = parse_yaml(
        "measures:\n  b: {label: B, value: 1, children: {c: {label: C, value: 2}}}\n"
        "  a: {label: A, value: 3}\n",
        "f",
    )
    measures = bind(node, File).measures
    assert [measure.id for measure in measures] == ["b", "a"]
    assert measures[0].children["c"].id == "c"


def test_records_of_a_list_bring_their_id() -> None:
    """The id stands in the record then."""
    node = parse_yaml(
        "measures: [{id: b, label: B, value: 1}, {id: a, label: A, value: 2}]\nshares: {a: 1, b: 0.5}",
        "f",
    )
    found = bind(node, File, owner="chen")
    assert [measure.id for measure in found.measures] == ["b", "a"]
    assert (found.shares, found.owner) == ({"a": 1.0, "b": 0.5}, "chen")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{value: 1}", "f:1:1: KF1106 a measure needs 'label'", id="missing"),
        pytest.param("{label: x, value: []}", "f:1:19: KF1106 expected an expression", id="expression"),
        pytest.param(
            "{label: x, value: 1, count: 1.5}", "f:1:29: KF1106 expected whole number", id="fraction"
        ),
        pytest.param(
            "{label: x, value: 1, count: true}",
            "f:1:29: KF1106 expected whole number",
            id="flag for a number",
        ),
        pytest.param(
            "{label: x, value: 1, key: 1}", "f:1:27: KF1106 expected true or false", id="number for a flag"
        ),
        pytest.param("{label: x, value: 1, from: 1}", "f:1:28: KF1106 expected text", id="number for text"),
        pytest.param("{label: {}, value: 1}", "f:1:9: KF1106 expected text", id="label of no language"),
        pytest.param(
            "{label: x, value: 1, within: 3 moons}",
            "f:1:30: KF1106 '3 moons' is not a duration",
            id="duration",
        ),
        pytest.param(
            "{label: x, value: 1, since: 2024-02-30}", "f:1:29: KF1106 '2024-02-30' is not a date", id="date"
        ),
        pytest.param(
            "{label: x, value: 1, mode: max}", "f:1:28: KF1106 expected one of sum, mean", id="choice"
        ),
        pytest.param("{label: x, value: 1, bands: 3}", "f:1:29: KF1106 expected a list", id="list"),
        pytest.param(
            "{label: x, value: 1, bands: [3]}", "f:1:30: KF1106 expected keys and values", id="record"
        ),
        pytest.param("{label: x, value: 1, curve: [[1]]}", "f:1:30: KF1106 expected a list of 2", id="pair"),
        pytest.param(
            "{label: x, value: 1, bands: [{points: x}]}", "f:1:39: KF1106 expected number", id="number"
        ),
        pytest.param(
            "{label: x, value: 1, children: [x]}", "f:1:32: KF1106 expected keys and values", id="mapping"
        ),
    ],
)
def test_values_that_do_not_fit(text: str, message: str) -> None:
    """The schema says it before; if it does not, the place is not lost."""
    with pytest.raises(RuleError) as raised:
        read(text)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "duration", "sql"),
    [
        ("90 days", Duration(90, "day"), "INTERVAL '90' DAY"),
        ("1 day", Duration(1, "day"), "INTERVAL '1' DAY"),
        ("2 weeks", Duration(2, "week"), "INTERVAL '2' WEEK"),
        ("3 months", Duration(3, "month"), "INTERVAL '3' MONTH"),
        ("2 quarters", Duration(2, "quarter"), "INTERVAL '6' MONTH"),
        ("1 year", Duration(1, "year"), "INTERVAL '1' YEAR"),
    ],
)
def test_durations(text: str, duration: Duration, sql: str) -> None:
    """Read, written back as people write them, and as SQL."""
    assert Duration.parse(text) == duration
    assert (str(duration), duration.interval_sql) == (text, sql)


def test_working_days_need_a_calendar() -> None:
    """They are read and written, but are no interval of SQL."""
    duration = Duration.parse("14 working days")
    assert str(duration) == "14 working days"
    with pytest.raises(ValueError, match="calendar"):
        _ = duration.interval_sql


@pytest.mark.parametrize(
    "text", ["", "90", "days", "90days", "90 dayz", "-1 days", "1.5 days", "999999 days", "1 days\n"]
)
def test_no_durations(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="is not a duration"):
        Duration.parse(text)


def test_label_in_both_languages() -> None:
    """A project speaks one of them."""
    label = Label("Revenue", "销售额")
    assert (label.text("en"), label.text("zh")) == ("Revenue", "销售额")


@pytest.mark.parametrize(("text", "en", "zh"), [("{en: VIP}", "VIP", "VIP"), ("{zh: 大客户}", "大客户", "大客户")])
def test_a_label_in_one_language_is_read_in_both(text: str, en: str, zh: str) -> None:
    """Whose project has one language needs no words in the other."""
    label = read(f"label: {text}\nvalue: x\n").label
    assert (label.text("en"), label.text("zh")) == (en, zh)
