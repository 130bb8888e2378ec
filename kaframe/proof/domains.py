"""What the names of rules can be: what the rules and the product itself say about them before any data are seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from kaframe.expression import Expression, Type
from kaframe.expression.compile import read_expression
from kaframe.expression.types import Findings
from kaframe.identify import NO_TIER
from kaframe.names import PlannedMeasure, plan_measures
from kaframe.project import Project
from kaframe.ranges import Domain
from kaframe.rules.status import NO_DATA

FUNCTIONS: Mapping[str, Domain] = {
    "pareto": Domain.between(0, 1),
    "percentile": Domain.between(0, 1),
    "rank": Domain.whole(1),
    **{
        name: Domain.whole()
        for name in ("days_since", "months_since", "days_between", "months_between", "year", "floor", "ceil")
    },
    "month": Domain.between(1, 12, whole=True),
    "quarter": Domain.between(1, 4, whole=True),
    "weekday": Domain.between(1, 7, whole=True),
    "day": Domain.between(1, 31, whole=True),
    "length": Domain.whole(0),
}
PLAN_STATES = frozenset({"draft", "waiting", "approved", "rejected"})
STATES = ("on_track", "behind", "stuck", "parked", "done")
EVERYWHERE: Mapping[str, Domain] = {
    "key_account": Domain.flag(missing=False),
    "candidate": Domain.flag(missing=False),
    "analysed": Domain.flag(missing=False),
    "owned": Domain.flag(missing=False),
    "coverage": Domain.between(0, 1),
    "open_tasks": Domain.whole(0, missing=False),
    "insight_count": Domain.whole(0, missing=False),
    "stage_days": Domain.whole(0),
    "stage_working_days": Domain.whole(0),
    "stage_state": Domain.words(STATES),
    "plan_state": Domain.words(PLAN_STATES),
}
COUNTS = ("count",)


@lru_cache(maxsize=8)
def known_domains(project: Project) -> Mapping[str, Domain]:
    """What is known of names and functions; what is not in it can be anything of its type."""
    found = {**FUNCTIONS, **EVERYWHERE}
    found["tier"] = Domain.words(tiers_of(project), missing=False)
    found["stage"] = Domain.words([stage.id for stage in project.rules.stage.stages])
    primaries = project.rules.score.primaries()
    if primaries:
        cards = [card for card in project.rules.score.scorecards if card.id in primaries]
        found["status"] = Domain.words([colour for card in cards for colour in colours_of(project, card.id)])
        found["weakest"] = Domain.words([node.id for card in cards for node in card.children])
    for card in project.rules.score.scorecards:
        own = {
            "status": Domain.words(colours_of(project, card.id)),
            "weakest": Domain.words([node.id for node in card.children]),
            "coverage": EVERYWHERE["coverage"],
        }
        found |= {f"{name}.{card.id}": domain for name, domain in own.items()}
    found |= {item.measure.id: domain for item in plan_measures(project) if (domain := _measured(item))}
    return found


def tiers_of(project: Project) -> list[str]:
    """The tiers that an account can have; none of them only where no tier takes the rest."""
    tiers = project.rules.identify.tiers
    takes_all = any(tier.when.text.strip().lower() == "true" for tier in tiers)
    return [*(tier.id for tier in tiers), *([] if takes_all else [NO_TIER])]


def domain_of(project: Project, name: str, kind: Type) -> Domain | None:
    """What a name or function can be; None when anything of its type."""
    found = known_domains(project).get(name)
    return found if found and found.type is kind else None


def domain_of_value(project: Project, value: Expression, kind: Type) -> Domain | None:
    """What an expression can be that is a name, or a function of something and nothing besides."""
    text = value.text.strip()
    return domain_of(project, _call(value) or text, kind)


def event_domains(project: Project, kinds: Sequence[str]) -> Mapping[str, Domain]:
    """What an event of some kinds says of itself: its kind, and what is new where the rules or kaframe name it."""
    rules = project.rules
    colours = {colour for card in rules.score.scorecards for colour in colours_of(project, card.id)}
    tiers = {*(tier.id for tier in rules.identify.tiers), NO_TIER}
    named = {
        **dict.fromkeys(("status_changed", "override_expired"), colours),
        **dict.fromkeys(("tier_changed", "account_new"), tiers),
        **dict.fromkeys(("plan_new", "plan_changed"), PLAN_STATES),
        "stage_changed": {stage.id for stage in rules.stage.stages},
        "insight_new": {"good", "bad"},
        "stage_stuck": {"stuck"},
        "task_opened": {"due"},
        "task_late": {"late"},
        "task_done": {"done"},
    }
    found = {"kind": Domain.words(kinds, missing=False)}
    if all(kind in named for kind in kinds):
        found["new"] = Domain.words(set().union(*(named[kind] for kind in kinds)))
    return found


def colours_of(project: Project, card: str) -> list[str]:
    """The colours that an account of a scorecard can have."""
    rule = project.rules.status.rgb.get(card)
    return [*(colour.id for colour in rule.colours), NO_DATA] if rule else [NO_DATA]


def _measured(item: PlannedMeasure) -> Domain | None:
    """Counts are whole and not below 0; days since something are whole."""
    call = _call(item.measure.value)
    if item.measure.from_table and call in COUNTS:
        empty = _number(item.measure.empty)
        if item.measure.empty is not None and (empty is None or empty < 0 or empty != int(empty)):
            return None
        return Domain.whole(0)
    return None if item.measure.from_table else FUNCTIONS.get(call)


def _call(expression: Expression) -> str:
    """The function that an expression is as a whole, if it is one."""
    node = read_expression(Findings(expression))
    return node.value.lower() if node and node.kind == "call" else ""


def _number(expression: Expression | None) -> float | None:
    try:
        return float(expression.text) if expression else None
    except ValueError:
        return None
