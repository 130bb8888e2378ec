"""``kaframe template``: list, show, and the live preview, on a real project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kaframe
from kaframe.cli import run_command
from tests.smallproject import fingerprint, write_project

DAY = "2026-03-31"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "small")


def run(root: Path, *arguments: str) -> int:
    return run_command(["--project", str(root), "template", *arguments])


def write(root: Path, name: str, text: str) -> None:
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates" / name).write_text(text, "utf-8")


def test_the_list_says_what_counts_and_what_it_hides(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table for people, with whole names for programs."""
    write(root, "plan.md.j2", "{% extends 'plan.md.j2' %}")
    assert run(root, "list", "--format", "json") == 0
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert found["plan.md.j2"] == {
        "name": "plan.md.j2", "file": "templates/plan.md.j2", "origin": "project", "used_by": "plans",
        "hides": "default/templates/plan.en.md.j2, templates_plain:plain/plan.en.md.j2",
    }  # fmt: skip
    assert run(root, "list") == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_the_text_of_a_template(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To begin one's own with; also of the one whose place it takes."""
    write(root, "plan.md.j2", "mine\n")
    assert run(root, "show", "plan") == 0
    assert capsys.readouterr() == ("mine\n", "templates/plan.md.j2\n")
    assert run(root, "show", "plan.md.j2", "--below") == 0
    assert "{% block situation %}" in capsys.readouterr().out
    assert run(root, "show", "win_back.md.j2", "--below") == 2
    assert run(root, "show", "pla.md.j2") == 2
    assert "did you mean 'plan.md.j2'?" in capsys.readouterr().err


def test_a_live_preview_changes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan as the next run would write it; edit, render, look."""
    write(root, "plan.md.j2", "{% extends 'plan.md.j2' %}\n{% block team %}\nOur *team*\n{% endblock %}\n")
    before = fingerprint(root)
    assert run(root, "render", "plan", "--account", "Alpha", "--as-of", DAY) == 0
    text = capsys.readouterr().out
    assert text.startswith("# Account plan: Alpha\n")
    assert text.endswith("\nOur *team*\n")
    assert "as of 31 March 2026" in text
    assert run(root, "render", "plan", "--account", "A1", "--as-of", DAY, "--format", "html") == 0
    page = capsys.readouterr().out
    assert "<h1>Account plan: Alpha</h1>" in page
    assert "<p>Our <em>team</em></p>" in page
    assert {name: sha for name, sha in fingerprint(root).items() if ".kaframe" not in name} == before
    kaframe.load(root).run(DAY)
    assert run_command(["--project", str(root), "plans", "show", "A1"]) == 0
    assert capsys.readouterr().out.endswith(text)
    assert run(root, "render", "plan", "--account", "A1", "--run", f"{DAY}.1") == 0
    assert capsys.readouterr().out == text


def test_a_message_is_previewed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what there is to tell of the account on that day."""
    write(root, "notice.txt.j2", "{% for a in accounts %}Dear all, {{ a.name }}:\n  {{ a.lines[0] }}\n{% endfor %}")
    assert run(root, "render", "notice", "--account", "A1", "--as-of", DAY) == 0
    assert capsys.readouterr().out.startswith("Dear all, Alpha:\n  ")
    write(root, "notice.txt.j2", "\n{{ acounts }}")
    assert run(root, "render", "notice", "--account", "A1", "--as-of", DAY) == 3
    assert "templates/notice.txt.j2:2:1: KF4003 unknown name 'acounts'" in capsys.readouterr().err


REFUSED = {
    "no plan": (("plan", "--account", "A4", "--as-of", DAY), 2, "KF6051 no plan for the account 'A4'"),
    "nobody": (("plan", "--account", "A77", "--as-of", DAY), 2, "KF6058"),
    "two days": (("plan", "--account", "A1", "--as-of", DAY, "--run", "2026-03-31.1"), 2, "KF6068"),
    "a path": (("../kaframe.yaml", "--account", "A1", "--as-of", DAY), 2, "KF6062 no template '../kaframe.yaml'"),
}


@pytest.mark.parametrize(("arguments", "code", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_previewed(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, why: str
) -> None:
    """With the way out."""
    assert run(root, "render", *arguments) == code
    assert why in capsys.readouterr().err
