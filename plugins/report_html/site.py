"""The files of the report: pages rendered from templates, written when they changed, old ones removed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import kaframe

from .account import account_page, children_by_parent
from .facts import Facts, page_name, read_facts
from .gates import gates, held_page
from .markdown import make_renderer
from .movement import movement
from .panels import panels
from .parts import bar, chip, flag, named
from .pictures import pictures
from .portfolio import (
    account_rows,
    data_tables,
    near_misses,
    owning_role,
    task_tables,
    tier_table,
    tiles,
    urgent_first,
)
from .saying import Saying, make_saying
from .team import team

TEMPLATES = Path(__file__).parent / "templates"
BANNER, TOP = re.compile(r"<!--held-->.*?<!--/held-->\n", re.DOTALL), "<body>\n"
OWN_PAGE = re.compile(r"[a-z0-9-]+-[0-9a-f]{8}\.html")


def write_site(view: kaframe.RunView, folder: Path) -> Path:
    """Write all pages; the portfolio last, so that its links lead somewhere. Returns its path."""
    facts = read_facts(view, make_saying(view))
    templates = _templates(facts.say)
    ordered = urgent_first(facts)
    _write_accounts(facts, ordered, templates.get_template("account.html"), folder / "accounts")
    index = folder / "index.html"
    page = templates.get_template("portfolio.html").render(page=_portfolio(facts, ordered))
    _write(index, page)
    return index


def write_held(held: kaframe.HeldRun, folder: Path) -> list[Path]:
    """Write the page about a run that was held back, and a banner over the portfolio page, else left as it is."""
    view = kaframe.RunView(
        project=held.project, language=held.language, currency="", as_of=held.as_of, run_id=held.shown,
        rows=lambda table: (), labels={}, units={},
    )  # fmt: skip
    say = make_saying(view)
    templates, page = _templates(say), held_page(say, held)
    _write(folder / "held.html", templates.get_template("held.html").render(page=page))
    index = folder / "index.html"
    if index.is_file():
        text = BANNER.sub("", index.read_text(encoding="utf-8"))
        banner = templates.get_template("banner.html").render(page=page)
        _write(index, text.replace(TOP, f"{TOP}{banner}\n", 1))
    return [folder / "held.html"]


def _write_accounts(facts: Facts, ordered: list[str], template: Any, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    render, children = make_renderer(), children_by_parent(facts)
    for account_id in ordered:
        page = template.render(page=account_page(facts, account_id, children, render))
        _write(folder / page_name(account_id), page)
    wanted = {page_name(account_id) for account_id in ordered}
    for old in folder.iterdir():
        if old.name not in wanted and OWN_PAGE.fullmatch(old.name):
            old.unlink()


def _portfolio(facts: Facts, ordered: list[str]) -> dict[str, Any]:
    role = owning_role(facts)
    return {
        "tiles": tiles(facts),
        "pictures": pictures(facts, ordered, role),
        "movement": movement(facts),
        "accounts": account_rows(facts, ordered, role),
        "worth": facts.say.label("measure", facts.value_measure) if facts.value_measure else "",
        "owner": facts.say.label("role", role) if role else facts.say.word("owner"),
        "tasks": task_tables(facts),
        "team": team(facts),
        "tiers": tier_table(facts),
        "panels": panels(facts.view, ""),
        "near_misses": near_misses(facts),
        "data": data_tables(facts),
        "gates": gates(facts.say, facts.view.rows("gates")),
    }


def _templates(say: Saying) -> Any:
    """The templates, with everything that is the same on all pages; whatever they print is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    class Pages(Environment):
        """Pages are made of dictionaries: a key is what a name after a dot nearly always means."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if type(obj) is dict and attribute in obj:
                return obj[attribute]
            return super().getattr(obj, attribute)

    found = Pages(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    view = say.view
    found.globals.update(
        w=say.word,
        chip=chip,
        bar=bar,
        flag=flag,
        named=named,
        language="zh-CN" if view.language == "zh" else "en",
        project=view.project,
        title=say.word("title", project=view.project),
        as_of=say.word("as_of", day=say.value(view.as_of)),
        run=say.word("run", run=view.run_id),
        css=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
    )
    return found


def _write(path: Path, text: str) -> None:
    """Write a page, unless it is there already as it should be. Lone surrogates of the data become question marks."""
    content = text.encode("utf-8", errors="replace")
    if not path.is_file() or path.read_bytes() != content:
        written = path.with_name(f".{path.name}.new")
        written.write_bytes(content)
        written.replace(path)
