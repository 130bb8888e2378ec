"""Step ``identify``: which accounts are key accounts, which nearly are, and how concentrated the portfolio is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaframe.bind import place_of
from kaframe.database import Database, literal, quoted
from kaframe.errors import Problem, RuleError, nearest
from kaframe.expression import Compiled, Type, comparisons
from kaframe.names import account_relation, account_scope, compile_all
from kaframe.project import Project
from kaframe.rules.identify import Tier

NO_TIER = "none"
SHOWN = 8


@dataclass(frozen=True, slots=True)
class PlannedTier:
    """A tier with its printed conditions; ``rank`` 0 is the highest."""

    tier: Tier
    rank: int
    when: Compiled
    stay: Compiled | None


def identify_accounts(project: Project, db: Database) -> None:
    """Give every account its tier, find the near misses, and tell how concentrated the portfolio is.

    Reads: ``measures`` (A rows), ``past_tiers``, ``past_stages``.
    Writes: ``tiers`` (A rows), ``near_misses`` (a row for each condition a candidate misses), ``portfolio`` (a row a
        measure) and the view ``managed``: key accounts, candidates, and accounts with an open stage.
    """
    tiers, candidates = plan_tiers(project)
    db.execute(f"CREATE TABLE tiers AS {_tiers_query(project, tiers, candidates)}")
    db.execute(
        "CREATE VIEW managed AS SELECT account_id FROM tiers WHERE key_account OR candidate "
        "UNION SELECT account_id FROM past_stages SEMI JOIN tiers USING (account_id) WHERE state <> 'done'"
    )
    db.execute(f"CREATE TABLE near_misses AS {_near_misses_query(project, tiers)}")
    db.execute(f"CREATE TABLE portfolio AS {_portfolio_query(project)}")


def check(project: Project) -> list[Problem]:
    """What is wrong with tiers, candidates and concentration."""
    problems: list[Problem] = []
    rules = project.rules.identify
    problems += _concentration_problems(project)
    first: dict[str, Tier] = {}
    for tier in rules.tiers:
        if first.setdefault(tier.id, tier) is not tier:
            message = f"the tier '{tier.id}' stands twice"
            at, also = place_of(tier, "id"), place_of(first[tier.id], "id")
            problems.append(Problem(at, "KF2121", message, "give every tier its own id", also=also))
    try:
        plan_tiers(project)
    except RuleError as error:
        problems += error.problems
    return problems


def _concentration_problems(project: Project) -> list[Problem]:
    """Concentration is a matter of numbers."""
    names = account_scope(project, "identify").names
    numbers = [name for name, known in names.items() if known.type is Type.NUMBER]
    node = project.rules.nodes.get("identify")
    listed = node.get("concentration") if node else None
    at = listed.at if listed else None
    problems = []
    for name in project.rules.identify.concentration:
        if name not in names:
            message = f"concentration names '{name}', which is no measure"
            hint = nearest(name, numbers) or "rules/measure.yaml has the measures"
            problems.append(Problem(at, "KF2120", message, hint))
        elif names[name].type not in (Type.NUMBER, Type.MISSING):
            message = f"concentration names '{name}', which is {names[name].type}, not a number"
            problems.append(Problem(at, "KF2120", message, f"numbers: {', '.join(numbers[:SHOWN]) or 'none'}"))
    return problems


def plan_tiers(project: Project) -> tuple[list[PlannedTier], Compiled | None]:
    """The compiled tiers and the condition of a near miss; raises all problems at once."""
    rules = project.rules.identify
    scope = account_scope(project, "identify")
    whens, problems = compile_all([(tier.when, Type.BOOLEAN) for tier in rules.tiers], scope)
    stays, more = compile_all([(tier.stay, Type.BOOLEAN) for tier in rules.tiers], scope)
    found = rules.candidates
    (candidates,), last = compile_all([(found.when if found else None, Type.BOOLEAN)], scope)
    if problems or more or last:
        raise RuleError(problems + more + last)
    planned = [
        PlannedTier(tier, rank, when, stay)
        for rank, (tier, when, stay) in enumerate(zip(rules.tiers, whens, stays, strict=True))
        if when is not None
    ]
    return planned, candidates


def _tiers_query(project: Project, tiers: Sequence[PlannedTier], candidates: Compiled | None) -> str:
    """Conditions, then the calculated tier, then what an account keeps of its past."""
    used = [part for tier in tiers for part in (tier.when, tier.stay) if part] + ([candidates] if candidates else [])
    names = {"past.tier"} | {name for part in used for name in part.names}
    source = account_relation(project, "identify", names)
    arms = " ".join(f"WHEN {tier.when.sql} THEN {tier.rank}" for tier in tiers)
    stays = " ".join(f"WHEN {literal(tier.tier.id)} THEN {tier.stay.sql}" for tier in tiers if tier.stay)
    stay = f'CASE "past.tier" {stays} END' if stays else "FALSE"
    conditions = (
        f"SELECT account_id, {f'CASE {arms} END' if arms else 'NULL::INTEGER'} AS calculated_rank, {stay} AS stays, "
        f"{candidates.sql if candidates else 'FALSE'} AS near FROM {source}"
    )
    past_rank = _by_id("p.tier", {tier.tier.id: str(tier.rank) for tier in tiers})
    dwells = _by_id(
        "p.tier",
        {
            tier.tier.id: f"p.since + {tier.tier.dwell.interval_sql} > {literal(project.as_of)}"
            for tier in tiers
            if tier.tier.dwell
        },
        "FALSE",
    )
    worst = len(tiers)
    kept = (
        f"SELECT c.*, p.since AS past_since, {past_rank} AS past_rank, "
        f"CASE WHEN {past_rank} >= coalesce(calculated_rank, {worst}) THEN NULL WHEN {past_rank} IS NULL THEN NULL "
        f"WHEN stays THEN 'stay' WHEN {dwells} THEN 'dwell' END AS kept_by "
        f"FROM ({conditions}) AS c LEFT JOIN past_tiers AS p USING (account_id)"
    )
    rank = "CASE WHEN kept_by IS NULL THEN calculated_rank ELSE past_rank END"
    ids = {str(tier.rank): literal(tier.tier.id) for tier in tiers}
    keys = ", ".join(str(tier.rank) for tier in tiers if tier.tier.key) or "-1"
    ranked = f"SELECT *, {rank} AS tier_rank FROM ({kept})"
    return (
        f"SELECT account_id, {_by_rank('tier_rank', ids)} AS tier, {_by_rank('calculated_rank', ids)} AS calculated, "
        f"coalesce(tier_rank IN ({keys}), FALSE) AS key_account, "
        f"coalesce(near AND coalesce(tier_rank NOT IN ({keys}), TRUE), FALSE) AS candidate, "
        f"CASE WHEN tier_rank = past_rank THEN past_since ELSE {literal(project.as_of)} END AS since, kept_by "
        f"FROM ({ranked})"
    )


def _by_id(column: str, arms: dict[str, str], otherwise: str = "NULL") -> str:
    if not arms:
        return f"CAST({otherwise} AS INTEGER)" if otherwise == "NULL" else otherwise
    listed = " ".join(f"WHEN {literal(name)} THEN {value}" for name, value in arms.items())
    return f"CASE {column} {listed} ELSE {otherwise} END"


def _by_rank(column: str, arms: dict[str, str]) -> str:
    listed = " ".join(f"WHEN {rank} THEN {value}" for rank, value in arms.items())
    return f"CASE {column} {listed} ELSE '{NO_TIER}' END" if arms else f"'{NO_TIER}'"


def _near_misses_query(project: Project, tiers: Sequence[PlannedTier]) -> str:
    """For every candidate and each comparison of the lowest key tier that fails: the value and what it needs."""
    keys = [tier for tier in tiers if tier.tier.key]
    parts = comparisons(keys[-1].tier.when, account_scope(project, "identify")) if keys else []
    queries = []
    for part in parts:
        judged = (
            f"SELECT account_id, {part.value} AS value, {part.holds} AS holds, {part.needed or 'NULL'} AS edge "
            f"FROM {account_relation(project, 'identify', part.names)}"
        )
        needed = "edge" if part.needed else "min(value) FILTER (WHERE holds) OVER ()"
        if part.carries:
            judged, needed = _carrying_query(judged, part.carries), "edge"
        queries.append(
            f"SELECT account_id, {literal(keys[-1].tier.id)} AS tier, {literal(part.text)} AS condition, "
            f"{literal(part.measure)} AS measure, value, CAST({needed} AS DOUBLE) AS needed, holds FROM ({judged})"
        )
    if not queries:
        return (
            "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS tier, ''::VARCHAR AS condition, ''::VARCHAR AS measure, "
            "0::DOUBLE AS value, 0::DOUBLE AS needed, 0::DOUBLE AS gap WHERE FALSE"
        )
    return (
        "SELECT account_id, tier, condition, measure, value, needed, round(needed - value, 6) AS gap "
        f"FROM ({' UNION ALL '.join(queries)}) "
        "SEMI JOIN (SELECT account_id FROM tiers WHERE candidate) USING (account_id) "
        "WHERE NOT holds AND value IS NOT NULL AND needed IS NOT NULL"
    )


def _carrying_query(judged: str, carries: float) -> str:
    """With the smallest value as ``edge`` that would make an account one of those that carry a share of the total.

    What it gains makes the total larger too, so that less than the smallest of them may do. Between two values of
    accounts those above are always the same; ``reach`` is what the own value must be below, for the edge to lie there.
    """
    levels = (
        "SELECT level, lag(level) OVER (ORDER BY level DESC) AS upper, "
        "coalesce(sum(amount) OVER (ORDER BY level DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above "
        "FROM (SELECT x AS level, sum(x) AS amount FROM judged WHERE x > 0 AND x >= (SELECT min(own) FROM lacking) "
        "GROUP BY x UNION ALL SELECT 0, 0)"
    )
    return (
        f"WITH judged AS (SELECT *, TRY_CAST(value AS DECIMAL(30, 6)) AS x FROM ({judged})), "
        "lacking AS (SELECT *, CAST(greatest(x, 0) AS DOUBLE) AS own FROM judged "
        "SEMI JOIN (SELECT account_id FROM tiers WHERE candidate) USING (account_id) "
        "WHERE NOT holds AND x IS NOT NULL), "
        f"gaps AS (SELECT level, upper, above / {carries!r} - (SELECT sum(x) FROM judged WHERE x > 0) AS gap "
        f"FROM ({levels})), "
        "levels AS (SELECT level, gap, coalesce(upper - gap, 'infinity'::DOUBLE) AS reach FROM gaps), "
        "placed AS (SELECT *, round(gap + own, 8) AS beyond FROM lacking ASOF JOIN levels ON own < reach) "
        "SELECT account_id, value, holds, CASE WHEN level > beyond THEN CAST(level AS DOUBLE) "
        "ELSE floor(beyond * 1e6) / 1e6 + 1e-6 END AS edge FROM placed"
    )


def _portfolio_query(project: Project) -> str:
    """The share of the largest accounts in every watched measure; only accounts with more than nothing count."""
    scope = account_scope(project, "identify")
    watched = [name for name in project.rules.identify.concentration if not scope.names[name].absent]
    queries = [
        f"SELECT {literal(name)} AS measure, count(*) AS accounts, CAST(sum(x) AS DOUBLE) AS total, "
        "CAST(sum(x) FILTER (WHERE place <= 1) AS DOUBLE) / CAST(sum(x) AS DOUBLE) AS top1, "
        "CAST(sum(x) FILTER (WHERE place <= 5) AS DOUBLE) / CAST(sum(x) AS DOUBLE) AS top5, "
        "CAST(sum(CAST(share * share AS DECIMAL(38, 18))) AS DOUBLE) AS herfindahl, "
        "count(*) FILTER (WHERE above < 0.8) AS carry_80 "
        "FROM (SELECT x, row_number() OVER (ORDER BY x DESC, account_id) AS place, "
        "CAST(x AS DOUBLE) / CAST(sum(x) OVER () AS DOUBLE) AS share, "
        "coalesce(CAST(sum(x) OVER (ORDER BY x DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS DOUBLE), 0) "
        "/ CAST(sum(x) OVER () AS DOUBLE) AS above "
        f"FROM (SELECT account_id, TRY_CAST({quoted(name)} AS DECIMAL(30, 6)) AS x FROM measures) WHERE x > 0)"
        for name in watched
    ]
    return " UNION ALL ".join(queries) or (
        "SELECT ''::VARCHAR AS measure, 0::BIGINT AS accounts, 0::DOUBLE AS total, 0::DOUBLE AS top1, "
        "0::DOUBLE AS top5, 0::DOUBLE AS herfindahl, 0::BIGINT AS carry_80 WHERE FALSE"
    )
