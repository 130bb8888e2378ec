"""Proof of the rulebook: what runs, and cannot mean what was wanted; docs/proof.md says what is proved and what not.

Each proof is ``(project) -> problems`` about one subject, on rules that every step has found sound. Nothing is told
that is not proven: a condition that cannot be decided gives no finding.
"""

from __future__ import annotations

from collections.abc import Callable

from kaframe.errors import Problem
from kaframe.project import Project
from kaframe.proof.bands import check_bands
from kaframe.proof.cards import check_cards
from kaframe.proof.colours import check_reach
from kaframe.proof.conditions import check_cases, check_exceptions, check_never, check_strategies, check_tiers
from kaframe.proof.day import check_day
from kaframe.proof.maps import check_maps
from kaframe.proof.missing import check_missing
from kaframe.proof.plans import check_colours, check_plans
from kaframe.proof.roles import check_notices, check_roles
from kaframe.proof.rollups import check_roll_ups
from kaframe.proof.stages import check_stages
from kaframe.proof.tables import check_tables
from kaframe.proof.weights import check_weights

Proof = Callable[[Project], list[Problem]]
PROOFS: tuple[Proof, ...] = (
    check_bands, check_weights, check_cases, check_missing, check_cards, check_tiers, check_exceptions, check_stages,
    check_strategies, check_colours, check_plans, check_never, check_reach, check_maps, check_tables, check_roll_ups,
    check_roles, check_notices, check_day,
)  # fmt: skip


def prove_project(project: Project) -> list[Problem]:
    """All findings of all proofs, in no order."""
    return [problem for proof in PROOFS for problem in proof(project)]
