"""Plugins that are pinned in ``plugins:``: another version or other files are refused before anything is imported."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaframe.cli import run_command
from kaframe.plugins.importing import find_installed, find_project
from kaframe.plugins.pinned import digest_plugin

CODE = """\
from pathlib import Path
import kaframe
Path(__file__).with_name("imported.txt").write_text("yes")

@kaframe.hook
def kaframe_functions():
    yield kaframe.Function("twice", "Twice", {"value": "number"}, "value * 2", "twice(2)")
"""
CONFIG = """\
version: 1
project: pinned
language: en
timezone: UTC
calendar: none
currency: EUR
accounts: {source: {reader: csv, path: a.csv}, key: account_id, name: name}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "own.py").write_text(CODE, "utf-8")
    (tmp_path / "a.csv").write_text("account_id,name\n", "utf-8")
    (tmp_path / "team.yaml").write_text("version: 1\nmembers: []\n", "utf-8")
    return tmp_path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package as an installer leaves it: code, metadata, RECORD."""
    site = tmp_path / "site"
    (site / "pinned_erp").mkdir(parents=True)
    meta = site / "pinned_erp-1.2.0.dist-info"
    meta.mkdir()
    (site / "pinned_erp" / "__init__.py").write_text(CODE, "utf-8")
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: pinned-erp\nVersion: 1.2.0\n", "utf-8")
    (meta / "entry_points.txt").write_text("[kaframe]\nerp = pinned_erp\n", "utf-8")
    digest = base64.urlsafe_b64encode(hashlib.sha256(CODE.encode()).digest()).rstrip(b"=").decode()
    (meta / "RECORD").write_text(
        f"pinned_erp/__init__.py,sha256={digest},{len(CODE)}\npinned_erp-1.2.0.dist-info/RECORD,,\n", "utf-8"
    )
    monkeypatch.syspath_prepend(str(site))
    yield site / "pinned_erp" / "__init__.py"
    sys.modules.pop("pinned_erp", None)


def check(root: Path, plugins: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    (root / "kaframe.yaml").write_text(f"{CONFIG}plugins: {plugins}\n", "utf-8")
    code = run_command(["-C", str(root), "plugins", "check"])
    return code, capsys.readouterr().err


def test_files_of_the_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The digest that ``plugins show`` prints pins the file; one more byte and it is not imported."""
    (project / "kaframe.yaml").write_text(CONFIG, "utf-8")
    assert run_command(["-C", str(project), "plugins", "show", "own", "--format", "json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    pin = f"[{{name: own, sha256: {shown['sha256']}}}]"
    assert check(project, pin, capsys)[0] == 0
    (project / "plugins" / "imported.txt").unlink()
    file = project / "plugins" / "own.py"
    file.write_text(CODE + "#", "utf-8")
    (plugin,) = find_project(project)
    code, told = check(project, pin, capsys)
    assert (code, "KF5014 plugin 'own' is not the one that was pinned" in told) == (3, True)
    assert f"write sha256: {digest_plugin(plugin)}" in told
    assert not (project / "plugins" / "imported.txt").exists()


def test_installed_packages(project: Path, installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By version and by the bytes of the files as they are now, whatever RECORD says of them."""
    (plugin,) = [one for one in find_installed() if one.name == "erp"]
    pin = f"[{{name: erp, version: 1.2.0, sha256: {digest_plugin(plugin)}}}]"
    assert check(project, pin, capsys) == (0, "")
    installed.with_name("imported.txt").unlink()
    code, told = check(project, "[{name: erp, version: 1.3.0}]", capsys)
    assert (code, "KF5013 plugin 'erp' has version 1.2.0, not 1.3.0" in told) == (3, True)
    installed.write_text(CODE.replace("value * 2", "value * 3"), "utf-8")
    code, told = check(project, pin, capsys)
    assert (code, "KF5014 plugin 'erp' is not the one that was pinned" in told) == (3, True)
    assert not installed.with_name("imported.txt").exists()


def test_what_cannot_be_pinned_is_said(project: Path, installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that nothing has, a file has no version, a linked package no files, and a digest has 64 digits."""
    assert "kaframe.yaml:8:16: KF5001 plugin 'onw' is neither" in check(project, "[own, onw]", capsys)[1]
    code, told = check(project, "[{name: own, version: '1'}]", capsys)
    assert (code, "KF5013 plugin 'own' is a file of the project and has no version, not 1" in told) == (3, True)
    record = installed.parents[1] / "pinned_erp-1.2.0.dist-info" / "RECORD"
    record.write_text("pinned_erp-1.2.0.dist-info/RECORD,,\n", "utf-8")
    code, told = check(project, f"[{{name: erp, sha256: {'0' * 64}}}]", capsys)
    assert (code, "KF5014 plugin 'erp' has no files of its own that could be pinned" in told) == (3, True)
    assert check(project, "[{name: erp, sha256: abc}]", capsys)[0] == 3
