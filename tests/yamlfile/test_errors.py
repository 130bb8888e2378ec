"""Broken YAML files and the exact text of what is said about them (tests/cases/errors/yaml)."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.errors import RuleError
from kaframe.yamlfile import read_yaml

CASES = sorted((Path(__file__).parents[1] / "cases/errors/yaml").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_broken_file(case: Path) -> None:
    """Each file beside its messages: place, code, what is wrong, how to mend it."""
    with pytest.raises(RuleError) as raised:
        read_yaml(case, case.name)
    assert f"{raised.value}\n" == case.with_suffix(".txt").read_text("utf-8")
