"""A project that has nothing but one bundled pack, so that its rules are tested as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kaframe.loading import load_project
from kaframe.project import Project

FILES = {
    "kaframe.yaml": """\
version: 1
project: tests
language: {language}
timezone: UTC
calendar: none
currency: EUR
packs: [{pack}]
accounts: {{source: {{reader: csv, path: accounts.csv}}, key: account_id, name: name}}
channels: {{console: {{type: console}}}}
""",
    "team.yaml": """\
version: 1
members:
  - {{id: lead, name: Lead, roles: [lead]}}
  - {{id: manager, name: Manager, roles: [account_manager], deputy: second}}
  - {{id: second, name: Second, roles: [account_manager]}}
  - {{id: analyst, name: Analyst, roles: [market_analyst]}}
  - {{id: specialist, name: Specialist, roles: [product_specialist]}}
  - {{id: service, name: Service, roles: [after_sales]}}
assignments:
  - {{role: account_manager, from: owner}}
  - {{role: account_manager, member: manager}}
  - {{role: product_specialist, member: specialist}}
  - {{role: after_sales, member: service}}
""",
    "accounts.csv": "account_id,name\n",
}


@contextmanager
def pack_project(pack: str) -> Iterator[Project]:
    """A project with this pack alone, a team with somebody for every usual role, and no data."""
    with TemporaryDirectory(prefix="kaframe-pack-") as folder:
        yield load_project(write_pack_project(Path(folder), pack), use_plugins=False)


def write_pack_project(root: Path, packs: str, language: str = "en") -> Path:
    """Write the project with these packs, by comma, in a language."""
    for name, text in FILES.items():
        (root / name).write_text(text.format(pack=packs, language=language), encoding="utf-8")
    return root
