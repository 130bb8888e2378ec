"""The stages as a graph: those nobody reaches or leaves, ways that go round on every run, ways that share accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kaframe.errors import Problem
from kaframe.project import Project
from kaframe.proof.finding import beside, finding
from kaframe.proof.reading import Reading, limits
from kaframe.proof.sources import shown_example
from kaframe.ranges import WHOLE, Condition, Domain, In, Logic, Spans, Term, Values, can_hold, sketch
from kaframe.rules.stage import Stage, Transition
from kaframe.stage.facts import stage_scope

# An account that has just moved is a day in its stage when the next run sees it.
NEXT_RUN = 1
CLOCK = ("stage_days", "stage_working_days")
LONGEST_CYCLE = 6  # there are five stages in the usual cycle; longer rounds are found through their shorter ones


@dataclass(frozen=True, slots=True)
class Way:
    """A transition with its condition; ``passed`` is what lets an account come to it: the ways before it fail."""

    stage: Stage
    transition: Transition
    condition: Condition
    passed: tuple[Logic, ...]

    @property
    def taken(self) -> tuple[Logic, ...]:
        """What must hold for an account that takes this way."""
        return (self.condition.true, *self.passed)


def check_stages(project: Project) -> list[Problem]:
    """Everything that the graph of the stages shows."""
    stages = project.rules.stage.stages
    ways = _ways(project)
    if ways is None or not stages:
        return []
    return [
        *_never_taken(ways),
        *_not_reached(project, ways),
        *_not_left(stages, ways),
        *_shared(project, ways),
        *_rounds(project, ways),
    ]


def _ways(project: Project) -> list[Way] | None:
    """Every transition; None when a condition does not compile, which is told elsewhere."""
    reading = Reading(project, scope=stage_scope(project))
    ways: list[Way] = []
    for stage in project.rules.stage.stages:
        passed: tuple[Logic, ...] = ()
        for transition in stage.to:
            condition = reading.read(transition.when)
            if condition is None:
                return None
            ways.append(Way(stage, transition, condition, passed))
            if not transition.requires:  # one that waits for tasks lets later ones go first
                passed = (*passed, condition.not_true)
    return ways


def _can_be_taken(way: Way) -> bool:
    return can_hold(*way.taken).is_possible is not False


def _never_taken(ways: Sequence[Way]) -> Iterator[Problem]:
    for way in ways:
        if not _can_be_taken(way):
            alone = can_hold(way.condition.true)
            at = way.transition.when.at if way.transition.when else way.transition.at
            why = "its condition never holds" if alone.is_possible is False else "a way above it is always taken first"
            message = f"the way from '{way.stage.id}' to '{way.transition.stage}' is never taken: {why}"
            hint = "mend the condition, or take the way out"
            shown = limits(way.condition) if alone.is_possible is False else sketch(way.condition.true)
            yield finding(at, "KF2315", message, hint, shown)


def _not_reached(project: Project, ways: Sequence[Way]) -> Iterator[Problem]:
    """Stages to which no way leads from the start."""
    start = project.rules.stage.start()
    reached = {start.id} if start else set()
    leads = [(way.stage.id, way.transition.stage) for way in ways if _can_be_taken(way)]
    while more := {target for source, target in leads if source in reached} - reached:
        reached |= more
    for stage in project.rules.stage.stages:
        if stage.id not in reached and start:
            example = f"an account that begins in '{start.id}' comes to {_listed(reached)}"
            yield finding(stage.at, "KF2340", f"no way leads to the stage '{stage.id}'",
                          "give another stage a way to it; until then people must move accounts there by hand",
                          example=example)  # fmt: skip


def _not_left(stages: Sequence[Stage], ways: Sequence[Way]) -> Iterator[Problem]:
    """Stages without a way out that can be taken; ``final`` says that an account is meant to stay."""
    left = {way.stage.id for way in ways if _can_be_taken(way)}
    for stage in stages:
        if stage.id not in left and not stage.final:
            yield finding(stage.at, "KF2341", f"no account ever leaves the stage '{stage.id}'",
                          "give it a way out under 'to:', or say 'final: true' when that is meant",
                          example=f"an account in '{stage.id}' is there on every later run")  # fmt: skip


def _shared(project: Project, ways: Sequence[Way]) -> Iterator[Problem]:
    """Two ways to different stages for the same account, of which neither is just the rest of the other."""
    for first, second in combinations(ways, 2):
        if first.stage is not second.stage or first.transition.stage == second.transition.stage:
            continue
        one, two = first.condition, second.condition
        nested = [can_hold(a.true, b.not_true).is_possible is False for a, b in ((one, two), (two, one))]
        example = "" if any(nested) else shown_example(project, can_hold(one.true, two.true))
        if example:
            message = (
                f"an account in '{first.stage.id}' can have the conditions for '{first.transition.stage}' and for "
                f"'{second.transition.stage}': it goes to the first that is ready"
            )
            at = second.transition.when.at if second.transition.when else second.transition.at
            also = first.transition.when.at if first.transition.when else first.transition.at
            hint = "let one condition exclude the other, if that is not meant"
            yield beside(finding(at, "KF2343", message, hint, example), also)


def _rounds(project: Project, ways: Sequence[Way]) -> Iterator[Problem]:
    """Rounds of ways without tasks that the same account takes on run after run."""
    free = [way for way in ways if not way.transition.requires and _on_next_run(way)]
    by_stage: dict[str, list[Way]] = {}
    for way in free:
        by_stage.setdefault(way.stage.id, []).append(way)
    for cycle in _cycles(by_stage):
        parts = [_one_day_in(logic) for way in cycle for logic in way.taken]
        example = shown_example(project, can_hold(*parts))
        if not example and not any(_says_something(way) for way in cycle):
            example = "any account"
        if example:
            names = " -> ".join([*(way.stage.id for way in cycle), cycle[0].stage.id])
            first = cycle[0].transition
            message = f"an account goes round on every run: {names}"
            hint = "let one way wait: 'requires' a task, or 'stage_days >= 30'"
            at = first.when.at if first.when else first.at
            yield beside(finding(at, "KF2342", message, hint, example), cycle[-1].transition.at)


def _says_something(way: Way) -> bool:
    return way.transition.when is not None and way.transition.when.text.strip().lower() != "true"


def _on_next_run(way: Way) -> bool:
    return can_hold(*map(_one_day_in, way.taken)).is_possible is not False


def _cycles(by_stage: Mapping[str, Sequence[Way]]) -> Iterator[tuple[Way, ...]]:
    """Every round through different stages, each told once: from its first stage in the order of the file."""
    order = {stage: number for number, stage in enumerate(by_stage)}

    def walk(path: tuple[Way, ...]) -> Iterator[tuple[Way, ...]]:
        target = path[-1].transition.stage
        if target == path[0].stage.id:
            yield path
        elif len(path) < LONGEST_CYCLE and target not in {way.stage.id for way in path}:
            for way in by_stage.get(target, ()):
                if order[way.stage.id] > order[path[0].stage.id]:
                    yield from walk((*path, way))

    for ways in by_stage.values():
        for way in ways:
            yield from walk((way,))


def _one_day_in(logic: Logic) -> Logic:
    """The same with the days in the stage fixed to what the next run sees."""
    if not isinstance(logic, In):
        return type(logic)(tuple(map(_one_day_in, logic.parts)))
    if logic.term.name not in CLOCK:
        return logic
    soon = Values(Spans.of(WHOLE, [(0 if logic.term.name != CLOCK[0] else NEXT_RUN, NEXT_RUN)]))
    term = Term(logic.term.key, logic.term.name, Domain(logic.term.domain.type, soon))
    return In(term, logic.values)


def _listed(names: set[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names)) + " only"
