"""Imported scorecards give the same scores and reasons as an independent reader of the same PMML file."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaframe.errors import RuleError
from kaframe.identify import identify_accounts
from kaframe.measure import measure_accounts
from kaframe.pmml import import_scorecard
from kaframe.score import check, score_accounts
from kaframe.status import colour_accounts
from tests.pmml.interpreter import evaluate
from tests.pmml.models import DEAL, STRICT
from tests.pmml.randommodels import WORDS, ModelWriter
from tests.steps import make_database, make_project

COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "deal": {
        "segment": st.sampled_from(["retail", "key account", "other", None]),
        "order_days": st.sampled_from([0.0, 30.0, 30.5, 90.5, 120.0, None]),
        "revenue": st.sampled_from([-5.0, 4999.0, 5000.0, 20_000.0, None]),
        "complaints": st.sampled_from([0.0, 1.0, 2.0, 3.0, None]),
        "on_contract": st.sampled_from([True, False, None]),
    },
    "strict": {
        "grade": st.sampled_from(["a", "b", "?", "z", None]),
        "Net sales": st.sampled_from([-1.0, 0.0, 10.0, 20.5, 400.0, 500.5, 1000.0, None]),
        "visits": st.sampled_from([0.0, 3.0, 8.5, 10.0, None]),
    },
}  # fmt: skip
CASES = Path(__file__).parents[1] / "cases/errors/pmml"
MODELS = {"deal": DEAL, "strict": STRICT}
KINDS = {"grade": "a", "segment": "x", "on_contract": True, "s": "x", "b": True}


def imported(folder: Path, text: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.pmml").write_text(text, encoding="utf-8")
    return import_scorecard(folder / "model.pmml", "model.pmml", "risk").text


def run(folder: Path, text: str, rows: list[dict[str, Any]]) -> list[tuple[float | None, list[tuple[float, str]]]]:
    """Score and reasons (points, code) of every row, as kaframe's own steps compute them from the imported YAML."""
    sample = {name: KINDS.get(name, 1.0) for name in rows[0]}  # so that every column has a type
    accounts = [{"account_id": f"{place:03}", **row} for place, row in enumerate([*rows, sample])]
    rules = {
        "score": imported(folder, text),
        "status": "rgb: {risk: {green: {at_least: 60}, red: else}}\n",
        "identify": "tiers: [{id: all, key: true, when: true}]\n",
    }
    project = make_project(folder, rules, {"accounts": accounts})
    assert [problem for problem in check(project) if problem.severity == "error"] == []
    with make_database({"accounts": accounts}) as db:
        for step in (measure_accounts, identify_accounts, score_accounts, colour_accounts):
            step(project, db)
        points = {row["account_id"]: row["points"] for row in db.rows("SELECT * FROM score_risk")}
        reasons = db.rows("SELECT account_id, lost, value, node FROM reasons ORDER BY account_id, rank")
    labels = dict(re.findall(r"(?m)^      (\w+):\n        label: (.*)$", rules["score"]))
    told: dict[str, list[tuple[float, str]]] = {}
    for row in reasons:
        computed = row["node"] == "effort"  # a computed score tells its code as the leaf's label
        told.setdefault(row["account_id"], []).append(
            (row["lost"], labels["effort"] if computed else row["value"])
        )
    return [(points[name], told.get(name, [])) for name in sorted(points)][: len(rows)]


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_same_scores_and_reasons(name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """For random inputs, missing, invalid and extreme ones among them."""
    row = st.fixed_dictionaries(dict(COLUMNS[name]))
    rows = data.draw(st.lists(row, min_size=20, max_size=60))
    found = run(tmp_path_factory.mktemp("pmml"), MODELS[name], rows)
    for given_row, (score, reasons) in zip(rows, found, strict=True):
        expected, codes = evaluate(MODELS[name], given_row)
        if expected is None:
            assert score is None, given_row
            continue
        assert score == pytest.approx(expected, abs=1e-9), given_row
        in_order = [sorted(code for _, code in tied) for _, tied in groupby(reasons, key=lambda one: one[0])]
        told, wanted = [code for tied in in_order for code in tied], list(codes)
        for tied in in_order:
            assert sorted(wanted[: len(tied)]) == tied, (given_row, reasons, codes)
            wanted = wanted[len(tied) :]
        assert len(told) == len(codes)


@pytest.mark.parametrize("seed", range(24))
def test_random_models_give_the_same_scores(seed: int, tmp_path: Path) -> None:
    """Predicates of all kinds in each other, computed partial scores, baselines: as the standard's arithmetic."""
    text, draw = ModelWriter(seed).model(), random.Random(seed)
    values = {"x": [0.0, 0.1, 0.2, 0.5, 7.0, -3.25, 55.5, None], "n": [0.0, 1.0, 2.0, 3.0, None],
              "s": [*WORDS, "x", None], "b": [True, False, None]}  # fmt: skip
    rows = [{name: draw.choice(choices) for name, choices in values.items()} for _ in range(40)]
    for row, (score, reasons) in zip(rows, run(tmp_path, text, rows), strict=True):
        expected, codes = evaluate(text, row)
        assert (score is None) == (expected is None), row
        if expected is not None:
            assert score == pytest.approx(float(expected), abs=1e-9), row
            told = sorted(code for _, code in reasons) if ModelWriter(seed).with_reasons else []
            assert told == sorted(codes), row


def test_what_is_written(tmp_path: Path) -> None:
    """Ordered attributes become cases, baselines and reason codes stand beside them; plain where nothing is unknown."""
    text = imported(tmp_path, DEAL)
    assert "# Imported from model.pmml. It needs these account columns or measures:\n#   segment: text\n" in text
    assert "\n    start: 40\n" in text
    assert (
        "        baseline: 18\n        cases:\n          - when: segment is null\n            points: 3\n"
        "            reason: SEG\n          - when: segment in ('retail', 'key account')\n            points: 22\n"
    ) in text
    assert "- when: (order_days <= 30) is true\n" in text


def change(old: str, new: str, text: str = DEAL) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<PMML", "model.pmml:1:1: KF6080 this is no XML"),
        ("plain", "model.pmml:1:1: KF6080 this is no XML"),
        ('<?xml version="1.0" encoding="undefined"?><PMML/>', "KF6080 the file is not in the encoding 'undefined'"),
        ("<a/>", "model.pmml:1:1: KF6082 this is <a> and no PMML file"),
        ('<PMML version="3.2"/>', "KF6082 PMML of version '3.2'"),
        ('<PMML version="4.4"/>', "KF6082 the file holds 0 Scorecard models"),
        ('<PMML version="4.4"><TreeModel/></PMML>', "model.pmml:1:21: KF6082 the file holds a TreeModel"),
        ('<!DOCTYPE PMML [<!ENTITY a "b">]><PMML version="4.4"/>', "KF6081 a document type"),
        ("<a>" * 70, "KF6081 nested deeper than 64 levels"),
        (change("Characteristic name=\"Segment\" reasonCode=\"SEG\" baselineScore=\"18\"", "Characteristic name=\"S\"",
                change('baselineScore="12"', "")), "KF6084 the characteristic 'S' has no baselineScore"),
        (change('field="segment" operator="isMissing"', 'field="segmnt" operator="isMissing"'),
         "model.pmml:28:37: KF6085 the field 'segmnt' is no active field of the model (did you mean 'segment'?)"),
        (change('operator="lessOrEqual"', 'operator="lessOrEquals"'), "did you mean 'lessOrEqual'?"),
        (change('value="30"', 'value="thirty"'), "model.pmml:38:11: KF6084 'thirty' is no number"),
        (change('dataType="string"', 'dataType="timeSeconds"'), "KF6083 the dataType 'timeSeconds'"),
        (change("<Output>", "<Targets/><Output>"), "KF6083 Targets are not supported"),
        (change('feature="reasonCode"', 'feature="transformedValue"'), "the output 'reason1' is a transformedValue"),
        (change('partialScore="3"', ""), "KF6084 an attribute has no partialScore"),
        (change('partialScore="3"', 'partialScore="NaN"'), "is 'NaN', which is no number"),
        (change('partialScore="3"', 'partialScore="1_0"'), "is '1_0', which is no number"),
        (change('initialScore="40"', 'initalScore="40"'), "did you mean 'initialScore'?"),
        (change('n="2"', 'n="3"'), "the Array says n=\"3\" and has 2 values"),
        (change("<True/>", "<Maybe/>"), "KF6083 Maybe inside Attribute is not supported"),
        (change('function="*"', 'function="erf"', STRICT), "KF6083 the function 'erf' is not supported"),
        (change('dataType="double"/>', 'dataType="string"/>', STRICT), "the function '*' takes number, got text"),
        (change("<MiningSchema>", "<LocalTransformations><DefineFunction/></LocalTransformations><MiningSchema>"),
         "KF6083 DefineFunction inside LocalTransformations is not supported"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported(tmp_path: Path, text: str, said: str) -> None:
    """Each is refused with its place in the file; nothing is written."""
    with pytest.raises(RuleError) as caught:
        imported(tmp_path, text)
    assert said in "\n".join(map(str, caught.value.problems))


@pytest.mark.parametrize(
    ("old", "new"),
    [('partialScore="3"', 'partialScore="1e400"'), ('baselineScore="12"', 'baselineScore="1e400"'),
     ('reasonCode="SEG" baselineScore="18"', 'reasonCode="SEG" baselineScore="x"'),
     ('initialScore="40"', 'initialScore="inf"')],
    ids=["partial", "baseline of all", "baseline", "initial"],
)  # fmt: skip
def test_a_number_that_is_none_is_told_once(tmp_path: Path, old: str, new: str) -> None:
    """That it is then missing too goes without saying."""
    with pytest.raises(RuleError) as caught:
        imported(tmp_path, change(old, new))
    (problem,) = caught.value.problems
    assert (problem.code, "which is no number" in problem.message) == ("KF6084", True)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """What is no plain file has no end, or none that comes: it is refused unread."""
    pipe = tmp_path / "model.pmml"
    os.mkfifo(pipe)
    with pytest.raises(RuleError, match="KF6080 this is no plain file"):
        import_scorecard(pipe, "model.pmml")


@pytest.mark.parametrize("case", sorted(CASES.glob("*.pmml")), ids=lambda case: case.stem)
def test_wrong_files(case: Path) -> None:
    """Each file beside everything that is said about it (tests/cases/errors/pmml)."""
    with pytest.raises(RuleError) as caught:
        import_scorecard(case, case.name)
    assert "".join(f"{one}\n" for one in caught.value.problems) == case.with_suffix(".txt").read_text("utf-8")


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(max_size=40).map(lambda text: f'<PMML version="4.4">{text}'.encode("utf-8", "replace")),
        st.tuples(st.integers(0, len(DEAL)), st.integers(0, 80), st.binary(max_size=8)).map(
            lambda cut: DEAL.encode()[: cut[0]] + cut[2] + DEAL.encode()[cut[0] + cut[1] :]
        ),
        st.sampled_from(["utf-7", "unicode_escape", "zlib_codec", "idna", "x" * 99]).map(
            lambda name: f'<?xml version="1.0" encoding="{name}"?><PMML version="4.4">\\ud800</PMML>'.encode()
        ),
    )
)
def test_any_bytes_are_imported_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Damaged and hostile files bring problems with a code, never anything else."""
    path = tmp_path_factory.getbasetemp() / "any.pmml"
    path.write_bytes(content)
    codes: set[str] = set()
    try:
        assert import_scorecard(path, "any.pmml").text
    except RuleError as error:
        codes = {problem.code for problem in error.problems}
    assert all(code.startswith("KF608") for code in codes)


def test_what_says_nothing_about_the_score_is_told(tmp_path: Path) -> None:
    """Extensions and statistics are left out, and that is said."""
    text = change("<Output>", "<ModelStats/><Extension name=\"x\"/><Output>")
    (tmp_path / "m.pmml").write_text(text, "utf-8")
    left = import_scorecard(tmp_path / "m.pmml", "m.pmml").left_out
    assert [(problem.code, problem.severity) for problem in left] == [("KF6088", "warning")] * 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """A byte order mark or the declaration says how the file is encoded."""
    text = DEAL.replace('encoding="UTF-8"', f'encoding="{encoding}"')
    (tmp_path / "m.pmml").write_bytes(text.encode(encoding))
    assert "label: 收入" in import_scorecard(tmp_path / "m.pmml", "m.pmml").text


def test_a_name_that_no_formula_can_take(tmp_path: Path) -> None:
    """A hostile field name neither leaves its quotes nor the comment that lists it."""
    name = "x&#10;scorecards: {}"
    text = STRICT.replace('"visits"', f'"{name}"')
    with pytest.raises(RuleError, match="cannot be named in an expression"):
        imported(tmp_path, text)
