"""The pages that people look at: whole, linked, escaped, in one language, the same for the same run."""

from __future__ import annotations

import importlib
import os
import re
import string
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kaframe.plugins import load_plugins
from kaframe.records import ReportFormat, RunView
from tests.plugins.htmlpages import Page, read_page
from tests.plugins.runviews import AS_OF, TABLES, event, insight, plan, small_view, task, tiers

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


@cache
def form() -> ReportFormat:
    """The report as projects get it."""
    return load_plugins(None).reports["report_html"]


def part(name: str) -> ModuleType:
    """A module of the plugin."""
    return importlib.import_module(f"{form().write.__module__}.{name}")


def report(view: RunView, folder: Path) -> Page:
    """Write the report and read its first page."""
    return read_page(form().write(view, folder))


def facts(view: RunView) -> Any:
    """What the pages know of a run."""
    return part("facts").read_facts(view, part("saying").make_saying(view))


def account(folder: Path, name: str) -> Page:
    """The page of the account with this id."""
    return read_page(folder / "accounts" / part("facts").page_name(name))


@pytest.fixture(scope="module")
def example(example_run: RunView, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunView, Path]:
    """The run of the example and the folder of its report."""
    folder = tmp_path_factory.mktemp("report")
    report(example_run, folder)
    return example_run, folder


def test_every_managed_account_has_its_page(example: tuple[RunView, Path]) -> None:
    """As many pages as managed accounts, each with the name of its account; the portfolio links them all."""
    view, folder = example
    managed = {row["account_id"]: row["name"] for row in view.rows("managed.measures")}
    assert len(managed) == len(list((folder / "accounts").iterdir()))
    links = set(read_page(folder / "index.html").links())
    for account_id, name in managed.items():
        assert name in account(folder, account_id).text
        assert f"accounts/{part('facts').page_name(account_id)}" in links


def test_no_link_leads_nowhere(example: tuple[RunView, Path]) -> None:
    """Every link of every page is a page of the report or a place of the same page."""
    for path in example[1].rglob("*.html"):
        page = read_page(path)
        ids = {attributes.get("id") for _, attributes in page.elements}
        for link in page.links():
            target, _, place = link.partition("#")
            assert (path.parent / target).is_file() if target else place in ids, (path.name, link)


def test_pages_need_nothing_else(example: tuple[RunView, Path]) -> None:
    """No script, no file or address is loaded, and the policy of the page forbids both."""
    for path in example[1].rglob("*.html"):
        page = read_page(path)
        assert not [name for name, _ in page.elements if name in ("script", "link", "iframe", "object", "img", "base")]
        assert not [
            name for _, attributes in page.elements for name in attributes if name in ("src", "srcset", "onload")
        ]
        policies = [attributes.get("content", "") for name, attributes in page.elements if name == "meta"]
        assert any(policy.startswith("default-src 'none'") for policy in policies)
        assert "url(" not in path.read_text(encoding="utf-8").replace("url(#", "")


def test_the_figures_are_those_of_the_tables(example: tuple[RunView, Path]) -> None:
    """Colours of managed accounts in the tiles, the worst accounts first, every late task counted."""
    view, folder = example
    text = " ".join(read_page(folder / "index.html").text.split())
    colours = [row["status"] for row in view.rows("managed.colours") if row["card"] == "relationship"]
    for status, word in (("red", "红"), ("yellow", "黄"), ("green", "绿")):
        assert f"{word} {colours.count(status)} 共{len(colours)}个在管客户" in text
    late = sum(row["state"] == "late" for row in view.rows("tasks"))
    assert f"逾期任务 {late} " in text
    table = text.partition("在管客户（按紧急程度排序）")[2]
    names = {row["account_id"]: row["name"] for row in view.rows("managed.measures")}
    worst = [names[row["account_id"]] for row in view.rows("managed.colours") if row["status"] == "red"]
    best = [names[row["account_id"]] for row in view.rows("managed.colours") if row["status"] == "green"]
    assert max(table.index(name) for name in worst) < min(table.index(name) for name in best)


def test_the_page_of_an_account_tells_its_story(example: tuple[RunView, Path]) -> None:
    """The account in slow decline: its insight, the leaf that lost most, the plan as HTML, the rule behind a leaf."""
    page = account(example[1], "C005")
    assert "持续下滑" in page.text
    assert "12个月增长率" in page.text
    assert "客户经营方案" in page.text
    assert "#" not in page.text.partition("客户计划")[2].partition("主要失分原因")[0]
    titles = [attributes.get("title", "") for name, attributes in page.elements if name == "tr"]
    assert any("score.yaml:" in title and "growth" in title for title in titles)


def test_the_same_run_gives_the_same_pages(example: tuple[RunView, Path], tmp_path: Path) -> None:
    """Written again, every page has the same bytes."""
    view, folder = example
    report(view, tmp_path)
    pages = sorted(path.relative_to(folder) for path in folder.rglob("*.html"))
    assert pages == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.html"))
    assert all((folder / path).read_bytes() == (tmp_path / path).read_bytes() for path in pages)


def test_what_has_not_changed_is_not_written_and_what_left_is_removed(tmp_path: Path) -> None:
    """A second run touches only the pages that changed; a page of an account that left goes, other files stay."""
    report(small_view(), tmp_path)
    kept = tmp_path / "accounts" / part("facts").page_name("A0")
    os.utime(kept, (1, 1))
    (tmp_path / "accounts" / "notes.html").write_text("mine", encoding="utf-8")
    report(small_view(names=("Alpha", "Beta")), tmp_path)
    assert kept.stat().st_mtime == 1
    left = {path.name for path in (tmp_path / "accounts").iterdir()}
    assert left == {kept.name, part("facts").page_name("A1"), "notes.html"}


def test_what_stands_in_the_data_is_never_markup(tmp_path: Path) -> None:
    """A hostile text in every place of the data is shown as it is, on both kinds of pages."""
    view = small_view(
        names=(HOSTILE, "Beta"),
        insights=[insight("A0", HOSTILE, insight=HOSTILE)],
        tasks=[task("A0", HOSTILE, 2, member=HOSTILE)],
        events=[event("A0", "status_changed", "green", "red", HOSTILE), event("A1", "owner_changed", sentence=HOSTILE)],
        plans=[plan("A0", HOSTILE, title=HOSTILE, problem=HOSTILE, state=HOSTILE)],
        findings=[
            {"account_id": "A0", "kind": HOSTILE, "sentence": HOSTILE, "role": None, "member": None, "number": None}
        ],
        contacts=[
            {"account_id": "A0", "contact": HOSTILE, "role": HOSTILE, "decision_maker": True, "last_contact_on": None}
        ],
        owners=[{"account_id": "A0", "role": HOSTILE, "member": HOSTILE, "holder": "kim", "via": HOSTILE}],
        quality=[{"table_name": HOSTILE, "column_name": HOSTILE, "kind": HOSTILE, "row_count": 1}],
    )
    for page in (report(view, tmp_path), account(tmp_path, "A0")):
        assert page.count("script") == page.count("img") == 0
        assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
        assert page.text.count("<script>alert(1)</script>") >= 4
        assert "{{ 7*7 }}" in page.text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("<b>x</b> <img src=x>", "<p>&lt;b&gt;x&lt;/b&gt; &lt;img src=x&gt;</p>", id="raw HTML is text"),
        pytest.param(
            "<script>\nx\n</script>", "<p>&lt;script&gt;\nx\n&lt;/script&gt;</p>", id="blocks of HTML are text"
        ),
        pytest.param("[go](javascript:x)", "<p>[go](javascript:x)</p>", id="script links are text"),
        pytest.param("[go](data:text/html,x)", "<p>[go](data:text/html,x)</p>", id="data links are text"),
        pytest.param("[go](file:///etc/passwd)", "<p>[go](file:///etc/passwd)</p>", id="file links are text"),
        pytest.param("![a](http://h/x.png)", '<p>!<a href="http://h/x.png">a</a></p>', id="images are not loaded"),
        pytest.param("[go](https://h/a)", '<p><a href="https://h/a">go</a></p>', id="a web link stays"),
        pytest.param("[go](mailto:a@b.c)", '<p><a href="mailto:a@b.c">go</a></p>', id="a mail link stays"),
        pytest.param("# Aim\n## How", "<h3>Aim</h3>\n<h4>How</h4>", id="headings stand below those of the page"),
    ],
)
def test_a_plan_cannot_do_harm(markdown: str, html: str) -> None:
    """Only plain markup and links to the web and mail become HTML."""
    assert part("markdown").make_renderer()(markdown).strip() == html


@pytest.mark.parametrize("worth", [[12_000], [3_000_000], [0.014], [9e11], [248_000, 907_000]], ids=str)
def test_the_scale_of_amounts_has_ticks(worth: list[float]) -> None:
    """Also for a single account: a mark without a number beside it says nothing."""
    values = [{"points": 90, "worth": amount, "status": "green", "name": ""} for amount in worth]
    colour = part("saying").Colour("green", "green", "#0a0", "●", 0)
    spec = part("charts").value_and_health(values, [colour], ("Points", "Revenue"), "en")
    scale, ticks = spec["encoding"]["y"]["scale"]["domain"], spec["encoding"]["y"]["axis"]["values"]
    assert ticks
    assert scale[0] <= ticks[0] <= ticks[-1] <= scale[1]
    assert scale[0] < min(worth) <= max(worth) < scale[1]


PIECES = ("a", "1", " ", "  ", "中", "*", "_", "`", "[x](y)", "]:", "<b>", "&amp;", "!", "~", "\\", "\n", "\n\n",
          "# ", "\n## ", "\n- ", "\n> ", "\n```\n", "    ", "|",
          "\n| a | b |\n|---|---|\n", "---", "=", ":", "\t", "http://h/")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_short_cuts_change_nothing(markdown: str) -> None:
    """Sections are rendered one by one, and plain text is not parsed; the HTML is that of the whole text parsed."""
    render = part("markdown").make_renderer()
    whole = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    expected = whole.render(markdown).replace("<table>", '<table class="plain">')
    for level in range(6, 0, -1):
        expected = expected.replace(f"h{level}>", f"h{min(level + 2, 6)}>")
    assert render(markdown) == expected


def test_a_plan_is_shown_as_a_page_shows_text(tmp_path: Path) -> None:
    """Its table is a table, its state and who approves it stand above, and the page has one first heading."""
    report(small_view(plans=[plan("A0", "# Aim\n\n| a |\n|---|\n| cell |")]), tmp_path)
    page = account(tmp_path, "A0")
    assert page.count("h1") == 1
    assert "waits for approval" in page.text
    assert "Manager approves" in page.text
    assert "cell" in page.text
    assert "|---|" not in page.text


@pytest.mark.parametrize(
    "account_id",
    ["../../etc/passwd", "..", "a/b\\c", "客户 甲", "CON", "x" * 500, "", "a\x00b", "🔥", "\ud800"],
    ids=repr,
)
def test_a_page_has_a_plain_name_whatever_the_id(account_id: str) -> None:
    """Letters, digits and hyphens, not too long, and never a folder."""
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{8}\.html", part("facts").page_name(account_id))


def test_ids_that_look_alike_have_pages_of_their_own() -> None:
    """What the plain name drops is still in the digest."""
    names = {part("facts").page_name(account_id) for account_id in ("A-1", "a 1", "A/1", "甲", "乙")}
    assert len(names) == 5


@pytest.mark.parametrize(
    ("change", "title"),
    [
        pytest.param(event("A0", "status_changed", "green", "red"), "Turned worse", id="worse"),
        pytest.param(event("A1", "status_changed", "red", "green"), "Turned better", id="better"),
        pytest.param(event("A1", "status_changed", "no_data", "green"), "Other colours", id="from no data"),
        pytest.param(event("A1", "insight_new", None, "bad"), "New warnings", id="warning"),
        pytest.param(event("A1", "insight_new", None, "good"), "New chances and facts", id="chance"),
        pytest.param(event("A1", "tier_changed", "key", "key"), "Tiers and accounts", id="tier"),
    ],
)
def test_changes_are_told_in_groups(change: dict[str, Any], title: str) -> None:
    """A change stands under what it means."""
    told = part("movement").movement(facts(small_view(events=[change])))
    assert [(group["title"], group["count"]) for group in told["groups"]] == [(title, 1)]
    assert told["groups"][0]["lines"][0]["sentence"] == "It changed"


def test_a_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    """When every account has its tier since today, that is said once, and nothing is called new."""
    events = [event("A0", "insight_new", None, "bad", "All is new")]
    text = report(small_view(events=events, tiers=tiers(("A0", "A1", "A2"), AS_OF)), tmp_path).text
    page = account(tmp_path, "A0")
    assert "This is the first run" in text
    assert "All is new" not in text + page.text
    assert "new" not in [attributes.get("class", "").removeprefix("flag ") for _, attributes in page.elements]


def test_colour_and_tier_have_their_own_days(tmp_path: Path) -> None:
    """Since when the account is red, and since when it has its tier, each beside what it says."""
    report(small_view(), tmp_path)
    text = " ".join(account(tmp_path, "A0").text.split())
    assert f"red since {AS_OF}" in text
    assert "since 2026-03-31" in text.partition(f"red since {AS_OF}")[2]


def test_a_loss_that_rounds_to_nothing_is_no_reason(tmp_path: Path) -> None:
    """What cost less than can be shown is not among the main reasons, neither on the page nor in the table."""
    [large] = [row for row in small_view().rows("reasons") if row["account_id"] == "A0"]
    small = {**large, "rank": 2, "node": "sales.margin", "lost": 0.04}
    found = facts(small_view(reasons=[large, small]))
    assert [row["lost"] for row in part("account").account_page(found, "A0", {}, str)["reasons"]] == ["−60"]
    [first] = part("portfolio").account_rows(found, ["A0"], "manager")
    assert [lost for _, lost in first["reasons"]] == ["lost 60"]


def test_a_run_without_changes_says_so(tmp_path: Path) -> None:
    """Silence would leave open whether anything was compared."""
    assert "Nothing has changed" in report(small_view(), tmp_path).text


def test_a_task_of_many_accounts_stands_once(tmp_path: Path) -> None:
    """The same task of one person: how many, the first accounts, the longest delay."""
    view = small_view(names=tuple("ABCDE"), tasks=[task(f"A{place}", "Confirm", place + 1) for place in range(5)])
    text = " ".join(report(view, tmp_path).text.partition("Due and late")[2].split())
    assert text.count("Confirm") == 1
    assert "5 days late" in text
    assert "2 more" in text


def test_without_any_account_there_is_still_a_page(tmp_path: Path) -> None:
    """Every table empty: the portfolio says zero."""
    tables = set(TABLES) - {"findings"}
    view = small_view(names=(), **dict.fromkeys(tables, ()))
    assert "Accounts 0" in " ".join(report(view, tmp_path).text.split())
    assert list((tmp_path / "accounts").iterdir()) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_keeps_to_its_language(tmp_path: Path, language: str) -> None:
    """None of the report's own words of the other language is on a page."""
    words = part("words").WORDS
    other = 1 if language == "en" else 0
    page = report(small_view(language=language), tmp_path)
    text = page.text + account(tmp_path, "A0").text
    foreign = [pair[other] for pair in words.values() if "{" not in pair[other] and len(pair[other]) > 5]
    assert not [word for word in foreign if word in text and word not in ("kaframe",)]
    assert (tmp_path / "index.html").read_text(encoding="utf-8").count(f'lang="{"zh-CN" if other == 0 else "en"}"') == 1


def test_both_languages_say_the_same() -> None:
    """Every word has both languages, with the same values in it, and Chinese is Chinese."""
    for key, (english, chinese) in part("words").WORDS.items():
        named = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, chinese)]
        assert named[0] == named[1], key
        assert re.search(r"[\u4e00-\u9fff]|^[^a-z]*$|→", re.sub(r"\{\w+\}", "", chinese)), key


def test_every_word_is_used() -> None:
    """A word that no template and no module asks for is left over."""
    folder = Path(str(part("words").__file__)).parent
    sources = [path for path in [*folder.glob("*.py"), *folder.glob("templates/*.html")] if path.name != "words.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    left = [key for key in part("words").WORDS if "." not in key and f'"{key}"' not in text]
    assert left == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"why": "exception", "exception": "silent"}, "By exception: No order for long", id="exception"),
        pytest.param(
            {"why": "exception", "exception": "silent", "points": 20.0, "calculated_points": 88.04},
            "Calculated: green, 88 points",
            id="forced points",
        ),
        pytest.param({"why": "margin"}, "By its points it would be green; it has not passed", id="margin"),
        pytest.param({"why": "hold"}, "By its points it would be green; it must hold that", id="hold"),
        pytest.param(
            {"why": "hold", "begun": date(2026, 6, 1), "runs": 2}, "It has been so since 2026-06-01, on 2", id="begun"
        ),
        pytest.param({"why": "wait"}, "By its points it would be green; this must last", id="wait"),
        pytest.param({"why": "no_data"}, "Too little is known for a colour", id="too little data"),
        pytest.param({"why": "override"}, "Set by Kim until 2026-08-01: New buyer", id="override"),
    ],
)
def test_a_page_says_why_the_colour_is_not_what_the_points_say(fields: dict[str, Any], said: str) -> None:
    """An exception by its reason, patience by what it waits for, a person by name, reason and end."""
    colour = {**small_view().rows("colours")[0], "calculated": "green", **fields}
    override = {"account_id": "A0", "card": "health", "status": "red", "reason": "New buyer", "author": "kim",
                "set_on": AS_OF, "expires_on": date(2026, 8, 1), "state": "active", "sentence": "s"}  # fmt: skip
    view = small_view(colours=[colour], overrides=[override])
    view = replace(view, labels={**view.labels, "exception.silent": "No order for long"})
    page = part("account").account_page(facts(view), "A0", {}, str)
    assert any(line.startswith(said) for line in page["why"]), page["why"]


def test_a_parent_says_which_companies_made_its_points() -> None:
    """The largest share first, and those that are not managed by their id."""
    rolled = [
        {"account_id": "A0", "card": "health", "member": name, "status": status, "points": points, "share": share,
         "weight": 1.0, "state": "counted"}
        for name, status, points, share in (("X9", None, 40.04, 0.25), ("A1", None, 80.0, 0.75), ("A2", "red", None, 0))
    ]  # fmt: skip
    page = part("account").account_page(facts(small_view(roll_ups=rolled)), "A0", {}, str)
    assert page["group"]["rolled"] == ["Beta: 80, 75%", "X9: 40, 25%", "Gamma: red, 0%"]


def test_a_group_of_companies_is_told_on_each_page() -> None:
    """The parent and its other companies stand on a company's page; an unknown parent by its id."""
    rows = [
        {**row, "parent": parent} for row, parent in zip(small_view().rows("measures"), (None, "A0", "A0"), strict=True)
    ]
    known = facts(small_view(measures=rows))
    children = part("account").children_by_parent(known)
    pages = {key: part("account").account_page(known, key, children, str)["group"] for key in ("A0", "A1")}
    assert [member["name"] for member in pages["A0"]["members"]] == ["Gamma", "Beta"]
    assert (pages["A1"]["parent"]["name"], [member["name"] for member in pages["A1"]["members"]]) == (
        "Alpha",
        ["Gamma"],
    )
    lonely = facts(small_view(measures=[{**rows[0], "parent": "G9"}]))
    group = part("account").account_page(lonely, "A0", {}, str)["group"]
    assert (group["parent"]["name"], group["parent"]["link"], group["members"]) == ("G9", "", [])


def test_a_page_shows_how_the_points_went() -> None:
    """Earlier runs as they were published, oldest first, this one last; a run without points is left out."""
    past = [
        {"account_id": "A0", "card": "health", "status": status, "as_of": day, "points": points}
        for day, status, points in (
            (date(2026, 5, 31), "yellow", 60.04),
            (date(2026, 4, 30), "no_data", None),
            (date(2026, 3, 31), "green", 90.0),
        )
    ]
    (card,) = part("tree").cards(facts(small_view(past_points=past)), "A0")
    told = [(one["day"], one["points"], one["colour"].id) for one in card["history"]]
    now = small_view().rows("colours")[0]
    assert told[:2] == [("2026-03-31", "90", "green"), ("2026-05-31", "60", "yellow")]
    assert told[2:] == [("2026-06-30", f"{now['points']:g}", now["status"])]
    assert all(one["labelled"] for one in card["history"])


def test_of_many_days_some_are_labelled_the_last_among_them() -> None:
    """Twenty runs are twenty marks, and no more words than have room on a phone."""
    past = [
        {"account_id": "A0", "card": "health", "status": "green", "as_of": date(2026, 6, day), "points": 80.0}
        for day in range(1, 20)
    ]
    (card,) = part("tree").cards(facts(small_view(past_points=past)), "A0")
    told = [one["day"] for one in card["history"] if one["labelled"]]
    assert len(card["history"]) == 20
    assert told == ["2026-06-04", "2026-06-08", "2026-06-12", "2026-06-16", "2026-06-30"]


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (7, [0, 2, 4, 6, 8]),
        (34, [0, 10, 20, 30, 40]),
        (1200, [0, 500, 1000, 1500]),
    ],
)
def test_axes_count_whole_accounts(highest: int, ticks: list[int]) -> None:
    """There is no half account on an axis, and never more than six numbers."""
    found = part("charts")._whole_ticks(highest)
    assert [tick for tick in found if tick <= max(ticks)] == ticks
    assert len(found) <= 7


def family_view() -> RunView:
    """A0 on the primary card, A1 on another of its family, with leaves, colours and digits of its own."""
    small = small_view(("Alpha", "Beta"))
    own, other = ([row for row in small.rows(name) if row["account_id"] == "A0"] for name in ("colours", "reasons"))
    colour = {**own[0], "account_id": "A1", "card": "young", "status": "cold", "calculated": "cold", "points": 40.122,
              "calculated_points": 40.122, "weakest": "logins"}  # fmt: skip
    reason = {**other[0], "account_id": "A1", "card": "young", "node": "logins", "points": 40.122, "lost": 59.878}
    scored = {"account_id": "A1", "logins": 40.122, "points": 40.122, "coverage": 1.0, "low": 40.122, "high": 40.122}
    leaf = {"path": "logins", "weight": 1.0, "aggregate": "", "measure": "growth", "rule": "score.yaml:9:1",
            "children": []}  # fmt: skip
    view = small_view(("Alpha", "Beta"), colours=[*own, colour], reasons=[*other, reason], score_young=[scored])
    return replace(
        view,
        labels={**view.labels, "node.young.logins": "Logins", "card.young": "Newcomers", "status.cold": "cold"},
        colours={**view.colours, "young": {"warm": "#2e9e5b", "cold": "#d43d3d", "no_data": "#8a8f98"}},
        cards={**view.cards, "young": [leaf]},
        scales={**view.scales, "young": (0.0, 100.0)},
        family=("health", "young"),
        display={**view.display, "young": (0, "up")},
    )


def test_an_account_is_told_by_the_card_of_its_segment() -> None:
    """Its colour, reasons, labels and digits are those of its own card, on its page and in the table."""
    found = facts(family_view())
    page = part("account").account_page(found, "A1", {}, str)
    assert (page["colour"].id, page["colour"].label) == ("cold", "cold")
    assert [(row["label"], row["lost"], row["line"]) for row in page["reasons"]] == [
        ("Logins", "−59.9", "40 points, 100% of the score")
    ]
    assert [(card["label"], card["points"]) for card in page["cards"]] == [("Newcomers", "40")]
    first, second = part("portfolio").account_rows(found, ["A0", "A1"], "manager")
    assert (first["points"], first["reasons"]) == ("40", [("Growth", "lost 60")])
    assert (second["points"], second["weakest"], second["reasons"]) == ("40", "Logins", [("Logins", "lost 59.9")])


def test_colours_of_all_cards_of_a_family_are_counted() -> None:
    """No account is missing in the tiles or charts because its colour has another name."""
    found = facts(family_view())
    counted = {tile["label"]: tile["value"] for tile in part("portfolio").tiles(found) if tile["colour"]}
    assert (counted["red"], counted["cold"], counted["warm"]) == ("1", "1", "0")
    assert sum(int(value) for value in counted.values()) == len(found.accounts)
