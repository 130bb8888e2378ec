"""What comparable accounts buy and this one does not."""

from __future__ import annotations

from kaframe.analyse.looking import Found, Looking
from kaframe.database import literal
from kaframe.expression import Type
from kaframe.rules.analyse import WhiteSpace

UNITS = {"peers": "count", "buyers": "count", "percent": "percent", "share": "percent", "spent": "currency"}


def look(looking: Looking, settings: WhiteSpace) -> Found:
    """What most accounts of the same kind buy and a managed account does not, one row a thing.

    ``peers`` are the comparable accounts that buy anything, ``buyers`` those of them that buy it, ``percent``
    their share, ``share`` the median part that it has of a buyer's spending. Worth that part of the account's own.
    """
    columns = [
        ("day", settings.time, Type.DATE),
        ("amount", settings.value, Type.NUMBER),
        ("item", settings.by, None),
    ]
    rows = looking.rows(settings, columns, managed=False)
    since = literal(looking.day_before(settings.within))
    spent = (
        f"SELECT account_id, item, sum(amount) AS amount FROM ({rows}) "
        f"WHERE day > {since} AND day <= {looking.as_of} GROUP BY account_id, item HAVING sum(amount) > 0"
    )
    buyers = (
        "SELECT k.account_id, k.kin, CAST(o.total AS DOUBLE) AS total, "
        "count(*) OVER (PARTITION BY k.kin) - 1 AS peers "
        f"FROM ({looking.kin(settings.like)}) AS k "
        "JOIN (SELECT account_id, sum(amount) AS total FROM spent GROUP BY account_id) AS o USING (account_id)"
    )
    items = (
        "SELECT kin, item, count(*) AS buyers, median(CAST(amount AS DOUBLE) / total) AS share "
        "FROM spent JOIN buyers USING (account_id) GROUP BY kin, item"
    )
    worth = "round(share * total, 2)" if looking.is_money(settings.value) else "NULL"
    missing = (
        f"SELECT account_id, item AS subject, {worth} AS worth, TRUE AS good, peers, buyers, "
        "round(buyers / peers, 6) AS percent, round(share, 6) AS share, round(total, 2) AS spent "
        "FROM buyers SEMI JOIN managed USING (account_id) JOIN items USING (kin) "
        "ANTI JOIN spent USING (account_id, item) "
        f"WHERE peers >= {settings.min_peers} AND buyers >= {literal(settings.min_share)} * peers"
    )
    return Found(
        f"WITH spent AS ({spent}), buyers AS ({buyers}), items AS ({items}) SELECT * FROM ({missing}) "
        "QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY worth DESC NULLS LAST, buyers DESC, subject) "
        f"<= {settings.most}",
        UNITS,
    )
