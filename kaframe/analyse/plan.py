"""Every analysis made ready: one query that gives its insights, or nothing where its data are absent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kaframe.analyse import (
    condition,
    frequency,
    level,
    mix,
    rfm,
    silent_contact,
    trend,
    wallet,
    white_space,
)
from kaframe.analyse.looking import Found, Looking
from kaframe.analyse.sentences import FORMS, places
from kaframe.bind import place_of
from kaframe.calendar import Calendar, read_calendar
from kaframe.database import quoted
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Type
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.rules import analyse as rules
from kaframe.rules.analyse import Analysis

Look = Callable[[Looking, Any], Found]
LOOKS: Mapping[type[Any], Look] = {
    rules.Condition: condition.look,
    rules.Level: level.look,
    rules.Frequency: frequency.look,
    rules.Mix: mix.look,
    rules.WhiteSpace: white_space.look,
    rules.Rfm: rfm.look,
    rules.Trend: trend.look,
    rules.Wallet: wallet.look,
    rules.SilentContact: silent_contact.look,
}
SUBJECT, WORTH = "subject", "worth"
ALWAYS = (SUBJECT, WORTH)  # every sentence may tell them
FACT = "fact:"  # columns of the account that a sentence tells


@dataclass(frozen=True, slots=True)
class PlannedAnalysis:
    """An analysis ready to run: its query gives account_id, subject, worth, good and the evidence.

    ``units`` has the unit of each piece of evidence. ``segments`` is the query of segments_rfm, of rfm only.
    """

    analysis: Analysis
    query: str
    units: Mapping[str, str]
    segments: str = ""


def plan_analyses(project: Project) -> tuple[PlannedAnalysis, ...]:
    """The analyses that this project has data for; raises all problems of all of them at once."""
    planned, problems = _survey(project)
    if problems:
        raise RuleError(problems)
    return planned


@lru_cache(maxsize=8)
def _survey(project: Project) -> tuple[tuple[PlannedAnalysis, ...], tuple[Problem, ...]]:
    """The sound analyses that this project has data for, and what is wrong with the others."""
    calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
    planned: list[PlannedAnalysis] = []
    problems = _twice(project)
    for analysis in project.rules.analyse.analyses:
        found = _plan(project, analysis, calendar, problems)
        if found is not None:
            planned.append(found)
    return tuple(planned), tuple(problems)


def analysed_ids(project: Project) -> frozenset[str]:
    """The analyses that this project has data for."""
    return frozenset(item.analysis.id for item in _survey(project)[0])


def _plan(project: Project, analysis: Analysis, calendar: Calendar, problems: list[Problem]) -> PlannedAnalysis | None:
    looking = Looking(project, analysis, calendar)
    settings = analysis.settings
    found = LOOKS[type(settings)](looking, settings)
    segments = rfm.segments_query(looking, settings) if isinstance(settings, rules.Rfm) else ""
    applies = looking.about_account(analysis.applies, Type.BOOLEAN) if analysis.applies else None
    worth = looking.about_account(analysis.worth, Type.NUMBER) if analysis.worth else None
    told = _told(looking, found)
    problems += dict.fromkeys(looking.problems)
    if looking.problems or looking.absent:
        return None
    units = {WORTH: "currency", **found.units, **{name: _unit(project, name) for name in told}}
    return PlannedAnalysis(analysis, _query(looking, found, (applies, worth), told), units, segments)


def _told(looking: Looking, found: Found) -> list[str]:
    """The account-level names that the sentence tells; unknown ones are noted."""
    names = looking.scope.names
    told = []
    for name, form in places(looking.analysis.sentence):
        own = name in found.units or name in ALWAYS
        if not own and name not in names and looking.scope.may_be(name):
            continue
        if not own and name not in names:
            hint = nearest(name, {*found.units, *ALWAYS, *names}) or _evidence_words(found)
            message = f"the sentence of '{looking.analysis.id}' asks for '{{{name}}}'"
            looking.problems.append(Problem(place_of(looking.analysis, "sentence"), "KF2162", message, hint))
        elif form and form not in FORMS:
            hint = nearest(form, FORMS) or f"write {{{name}}}, or after a colon one of {', '.join(FORMS)}"
            message = f"'{{{name}:{form}}}' is no way to write a number"
            looking.problems.append(Problem(place_of(looking.analysis, "sentence"), "KF2163", message, hint))
        elif not own:
            told.append(name)
    return told


def _evidence_words(found: Found) -> str:
    return f"the evidence has {', '.join(sorted({*found.units, *ALWAYS}))}"


def _query(looking: Looking, found: Found, parts: tuple[Compiled | None, Compiled | None], told: list[str]) -> str:
    """The insights with what else of the account is needed: whether it applies, its worth, what the sentence tells."""
    applies, worth = parts
    names = looking.scope.names
    present = [name for name in told if not names[name].absent]
    used = {name for part in parts if part for name in part.names - part.absent}
    relation = account_relation(looking.project, "analyse", {*used, *present}, managed=True)
    columns = [f"{quoted(name)} AS {quoted(FACT + name)}" for name in present]
    columns += [f"CAST(NULL AS DOUBLE) AS {quoted(FACT + name)}" for name in told if names[name].absent]
    columns += [f"CAST({worth.sql} AS DOUBLE) AS own_worth"] if worth else []
    where = f" WHERE {applies.sql}" if applies else ""
    accounts = f"SELECT {', '.join(['account_id', *columns])} FROM {relation}{where}"
    instead = "a.own_worth" if worth else "f.worth"
    listed = ", ".join(
        ["f.account_id", "f.subject", f"CAST({instead} AS DOUBLE) AS worth", "CAST(f.good AS BOOLEAN) AS good",
         *(f"f.{quoted(name)}" for name in found.units),
         *(f"a.{quoted(FACT + name)} AS {quoted(name)}" for name in told)]
    )  # fmt: skip
    return f"SELECT {listed} FROM ({found.query}) AS f JOIN ({accounts}) AS a ON a.account_id = f.account_id"


def _unit(project: Project, name: str) -> str:
    measure = next((item for item in project.rules.measure.measures if item.id == name), None)
    return measure.unit if measure else ""


def _twice(project: Project) -> list[Problem]:
    """Ids that stand twice, and a second analysis of recency, frequency and monetary value."""
    problems = []
    seen: dict[str, Analysis] = {}
    for analysis in project.rules.analyse.analyses:
        first = seen.setdefault(analysis.id, analysis)
        if first is not analysis:
            problems.append(
                Problem(
                    place_of(analysis, "id"),
                    "KF2160",
                    f"the analysis '{analysis.id}' stands twice",
                    "give every analysis its own id",
                    also=place_of(first, "id"),
                )
            )
    segmenting = [item for item in project.rules.analyse.analyses if isinstance(item.settings, rules.Rfm)]
    problems += [
        Problem(
            place_of(analysis, "kind"),
            "KF2164",
            f"'{analysis.id}' is a second analysis of the kind rfm",
            f"keep one: accounts have one segment; the first is '{segmenting[0].id}'",
            also=place_of(segmenting[0], "kind"),
        )
        for analysis in segmenting[1:]
    ]
    return problems
