"""The pages about plugins are what the code says, and every hook is documented and used."""

from __future__ import annotations

import pytest

import kaframe
from kaframe import hookspecs
from kaframe.cli.pluginreference import CATALOGUE, DOCS, HOOKS, catalogue_page, hooks_page, users_of
from kaframe.plugins import load_plugins
from kaframe.plugins.kinds import KINDS

# What plugins may rely on. To add a name is harmless; to take one away or change what it means raises KAFRAME_API.
API = 1
SURFACE = [
    "Answer", "Attachment", "BadRow", "Channel", "Chat", "Column", "Command", "CsvTable", "DataError", "Filter",
    "Function", "HeldRun", "KAFRAME_API", "KaframeError", "Listener", "Listing", "Load", "Location", "Message",
    "News", "Outcome", "POST_OPTIONS", "Page", "Panel", "PanelContent", "Piece", "Post", "Problem", "Reader",
    "Reading", "Refusal", "RefusedAddressError", "ReportFormat", "RuleError", "RulePack", "RunView", "Secret",
    "ShownPanel", "Source", "TemplatePack", "UsageError", "ValueColumns", "Wording", "Written", "check_header",
    "check_names", "check_post", "connect_each", "defused", "encoding_error", "engine_type", "escape_markdown",
    "find_addresses", "find_encoding", "find_files", "fingerprint_files", "guess_type", "hook", "host_refusal",
    "is_loopback", "judge_code", "judge_status", "load", "nearest", "open_client", "open_csv", "place_in", "quieted",
    "read_csv_quickly", "read_yaml", "revealed", "send_chat", "send_post", "show_file", "type_of", "unconfirmed",
    "wait_of", "walk_csv",
]  # fmt: skip


def test_the_page_of_hooks_is_fresh() -> None:
    """``make docs`` writes it again."""
    assert (DOCS / HOOKS).read_text("utf-8") == hooks_page()


def test_the_catalogue_is_fresh() -> None:
    """``make docs`` writes it again."""
    assert (DOCS / CATALOGUE).read_text("utf-8") == catalogue_page()


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
