"""The accounts of the generated company: who they are, how much they buy, which story each of them tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

FIRST_DAY = date(2024, 7, 1)
LAST_DAY = date(2026, 6, 30)
COMPLAINTS_FROM = date(2026, 5, 4)
MONTHS = 24
ACCOUNTS = 120
KEY_ACCOUNTS = 47  # key accounts and near misses: they get care, contacts and targets

CATEGORIES = ("洗护", "家清", "纸品", "口腔")
SEGMENTS = ("商超", "经销商", "电商", "商超", "便利店")
REGIONS = (("华东", "E"), ("华南", "S"), ("华北", "N"), ("西南", "W"))
MANAGERS = ("am1", "am2", "am3", "am4", "am5")


@dataclass(frozen=True, slots=True)
class Account:
    """One account and the way it behaves; the defaults are those of a healthy, steady one.

    ``monthly`` is what it buys in an ordinary month, in yuan whatever currency it pays in; ``drift`` changes
    it every month of the last twelve. ``first_month`` counts from 0 = July 2024.
    """

    id: str
    name: str
    segment: str
    region: str
    owner: str
    monthly: int
    key: bool
    parent: str = ""
    currency: str = "CNY"
    margin: float = 0.24
    drift: float = 1.0
    first_month: int = 0
    categories: tuple[str, ...] = CATEGORIES
    notice_given: bool = False
    renewal_on: date = date(2027, 3, 31)
    wallet_times: float = 0.0
    target_times: float = 1.0
    days_late: int = 0
    id_before_merge: str = ""
    story: str = "steady"


# What makes an account differ from a steady one. Its number is also its rank by size, near enough.
STORIES: dict[int, dict[str, Any]] = {
    3: {"story": "loss_maker", "margin": -0.05},
    5: {"story": "slow_decline", "drift": 0.95},
    6: {"story": "complaint_wave"},
    7: {"story": "lost_contact"},
    8: {"story": "notice_given", "notice_given": True},
    9: {"story": "white_space", "segment": "商超", "categories": CATEGORIES[:3]},
    10: {"story": "late_care", "owner": "am5"},
    11: {"story": "late_payer", "days_late": 48},
    12: {"story": "merged_id", "id_before_merge": "C903"},
    13: {"story": "share_of_wallet", "wallet_times": 4.0, "owner": "am1"},
    14: {"story": "renewal_soon", "renewal_on": date(2026, 8, 15)},
    15: {"story": "behind_target", "target_times": 1.4, "owner": "am1"},
    16: {"story": "newcomer", "monthly": 800_000, "first_month": 22},
    17: {"story": "missing_data", "owner": "am5", "wallet_times": 0.0},
    18: {"story": "unowned", "owner": ""},
    19: {"story": "export", "segment": "出口", "region": "海外", "currency": "USD"},
    20: {"story": "export", "segment": "出口", "region": "海外", "currency": "USD"},
    21: {"story": "group", "segment": "商超", "region": "华东", "owner": "am1"},
    22: {"story": "group", "segment": "商超", "region": "华东", "owner": "am1", "parent": "C021"},
    23: {"story": "group", "segment": "商超", "region": "华东", "owner": "am1", "parent": "C021"},
    24: {"story": "group", "segment": "商超", "region": "华东", "owner": "am1", "parent": "C021"},
    28: {"story": "rising", "drift": 1.03},
    31: {"story": "near_miss", "margin": 0.15},
}


def all_accounts() -> list[Account]:
    """The 120 accounts, in the order of their ids."""
    return [_account(number) for number in range(1, ACCOUNTS + 1)]


def _account(number: int) -> Account:
    segment = SEGMENTS[number % len(SEGMENTS)]
    region, letter = REGIONS[number % len(REGIONS)]
    plain = Account(
        id=f"C{number:03d}",
        name="",
        segment=segment,
        region=region,
        owner=MANAGERS[number % len(MANAGERS)],
        monthly=int(1_500_000 / (1 + number / 10) / (1 + number / 10)),
        key=number <= KEY_ACCOUNTS,
        margin=0.18 + 0.02 * (number * 7 % 6),
        drift=1 + 0.004 * (number * 5 % 7 - 3),
        renewal_on=date(2027, 1 + number % 6, 28),
        wallet_times=1.2 + 0.1 * (number % 5) if number % 2 and number <= KEY_ACCOUNTS else 0.0,
    )
    account = replace(plain, **STORIES.get(number, {}))
    return replace(account, name=_name(account, number, letter))


def _name(account: Account, number: int, letter: str) -> str:
    """Names that nobody can take for a company's."""
    if account.story == "group":
        return f"集团 G{number:02d} 总部" if not account.parent else f"集团 G21 分公司 {number:02d}"
    forms = {
        "商超": f"{account.region}商超 A{number:02d}",
        "经销商": f"Distributor {letter}-{number:02d}",
        "电商": f"电商平台 P{number:02d}",
        "便利店": f"{account.region}便利连锁 B{number:02d}",
        "出口": f"Export X-{number:02d}",
    }
    return forms[account.segment]
