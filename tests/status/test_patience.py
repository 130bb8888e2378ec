"""Patience over random timelines: the SQL says what a few lines of Python say."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaframe.database import Database
from kaframe.project import Project
from kaframe.rules.patience import Patience
from kaframe.status.colours import colours_query
from kaframe.status.plan import plan_rules
from tests.steps import make_database, make_project

BEGIN = date(2026, 1, 1)
SCORE = "scorecards: {main: {children: {x: {value: x}}}}\n"
EDGES = (75.0, 50.0)  # green, yellow
NAMES = ("green", "yellow", "red")
SAID = ("1 run", "2 runs", "3 runs", "0 days", "4 days", "1 week")


@dataclass(frozen=True)
class Run:
    """A published run: its day, the points of the account (None without data), and a colour that a person has set."""

    day: date
    points: float | None
    by_hand: str | None = None


@dataclass(frozen=True)
class Rule:
    """The patience of a card."""

    recover: float
    hold: str | None
    wait: str | None


def calculated(points: float) -> int:
    return next((rank for rank, edge in enumerate(EDGES) if points >= edge), len(EDGES))


def lasted(known: Sequence[Run], today: Run, said: str | None, had: object) -> bool:
    """Whether it has been so, without a break and today counted, for as long as the rule asks."""
    if said is None:
        return True
    unbroken = [today]
    for run in reversed(known):
        if not had(run.points):  # type: ignore[operator]
            break
        unbroken.append(run)
    patience = Patience.parse(said)
    if patience.time is None:
        return len(unbroken) >= patience.runs
    return unbroken[-1].day + timedelta(days=patience.days) <= today.day


def publish(past: Sequence[tuple[Run, str]], today: Run, rule: Rule) -> str:
    """The colour of today after what earlier runs published."""
    if today.by_hand:
        return today.by_hand
    if today.points is None:
        return "no_data"
    shown = [status for _, status in past if status != "no_data"]
    last = NAMES.index(shown[-1]) if shown else None
    known = [run for run, _ in past if run.points is not None]
    return NAMES[patient(known, today, rule, last)]


def patient(known: Sequence[Run], today: Run, rule: Rule, last: int | None) -> int:
    """The rank that patience allows after the last colour that was shown."""
    assert today.points is not None
    now = calculated(today.points)
    if last is None or now == last or (now > last and not rule.wait):
        return now
    if now < last:
        edges = [edge + rule.recover for edge in EDGES[:last]]
        fitting = [
            rank for rank, edge in enumerate(edges)
            if today.points >= edge and lasted(known, today, rule.hold, partial(at_least, edge))
        ]  # fmt: skip
        return min(fitting, default=last)
    fitting = [
        rank for rank in range(last + 1, now + 1)
        if lasted(known, today, rule.wait, partial(below, EDGES[rank - 1]))
    ]  # fmt: skip
    return max(fitting, default=last)


def at_least(edge: float, points: float) -> bool:
    return points >= edge


def below(edge: float, points: float) -> bool:
    return points < edge


def rule_project(folder: Path, rule: Rule) -> Project:
    said = f"recover: {rule.recover}"
    said += f", hold: {rule.hold}" if rule.hold else ""
    said += f", for: {rule.wait}" if rule.wait else ""
    status = f"rgb: {{main: {{green: {{at_least: 75}}, yellow: {{at_least: 50}}, red: else, {said}}}}}\n"
    return make_project(folder, {"score": SCORE, "status": status}, {"accounts": [{"account_id": "A", "x": 1.0}]})


def publish_by_sql(project: Project, past: Sequence[tuple[Run, str]], today: Run) -> str:
    """The same question to the step's own query."""
    from dataclasses import replace

    shown = [status for _, status in past if status != "no_data"]
    colour = {"account_id": "A", "card": "main", "since": BEGIN}
    statuses = [
        {**colour, "as_of": run.day, "status": status, "points": run.points,
         "calculated": "no_data" if run.points is None else NAMES[calculated(run.points)]}
        for run, status in past
    ]  # fmt: skip
    base = [{**colour, "status": past[-1][1], "last_colour": shown[-1] if shown else None}] if past else []
    by_hand = [{**colour, "status": today.by_hand}] if today.by_hand else []
    given_past = {"past_colours": base, "past_statuses": statuses, "past_overrides": by_hand}
    with make_database({"accounts": [{"account_id": "A", "x": 1.0}]}, given_past) as db:
        score(db, today.points)
        (planned,) = plan_rules(replace(project, as_of=today.day))
        query = colours_query(replace(project, as_of=today.day), planned)
        return str(db.rows(query)[0]["status"])


def score(db: Database, points: float | None) -> None:
    columns = {"account_id": "VARCHAR", "x": "DOUBLE", "points": "DOUBLE"}
    db.create("score_main", [{"account_id": "A", "x": points, "points": points}], columns)


points_given = st.sampled_from([None, 10.0, 49.9, 50.0, 52.9, 53.0, 74.9, 75.0, 77.9, 78.0, 100.0])
run_given = st.tuples(st.integers(1, 5), points_given, st.sampled_from([None, None, None, None, "green", "red"]))
rule_given = st.builds(
    Rule, st.sampled_from([0.0, 3.0]), st.sampled_from([None, *SAID]), st.sampled_from([None, *SAID])
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_given, st.lists(run_given, min_size=1, max_size=9))
def test_random_timelines(rule: Rule, given_runs: list[tuple[int, float | None, str | None]]) -> None:
    """Gaps between days, runs without data, colours by hand in between: both say the same on every run."""
    past: list[tuple[Run, str]] = []
    day = BEGIN
    with tempfile.TemporaryDirectory() as folder:
        project = rule_project(Path(folder), rule)
        for gap, points, by_hand in given_runs:
            day += timedelta(days=gap)
            today = Run(day, points, by_hand)
            expected = publish(past, today, rule)
            assert publish_by_sql(project, past, today) == expected
            past.append((today, expected))
