"""The documentation as a site: it builds without a warning, has every page, in both languages, and loads nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SITE = [name for name in ("mkdocs", "material", "mkdocs_static_i18n") if importlib.util.find_spec(name) is None]
PAGES = sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md"))

spec = importlib.util.spec_from_file_location("docsite_hooks", ROOT / "docsite" / "hooks.py")
assert spec is not None
assert spec.loader is not None
hooks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hooks)


def test_every_page_has_one_place() -> None:
    """Also one that nobody has named: it goes to its folder's section, or to the last."""
    english = [page for page in PAGES if not page.endswith(".zh.md")]
    more = [*english, "plugins/zebra.md", "zebra.md", "zoo/zebra.md"]
    found = [page for section in hooks.ordered(more) for pages in section.values() for page in pages]
    assert sorted(found) == sorted(more)
    assert hooks.ordered(more)[-1] == {"More": ["zebra.md", "zoo/zebra.md"]}
    named = ["plugins/zebra.md", "plugins/README.md"]
    assert hooks.ordered(named) == [{"Plugins": ["plugins/README.md", "plugins/zebra.md"]}]


def test_pages_that_sections_name_exist() -> None:
    """A page that was renamed is renamed there too."""
    named = [place for places in hooks.SECTIONS.values() for place in places]
    assert [place for place in named if not (ROOT / "docs" / place).exists()] == []


def test_every_chinese_page_is_of_an_english_one() -> None:
    """Else nobody could come to it from the other language."""
    assert [page for page in PAGES if page.endswith(".zh.md") and page.replace(".zh.md", ".md") not in PAGES] == []


BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHARED = ("python", "yaml", "sh", "jinja", "json", "toml", "sql")
PARTS = {
    "headings": re.compile(r"^(#+) ", re.MULTILINE),
    "rows of tables": re.compile(r"^\|", re.MULTILINE),
    "items of lists": re.compile(r"^ *(?:[-*]|\d+\.) ", re.MULTILINE),
}
TRANSLATED = [page for page in PAGES if page.endswith(".zh.md") and not page.startswith("how-to/")]


def both(page: str) -> tuple[str, str]:
    """The Chinese page and the English one."""
    chinese, english = ((ROOT / "docs" / name).read_text("utf-8") for name in (page, page.replace(".zh.md", ".md")))
    return chinese, english


@pytest.mark.parametrize("page", TRANSLATED)
def test_a_translated_page_shows_the_same_code(page: str) -> None:
    """The blocks of the English page are run by tests; those of the Chinese one are the same, to the letter."""
    chinese, english = ([code for kind, code in BLOCK.findall(text) if kind in SHARED] for text in both(page))
    assert chinese == english
    assert len(BLOCK.findall(both(page)[0])) == len(BLOCK.findall(both(page)[1]))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("page", TRANSLATED)
def test_a_translated_page_has_the_same_parts(page: str, part: str) -> None:
    """A heading, row or item that was added to the English page is added to the Chinese one."""
    chinese, english = (PARTS[part].findall(BLOCK.sub("", text)) for text in both(page))
    assert chinese == english


def test_a_page_of_its_own_shows_all_that_the_english_one_shows() -> None:
    """It begins with the CRM that its readers have, and goes on with every example of the English page."""
    chinese, english = both("how-to/read-from-a-service.zh.md")
    assert [code for _, code in BLOCK.findall(english) if code not in chinese] == []


def test_every_page_but_decisions_is_in_both_languages() -> None:
    """Users read either; why something was decided is for who changes kaframe."""
    english = [page for page in PAGES if not page.endswith(".zh.md") and not page.startswith("decisions/")]
    assert [page for page in english if page.replace(".md", ".zh.md") not in PAGES] == []


LINKS = {
    "a folder": ("[steps](steps/)", "[steps](steps/data.md)"),
    "outside": ("[the pack](../rules/default/score.yaml)", "the pack (`rules/default/score.yaml`)"),
    "outside, named": ("[rules/](../rules/)", "rules/"),
    "the other language": ("[中文](explain.zh.md)", "[中文](explain.md)"),
    "itself": ("[中文](README.zh.md)", "中文"),
    "a page": ("[x](explain.md#y)", "[x](explain.md#y)"),
    "lines of Chinese": ("不丢失，\n  尽可能\n不重复\n- 一\n\n二\nthree", "不丢失，尽可能不重复\n- 一\n\n二\nthree"),
    "elsewhere": ("[x](https://example.com)", "[x](https://example.com)"),
}


@pytest.mark.parametrize(("text", "expected"), LINKS.values(), ids=LINKS.keys())
def test_links_lead_somewhere_on_the_site(text: str, expected: str) -> None:
    """A folder is its first page, a file outside docs/ is named, and the reader chooses the language."""
    known = {"README.md", "explain.md", "steps/data.md", "steps/score.md"}
    assert hooks._relinked(text, "README.md", known) == expected


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if SITE:
        pytest.skip(f"the site is built where it can be: pip install -e '.[docs]' ({', '.join(SITE)} missing)")
    folder = tmp_path_factory.mktemp("site")
    settings = ROOT / "docsite" / "mkdocs.yml"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(settings), "-d", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr, built.stderr
    return folder


def test_the_site_has_every_page_in_both_languages(site: Path) -> None:
    """Chinese where there is Chinese, English where not yet; and both can be searched."""
    for page in PAGES:
        if not page.endswith(".zh.md"):
            place = page.removesuffix("README.md") if page.endswith("README.md") else page.removesuffix(".md")
            assert (site / place / "index.html").is_file(), page
            assert (site / "zh" / place / "index.html").is_file(), page
    assert "编写规则" in (site / "zh" / "index.html").read_text("utf-8")
    assert "编写规则" not in (site / "index.html").read_text("utf-8")
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    assert any("大客户" in page["text"] for page in index["docs"])


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    """Neither fonts nor scripts: it can be read where there is no network."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        loaded = re.findall(r"""<(?:script|img|iframe)[^>]*\bsrc=["']?(https?:[^"'> ]+)""", text)
        loaded += re.findall(r"""<link[^>]*\brel=["']?stylesheet[^>]*href=["']?(https?:[^"'> ]+)""", text)
        assert loaded == [], page
