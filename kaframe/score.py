"""Step ``score``: from values to points, for every account and every scorecard."""

from __future__ import annotations

from kaframe.bind import place_of
from kaframe.database import Database, literal, quoted
from kaframe.errors import Problem, RuleError
from kaframe.groups import NO_MEMBERS, PlannedRollUp, find_families, plan_roll_up, roll_up_points
from kaframe.names import account_relation
from kaframe.project import Project
from kaframe.scorecard.leaves.table import clashing
from kaframe.scorecard.planned import PlannedCard
from kaframe.scorecard.query import card_query
from kaframe.scorecard.tree import plan_cards


def score_accounts(project: Project, db: Database) -> None:
    """Give every account its points, one table a scorecard.

    Reads: ``measures``, ``tiers`` (A rows each) and ``past_*`` where a rule speaks of them.
    Writes: ``score_<card>``, a row an account the card applies to: account_id, one column a node (its points, missing =
        NULL), ``value:<leaf>`` where the value is computed, points, coverage, low, high; and the view ``scores`` over
        all cards. Where a card rolls groups of companies up, ``families`` and ``roll_ups`` (who counts for whom), and
        ``own_points`` beside the points. Into ``quality``, for how many accounts rows of a decision table contradict
        each other.
    Units: points on the card's scale, rounded half-up in decimal; coverage is a share of 1.
    Raises: RuleError when a card cannot be compiled; it carries the rule's file:line:col.
    """
    views, roll_ups = [], _plan_roll_ups(project)
    levels = find_families(db, wanted=bool(roll_ups))
    db.execute(f"CREATE TABLE roll_ups AS {NO_MEMBERS}")
    for card in plan_cards(project):
        table = f"score_{card.card.id}"
        relation = account_relation(project, "score", card.names())
        rule = project.rules.status.of(card.card.id)
        exact = rule is not None and rule.compare == "calculated"
        db.execute(f"CREATE TABLE {quoted(table)} AS {card_query(card, relation, project.as_of, exact)}")
        roll_up = roll_ups.get(card.card.id)
        if roll_up and roll_up.rule.points:
            roll_up_points(project, db, card, roll_up, levels)
        views.append(
            f"SELECT account_id, {literal(card.card.id)} AS card, points, coverage, low, high FROM {quoted(table)}"
        )
        _count_contradictions(project, db, card)
    db.execute(f"CREATE VIEW scores AS {' UNION ALL '.join(views) or _no_scores()}")


def _count_contradictions(project: Project, db: Database, card: PlannedCard) -> None:
    """Note in ``quality`` for how many accounts rows of a decision table contradict each other: they have no points."""
    clashes = {leaf.path: sql for leaf in card.root.leaves() if (sql := clashing(leaf))}
    if not clashes:
        return
    columns = [f"{sql} AS {quoted(path)}" for path, sql in clashes.items()]
    query = f"SELECT account_id, {', '.join(columns)} FROM {account_relation(project, 'score', card.names())}"
    counts = ", ".join(f"count_if({quoted(path)}) AS {quoted(path)}" for path in clashes)
    table = f"score_{card.card.id}"
    row = db.rows(f"SELECT {counts} FROM ({query}) SEMI JOIN {quoted(table)} USING (account_id)")[0]
    for path in sorted(path for path in clashes if row[path]):
        db.execute("INSERT INTO quality VALUES (?, ?, 'contradiction', ?)", [table, path, row[path]])


def check(project: Project) -> list[Problem]:
    """What is wrong with the scorecards."""
    problems = []
    primary = [card for card in project.rules.score.scorecards if card.primary]
    if len(primary) > 1:
        problems.append(Problem(place_of(primary[1], "primary"), "KF2138", "two scorecards are primary", "keep one",
                                also=place_of(primary[0], "primary")))
    try:
        plan_cards(project)
    except RuleError as error:
        problems += error.problems
    return problems


def _plan_roll_ups(project: Project) -> dict[str, PlannedRollUp]:
    """The roll-ups of groups of companies by card."""
    cards = [card.id for card in project.rules.score.scorecards]
    planned = {card: plan_roll_up(project, card) for card in cards}
    return {card: roll_up for card, roll_up in planned.items() if roll_up}


def _no_scores() -> str:
    return (
        "SELECT ''::VARCHAR AS account_id, ''::VARCHAR AS card, 0::DOUBLE AS points, 0::DOUBLE AS coverage, "
        "0::DOUBLE AS low, 0::DOUBLE AS high WHERE FALSE"
    )
