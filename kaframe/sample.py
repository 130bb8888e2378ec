"""A few made-up accounts for a new project, with data up to the day before, so that a first run finds something."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

MONTHS = 24
PRODUCTS = (("P1", "basics"), ("P2", "basics"), ("P3", "premium"), ("P4", "service"))
SHARE_OF_PROFIT = 0.22

Story = Literal["steady", "growing", "declining", "complaining", "silent", "loss"]


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account of the sample: what it buys in a month at first, and what becomes of it."""

    names: tuple[str, str]
    monthly: int
    story: Story = "steady"

    def amount(self, month: int) -> float:
        """What it buys in a month, counted from the first one."""
        slope = {"growing": 0.02, "declining": -0.035}.get(self.story, 0.0)
        season = 1 + 0.06 * ((month * 7 + self.monthly) % 5 - 2) / 2
        return round(self.monthly * (1 + slope * month) * season, 2)


ACCOUNTS = (
    SampleAccount(("Northwind Stores", "北方商超"), 52000, "growing"),
    SampleAccount(("Harbour Retail", "港湾零售"), 47000, "declining"),
    SampleAccount(("Blue Ridge Foods", "蓝岭食品"), 38000),
    SampleAccount(("City Markets", "城市超市"), 31000, "complaining"),
    SampleAccount(("Sunrise Trading", "朝阳贸易"), 26000, "silent"),
    SampleAccount(("Oak & Elm", "橡榆商行"), 21000, "loss"),
    SampleAccount(("Riverside Shops", "滨江便利"), 9000, "growing"),
    SampleAccount(("Corner House", "街角小店"), 6000),
    SampleAccount(("Green Valley", "绿谷商贸"), 4500),
    SampleAccount(("Old Town Deli", "老城熟食"), 3200, "declining"),
    SampleAccount(("Hilltop Kiosk", "山顶小铺"), 1800),
    SampleAccount(("Lakeside Cafe", "湖畔咖啡"), 1200),
)


def sample_files(today: date, language: str, owners: tuple[str, ...]) -> dict[str, str]:
    """The sample's files by name, as CSV; they end the day before ``today``; the same day gives the same bytes."""
    place = 1 if language == "zh" else 0
    return {
        "accounts.csv": _csv(_accounts(today, place, owners)),
        "orders.csv": _csv(_orders(today)),
        "tickets.csv": _csv(_tickets(today)),
        "activities.csv": _csv(_activities(today, owners)),
    }


def _accounts(today: date, place: int, owners: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, account in enumerate(ACCOUNTS):
        yield {
            "account_id": _id(number),
            "name": account.names[place],
            "segment": "retail",
            "region": ("north", "south")[number % 2],
            "owner": owners[number % len(owners)],
            "customer_since": (today - timedelta(days=900 + 40 * number)).isoformat(),
            "renewal_on": (today + timedelta(days=60 + 25 * number)).isoformat(),
        }


def _orders(today: date) -> Iterator[dict[str, Any]]:
    for number, account in enumerate(ACCOUNTS):
        for month in range(MONTHS):
            day = today - timedelta(days=1 + 30 * (MONTHS - 1 - month) + number % 7)
            amount = account.amount(month)
            product, category = PRODUCTS[(number + month) % len(PRODUCTS)]
            yield {
                "order_id": f"O{number + 1:02}{month + 1:02}",
                "account_id": _id(number),
                "ordered_on": day.isoformat(),
                "product": product,
                "category": category,
                "quantity": max(1, round(amount / 100)),
                "amount": amount,
                "profit": round(amount * (-0.04 if account.story == "loss" else SHARE_OF_PROFIT), 2),
            }


def _tickets(today: date) -> Iterator[dict[str, Any]]:
    for number, account in enumerate(ACCOUNTS):
        for count in range(7 if account.story == "complaining" else number % 2):
            opened = today - timedelta(days=4 + 9 * count)
            closed = "" if count < 3 else (opened + timedelta(days=6)).isoformat()
            yield {
                "ticket_id": f"T{number + 1:02}{count + 1:02}",
                "account_id": _id(number),
                "opened_on": opened.isoformat(),
                "closed_on": closed,
                "severity": "high" if count == 0 and account.story == "complaining" else "normal",
                "kind": "complaint",
            }


def _activities(today: date, owners: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, account in enumerate(ACCOUNTS[:8]):
        last = 130 if account.story == "silent" else 3 + number
        for count in range(6):
            yield {
                "account_id": _id(number),
                "activity_on": (today - timedelta(days=last + 25 * count)).isoformat(),
                "kind": ("call", "visit")[count % 2],
                "contact": f"contact-{number + 1}",
                "member": owners[number % len(owners)],
            }


def _id(number: int) -> str:
    return f"A{number + 1:03}"


def _csv(rows: Iterator[Mapping[str, Any]]) -> str:
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()
