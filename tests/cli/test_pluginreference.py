"""The pages about plugins are what the code says, and every hook is documented and used."""

from __future__ import annotations

import inspect
import re

import pytest

import kaframe
from kaframe import hookspecs
from kaframe.cli.pluginreference import (
    CATALOGUE,
    DOCS,
    HOOKS,
    LANGUAGES,
    TEXTS,
    catalogue_page,
    first_words,
    hooks_page,
    name_in,
    told,
    users_of,
)
from kaframe.plugins import load_plugins
from kaframe.plugins.kinds import KINDS

# What plugins may rely on. To add a name is harmless; to take one away or change what it means raises KAFRAME_API.
API = 1
SURFACE = [
    "Answer", "Attachment", "BadRow", "Channel", "Chat", "Column", "Command", "CsvTable", "DataError", "Filter",
    "Function", "HeldRun", "KAFRAME_API", "KaframeError", "Listener", "Listing", "Load", "Location", "Message",
    "News", "Outcome", "POST_OPTIONS", "Page", "Panel", "PanelContent", "Piece", "Post", "Problem", "Reader",
    "Reading", "Refusal", "RefusedAddressError", "ReportFormat", "RuleError", "RulePack", "RunView", "Secret",
    "ShownPanel", "Source", "TemplatePack", "UsageError", "ValueColumns", "Wording", "Written", "as_json",
    "check_header",
    "check_names", "check_post", "connect_each", "defused", "encoding_error", "engine_type", "escape_markdown",
    "find_addresses", "find_encoding", "find_files", "fingerprint_files", "guess_type", "hook", "host_refusal",
    "is_loopback", "judge_code", "judge_status", "load", "nearest", "open_client", "open_csv", "other_kind", "place_in",
    "quieted", "read_csv_quickly", "read_yaml", "revealed", "send_chat", "send_post", "show_file", "type_of",
    "unconfirmed", "wait_of", "walk_csv",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_hooks_is_fresh(language: str) -> None:
    """``make docs`` writes it again."""
    assert (DOCS / name_in(language, HOOKS)).read_text("utf-8") == hooks_page(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_fresh(language: str) -> None:
    """``make docs`` writes it again."""
    assert (DOCS / name_in(language, CATALOGUE)).read_text("utf-8") == catalogue_page(language)


def docstrings() -> set[str]:
    """Every paragraph of docstrings that the page of hooks shows."""
    names = [name for name in kaframe.__all__ if not name.startswith("__")]
    hooked = [text for kind in KINDS for text in (getattr(hookspecs, kind.hook).__doc__, kind.record.__doc__)]
    records = [thing.__doc__ for name in names if inspect.isclass(thing := getattr(kaframe, name))]
    shown = {part for text in (*hooked, *records) for part in told(text or "")}
    return shown & set(hooks_page().replace("\n", " ").split("  ")) | {first_words(name) for name in names}


def test_the_chinese_page_leaves_nothing_in_english() -> None:
    """Each paragraph of a docstring has its Chinese text, and none is left over that says something else."""
    assert docstrings() - TEXTS.keys() == set()
    assert TEXTS.keys() - docstrings() == set()


@pytest.mark.parametrize("english", sorted(TEXTS))
def test_code_in_a_text_is_the_same_in_both_languages(english: str) -> None:
    """Names of fields, options and tables are not translated."""
    names = set(re.findall(r"`[^`]+`", english))
    assert [name for name in names if name not in TEXTS[english]] == []
    assert re.search(r"[\u4e00-\u9fff]", TEXTS[english])


def test_both_pages_have_the_same_code_and_tables() -> None:
    """Examples to the letter, a row for each field."""
    english, chinese = (hooks_page(language) for language in LANGUAGES)
    code = re.compile(r"(?ms)^```python$.*?^```$")
    assert code.findall(english) == code.findall(chinese)
    assert english.count("\n| ") == chinese.count("\n| ")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_every_hook_is_used_by_a_bundled_plugin_and_has_a_page(kind: object) -> None:
    """No hook for its own sake; what it brings has a section in both generated pages and a how-to."""
    assert users_of(kind, load_plugins(None))  # type: ignore[arg-type]
    assert f"## {kind.hook}\n" in hooks_page()  # type: ignore[attr-defined]
    assert (DOCS / "plugins" / f"{kind.word}.md").is_file()  # type: ignore[attr-defined]


def test_the_surface_is_pinned() -> None:
    """A name that is gone breaks plugins: then KAFRAME_API becomes one more."""
    assert hookspecs.KAFRAME_API == API
    assert [name for name in kaframe.__all__ if name != "__version__"] == SURFACE


def test_whoever_writes_a_plugin_finds_every_field_and_call_without_the_code() -> None:
    """The page has the fields of what a plugin is given, and how everything is called that it may call."""
    page = hooks_page()
    for line in ("key: str", "retry_after: float | None = None", "options: Mapping[str, Any]", ".reveal() -> str"):
        assert f"\n{line}\n" in page
    assert "\nsend_post(post: Post, judge: Callable[[Answer], Outcome] | None = None) -> Outcome\n" in page
    assert " at 0x" not in page
