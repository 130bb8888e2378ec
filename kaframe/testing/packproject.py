"""A project that has nothing but rule packs, so that their rules are tested as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
packs: [{packs}]
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
def pack_project(packs: Iterable[str], plugins: Iterable[str] = ()) -> Iterator[Project]:
    """A project with these packs alone, a team with somebody for every usual role, and no data.

    ``plugins`` are the installed plugins that bring the packs.
    """
    with TemporaryDirectory(prefix="kaframe-pack-") as folder:
        root = write_pack_project(Path(folder), packs)
        with (root / "kaframe.yaml").open("a", encoding="utf-8") as config:
            config.write(f"plugins: [{', '.join(plugins)}]\n")
        yield load_project(root)


def write_pack_project(root: Path, packs: Iterable[str], language: str = "en") -> Path:
    """Write the project with these packs, lowest first, in a language."""
    for name, text in FILES.items():
        (root / name).write_text(text.format(packs=", ".join(packs), language=language), encoding="utf-8")
    return root
