"""The data of the example: the same to the byte; every story of stories.yaml is there by plain counting."""

from __future__ import annotations

import csv
import filecmp
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kaframe.yamlfile import read_yaml

EXAMPLE = Path(__file__).parent.parent / "examples" / "consumer-goods"
TODAY, YEAR_AGO, TWO_YEARS_AGO, SIXTY_DAYS_AGO = "2026-06-30", "2025-06-30", "2024-06-30", "2026-05-01"
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    """The rows of one file, nothing done to them."""
    with (EXAMPLE / "data" / name).open(encoding="gb18030" if name == "accounts.csv" else "utf-8") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Books:
    """All files, and the sums over them that many stories need."""

    accounts: dict[str, Row]
    orders: list[Row]
    read: int
    unknown: Counter[str]

    def of(self, name: str, account: str) -> list[Row]:
        return [row for row in rows_of(name) if row["account_id"] == account]

    def yuan(self, column: str, after: str, until: str = TODAY, convert: bool = True) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for row in self.orders:
            if after < row["ordered_on"] <= until and row[column]:
                sums[row["account_id"]] += float(row[column]) * (rate(row) if convert else 1)
        return sums

    def bought(self, account: str, after: str = YEAR_AGO, until: str = TODAY) -> float:
        return self.yuan("amount", after, until)[account]


def rate(row: Row) -> float:
    """Yuan for one unit of the row's currency on its day."""
    known = [float(each["rate"]) for each in rows_of_rates() if each["since"] <= row["ordered_on"]]
    return known[-1] if row["currency"] == "USD" else 1.0


@cache
def rows_of_rates() -> list[Row]:
    return rows_of("rates.csv")


def usable(row: Row) -> bool:
    """Whether day and numbers of an order line can be read and no field is missing."""
    try:
        date.fromisoformat(row["ordered_on"])
        float(row["profit"] or 0)
        float(row["amount"])
    except (ValueError, TypeError):
        return False
    return row["currency"] is not None


@pytest.fixture(scope="module")
def books() -> Books:
    accounts = {row["客户编号"]: row for row in rows_of("accounts.csv")}
    lines = [row for year in (2024, 2025, 2026) for row in rows_of(f"orders/{year}.csv")]
    good = [row for row in lines if usable(row)]
    orders = [{**row, "account_id": row["account_id"].replace("C903", "C012")} for row in good]
    known = [row for row in orders if row["account_id"] in accounts]
    unknown = Counter(row["account_id"] for row in orders if row["account_id"] not in accounts)
    return Books(accounts, known, len(lines), unknown)


def share_above(sums: dict[str, float], account: str) -> float:
    """The share of the total that those ranked strictly above an account hold."""
    positive = [value for value in sums.values() if value > 0]
    above = sum(value for value in positive if value > sums[account])
    return above / sum(positive) if sums[account] > 0 else 1.0


def key_accounts(books: Books, column: str, convert: bool = True) -> set[str]:
    """The accounts that carry 80 % of a column in the last twelve months."""
    sums = books.yuan(column, YEAR_AGO, convert=convert)
    return {account for account in sums if share_above(sums, account) < 0.8}


def days_since(day: str) -> int:
    return (date.fromisoformat(TODAY) - date.fromisoformat(day)).days


def growth(books: Books, account: str) -> float:
    return books.bought(account) / books.bought(account, TWO_YEARS_AGO, YEAR_AGO) - 1


def complaints(books: Books, account: str) -> list[Row]:
    return [row for row in books.of("tickets.csv", account) if row["kind"] == "complaint"]


def lately(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["opened_on"] > SIXTY_DAYS_AGO]


def last_activity(books: Books, account: str, kind: str = "") -> str:
    return max(row["activity_on"] for row in books.of("activities.csv", account) if kind in ("", row["kind"]))


def owner(books: Books, account: str) -> str:
    return books.accounts[account]["客户经理"].removesuffix("@example.com")


def managed_by(books: Books, member: str) -> int:
    keys = key_accounts(books, "amount") | key_accounts(books, "profit")
    return sum(owner(books, account) == member for account in keys)


def healthy(books: Books, account: str) -> dict[str, Any]:
    unhappy = [row for row in books.of("surveys.csv", account) if int(row["score"]) < 8]
    return {"complaints_60d": len(lately(complaints(books, account))), "surveys_below_8": len(unhappy),
            "growth_over_minus_5_percent": growth(books, account) > -0.05}


def pareto(books: Books, account: str) -> dict[str, Any]:
    revenue, profit = key_accounts(books, "amount"), key_accounts(books, "profit")
    return {"accounts": len(books.accounts), "carry_80_of_revenue": len(revenue),
            "carry_80_of_profit": len(profit), "either": len(revenue | profit)}


def slow_decline(books: Books, account: str) -> dict[str, Any]:
    quarter = books.bought(account, "2026-03-31") / books.bought(account, "2025-03-31", "2025-06-30") - 1
    return {"growth_percent": round(growth(books, account) * 100, 1),
            "last_quarter_against_a_year_before_percent": round(quarter * 100, 1)}


def complaint_wave(books: Books, account: str) -> dict[str, Any]:
    wave = lately(complaints(books, account))
    late = [row for row in books.orders if row["account_id"] == account and row["ordered_on"] > SIXTY_DAYS_AGO
            and row["delivered_on"] > row["promised_on"]]
    return {"complaints_60d": len(wave), "open": sum(not row["closed_on"] for row in wave),
            "complaints_before": len(complaints(books, account)) - len(wave),
            "last_survey": int(books.of("surveys.csv", account)[-1]["score"]),
            "late_deliveries_60d": len(late)}


def lost_contact(books: Books, account: str) -> dict[str, Any]:
    decides = [row for row in books.of("contacts.csv", account) if row["decision_maker"] == "true"]
    return {"days_since_activity": days_since(last_activity(books, account)),
            "days_since_decision_maker": days_since(decides[0]["last_contact_on"])}


def white_space(books: Books, account: str) -> dict[str, Any]:
    categories: dict[str, set[str]] = defaultdict(set)
    for row in books.orders:
        if row["ordered_on"] > YEAR_AGO:
            categories[row["account_id"]].add(row["category"])
    segment = books.accounts[account]["客户类型"]
    peers = [key for key, row in books.accounts.items() if row["客户类型"] == segment and key != account]
    (missing,) = set.union(*categories.values()) - categories[account]
    everything = sum(len(categories[each]) == 4 for each in peers) / len(peers)
    return {"segment": segment, "categories": len(categories[account]), "missing": missing,
            "others_of_its_kind_buying_all_four": everything}


def loss_maker(books: Books, account: str) -> dict[str, Any]:
    revenue = books.yuan("amount", YEAR_AGO)
    return {"rank_by_revenue": 1 + sum(value > revenue[account] for value in revenue.values()),
            "profit_12m": round(books.yuan("profit", YEAR_AGO)[account])}


def newcomer(books: Books, account: str) -> dict[str, Any]:
    days = [row["ordered_on"] for row in books.orders if row["account_id"] == account]
    months = {day[:7] for day in days}
    ratio = books.bought(account, "2026-05-31") / books.bought(account, YEAR_AGO, "2026-05-31")
    return {"first_order": min(days), "months": len(months), "second_month_against_first": round(ratio, 2)}


def missing_data(books: Books, account: str) -> dict[str, Any]:
    profits = [row for row in books.orders if row["account_id"] == account and row["profit"]]
    names = ("surveys", "payments", "activities", "contacts")
    counted = {name: len(books.of(f"{name}.csv", account)) for name in names}
    return {"orders_with_profit": len(profits), **counted}


def group(books: Books, account: str) -> dict[str, Any]:
    parent = books.accounts[account]["上级客户"]
    members = [each for each, row in books.accounts.items() if parent in (each, row["上级客户"])]
    return {"parent": parent, "revenue_12m_of_the_group": round(sum(books.bought(each) for each in members))}


def notice_given(books: Books, account: str) -> dict[str, Any]:
    facts = healthy(books, account)
    facts.pop("surveys_below_8")
    return {"notice_given": books.accounts[account]["已发解约通知"] == "是", **facts}


def merged_id(books: Books, account: str) -> dict[str, Any]:
    lines = Counter(row["account_id"] for year in (2024, 2025, 2026) for row in rows_of(f"orders/{year}.csv"))
    (merge,) = rows_of("merged_ids.csv")
    return {"rows_of_the_old_id": lines[merge["old_id"]], "rows_of_the_new_id": lines[account]}


def owned(books: Books, account: str) -> dict[str, Any]:
    return {"owner": owner(books, account)}


def late_care(books: Books, account: str) -> dict[str, Any]:
    kinds = ("visit", "qbr")
    return {f"days_since_{kind}": days_since(last_activity(books, account, kind)) for kind in kinds}


def export(books: Books, account: str) -> dict[str, Any]:
    return {"order_lines_in_usd": sum(row["currency"] == "USD" for row in books.orders),
            "key_after_conversion": account in key_accounts(books, "amount"),
            "key_without_conversion": account in key_accounts(books, "amount", convert=False)}


def bad_rows(books: Books, account: str) -> dict[str, Any]:
    lines = [line for line, row in enumerate(rows_of("orders/2026.csv"), 2) if not usable(row)]
    return {"rows": books.read, "lines": lines}


def duplicate(books: Books, account: str) -> dict[str, Any]:
    ids = [row["ticket_id"] for row in rows_of("tickets.csv")]
    return {"rows": len(ids), "tickets": len(set(ids))}


def near_miss(books: Books, account: str) -> dict[str, Any]:
    return {f"share_above_by_{word}": round(share_above(books.yuan(column, YEAR_AGO), account), 3)
            for word, column in (("revenue", "amount"), ("profit", "profit"))}


def share_of_wallet(books: Books, account: str) -> dict[str, Any]:
    wallet = float(books.accounts[account]["年采购总额"])
    return {"share_of_wallet": round(books.bought(account) / wallet, 2),
            "competitor_notes": len(books.of("competitors.csv", account))}


def late_payer(books: Books, account: str) -> dict[str, Any]:
    bills = books.of("payments.csv", account)
    late = [days_since(row["due_on"]) - days_since(row["paid_on"]) for row in bills if row["paid_on"]]
    due = [row for row in bills if not row["paid_on"] and row["due_on"] < "2026-06-30"]
    return {"days_late_on_average": round(sum(late) / len(late), 1), "overdue_invoices": len(due)}


COUNTED: dict[str, Callable[[Books, str], dict[str, Any]]] = {
    "healthy": healthy,
    "pareto": pareto,
    "slow_decline": slow_decline,
    "complaint_wave": complaint_wave,
    "lost_contact": lost_contact,
    "white_space": white_space,
    "loss_maker": loss_maker,
    "newcomer": newcomer,
    "missing_data": missing_data,
    "group": group,
    "notice_given": notice_given,
    "merged_id": merged_id,
    "deputy": owned,
    "leaving": owned,
    "unowned": owned,
    "untrained": lambda books, _: {"key_accounts_of_am4": managed_by(books, "am4")},
    "overloaded": lambda books, _: {"key_accounts_of_am1": managed_by(books, "am1")},
    "late_care": late_care,
    "export": export,
    "bad_rows": bad_rows,
    "orphans": lambda books, _: {"C777": books.unknown["C777"], "no_account": books.unknown[""]},
    "duplicate": duplicate,
    "near_miss": near_miss,
    "renewal_soon": lambda books, account: {
        "days_to_renewal": -days_since(books.accounts[account]["续约日"])},
    "share_of_wallet": share_of_wallet,
    "behind_target": lambda books, account: {
        "target_reached": round(books.bought(account) / float(books.accounts[account]["年度目标"]), 2)},
    "late_payer": late_payer,
    "rising": lambda books, account: {"growth_percent": round(growth(books, account) * 100, 1)},
}


def stories() -> list[dict[str, Any]]:
    told = read_yaml(EXAMPLE / "stories.yaml", "stories.yaml").plain()
    assert isinstance(told, dict)
    return list(told["stories"])


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_generator_gives_the_committed_bytes(tmp_path: Path) -> None:
    """Whoever runs generate.py gets the very files that are committed, and no others."""
    subprocess.run([sys.executable, "-B", EXAMPLE / "generate.py", "--to", tmp_path], check=True, timeout=60)
    made, kept = files_in(tmp_path), files_in(EXAMPLE / "data")
    assert made == kept
    assert filecmp.cmpfiles(tmp_path, EXAMPLE / "data", made, shallow=False) == (made, [], [])


def test_the_data_stay_small() -> None:
    """The example is shipped with the package, so it stays under 3 MB."""
    assert sum((EXAMPLE / "data" / name).stat().st_size for name in files_in(EXAMPLE / "data")) < 3_000_000


def test_every_story_is_counted() -> None:
    """No story is told that nobody counts, and none is counted that nobody tells."""
    assert [story["id"] for story in stories()] == list(COUNTED)


@pytest.mark.parametrize("story", stories(), ids=lambda story: story["id"])
def test_the_story_is_in_the_data(story: dict[str, Any], books: Books) -> None:
    """The facts of a story are what plain counting gives, for each of its accounts."""
    for account in story["accounts"] or [""]:
        assert COUNTED[story["id"]](books, account) == story["facts"]


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readme_tells_every_story(readme: str) -> None:
    """Both readme files say that the data are generated and name every story."""
    text = (EXAMPLE / readme).read_text(encoding="utf-8")
    assert "generated" in text or "生成" in text
    assert [story["id"] for story in stories() if f"`{story['id']}`" not in text] == []
