"""JUnit XML, as build servers read it."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring, tostring

from ruletesting import run_text

from kaframe.project import Project
from kaframe.testing.junit import junit_tree


def test_passed_failed_and_invalid(small: Project) -> None:
    """Counts, a failure with every difference, an error with the problem, times; no character that XML refuses."""
    result = run_text(small, """
  - {id: good, given: {scores: [{account_id: A, points: 90}]}, expect: {colours: [{account_id: A, status: green}]}}
  - {id: b, given: {scores: [{account_id: "<&>", points: 9}]}, expect: {colours: [{account_id: "<&>", status: green,
     points: {about: 8, within: 0.5}}]}}
  - {id: wrong, given: {scors: []}, expect: {colours: [{account_id: A, status: green}]}}
""")
    root = fromstring(tostring(junit_tree(result).getroot()))
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3", "failures": "1", "errors": "1",
    }  # fmt: skip
    good, bad, wrong = root.iter("testcase")
    assert (good.get("classname"), good.get("name"), list(good)) == ("tests.rules", "good", [])
    assert "expected green, got red" in (bad.findtext("failure") or "")
    assert "points: expected about 8, within 0.5, got 9 (decided by" in (bad.findtext("failure") or "")
    error = wrong.find("error")
    assert error is not None
    assert error.get("type") == "KF2406"
    assert all(float(case.get("time", "")) >= 0 for case in root.iter("testcase"))


def test_a_file_without_a_test_is_an_error(small: Project) -> None:
    """A build server that counts cases alone would call it green."""
    root = fromstring(tostring(junit_tree(run_text(small, "version: 1\ntests: []\n")).getroot()))
    assert (root.get("tests"), root.get("errors")) == ("1", "1")
    (case,) = root.iter("testcase")
    assert (case.get("file"), [part.get("message") for part in case]) == ("tests/rules.yaml", ["no test ran"])
