"""The points of parents from those of their children, level by level, with honest coverage, low and high."""

from __future__ import annotations

from kaframe.database import Database, literal, quoted
from kaframe.groups.members import PlannedRollUp
from kaframe.project import Project
from kaframe.scorecard.points import number, rounded
from kaframe.scorecard.query import COVERAGE_DIGITS, EPSILON
from kaframe.scorecard.tree import PlannedCard

MONEY = "DECIMAL(38, 9)"  # sums of doubles would differ with the number of threads
UNSURE = ("skip", "no_data")
COLUMNS = ("points", "coverage", "low", "high")


def roll_up_points(project: Project, db: Database, card: PlannedCard, planned: PlannedRollUp, levels: int) -> None:
    """Give the parents on a card their points from their children; ``own_points`` keeps what their own data say.

    Reads: ``families``, ``measures``. Writes: ``score_<card>`` anew, and rows of ``roll_ups``.
    """
    table = quoted(f"score_{card.card.id}")
    has_exact = "exact" in db.columns(f"score_{card.card.id}")
    columns = (*COLUMNS, "exact") if has_exact else COLUMNS
    source = f"SELECT account_id, {', '.join(columns)}{'' if has_exact else ', points AS exact'} FROM {table}"
    db.execute(f"CREATE TEMP TABLE rolled AS {source}")
    db.execute(f"CREATE TEMP TABLE own AS {source}")
    for level in range(1, levels + 1):
        found = _parents(project, card, planned, level)
        changed = ", ".join(f"{name} = f.{name}" for name in (*COLUMNS, "exact"))
        db.execute(f"UPDATE rolled SET {changed} FROM ({found}) AS f WHERE rolled.account_id = f.account_id")
    db.execute(f"INSERT INTO roll_ups {_members_told(project, card, planned)}")
    replaced = ", ".join(f"r.{name} AS {name}" for name in columns)
    db.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT s.* REPLACE ({replaced}), s.points AS own_points "
        f"FROM {table} AS s JOIN rolled AS r ON r.account_id = s.account_id"
    )
    db.execute("DROP TABLE rolled")
    db.execute("DROP TABLE own")


def _joined(project: Project, planned: PlannedRollUp, level: str) -> str:
    """Every member with its weight and what it has: of the parent itself what its own data say."""
    members = planned.members(project, level, "SELECT account_id FROM rolled")
    columns = ", ".join(f"CASE WHEN m.member = m.account_id THEN o.{name} ELSE r.{name} END AS {name}"
                        for name in COLUMNS)  # fmt: skip
    return (
        f"SELECT m.account_id, m.member, m.weight, {columns} FROM ({members}) AS m "
        "JOIN rolled AS r ON r.account_id = m.member JOIN own AS o ON o.account_id = m.member"
    )


def _parents(project: Project, card: PlannedCard, planned: PlannedRollUp, level: int) -> str:
    """The parents of one level with what their members give them."""
    worst, best = (number(value) for value in card.meaning.scale)
    missing = planned.rule.missing
    counted = "points" if missing in UNSURE else f"coalesce(points, {number(stands_for(missing, card))})"
    weighed = f"SELECT *, {counted} AS counted FROM ({_joined(project, planned, f'= {level}')})"
    whole = _sum("weight")
    if planned.rule.points == "worst":
        total = "min(counted)"
        low, high = f"min(coalesce(low, {worst}))", f"min(coalesce(high, {best}))"
    else:
        total = f"{_sum('weight * counted')} / NULLIF({_sum('CASE WHEN counted IS NOT NULL THEN weight END')}, 0)"
        low, high = (
            f"CASE WHEN bool_or(weight IS NULL) THEN {edge} ELSE {_sum(f'weight * coalesce({name}, {edge})')} "
            f"/ NULLIF({whole}, 0) END"
            for name, edge in (("low", worst), ("high", best))
        )
    covered = f"{_sum('weight * CASE WHEN counted IS NULL THEN 0 ELSE coverage END')} / NULLIF({whole}, 0)"
    all_known = "NOT bool_or(points IS NULL)" if missing == "no_data" else "TRUE"
    grouped = (
        f"SELECT account_id, CASE WHEN {all_known} THEN {total} END AS total, "
        f"coalesce({covered}, 0) AS coverage, {low} AS low, {high} AS high FROM ({weighed}) GROUP BY account_id"
    )
    digits, least = card.meaning.rounding.total, number(card.meaning.minimum_coverage - EPSILON)
    enough = f"coverage >= {least}"
    rolled = (
        f"SELECT account_id, CASE WHEN {enough} THEN {_rounded(card, 'total', digits)} END AS points, "
        f"CASE WHEN {enough} THEN {_rounded(card, 'total', None)} END AS exact, "
        f"{_rounded(card, 'coverage', COVERAGE_DIGITS)} AS coverage, {_rounded(card, 'low', digits)} AS low, "
        f"{_rounded(card, 'high', digits)} AS high FROM ({grouped})"
    )
    if planned.rule.none == "own":
        return rolled
    childless = f"SELECT account_id FROM families WHERE level = {level}"
    nothing = "CAST(NULL AS DOUBLE)"
    return (
        f"{rolled} UNION ALL SELECT account_id, {nothing}, {nothing}, 0, {worst}, {best} FROM ({childless}) "
        f"ANTI JOIN ({grouped}) USING (account_id)"
    )


def _members_told(project: Project, card: PlannedCard, planned: PlannedRollUp) -> str:
    """The rows of ``roll_ups``: what each member adds to its parent."""
    missing = planned.rule.missing
    counted = "points" if missing in UNSURE else f"coalesce(points, {number(stands_for(missing, card))})"
    rows = f"SELECT *, {counted} AS counted FROM ({_joined(project, planned, '> 0')})"
    share = (
        "weight / NULLIF(sum(CASE WHEN counted IS NOT NULL THEN weight END) OVER "
        "(PARTITION BY account_id ORDER BY member ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 0)"
    )
    if planned.rule.points == "worst":
        share = (
            "CASE WHEN row_number() OVER (PARTITION BY account_id ORDER BY counted NULLS LAST, member) = 1 "
            "THEN 1.0 ELSE 0.0 END"
        )
    return (
        f"SELECT account_id, {literal(card.card.id)} AS card, member, CAST(NULL AS VARCHAR) AS status, "
        f"counted AS points, weight, CASE WHEN counted IS NOT NULL THEN round({share}, 6) END AS share, "
        "CASE WHEN weight IS NULL THEN 'no_weight' WHEN points IS NULL THEN 'missing' ELSE 'counted' END AS state "
        f"FROM ({rows})"
    )


def stands_for(missing: object, card: PlannedCard) -> float:
    """The points that a child without points counts as. What is neutral in a sum adds nothing, and says nothing of a
    total: there it is the middle of the scale."""
    worst, best = card.meaning.scale
    neutral = (worst + best) / 2 if card.root.how == "sum" else card.meaning.neutral
    named = {"worst": worst, "best": best, "neutral": neutral}
    return float(missing) if isinstance(missing, int | float) else named[str(missing)]


def _rounded(card: PlannedCard, value: str, digits: int | None) -> str:
    return rounded(value, digits, card.meaning.rounding, card.root.span)


def _sum(value: str) -> str:
    return f"CAST(sum(TRY_CAST({value} AS {MONEY})) AS DOUBLE)"
