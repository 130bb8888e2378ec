"""A whole project of three accounts that runs in well under a second, and ways to break it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from kaframe.cli import run_command

DAY = "2026-06-30"
KAFRAME = """\
version: 1
project: mini
language: en
timezone: UTC
currency: EUR
packs: []
accounts:
  source: {reader: csv, path: data/accounts.csv}
  key: account_id
  name: account
  renamed: data/renamed.csv
tables:
  orders:
    source: {reader: csv, path: data/orders.csv}
    time: ordered_on
    currency: currency
    amounts: [amount]
rates: {source: {reader: csv, path: data/rates.csv}, since: since}
channels:
  file: {type: file, folder: notices}
reports: []
"""
TEAM = """\
roles:
  - {id: lead, label: Lead, for_all: true}
  - {id: account_manager, label: Account manager}
members:
  - {id: kim, name: Kim, roles: [account_manager], email: kim@example.com, deputy: sam}
  - {id: sam, name: Sam, roles: [lead, account_manager], email: sam@example.com}
assignments:
  - {role: account_manager, from: owner}
"""
MEASURE = """\
measures:
  revenue: {label: Revenue, unit: currency, from: orders, value: sum(amount), empty: 0}
  last_order: {from: orders, value: max(ordered_on)}
  days_since_order: {value: days_since(last_order)}
"""
IDENTIFY = """\
tiers:
  - {id: key, key: true, when: pareto(revenue) < 0.8}
  - {id: standard, when: true}
candidates: {when: pareto(revenue) < 0.9}
concentration: [revenue]
"""
SCORE = """\
semantics:
  kaframe: {override: merge, scale: [0, 100], minimum_coverage: 0.4}
scorecards:
  relationship:
    primary: true
    children:
      money: {weight: 60, value: revenue, curve: [[0, 0], [500, 100]]}
      recency: {weight: 40, value: days_since_order, bands: [{at_least: 60, points: 0}, {else: 100}]}
"""
STATUS = """\
rgb:
  relationship: {green: {at_least: 75}, yellow: {at_least: 50}, red: else}
"""
ANALYSE = """\
analyses:
  - {id: quiet, kind: condition, when: days_since_order > 60, sentence: No order for a while.}
"""
STAGE = """\
stages:
  - id: start
    start: true
    owner: account_manager
    within: 5 working days
    tasks: [{id: call, role: account_manager, title: Call}]
    to: [{stage: care, requires: [call]}]
  - {id: care, owner: account_manager}
"""
STRATEGY = """\
strategies:
  - id: grow
    label: Grow
    when: status = 'green' or status = 'red'
    template: grow.md.j2
    approval: lead
    goals: [{id: more, measure: revenue, target: 1000, by: 90 days}]
    actions: [{id: meet, role: lead, within: 7 working days, title: Meet}]
"""
NOTIFY = """\
notices:
  - {id: tasks, on: task_opened, to: [assignee], channels: [file]}
  - {id: news, on: [account_new, plan_new, insight_new], to: [lead], channels: [file]}
"""
PROJECT: Mapping[str, str] = {
    "kaframe.yaml": KAFRAME,
    "team.yaml": TEAM,
    "rules/measure.yaml": MEASURE,
    "rules/identify.yaml": IDENTIFY,
    "rules/score.yaml": SCORE,
    "rules/status.yaml": STATUS,
    "rules/analyse.yaml": ANALYSE,
    "rules/stage.yaml": STAGE,
    "rules/strategy.yaml": STRATEGY,
    "rules/maintain.yaml": (
        "cadences: [{id: visit, applies: key_account, every: 14 days, role: account_manager, title: Visit}]\n"
    ),
    "rules/notify.yaml": NOTIFY,
    "templates/plan.md.j2": "# {{ account.name }}\n\n{% for one in strategies %}{{ one.section }}\n{% endfor %}",
    "templates/grow.md.j2": "{% for action in actions %}- {{ action.title }}\n{% endfor %}",
    "data/accounts.csv": "account_id,account,owner\nA1,Alpha,kim\nA2,Beta,kim\nA3,Gamma,sam\n",
    "data/orders.csv": (
        "account_id,ordered_on,amount,currency\nA1,2026-06-01,500,EUR\nA1,2026-05-01,100,USD\n"
        "A2,2026-03-01,200,EUR\nA3,2026-06-20,20,EUR\nA0,2026-06-20,5,EUR\n"
    ),
    "data/renamed.csv": "old_id,new_id\nA0,A3\n",
    "data/rates.csv": "currency,rate,since\nUSD,0.9,2026-01-01\n",
}
Break = Callable[[Path], object]


def write_project(root: Path) -> Path:
    """The project, sound."""
    for name, text in PROJECT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def swap(name: str, old: str, new: str) -> Break:
    """One text of a file changed."""
    assert old in PROJECT[name], f"{name} does not say {old!r}"
    return lambda root: (root / name).write_text(PROJECT[name].replace(old, new, 1), "utf-8")


def put(name: str, content: str | bytes) -> Break:
    """A file of this content in place of what is there."""

    def write(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return write


def remove(name: str) -> Break:
    """No such file."""
    return lambda root: (root / name).unlink()


def make_folder(name: str) -> Break:
    """A folder in place of the file."""

    def change(root: Path) -> None:
        (root / name).unlink(missing_ok=True)
        (root / name).mkdir(parents=True)

    return change


def mend(root: Path, written: tuple[str, ...] = (".kaframe", "notices", "report")) -> None:
    """The inputs as they were; what the runs have written stays."""
    for path in root.iterdir():
        if path.name not in written:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    write_project(root)


def listing(root: Path) -> dict[str, str]:
    """Every file and folder with the hash of its content."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in root.rglob("*")
    }


def run_day(root: Path, day: str = DAY, command: str = "run") -> int:
    """The exit code of a run."""
    return run_command(["-C", str(root), command, "--as-of", day])
