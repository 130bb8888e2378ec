"""How the team and the accounts deal with each other: tickets, activities, contacts and surveys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from draws import Table, draw, month_start, whole, workday
from portfolio import CATEGORIES, COMPLAINTS_FROM, LAST_DAY, MONTHS, Account

KEY_RHYTHM = {"call": 9, "visit": 13, "qbr": 84, "email": 30, "sustainability": 330}  # a day in so many
PLAIN_RHYTHM = {"email": 60}
LOST_CONTACT_ON = date(2026, 2, 18)
LATE_CARE = {"visit": date(2026, 4, 28), "qbr": date(2026, 1, 14)}
ROLES = ("采购总监", "采购经理", "门店运营")


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that was done with an account; contact 1 is the decision maker."""

    day: date
    account: Account
    kind: str
    contact: int

    @property
    def contact_id(self) -> str:
        return f"{self.account.id}-{self.contact}"


def activities(accounts: Sequence[Account]) -> list[Activity]:
    """Everything that was done, by day."""
    done = [activity for account in accounts for activity in _activities(account)]
    return sorted(done, key=lambda activity: (activity.day, activity.account.id, activity.kind))


def _activities(account: Account) -> Iterator[Activity]:
    """The rhythm of one account, counted back from the last day."""
    source = draw("activities", account)
    start = month_start(account.first_month)
    end = LOST_CONTACT_ON if account.story == "lost_contact" else LAST_DAY
    late = LATE_CARE if account.story == "late_care" else {}
    rhythm = KEY_RHYTHM if account.key else PLAIN_RHYTHM
    for kind, gap in rhythm.items() if account.story != "missing_data" else ():
        day = late.get(kind, end - timedelta(days=whole(source, 1, 8)))
        while day >= start:
            contact = 1 if kind in ("qbr", "visit") else whole(source, 1, 3 if account.key else 1)
            yield Activity(workday(day), account, kind, contact)
            day -= timedelta(days=gap + whole(source, -1, 1))


def activity_table(done: Sequence[Activity]) -> Table:
    """The activities as the team wrote them down."""
    rows = [(each.account.id, each.day, each.kind, each.contact_id, each.account.owner) for each in done]
    return Table("account_id,activity_on,kind,contact,member", rows)


def contacts(accounts: Sequence[Account], done: Sequence[Activity]) -> Table:
    """Three contacts of a key account, one of another; their last contact is that of the activities."""
    last = {each.contact_id: each.day for each in done}
    rows: list[Sequence[object]] = []
    for account in accounts:
        for number in range(1, 4 if account.key else 2):
            key = f"{account.id}-{number}"
            decides = "true" if number == 1 else "false"
            if account.story != "missing_data":
                rows.append((key, account.id, f"联系人 {key}", ROLES[number - 1], decides, last.get(key, "")))
    return Table("contact_id,account_id,contact,role,decision_maker,last_contact_on", rows)


def tickets(accounts: Sequence[Account]) -> Table:
    """Service tickets by day: a question now and then, and a wave of complaints at one account.

    One ticket stands there twice, as it does when two exports overlap.
    """
    rows = [row for account in accounts for row in _tickets(account)]
    rows.sort(key=lambda row: (str(row[1]), str(row[0])))
    numbered = [(f"T{number:04d}", *row, CATEGORIES[number % 3]) for number, row in enumerate(rows, 1)]
    return Table("ticket_id,account_id,opened_on,closed_on,severity,kind,category",
                 [*numbered[:100], numbered[40], *numbered[100:]])


def _tickets(account: Account) -> Iterator[Sequence[object]]:
    source = draw("tickets", account)
    for month in range(account.first_month, MONTHS):
        if source.random() < (0.5 if account.key else 0.1):
            opened = month_start(month) + timedelta(days=whole(source, 0, 24))
            kind = "complaint" if source.random() < 0.12 else "question"
            yield account.id, opened, opened + timedelta(days=whole(source, 1, 4)), "low", kind
    for number in range(16 if account.story == "complaint_wave" else 0):
        opened = COMPLAINTS_FROM + timedelta(days=number * 7 // 2)
        closed = opened + timedelta(days=whole(source, 12, 20)) if number < 6 else ""
        yield account.id, opened, closed, "high" if number % 2 else "normal", "complaint"


def surveys(accounts: Sequence[Account]) -> Table:
    """Satisfaction from 0 to 10, once a quarter (others: a year): high, but for those with a reason."""
    rows: list[Sequence[object]] = []
    for account in accounts:
        source = draw("surveys", account)
        for quarter in range(8):
            answered = month_start(quarter * 3 + 2) + timedelta(days=whole(source, 0, 20))
            asked = quarter * 3 >= account.first_month and (account.key or quarter % 4 == 3)
            score = _score(account, quarter, whole(source, 8 if account.key else 6, 10))
            if asked and account.story != "missing_data":
                rows.append((account.id, answered, score))
    return Table("account_id,answered_on,score", sorted(rows, key=lambda row: (str(row[1]), str(row[0]))))


def _score(account: Account, quarter: int, usual: int) -> int:
    """The answer of a quarter."""
    if account.story == "slow_decline":
        return 9 - quarter // 3
    return 3 if account.story == "complaint_wave" and quarter == 7 else usual
