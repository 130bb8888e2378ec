"""Templates: what they may do, what they must never do, and how their mistakes are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaframe.errors import RuleError
from kaframe.plugins import load_plugins
from kaframe.templates import LONGEST, TemplateFolder, Templates
from kaframe.wording import Wording

CONTEXT: dict[str, Any] = {
    "account": {"name": "*Alpha* <b>", "items": 3, "since": date(2026, 1, 2), "nothing": None, "is_key": True},
    "numbers": [3, 1, 2],
    "measures": {"revenue": {"label": "Revenue", "value": 12300.0, "unit": "currency"}},
    "empty": [],
}


def templates(folder: Path, language: str = "en", **files: str) -> Templates:
    """The templates of a folder with these files."""
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}.md.j2").write_text(text, "utf-8")
    return Templates([TemplateFolder(folder, "templates")], Wording(language, "CNY"), load_plugins(None).filters)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# {{ account.name }}", "# \\*Alpha\\* &lt;b&gt;"),
        ("{{ account.items }} {{ account['items'] }}", "3 3"),
        ("{{ account.since }} {{ account.since.year }}", "2 January 2026 2026"),
        ("{{ account.nothing }} {{ account.is_key }}", "— yes"),
        ("{{ measures.revenue | shown }} {{ 0.5 | percent }} {{ 5 | money }}", "CN¥12,300 50% CN¥5"),
        ("{% for n in numbers | sort %}{{ loop.index }}:{{ n }} {% endfor %}", "1:1 2:2 3:3 "),
        ("{% if empty %}a{% else %}b{% endif %}{% set x = 2 * 3 %}{{ x }}", "b6"),
        ("{{ numbers | sum }} {{ numbers[0] }} {{ numbers[1:] | join(', ') }}", "6 3 1, 2"),
        ("{% if account.name is defined and account.other is not defined %}ok{% endif %}", "ok"),
        ("{% for key, value in measures.items() %}{{ key }}{% endfor %}", "revenue"),
    ],
)
def test_what_templates_may_do(tmp_path: Path, text: str, expected: str) -> None:
    """Values, loops, conditions, filters; data are escaped, numbers and days written as people do."""
    found = templates(tmp_path, plan=text)
    assert found.check("plan.md.j2", [CONTEXT]) == []
    assert found.render("plan.md.j2", CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ ''.__class__.__mro__ }}", "KF4003"),
        ("{{ account.__class__ }}", "KF4003"),
        ("{{ account.name.upper() }}", "KF4003"),
        ("{{ account['__class__'] }}", "KF4003"),
        ("{{ numbers.append(1) }}", "KF4003"),
        ("{{ account.since.strftime('%Y') }}", "KF4003"),
        ("{{ account.since.replace(year=1) }}", "KF4003"),
        ("{{ ''|attr('__class__') }}", "KF4002"),
        ("{{ lipsum() }}", "KF4003"),
        ("{{ cycler }}", "KF4003"),
        ("{{ 'x' * 1000000000 }}", "KF4004"),
        ("{{ '%1000000000d' % 1 }}", "KF4004"),
        ("{{ 2 ** 999999 }}", "KF4002"),
        ("{% for n in range(1000000) %}{% endfor %}", "KF4004"),
        ("{% for a in range(999) %}{% for b in range(999) %}abcdefgh{% endfor %}{% endfor %}", "KF4005"),
        ("{% include '../secret.md.j2' %}", "KF4001"),
        ("{% include '/etc/passwd' %}", "KF4001"),
        ("{% include 'plan.md.j2' %}", "KF4006"),
        ("{% macro f() %}{% endmacro %}", "KF4002"),
        ("{% import 'plan.md.j2' as p %}", "KF4002"),
        ("{% extends 'plan.md.j2' %}", "KF4002"),
        ("{% set account.name = 1 %}", "KF4002"),
    ],
)
def test_what_templates_must_not_do(tmp_path: Path, text: str, code: str) -> None:
    """No way out of the data, no work without end; each is answered with its place."""
    (tmp_path / "secret.md.j2").write_text("secret", "utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    with pytest.raises(RuleError) as caught:
        templates(folder, plan=text).render("plan.md.j2", CONTEXT)
    [problem] = caught.value.problems
    assert problem.code == code
    assert code == "KF4005" or problem.at is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{ account.nmae }}", "templates/plan.md.j2:2:1: KF4003 unknown name 'nmae' (did you mean 'name'?)"),
        ("{{ acount.name }}", "templates/plan.md.j2:1:1: KF4003 unknown name 'acount' (did you mean 'account'?)"),
        ("\n\n{% if %}", "templates/plan.md.j2:3:1: KF4002 the template cannot be read: Expected an expression"),
        ("{{ 1 / empty | length }}", "templates/plan.md.j2:1:1: KF4006 the template fails: division by zero"),
        ("x\n{% include 'other.md.j2' %}", "templates/other.md.j2:2:1: KF4003 unknown name 'zzz'"),
        ("{{ 'a' | uper }}", "templates/plan.md.j2:1:1: KF4002 the template cannot be read: no filter 'uper' (did"),
        ("{% include 'othr.md.j2' %}", "templates/plan.md.j2:1:1: KF4001 no template 'othr.md.j2'"),
    ],
    ids=["attribute", "name", "syntax", "division", "inside an include", "filter", "missing include"],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    """At check time, before any plan is written."""
    found = templates(tmp_path, plan=text, other="\n{{ account.zzz }}")
    [problem] = found.check("plan.md.j2", [CONTEXT])
    assert str(problem).startswith(message)


@pytest.mark.parametrize(("language", "expected"), [("zh", "方案"), ("en", "plan")])
def test_the_language_of_the_project_comes_first(tmp_path: Path, language: str, expected: str) -> None:
    """``plan.zh.md.j2`` before ``plan.md.j2``, also when it is included."""
    found = templates(tmp_path, language, plan="plan", plan__zh="方案", whole="{% include 'plan.md.j2' %}")
    assert found.render("plan.md.j2", {}) == expected
    assert found.render("whole.md.j2", {}) == expected
    assert found.names() == (
        ["plan.md.j2", "whole.md.j2"] if language == "zh" else ["plan.md.j2", "plan.zh.md.j2", "whole.md.j2"]
    )


def test_the_project_comes_before_the_pack(tmp_path: Path) -> None:
    """The first folder that has the template wins."""
    own, pack = tmp_path / "own", tmp_path / "pack"
    for folder, text in ((own, "own"), (pack, "pack")):
        folder.mkdir()
        (folder / "plan.md.j2").write_text(text, "utf-8")
    (pack / "other.md.j2").write_text("other", "utf-8")
    found = Templates([TemplateFolder(own, "templates"), TemplateFolder(pack, "pack")], Wording("en", "CNY"))
    assert (found.render("plan.md.j2", {}), found.render("other.md.j2", {})) == ("own", "other")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """A template is a file of the folder, not whatever a link points to."""
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "plan.md.j2").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(RuleError, match=r"KF400[17]"):
        templates(folder).render("plan.md.j2", {})


def test_a_long_text_is_cut_off_early(tmp_path: Path) -> None:
    """The limit is on the text, whatever it is made of."""
    line = "x" * 1000
    found = templates(tmp_path, plan=f"{{% for n in range(1000) %}}{line}{{% endfor %}}")
    with pytest.raises(RuleError, match=f"beyond {LONGEST:,} characters"):
        found.render("plan.md.j2", {})
