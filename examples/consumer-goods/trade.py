"""What the accounts buy and pay: orders, payments, opportunities, targets, competitors and exchange rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from draws import Table, draw, month_start, whole, yuan
from portfolio import CATEGORIES, COMPLAINTS_FROM, LAST_DAY, MONTHS, Account

SEASON = (0.98, 0.97, 1.02, 1.03, 1.10, 1.02, 1.04, 0.90, 0.98, 0.98, 1.00, 1.05)  # July to June
PRODUCTS = {
    "洗护": ("洗发露", "沐浴露", "护手霜"),
    "家清": ("洗衣液", "洗洁精", "消毒液"),
    "纸品": ("抽纸", "卷纸", "湿巾"),
    "口腔": ("牙膏", "牙刷", "漱口水"),
}
FEN_A_CASE = (12_800, 16_500, 9_600)  # by the product's place in its category
# Yuan for a dollar since a day; invented like everything here.
USD_RATES = (("2024-07-01", 7.25), ("2025-01-01", 7.3), ("2025-07-01", 7.18), ("2026-01-01", 7.05))
MERGED_ON = date(2025, 10, 1)
UNKNOWN_ACCOUNTS = ("C777", "C777", "C777", "C777", "", "")  # whose orders these are, nobody knows
RIVALS = (("2026-02-10", "洗护", 0.55), ("2026-05-12", "洗护", 0.6), ("2026-05-12", "家清", 0.45))


def usd_rate(day: date) -> float:
    """Yuan for one dollar on a day."""
    return [rate for since, rate in USD_RATES if since <= day.isoformat()][-1]


def rates() -> Table:
    """The declared rates."""
    return Table("currency,since,rate", [("USD", since, rate) for since, rate in USD_RATES])


def level(account: Account, month: int) -> float:
    """What an account buys in a month before chance has its say, in yuan."""
    value = account.monthly * SEASON[month % 12]
    if account.story == "newcomer":
        return value * (1.0 if month == MONTHS - 2 else 1.8)
    for _ in range(max(0, month - (MONTHS - 13))):
        value *= account.drift
    return value


def orders(accounts: Sequence[Account]) -> Table:
    """All order lines by day, numbered by order in that sequence, those of unknown accounts among them."""
    lines = [line for account in accounts for line in _order_lines(account)]
    for number, key in enumerate(UNKNOWN_ACCOUNTS):
        day = date(2026, 1, 15) + timedelta(days=20 * number)
        lines.append([day, "", key, "抽纸", "纸品", 10, "1280.00", "256.00", "CNY", day, day])
    lines.sort(key=lambda line: (line[0], line[2]))
    number, before = 0, None
    for line in lines:
        number += (line[0], line[2]) != before
        before = (line[0], line[2])
        line[1] = f"O{number:05d}"
    return Table(
        "ordered_on,order_id,account_id,product,category,quantity,amount,profit,currency,promised_on,delivered_on",
        lines,
    )


def _order_lines(account: Account) -> Iterator[list[object]]:
    """Lines of one account: every category that it buys in every month, two lines an order."""
    source = draw("orders", account)
    for month in range(account.first_month, MONTHS):
        bought = level(account, month) * (0.94 + 0.12 * source.random())
        count = 8 if bought >= 250_000 else 4
        shares = [0.7 + 0.6 * source.random() for _ in range(count)]
        days = sorted(whole(source, 0, 27) for _ in range(count // 2))
        for line, share in enumerate(shares):
            day = month_start(month) + timedelta(days=days[line // 2])
            category = account.categories[line % len(account.categories)]
            yield _order_line(account, source, day, (category, bought * share / sum(shares)))


def _order_line(account: Account, source: Random, day: date, part: tuple[str, float]) -> list[object]:
    """One line of a category, worth about so many yuan, in the account's own currency."""
    category, worth = part
    place = whole(source, 0, 2)
    rate = usd_rate(day) if account.currency == "USD" else 1.0
    price = int(FEN_A_CASE[place] / rate)
    quantity = max(1, int(worth / rate * 100 / price))
    profit = yuan(int(quantity * price * (account.margin + 0.04 * (source.random() - 0.5))))
    promised = day + timedelta(days=5)
    late = account.story == "complaint_wave" and day >= COMPLAINTS_FROM
    delivered = promised + timedelta(days=whole(source, 4, 9) if late else whole(source, -3, 0))
    merged = account.id_before_merge and day < MERGED_ON
    return [
        day, "", account.id_before_merge if merged else account.id,
        PRODUCTS[category][place], category, quantity, yuan(quantity * price),
        "" if account.story == "missing_data" else profit, account.currency,
        promised, delivered if delivered <= LAST_DAY else "",
    ]


def payments(accounts: Sequence[Account], bought: Table) -> Table:
    """One invoice an account and month over what was ordered in it, due after 30 days, in yuan."""
    rows: list[Sequence[object]] = []
    totals = _monthly_totals(bought)
    for account in accounts:
        source = draw("payments", account)
        for month in range(account.first_month, MONTHS - 1):
            due = month_start(month + 1) + timedelta(days=30)
            paid = due + timedelta(days=account.days_late + whole(source, -6, 3))
            billed = f"{month_start(month):%Y-%m}"
            names = [name for name in (account.id, account.id_before_merge) if name]
            ordered = sum(totals.get((name, billed), 0.0) for name in names)
            if account.story != "missing_data":
                rows.append((account.id, due, paid if paid <= LAST_DAY else "", yuan(int(ordered * 100))))
    return Table("account_id,due_on,paid_on,amount", sorted(rows, key=lambda row: (str(row[1]), str(row[0]))))


def _monthly_totals(bought: Table) -> dict[tuple[str, str], float]:
    """Yuan ordered by account and month."""
    totals: dict[tuple[str, str], float] = {}
    for line in bought.rows:
        rate = usd_rate(date.fromisoformat(str(line[0]))) if line[8] == "USD" else 1.0
        key = (str(line[2]), str(line[0])[:7])
        totals[key] = totals.get(key, 0.0) + float(str(line[6])) * rate
    return totals


def opportunities(accounts: Sequence[Account]) -> Table:
    """What is being sold to key accounts: some won, some lost, some open."""
    rows: list[Sequence[object]] = []
    for account in accounts:
        source = draw("opportunities", account)
        for quarter in range(account.first_month // 3, 8):
            if account.key and source.random() < 0.6:
                opened = month_start(quarter * 3) + timedelta(days=whole(source, 0, 80))
                closed = opened + timedelta(days=whole(source, 40, 110))
                stage = ("won" if source.random() < 0.55 else "lost") if closed <= LAST_DAY else "open"
                product = PRODUCTS[CATEGORIES[whole(source, 0, 3)]][whole(source, 0, 2)]
                value = account.monthly // 1000 * 500 * whole(source, 1, 5)
                rows.append((account.id, opened, closed if stage != "open" else "", stage, value, product))
    rows.sort(key=lambda row: (str(row[1]), str(row[0])))
    numbered = [(f"P{number:03d}", *row) for number, row in enumerate(rows, 1)]
    return Table("opportunity_id,account_id,opened_on,closed_on,stage,value,product", numbered)


def targets(accounts: Sequence[Account]) -> Table:
    """What each key account was meant to buy in a quarter."""
    rows = [
        (account.id, month_start(quarter * 3), int(account.monthly * account.target_times) * 3)
        for quarter in range(8)
        for account in accounts
        if account.key and quarter * 3 >= account.first_month
    ]
    return Table("account_id,period_start,amount", rows)


def competitors() -> Table:
    """What was heard of a rival at one account."""
    return Table("account_id,noted_on,competitor,category,share",
                 [("C013", day, "竞品 K", category, share) for day, category, share in RIVALS])
