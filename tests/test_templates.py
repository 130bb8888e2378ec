"""Templates: what they may do, what they must never do, and how their mistakes are told."""

from __future__ import annotations

import re
from datetime import date, timedelta
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
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "KF4006"),
        ("{% macro f(x) %}{{ x }}{{ x }}{% endmacro %}{{ f.__globals__ }}", "KF4003"),
        ("{% macro f(x) %}{{ x }}{% endmacro %}{{ f._environment }}", "KF4003"),
        ("{% block b %}{{ self._TemplateReference__context }}{% endblock %}", "KF4003"),
        ("{% block b %}{{ self.b.__init__ }}{% endblock %}", "KF4003"),
        ("{% call f() %}{% endcall %}", "KF4002"),
        ("{% filter upper %}{% endfilter %}", "KF4002"),
        ("{% import 'plan.md.j2' as p %}", "KF4006"),
        ("{% extends 'plan.md.j2' %}", "KF4006"),
        ("{% extends '../secret.md.j2' %}", "KF4001"),
        ("{% extends 'plan.md.j2#0' %}", "KF4001"),
        ("{% import '/etc/passwd' as p %}", "KF4001"),
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


LOWER = """\
# {{ title }}
{% block first %}
First {{ account.name }}
{% endblock %}
{% block last %}
Last
{% endblock %}
"""


def test_a_project_changes_one_block_of_the_template_that_it_hides(tmp_path: Path) -> None:
    """A template that names itself means the one whose place it takes; ``super()`` is what stood there."""
    folders = []
    for name, text in {
        "templates": "{% extends 'plan.md.j2' %}\n{% block last %}\n{{ super() }}And more of *us*\n{% endblock %}\n",
        "middle": "{% extends 'plan.md.j2' %}\n{% block first %}\nMiddle {{ account.name }}\n{% endblock %}\n",
        "default": LOWER,
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / ("plan.en.md.j2" if name == "default" else "plan.md.j2")).write_text(text, "utf-8")
        folders.append(TemplateFolder(tmp_path / name, name))
    found = Templates(folders, Wording("en", "CNY"))
    context = {**CONTEXT, "title": "T"}
    assert found.check("plan.md.j2", [context]) == []
    assert found.render("plan.md.j2", context) == (
        "# T\nMiddle \\*Alpha\\* &lt;b&gt;\nLast\nAnd more of *us*\n"
    )


def test_macros_are_shared_and_escape_once(tmp_path: Path) -> None:
    """From a template of its own, by name or all of them; data in it are escaped, markup of it is not."""
    macros = "{% macro row(label, value='none') %}| **{{ label }}** | {{ value }} |{% endmacro %}"
    plan = (
        "{% from 'macros.md.j2' import row as line %}{% import 'macros.md.j2' as m %}"
        "{{ line(account.name) }}{{ m.row(label='x', value=3) }}"
    )
    found = templates(tmp_path, plan=plan, macros=macros)
    assert found.check("plan.md.j2", [CONTEXT]) == []
    assert found.render("plan.md.j2", CONTEXT) == "| **\\*Alpha\\* &lt;b&gt;** | none || **x** | 3 |"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"plan": "x\n{% extends 'pln.md.j2' %}"}, "templates/plan.md.j2:2:1: KF4001 no template 'pln.md.j2' (did you"),
        ({"plan": "{% import 'm.md.j2' as m %}\n{{ m.rwo() }}", "m": "{% macro row() %}{% endmacro %}"},
         "templates/plan.md.j2:2:1: KF4003 unknown name 'rwo' (did you mean 'row'?)"),
        ({"plan": "{% from 'm.md.j2' import rwo %}\n{{ rwo() }}", "m": "{% macro row() %}{% endmacro %}"},
         "templates/plan.md.j2:2:1: KF4003"),
        ({"plan": "{% include 'a.md.j2' %}", "a": "{% include 'b.md.j2' %}", "b": "\n{% include 'a.md.j2' %}"},
         "KF4006 templates take each other in without end: templates/plan.md.j2 → templates/a.md.j2 → "),
        ({"plan": "{% extends 'a.md.j2' %}", "a": "{% extends 'plan.md.j2' %}"},
         "KF4006 templates take each other in without end: templates/plan.md.j2 → templates/a.md.j2 → "),
        ({"plan": "{% macro row(label) %}{{ lable }}{% endmacro %}{{ row(1) }}"},
         "templates/plan.md.j2:1:1: KF4003 unknown name 'lable' (did you mean 'label'?)"),
        ({"plan": "\n{% macro f(a) %}{% endmacro %}\n{{ f(1, 2) }}"},
         "templates/plan.md.j2:3:1: KF4006 the template fails: macro 'f' takes not more than 1 argument(s)"),
        ({"plan": "{% block a %}{% endblock %}\n{% block a %}{% endblock %}"},
         "templates/plan.md.j2:2:1: KF4002 the template cannot be read: block 'a' defined twice"),
    ],
    ids=["missing parent", "macro", "imported name", "circle", "circle of parents", "parameter", "arguments", "twice"],
)  # fmt: skip
def test_mistakes_between_templates_are_told(tmp_path: Path, files: dict[str, str], message: str) -> None:
    """With file and line, and the nearest name."""
    found = templates(tmp_path, **files)
    [problem] = found.check("plan.md.j2", [CONTEXT])
    assert message in str(problem)
    assert problem.at is not None

TABLE = re.compile(r"^\| `(\{\{.*\}\})` \| (.*) \| (.*) \|$", re.MULTILINE)
FILTERED = TABLE.findall((Path(__file__).parents[1] / "docs" / "templates.md").read_text("utf-8"))


@pytest.mark.parametrize(("written", "english", "chinese"), FILTERED, ids=[written for written, _, _ in FILTERED])
def test_the_table_of_filters_is_true(tmp_path: Path, written: str, english: str, chinese: str) -> None:
    """Every line of it, in both languages."""
    today = date(2026, 6, 30)
    context = {
        "as_of": today, "since": today - timedelta(weeks=3), "due_on": today + timedelta(days=5),
        "measures": {"revenue_12m": {"label": "Revenue", "value": 696000.0, "unit": "currency"}},
    }  # fmt: skip
    assert len(FILTERED) > 10
    for language, expected in (("en", english), ("zh", chinese)):
        found = templates(tmp_path, language, plan=written.replace("\\|", "|"))
        assert found.render("plan.md.j2", context) == expected
