"""Profiles laid over the base configuration."""

from __future__ import annotations

from kaframe.profiles import with_profile
from kaframe.yamlfile import parse_yaml

TEXT = """\
tables: {orders: {source: {reader: csv, path: a.csv}, time: day}}
channels: {mail: {type: email, host: a}}
profiles:
  prod:
    tables: {orders: {sources: [{reader: sql, query: x}]}}
    channels: {mail: {type: file, folder: out}}
"""


def test_sources_are_replaced_and_the_rest_stays() -> None:
    """``sources`` of a profile take the place of a ``source``; options of another type of channel go."""
    node, problems = with_profile(parse_yaml(TEXT, "kaframe.yaml"), "prod")
    assert problems == []
    assert node.plain()["tables"] == {"orders": {"sources": [{"reader": "sql", "query": "x"}], "time": "day"}}
    assert node.plain()["channels"] == {"mail": {"type": "file", "folder": "out"}}


def test_a_profile_that_nobody_declares_changes_nothing() -> None:
    """Its problem names the nearest."""
    base = parse_yaml(TEXT, "kaframe.yaml")
    node, problems = with_profile(base, "prd")
    assert node is base
    assert [(problem.code, problem.hint) for problem in problems] == [("KF1301", "did you mean 'prod'?")]
