"""The effect ``listeners``: what hears of a published run beside people, as ``listeners:`` of kaframe.yaml says."""

from __future__ import annotations

from functools import partial

from kaframe.additions import News
from kaframe.config import ListenerConfig
from kaframe.errors import Problem, RuleError
from kaframe.panels import detached
from kaframe.plugins.calling import Callee, PluginCalls
from kaframe.project import Project
from kaframe.records import RunView
from kaframe.schema import check_against
from kaframe.secrets import resolve_options


def tell_listeners(project: Project, view: RunView, calls: PluginCalls) -> None:
    """Tell each listener of the run and of the events that it asks for; ``calls`` keeps what goes wrong."""
    for config in project.config.listeners.values():
        owner = project.plugins.owner("listener", config.type)
        callee = Callee("listener", config.id, owner)
        calls.call(callee, partial(_tell, project, config, view), type(None))


def check(project: Project) -> list[Problem]:
    """Listeners of a type that no plugin brings, and options that their schema refuses."""
    known = project.plugins.listeners
    problems: list[Problem] = []
    for name, config in project.config.listeners.items():
        if config.type in known:
            words = f"listener '{name}' ({config.type})"
            problems += check_against(config.options, known[config.type].options, words)
        else:
            hint = project.plugins.instead(config.type, sorted(known), "types")
            problems.append(Problem(config.at, "KF5052", f"listener '{name}': no type '{config.type}'", hint))
    return problems


def _tell(project: Project, config: ListenerConfig, view: RunView) -> None:
    listener = project.plugins.listeners[config.type]
    options, problems = resolve_options(config.options, listener.options, project.root)
    if problems:
        raise RuleError(problems)
    events = [row for row in view.rows("events") if not config.on or row["kind"] in config.on]
    listener.hear(options, News(detached(view), events), project.root)
