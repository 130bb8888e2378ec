"""SQL for patience: an account improves with a margin and after a hold, and worsens after a wait.

Evidence are the calculated points of every published run that the past brings (the calculated colour where a run gave
one without points). A run that gave an account no data neither confirms nor breaks anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from kaframe.calendar import read_calendar
from kaframe.database import literal, quoted
from kaframe.project import Project
from kaframe.rules.patience import Patience
from kaframe.rules.status import NO_DATA, Threshold
from kaframe.status.plan import PlannedRule, chosen_by, names_sql, reached

NOTHING = ("CAST(NULL AS DATE)", "CAST(NULL AS BIGINT)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What must have been true on every run, by the name that its columns have, and of how long."""

    name: str
    test: str
    patience: Patience


def allowed_rank(project: Project, planned: PlannedRule) -> str:
    """The colour that patience allows: better only with margin and hold, worse only after the wait.

    Columns: ``calculated_rank``, ``compared`` (the points held against the edges), ``past_rank`` and those of
    ``history_join``.
    """
    rule = planned.rule
    better = [
        f"WHEN past_rank > {rank} AND {has_now(planned, rank, colour)}"
        f"{_lasted(project, f'good:{rank}', rule.hold)} THEN {rank}"
        for rank, colour in planned.edges()
    ]
    worse = [
        f"WHEN past_rank <= {rank} AND calculated_rank > {rank}"
        f"{_lasted(project, f'bad:{rank}', rule.wait)} THEN {rank + 1}"
        for rank, _ in reversed(planned.edges())
    ]
    improving = f"WHEN calculated_rank < past_rank THEN CASE {' '.join(better)} ELSE past_rank END" if better else ""
    worsening = f"WHEN calculated_rank > past_rank THEN CASE {' '.join(worse)} ELSE past_rank END" if rule.wait else ""
    return f"CASE WHEN past_rank IS NULL THEN calculated_rank {improving} {worsening} ELSE calculated_rank END"


def has_now(planned: PlannedRule, rank: int, colour: Threshold) -> str:
    """Whether the account has what it takes to improve to a colour today."""
    margin = reached("compared", colour, planned.rule.recover)
    return f"CASE WHEN compared IS NULL THEN calculated_rank <= {rank} ELSE {margin} END"


def lacks_margin(planned: PlannedRule) -> str:
    """Whether the next better colour than the one allowed is out of reach for its margin."""
    arms = ((str(rank + 1), f"NOT ({has_now(planned, rank, colour)})") for rank, colour in planned.edges())
    return chosen_by("patient_rank", arms, "FALSE")


def evidence_columns(project: Project, planned: PlannedRule) -> tuple[str, str]:
    """Which run began what the account waits for, and how many runs have had it, this one counted."""
    rule = planned.rule
    wanted = [(str(rank + 1), f"good:{rank}") for rank, _ in planned.edges() if rule.hold]
    begun, runs = NOTHING
    if wanted:
        begun = chosen_by("patient_rank", [(rank, quoted(name)) for rank, name in wanted], begun)
        runs = chosen_by("patient_rank", [(rank, quoted(f"runs:{name}")) for rank, name in wanted], runs)
    if rule.wait:
        waiting = [(str(rank), f"bad:{rank}") for rank, _ in planned.edges()]
        worse_begun = chosen_by("patient_rank", [(rank, quoted(name)) for rank, name in waiting], NOTHING[0])
        worse_runs = chosen_by("patient_rank", [(rank, quoted(f"runs:{name}")) for rank, name in waiting], NOTHING[1])
        begun = f"CASE WHEN patient_rank < calculated_rank THEN {worse_begun} ELSE {begun} END"
        runs = f"CASE WHEN patient_rank < calculated_rank THEN {worse_runs} ELSE {runs} END"
    waits = "why IN ('hold', 'wait')"
    return (
        f"CASE WHEN {waits} THEN coalesce({begun}, {literal(project.as_of)}) END",
        f"CASE WHEN {waits} THEN coalesce({runs}, 0) + 1 END",
    )


def history_join(planned: PlannedRule) -> str:
    """A join that brings, for every evidence, since which run it holds without a break and on how many; and the last
    colour that a run of that time published."""
    found = _evidence(planned)
    if not found:
        return ""
    broken = ", ".join(
        f"max(as_of) FILTER (WHERE NOT ({item.test})) OVER (PARTITION BY account_id) AS {quoted('broken:' + item.name)}"
        for item in found
    )
    columns = []
    for item in found:
        unbroken = f"as_of > coalesce({quoted('broken:' + item.name)}, DATE '0001-01-01')"
        columns.append(f"min(as_of) FILTER (WHERE {unbroken}) AS {quoted(item.name)}")
        columns.append(f"count(*) FILTER (WHERE {unbroken}) AS {quoted('runs:' + item.name)}")
    shown = f"arg_max(status, as_of) FILTER (WHERE status <> {literal(NO_DATA)}) AS shown_colour"
    mine = f"SELECT * FROM past_statuses WHERE card = {literal(planned.rule.id)}"
    known = f"SELECT *, {broken} FROM ({mine}) WHERE calculated <> {literal(NO_DATA)}"
    return (
        f" LEFT JOIN (SELECT account_id, {', '.join(columns)} FROM ({known}) GROUP BY account_id) AS h "
        "ON h.account_id = j.account_id "
        f"LEFT JOIN (SELECT account_id, {shown} FROM ({mine}) GROUP BY account_id) AS l ON l.account_id = j.account_id"
    )


def _evidence(planned: PlannedRule) -> list[Evidence]:
    rule, names, found = planned.rule, planned.rule.names, []
    for rank, colour in planned.edges():
        if rule.hold:
            test = _tested(reached("points", colour, rule.recover), names[: rank + 1])
            found.append(Evidence(f"good:{rank}", test, rule.hold))
        if rule.wait:
            test = _tested(f"NOT ({reached('points', colour)})", names[rank + 1 :])
            found.append(Evidence(f"bad:{rank}", test, rule.wait))
    return found


def _tested(by_points: str, by_name: tuple[str, ...]) -> str:
    """A test of a past run: of its points with the edges of today, or of its colour where it had no points."""
    return f"CASE WHEN points IS NULL THEN calculated IN {names_sql(by_name)} ELSE {by_points} END"


def _lasted(project: Project, name: str, patience: Patience | None) -> str:
    """Whether evidence has held, without a break and this run counted, for as long as the rule asks."""
    if patience is None:
        return ""
    if patience.time is None:
        return f" AND coalesce({quoted('runs:' + name)}, 0) + 1 >= {patience.runs}"
    if patience.days >= project.as_of.toordinal():
        return " AND FALSE"  # longer than there are days
    as_of = literal(project.as_of)
    begun = f"coalesce({quoted(name)}, {as_of})"
    if patience.time.unit == "working day":
        calendar = read_calendar(project.config.calendar, project.config.closed_days, project.config.place("calendar"))
        return f" AND {begun} <= {literal(calendar.earlier(project.as_of, patience.time))}"
    return f" AND {begun} + {patience.time.interval_sql} <= {as_of}"
