"""Templates: Markdown with ``{{ value }}``, ``{% if %}``, ``{% for %}``, ``{% macro %}``, ``{% block %}`` and the like.

docs/templates.md describes them. They are read and rendered in a process of their own that gets plain data, a bounded
memory and a deadline, so that no template can stall or kill a run, whatever stands in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kaframe.errors import Problem, RuleError
from kaframe.markdown import Written
from kaframe.templates.folder import LONGEST, FilterSource, TemplateFolder, find_names, find_template
from kaframe.templates.process import ask_worker
from kaframe.wording import Wording

_NUMBERS = itertools.count()  # the other process keeps what it has compiled for each, and files may change in between

__all__ = ["LONGEST", "FilterSource", "TemplateFolder", "Templates", "find_names", "find_template"]


class Templates:
    """The templates of a project: the first folder that has a file wins, and in it the file of the language.

    ``plan.md.j2`` finds ``plan.zh.md.j2`` first in a Chinese project. ``filters`` are those that plugins bring.
    """

    def __init__(
        self, folders: Sequence[TemplateFolder], wording: Wording, filters: Sequence[FilterSource] = ()
    ) -> None:
        self._desk = (next(_NUMBERS), tuple(folders), wording, tuple(filters))

    def names(self) -> list[str]:
        """The names of all templates there are."""
        _, folders, wording, _ = self._desk
        return find_names(folders, wording.language)

    def render(self, name: str, context: Mapping[str, Any]) -> Written:
        """The text of a template for one account.

        Raises: RuleError (KF4001 to KF4009) with the template's file and line.
        """
        (text,) = self.render_each([(name, context)])
        return text

    def render_each(self, wanted: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Written]:
        """Several texts in one go, which is quicker than one after the other. Raises: as ``render``, for the first."""
        if not wanted:
            return []
        answer = ask_worker("render", self._desk, list(wanted))
        if answer.problems:
            raise RuleError(answer.problems)
        return [Written(text) for text in answer.texts]

    def check(self, name: str, contexts: Iterable[Mapping[str, Any]]) -> list[Problem]:
        """What is wrong with a template: it is read, its names are looked up, and it is rendered for each context."""
        wanted = [(name, context) for context in contexts]
        return list(ask_worker("check", self._desk, wanted).problems) if wanted else []
