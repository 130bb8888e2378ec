"""What ``kaframe explain --format json`` prints is what its schemas say: every field, and no others."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import call
from jsonschema import Draft7Validator, FormatChecker

from kaframe import flow
from kaframe.bundled import folder
from kaframe.explain import movement, records
from tests.explain.test_movement import FIRST, RULES, SECOND, opened, root

__all__ = ["root"]
MODULES = {"explanation": (records,), "movement": (records, movement)}
TABLE = """
      terms:
        weight: 30
        cases: [{when: paid = 'late', points: 0}, {when: visits >= 9, points: 100}, {else: 20}]
"""


def schema_of(name: str) -> dict[str, Any]:
    found = json.loads((folder("schemas") / "output" / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(found)
    return dict(found)


def record_classes(name: str) -> Iterator[tuple[str, Any]]:
    """Every record of the modules, by the name that its definition has."""
    for module in MODULES[name]:
        for one in vars(module).values():
            if isinstance(one, type) and dataclasses.is_dataclass(one) and one.__module__ == module.__name__:
                yield one.__name__[0].lower() + one.__name__[1:], one


@pytest.mark.parametrize("name", list(MODULES))
def test_a_schema_has_every_record_and_field(name: str) -> None:
    """A field that is added to a record, or taken away, must be told to those who read the data."""
    definitions, found = schema_of(name)["definitions"], dict(record_classes(name))
    assert set(definitions) == set(found)
    for one, record in found.items():
        fields = {field.name for field in dataclasses.fields(record)}
        assert set(definitions[one]["properties"]) == fields == set(definitions[one]["required"]), one
        assert definitions[one]["description"], one
        assert definitions[one]["additionalProperties"] is False, one


def faults(name: str, text: str) -> list[str]:
    """What is wrong with printed data."""
    validator = Draft7Validator(schema_of(name), format_checker=FormatChecker())
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(json.loads(text))]


def run_again(root: Path, green: int) -> None:
    """A second run, with a leaf of cases about a column that nobody fills, a hold and an exception."""
    score = RULES["rules/score.yaml"].rstrip() + TABLE
    (root / "rules/score.yaml").write_text(score, encoding="utf-8")
    accounts = root / "data/accounts.csv"
    lines = accounts.read_text(encoding="utf-8").splitlines()
    wider = [lines[0] + ",paid,visits", *(f"{line},,2" for line in lines[1:])]
    accounts.write_text("\n".join(wider) + "\n", encoding="utf-8")
    patience = "hold: 14 days, exceptions: [{id: few, when: orders_made < 1, at_most: yellow}]"
    colours = f"green: {{at_least: {green}}}, yellow: {{at_least: 10}}, red: else"
    status = f"version: 1\nrgb: {{health: {{{colours}, {patience}}}}}\n"
    (root / "rules/status.yaml").write_text(status, encoding="utf-8")
    flow.run(opened(root, SECOND))


def test_what_is_printed_is_what_the_schemas_say(root: Path) -> None:
    """An account now, in a run, and between two runs; anything else is refused."""
    run_again(root, green=90)
    now = call("-C", root, "explain", "A1", "--as-of", str(SECOND), "--format", "json")
    assert (now.code, faults("explanation", now.out)) == (0, [])
    published = call("-C", root, "explain", "A1", "--run", str(FIRST), "--format", "json")
    assert (published.code, faults("explanation", published.out)) == (0, [])
    between = call("-C", root, "explain", "A1", "--between", str(FIRST), str(SECOND), "--format", "json")
    assert (between.code, faults("movement", between.out)) == (0, [])
    spoilt = json.loads(now.out)
    spoilt[0]["nodes"][0]["points"] = "many"
    spoilt[0]["more"] = 1
    assert len(faults("explanation", json.dumps(spoilt))) == 2


def test_what_is_unknown_is_named_beside_options(root: Path) -> None:
    """Nobody knows whether A1 pays late: a case after that one would leave no points."""
    run_again(root, green=65)
    (one,) = json.loads(call("-C", root, "explain", "A1", "--as-of", str(SECOND), "--format", "json").out)
    terms = next(node for node in one["nodes"] if node["path"] == "terms")
    assert terms["points"] is None
    assert terms["reach"]["unknown"] == ["paid"], terms["reach"]
    told = call("-C", root, "explain", "A1", "--as-of", str(SECOND))
    assert "not known now, and perhaps in the way: paid" in " ".join(told.out.split())


def test_a_colour_of_the_points_is_told_as_such(root: Path) -> None:
    """By new rules A1 is green, and a hold keeps it yellow: the head says yellow, the cause what the points say."""
    run_again(root, green=60)
    asked = ("explain", "A1", "--between", str(FIRST), str(SECOND))
    (one,) = json.loads(call("-C", root, *asked, "--format", "json").out)
    assert (one["after"]["decision"]["status"], one["after"]["decision"]["why"]) == ("yellow", "hold")
    assert ("rules", "yellow", "green") in {
        (link["cause"], link["status_before"], link["status_after"]) for link in one["links"]
    }
    told = call("-C", root, *asked).out
    assert "by the points yellow → green" in told.lower()
    assert "green" not in told.lower().split("what moved it")[0]
