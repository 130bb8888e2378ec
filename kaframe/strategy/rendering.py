"""From a case to Markdown: the section of each strategy, then the whole plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kaframe.bind import place_of
from kaframe.errors import Location, Problem
from kaframe.layouts import load_templates
from kaframe.markdown import Written
from kaframe.project import Project
from kaframe.strategy.context import Case, Contexts
from kaframe.strategy.sample import sample_cases
from kaframe.templates import Templates


def render_plan(project: Project, templates: Templates, contexts: Contexts, case: Case) -> str:
    """The Markdown of one plan. Raises: RuleError KF40xx with the template's place."""
    context = contexts.context(case)
    own = [
        (strategy.template, shown)
        for strategy, shown in zip(case.chosen.strategies, context["strategies"], strict=True)
        if strategy.template
    ]
    sections = templates.render_each([(template, {**context, "strategy": shown}) for template, shown in own])
    for (_, shown), section in zip(own, sections, strict=True):
        shown["section"] = Written(section.strip())
    return _tidy(templates.render(project.rules.strategy.plan, context))


def check_templates(project: Project) -> list[Problem]:
    """What is wrong with the templates of the strategies: each is tried for an account with all and with nothing."""
    rules = project.rules.strategy
    if not rules.strategies:
        return []
    templates, contexts = load_templates(project), Contexts(project)
    samples = [contexts.context(case) for case in sample_cases(project)]
    first = rules.strategies[0].at
    problems = [_at_rule(first, problem) for problem in templates.check(rules.plan, samples)]
    for strategy in rules.strategies:
        if strategy.template:
            found = templates.check(strategy.template, [_for_strategy(sample) for sample in samples])
            problems += [_at_rule(place_of(strategy, "template"), problem) for problem in found]
    return problems


def _for_strategy(sample: dict[str, Any]) -> dict[str, Any]:
    return {**sample, "strategy": sample["strategies"][0]}


def _at_rule(at: Location, problem: Problem) -> Problem:
    """A template that is not there has no place of its own: it is the rule's problem."""
    return replace(problem, at=problem.at or at)


def _tidy(markdown: str) -> str:
    """Parts that were left out leave no more than one empty line."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_stripped(markdown))).strip() + "\n"


def _stripped(markdown: str) -> Iterator[str]:
    yield from (line.rstrip() for line in markdown.splitlines())
