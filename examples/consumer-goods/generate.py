"""Make the data of this example: the same bytes everywhere, from one seed and the standard library alone.

    python generate.py [--to FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from care import activities, activity_table, contacts, surveys, tickets
from draws import Table, month_start
from portfolio import Account, all_accounts
from trade import competitors, opportunities, orders, payments, rates, targets

# Seven lines that nobody can use; each stands after so many lines of the file of 2026.
BROKEN_LINES = {
    100: "2026-13-05,O90001,C002,抽纸,纸品,100,12800.00,2560.00,CNY,2026-01-10,2026-01-09",
    300: "2026-02-30,O90002,C004,牙膏,口腔,80,10240.00,2048.00,CNY,2026-03-05,2026-03-04",
    500: "五月三日,O90003,C001,牙刷,口腔,50,8250.00,1650.00,CNY,2026-05-08,2026-05-07",
    700: "2026-03-09,O90004,C002,卷纸,纸品,50,待确认,1650.00,CNY,2026-03-14,2026-03-13",
    900: "2026-04-02,O90005,C025,洗衣液,家清,100,12800.00,两千五百,CNY,2026-04-07,2026-04-06",
    1100: "2026-04-20,O90006,C026,洗洁精,家清,60",
    1300: "2026-05-18,O90007,C027",
}
ACCOUNT_HEADER = (
    "客户编号,客户名称,上级客户,客户类型,区域,客户经理,售后专员,合作起始日,"
    "年度合同额,续约日,已发解约通知,信用额度,年采购总额,年度目标"
)


def all_files() -> dict[str, bytes]:
    """Every file of the example's data folder, by its path."""
    accounts = all_accounts()
    bought, done = orders(accounts), activities(accounts)
    tables = {
        "tickets.csv": tickets(accounts),
        "activities.csv": activity_table(done),
        "contacts.csv": contacts(accounts, done),
        "surveys.csv": surveys(accounts),
        "opportunities.csv": opportunities(accounts),
        "payments.csv": payments(accounts, bought),
        "targets.csv": targets(accounts),
        "competitors.csv": competitors(),
        "rates.csv": rates(),
        "merged_ids.csv": Table("old_id,new_id", [("C903", "C012")]),
    }
    files = {path: as_csv(table).encode() for path, table in tables.items()}
    return {**files, **order_files(bought), "accounts.csv": as_csv(account_table(accounts)).encode("gb18030")}


def account_table(accounts: Sequence[Account]) -> Table:
    """The master data, with the column names that an ERP system in China has."""
    return Table(ACCOUNT_HEADER, [_account_row(account) for account in accounts])


def _account_row(account: Account) -> Sequence[object]:
    new = account.first_month > 0
    since = month_start(account.first_month) if new else date(2018 + int(account.id[1:]) % 6, 3, 1)
    target = int(account.monthly * account.target_times) * 12
    return (
        account.id, account.name, account.parent, account.segment, account.region,
        f"{account.owner}@example.com" if account.owner else "",
        "service1@example.com" if account.key else "",
        since,
        account.monthly * 12 if account.key else "",
        account.renewal_on if account.key else "",
        "是" if account.notice_given else "否",
        account.monthly * 2,
        int(account.monthly * 12 * account.wallet_times) or "",
        target if account.key and not new else "",
    )


def order_files(bought: Table) -> dict[str, bytes]:
    """One file a year; the broken lines go into the last."""
    files = {}
    for year in ("2024", "2025", "2026"):
        rows = [row for row in bought.rows if str(row[0])[:4] == year]
        lines = as_csv(Table(bought.header, rows)).splitlines()
        for place, text in BROKEN_LINES.items() if year == "2026" else ():
            lines.insert(place, text)
        files[f"orders/{year}.csv"] = ("\n".join(lines) + "\n").encode()
    return files


def as_csv(table: Table) -> str:
    """A table as CSV text with line feeds."""
    target = io.StringIO()
    target.write(table.header + "\n")
    csv.writer(target, lineterminator="\n").writerows(table.rows)
    return target.getvalue()


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Make the data of this example.")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "data")
    folder = parser.parse_args().to
    for path, content in all_files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


if __name__ == "__main__":
    main()
