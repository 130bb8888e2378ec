"""Templates that would stall or break whoever renders them: each is refused in time, and the next one is rendered."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import RuleError
from kaframe.templates import LONGEST, TemplateFolder, Templates, process
from kaframe.templates.frames import read_frame, write_frame
from kaframe.templates.process import Worker
from kaframe.wording import Wording

LOOP = "{% for a in range(1000) %}"
END = "{% endfor %}"
DATA: dict[str, Any] = {"words": ["x" * 100] * 100, "number": 3, "name": "Alpha"}
WORDS = "words | join('y' | replace('y', words | join))"

# KF400: out of memory (KF4009) or, on a busy machine, out of time (KF4008) before that.
BOMBS = {
    "loops without output": ("\n" + LOOP * 4 + END * 4, "KF4008"),
    "loops with output": (LOOP * 3 + "{{ a }}" + END * 3, "KF4005"),
    "a loop over a text": ("{% set t = words | join %}" + "{% for a in t %}" * 4 + END * 4, "KF4008"),
    "a text that doubles": (
        "{% set t = words | join %}" + "{% set t = t ~ t %}" * 18 + "{% set t = t ~ t %}" * 12,
        "KF400",
    ),
    "a text replaced in itself": ("{% set t = words | join %}" + "{% set t = t | replace('x', t) %}" * 3, "KF400"),
    "a list that doubles": ("{% set t = words %}" + "{% set t = t + t %}" * 34, "KF400"),
    "a text too long": ("{% set t = words | join %}" + "{{ t }}" * 30, "KF4005"),
    "a text times a number": ("{{ 'x' * 1000000000 }}", "KF4004"),
    "a text times a number in a dead branch": ("{% if false %}{{ 'x' * 1000000000 }}{% endif %}", ""),
    "a power": ("{{ 7 ** (7 ** 8) }}", "KF4002"),
    "a padded text": ("{{ 'x' | center(1000000000) }}", "KF4002"),
    "a format": ("{{ '%1000000000d' | format(1) }}", "KF4002"),
    "an operator for texts": ("{{ '%1000000000d' % 1 }}", "KF4004"),
    "a long range": ("{% for a in range(1000000000) %}{% endfor %}", "KF4004"),
    "blind text": ("{{ lipsum(n=1000000) }}", "KF4003"),
    "a template in itself": ("{% include 'plan.md.j2' %}", "KF4006"),
    "a macro in itself": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "KF4006"),
    "macros that double": (
        "{% macro d(t) %}{{ t }}{{ t }}{% endmacro %}{% set t = words | join %}" + "{% set t = d(t) %}" * 40,
        "KF4005",
    ),
    "a recursive loop": ("{% for a in words recursive %}{{ loop(words) }}{% endfor %}", "KF4006"),
    "numbers that grow": ("{% set n = number %}" + "{% set n = n * n %}" * 40 + "{{ n }}", "KF400"),
    "a sort of much": ("{% set t = words | join %}" + "{% set t = t ~ t %}" * 11 + "{{ t | sort | length }}", "KF400"),
    "words joined by words": ("{% set t = " + WORDS + " %}" + "{% set t = t | replace('x', t) %}", "KF400"),
    "brackets in brackets": ("{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}", "KF4006"),
    "lists in lists": ("{{ " + "[" * 5_000 + "]" * 5_000 + " }}", "KF4006"),
    "loops in loops": ("{% for a in [1] %}" * 500 + END * 500, "KF4006"),
    "a sum without end": ("{{ 1" + " + 1" * 20_000 + " }}", "KF4006"),
    "a block in itself": ("{% block b %}{{ self.b() }}{% endblock %}", "KF4006"),
    "all pairs of a text": ("{% set t = words | join %}{{ t | list | batch(1) | map('join') | join(t) }}", "KF400"),
}  # fmt: skip


def test_there_are_enough_bombs() -> None:
    """At least twenty-five that are refused."""
    assert len([code for _, code in BOMBS.values() if code]) >= 25


def templates(folder: Path, **files: str) -> Templates:
    for name, text in files.items():
        (folder / f"{name}.md.j2").write_text(text, "utf-8")
    return Templates([TemplateFolder(folder, "templates")], Wording("en", "CNY"))


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_and_others_are_rendered(tmp_path: Path, name: str) -> None:
    """What is refused names the template and why; the very next plan of another account is there."""
    text, code = BOMBS[name]
    made = templates(tmp_path, plan=text, good="{{ name }}")
    try:
        made.render("plan.md.j2", DATA)
        said = ""
    except RuleError as error:
        (problem,) = error.problems
        said = problem.code
        assert problem.at is not None
        assert problem.at.file == "templates/plan.md.j2"
        assert "plan.md.j2" in problem.message or problem.at.line >= 1
    assert said.startswith(code)
    assert bool(said) == bool(code)
    assert made.render("good.md.j2", DATA) == "Alpha"


def test_the_line_of_a_slow_loop_is_told(tmp_path: Path) -> None:
    """A loop that never ends is found where it stands."""
    made = templates(tmp_path, plan="one\ntwo\n" + LOOP * 4 + "\n" + END * 4)
    with pytest.raises(RuleError) as refused:
        made.render("plan.md.j2", DATA)
    (problem,) = refused.value.problems
    assert str(problem).startswith("templates/plan.md.j2:3:1: KF4008 'plan.md.j2' takes longer than 2.5 seconds")


def test_check_is_bounded_too(tmp_path: Path) -> None:
    """``kaframe check`` renders with samples, under the same bounds."""
    (problem,) = templates(tmp_path, plan=LOOP * 4 + END * 4).check("plan.md.j2", [DATA])
    assert problem.code == "KF4008"


def test_the_memory_of_the_run_does_not_grow(tmp_path: Path) -> None:
    """What a template uses up, it uses up elsewhere."""
    made = templates(tmp_path, good="{{ name }}", plan=BOMBS["a text that doubles"][0])
    made.render("good.md.j2", DATA)
    before = _resident()
    with pytest.raises(RuleError, match=r"KF400[89]"):
        made.render("plan.md.j2", DATA)
    assert _resident() - before < 20 * 1024 * 1024


def test_nothing_of_the_environment_goes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets of the environment are not in the process that templates run in."""
    monkeypatch.setenv("KAFRAME_SECRET", "canary-8c1f")
    worker = Worker()
    try:
        assert worker.ask(("render", (0, (), Wording("en", "CNY")), [])) == {"texts": []}
        environment = Path(f"/proc/{worker.process_id}/environ").read_bytes()
    finally:
        worker.end()
    assert b"PYTHONPATH" in environment
    assert b"canary-8c1f" not in environment


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """Whatever ends the process, one template hears of it and the next one is rendered."""
    worker = Worker()
    assert worker.ask(("render", (0, (), Wording("en", "CNY")), [])) == {"texts": []}
    os.kill(worker.process_id, signal.SIGKILL)
    with pytest.raises(EOFError):
        worker.ask(("render", (), [("plan.md.j2", {})]))
    assert not worker.is_alive()
    assert templates(tmp_path, good="{{ name }}").render("good.md.j2", DATA) == "Alpha"


def test_a_python_that_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The template is not blamed for it, and nothing is remembered: the next one is rendered."""
    made = templates(tmp_path, good="{{ name }}")
    process._WORKERS.clear()
    with monkeypatch.context() as changed:
        changed.setattr(sys, "executable", str(tmp_path / "no-python"))
        with pytest.raises(RuleError, match="KF4010 nothing can render templates: No such file"):
            made.render("good.md.j2", DATA)
        changed.setattr(sys, "executable", "/bin/false")
        with pytest.raises(RuleError, match="KF4010"):
            made.render("good.md.j2", DATA)
    assert made.render("good.md.j2", DATA) == "Alpha"


def test_many_at_once_take_turns(tmp_path: Path) -> None:
    """Threads that render at the same time get each their own answer."""
    made = templates(tmp_path, good="{{ number }}")
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(made.render("good.md.j2", {"number": n}))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [str(n) for n in range(8)]


def test_frames_are_whole_or_nothing() -> None:
    """A message that is cut, or longer than allowed, is no message."""
    stream = BytesIO()
    write_frame(stream, pickle.dumps("a" * 1000))
    whole = stream.getvalue()
    assert read_frame(BytesIO(whole)) == whole[4:]
    assert read_frame(BytesIO(whole[:-1])) is None
    assert read_frame(BytesIO(whole[:3])) is None
    assert read_frame(BytesIO(whole), most=100) is None


def test_the_longest_text_comes_over(tmp_path: Path) -> None:
    """The longest text that is allowed, in a language of three bytes a character, fits into an answer."""
    text = "关" * LONGEST
    assert templates(tmp_path, good="{{ name }}").render("good.md.j2", {"name": text}) == text


def _resident() -> int:
    fields = Path("/proc/self/statm").read_text("ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """The other process lives on; templates opened anew are those that are on the disk."""
    assert templates(tmp_path, good="one").render("good.md.j2", {}) == "one"
    assert templates(tmp_path, good="two").render("good.md.j2", {}) == "two"
