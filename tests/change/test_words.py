"""The sentences of events."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kaframe.change import KINDS
from kaframe.change.words import TEMPLATES, ChangeWords
from tests.telling import make_project


def test_braces_in_the_data_are_only_text(tmp_path: Path) -> None:
    """What the data say never becomes a template."""
    told = {"title": "{member.__class__} {}", "member": "wang", "due_on": date(2026, 3, 28)}
    change = {
        "kind": "task_opened",
        "account_id": "A1",
        "card": None,
        "subject": "k1",
        "old": None,
        "new": "due",
    }
    words = ChangeWords(make_project(tmp_path))
    sentence = words.sentence({**change, "value": None, "told": told})
    assert sentence == "待办：{member.__class__} {}（王芳，2026-03-28前）"


def test_every_kind_has_words() -> None:
    """A kind without a sentence could not be told."""
    assert set(TEMPLATES) == set(KINDS)
