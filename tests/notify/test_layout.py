"""Messages by a template of the project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kaframe.notify import check
from kaframe.notify.layout import as_html
from kaframe.project import Project
from tests.telling import event, make_project, notices, rule


def project_with(folder: Path, **templates: str) -> Project:
    """A project with these templates of messages."""
    (folder / "templates").mkdir()
    for name, text in templates.items():
        (folder / "templates" / f"{name}.txt.j2").write_text(text, "utf-8")
    return replace(make_project(folder, rule()), root=folder)


def test_a_notice_has_its_own_words(tmp_path: Path) -> None:
    """Its own template before that of all; the first line of a paragraph is the heading of the lines under it."""
    [notice] = make_project(tmp_path, rule()).rules.notify.notices
    own = "Dear team\n\n{% for a in accounts %}{{ a.name }} <b>\n  {{ a.lines | join }}\n{% endfor %}"
    project = project_with(tmp_path, notice="all", **{f"notice_{notice.id}": own})
    assert check(project) == []
    (row,) = notices(project, {"events": [event(sentence="@all *now* \u202e")]})
    assert row["text"] == "Dear team\n\n长城 <b>\n  ＠all *now*\n"
    assert row["html"] == (
        '<div lang="zh">\n<p>Dear team</p>\n<p><b>长城 &lt;b&gt;</b></p>\n<ul>\n<li>＠all *now*</li>\n</ul>\n</div>\n'
    )


def test_a_template_that_fails_keeps_no_message_back(tmp_path: Path) -> None:
    """It goes out in the bundled words, and its reason names file and line."""
    project = project_with(tmp_path, notice="\n{{ accounts[99].name }}")
    (row,) = notices(project, {"events": [event()]})
    (bundled,) = notices(make_project(tmp_path / "other", rule()), {"events": [event()]})
    assert (row["state"], row["text"], row["html"]) == ("pending", bundled["text"], bundled["html"])
    assert row["reason"].startswith("templates/notice.txt.j2:2:1: KF4003")


def test_the_bundled_template_says_what_is_said_when_a_template_fails(tmp_path: Path) -> None:
    """So that nobody can tell the difference."""
    project = project_with(tmp_path, notice="{{ nothing }}")
    whole = make_project(tmp_path / "other", rule())
    tables = {"events": [event(), event("A2", "e2")]}
    assert [row["text"] for row in notices(project, tables)] == [row["text"] for row in notices(whole, tables)]


def test_mistakes_are_found_before_a_run(tmp_path: Path) -> None:
    """A misspelt name in a template, and one for a notice that there is not."""
    project = project_with(tmp_path, notice="{{ acounts }}", notice_turned_rde="x")
    assert [problem.code for problem in check(project)] == ["KF4003", "KF4018"]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("a\n", "<p>a</p>"),
        ("a\nb\n", "<p>a</p>\n<p>b</p>"),
        ("a\n  b\n  c\n", "<p><b>a</b></p>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>"),
        ("  b\n", "<ul>\n<li>b</li>\n</ul>"),
        ("a\n  b\n\n<c>\n", "<p><b>a</b></p>\n<ul>\n<li>b</li>\n</ul>\n<p>&lt;c&gt;</p>"),
    ],
)
def test_text_becomes_html(text: str, inner: str) -> None:
    """Paragraphs and lists, and nothing of it is markup."""
    assert as_html("en", text) == f'<div lang="en">\n{inner}\n</div>\n'
