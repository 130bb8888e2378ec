"""People at an account with whom nobody has spoken for long."""

from __future__ import annotations

from kaframe.analyse.looking import Found, Looking
from kaframe.database import literal
from kaframe.expression import Type
from kaframe.rules.analyse import SilentContact

UNITS = {"days": "days", "last": "date"}


def look(looking: Looking, settings: SilentContact) -> Found:
    """Contacts whose last contact lies too long ago; of one whom several rows name the latest counts."""
    rows = looking.rows(settings, [("contact", settings.contact, None), ("last", settings.last, Type.DATE)])
    since = literal(looking.day_before(settings.after))
    latest = (
        f"SELECT account_id, contact, max(last) AS last FROM ({rows}) WHERE last <= {looking.as_of} "
        "GROUP BY account_id, contact"
    )
    return Found(
        "SELECT account_id, contact AS subject, NULL AS worth, FALSE AS good, "
        f"CAST({looking.as_of} - last AS DOUBLE) AS days, last FROM ({latest}) WHERE last <= {since}",
        UNITS,
    )
