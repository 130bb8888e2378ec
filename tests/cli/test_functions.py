"""``kaframe show functions``: all that expressions may call, those of plugins among them."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from kaframe.cli import run_command
from tests.badproject import DAY, swap, write_project

PLUGIN = """
    import kaframe
    @kaframe.hook
    def kaframe_functions():
        summary = {"en": "With tax", "zh": "含税"}
        yield kaframe.Function("with_tax", summary, {"net": "number"}, "net * 1.19", "with_tax(x)")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_project(tmp_path)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/tax.py").write_text(dedent(PLUGIN), "utf-8")
    return tmp_path


def test_functions_of_plugins_are_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With their plugin, beside those of the language."""
    assert run_command(["-C", str(root), "show", "functions", "--format", "json"]) == 0
    rows = {row["function"]: row for row in json.loads(capsys.readouterr().out)}
    mine = rows["with_tax(net)"]
    assert (mine["gives"], mine["meaning"], mine["plugin"]) == ("number", "With tax", "tax")
    assert rows["ratio(a, b)"]["plugin"] is None


def test_rules_and_columns_may_call_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a measure over rows, in one of measures, and in a column of the data; misspelt, it is suggested."""
    swap("rules/measure.yaml", "value: sum(amount)", "value: sum(with_tax(amount))")(root)
    config = root / "kaframe.yaml"
    columns = "    columns: {gross: with_tax(amount)}\n    time: ordered_on"
    config.write_text(config.read_text("utf-8").replace("    time: ordered_on", columns), "utf-8")
    command = ["-C", str(root), "preview", "--as-of", DAY, "--table", "measures", "--format", "json"]
    assert run_command(command) == 0
    rows = {row["account_id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["A2"]["revenue"] == pytest.approx(200 * 1.19)
    swap("rules/measure.yaml", "value: sum(amount)", "value: sum(with_tex(amount))")(root)
    assert run_command(["-C", str(root), "check"]) == 3
    assert "did you mean 'with_tax'?" in capsys.readouterr().err


def test_without_the_plugin_the_rule_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--no-plugins`` says which function is missing."""
    swap("rules/measure.yaml", "value: sum(amount)", "value: sum(with_tax(amount))")(root)
    assert run_command(["-C", str(root), "--no-plugins", "check"]) == 3
    assert "KF2003 function with_tax is not allowed" in capsys.readouterr().err
