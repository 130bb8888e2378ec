"""A share of wallet far below what comparable accounts give us."""

from __future__ import annotations

from kaframe.analyse.looking import Found, Looking
from kaframe.database import literal
from kaframe.expression import Type
from kaframe.rules.analyse import Wallet

UNITS = {"share": "percent", "median": "percent", "peers": "count", "wallet": "currency"}


def look(looking: Looking, settings: Wallet) -> Found:
    """Accounts whose share is well below the median of their kind. Worth what the median share would bring."""
    share = looking.about_account(settings.share, Type.NUMBER)
    wallet = looking.about_account(settings.wallet, Type.NUMBER)
    kin = looking.kin(settings.like, [("share", share), ("wallet", wallet)])
    compared = (
        "SELECT account_id, round(share, 6) AS share, round(median(share) OVER (PARTITION BY kin), 6) AS median, "
        f"count(*) OVER (PARTITION BY kin) - 1 AS peers, wallet FROM ({kin}) WHERE share IS NOT NULL"
    )
    return Found(
        "SELECT account_id, NULL AS subject, (median - share) * wallet AS worth, NULL AS good, share, median, "
        f"peers, wallet FROM ({compared}) SEMI JOIN managed USING (account_id) "
        f"WHERE peers >= {settings.min_peers} AND share <= {literal(settings.below)} * median",
        UNITS,
    )
