"""Something that holds for an account by its measures."""

from __future__ import annotations

from kaframe.analyse.looking import Found, Looking
from kaframe.expression import Type
from kaframe.names import account_relation
from kaframe.rules.analyse import Condition


def look(looking: Looking, settings: Condition) -> Found:
    """The managed accounts for which the condition is known to hold."""
    when = looking.about_account(settings.when, Type.BOOLEAN)
    relation = account_relation(looking.project, "analyse", when.names - when.absent)
    return Found(
        f"SELECT account_id, NULL AS subject, NULL AS worth, NULL AS good FROM {relation} WHERE {when.sql}",
        {},
    )
