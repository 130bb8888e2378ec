"""What reports, panels, commands and listeners must keep to: they show a run and keep to their folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kaframe.additions import Listing, News
from kaframe.panels import detached, show_panel
from kaframe.records import RunView
from kaframe.testing.conformance.plugin import PluginConformance
from kaframe.testing.conformance.views import empty_view, sample_view

LANGUAGES = ("en", "zh")


def fingerprints(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder, by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class ReportConformance(PluginConformance):
    """Tests of a report format. Nothing to override."""

    hook: ClassVar[str] = "kaframe_reports"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_writes_into_its_folder(self, language: str, tmp_path: Path) -> None:
        """And names a file that is there; customers with hostile names are among the accounts."""
        folder = tmp_path / "report"
        folder.mkdir()
        path = self.record.write(detached(sample_view(language)), folder)
        assert isinstance(path, Path)
        assert path.is_file()
        assert path.is_relative_to(folder)
        assert [one.name for one in tmp_path.iterdir()] == ["report"], "it writes outside of its folder"

    def test_the_same_run_gives_the_same_bytes(self, tmp_path: Path) -> None:
        """Into a new folder, and again into the same one."""
        first, second = tmp_path / "first", tmp_path / "second"
        for folder in (first, second, second):
            folder.mkdir(exist_ok=True)
            self.record.write(detached(sample_view("en")), folder)
        assert fingerprints(first) == fingerprints(second)

    def test_a_run_without_anything_is_shown_too(self, tmp_path: Path) -> None:
        """No account, no rule: an empty report, not a failure."""
        self.record.write(detached(empty_view()), tmp_path)


class PanelConformance(PluginConformance):
    """Tests of a panel. Nothing to override."""

    hook: ClassVar[str] = "kaframe_panels"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_shows_something(self, language: str) -> None:
        """Texts in the project's language; rows as long as there are columns."""
        assert show_panel(self.record, detached(sample_view(language)))

    def test_a_run_without_anything_is_no_failure(self) -> None:
        """The panel may have nothing to show."""
        show_panel(self.record, detached(empty_view()))


class CommandConformance(PluginConformance):
    """Tests of a command. Override ``options`` with some that are legal."""

    hook: ClassVar[str] = "kaframe_commands"

    def options(self) -> Mapping[str, Any]:
        """Options as the command line would give them."""
        return {}

    def test_it_lists_something(self) -> None:
        """Rows that have the columns which it names."""
        listing = self.record.run(detached(sample_view("en")), self.options())
        assert isinstance(listing, Listing)
        assert listing.rows, "there is nothing to list in the sample"
        assert [name for name in listing.columns if name not in listing.rows[0]] == []

    def test_the_example_calls_it(self) -> None:
        """As people would type it."""
        assert self.record.example.startswith(f"kaframe {self.record.name}")


class ListenerConformance(PluginConformance):
    """Tests of a listener. Override ``options`` and, where it does not write files, ``heard``."""

    hook: ClassVar[str] = "kaframe_listeners"

    def options(self, folder: Path) -> Mapping[str, Any]:
        """Options as kaframe hands them over."""
        return {}

    def heard(self, folder: Path) -> Any:
        """What is left of what it heard: the files of the project."""
        return fingerprints(folder)

    def tell(self, folder: Path, view: RunView) -> None:
        """Tell it of a run with all its events."""
        self.record.hear(self.options(folder), News(detached(view), view.rows("events")), folder)

    def test_told_twice_is_told_once(self, tmp_path: Path) -> None:
        """A run that was killed is told again."""
        self.tell(tmp_path, sample_view("en"))
        before = self.heard(tmp_path)
        self.tell(tmp_path, sample_view("en"))
        assert self.heard(tmp_path) == before

    def test_a_run_without_events_is_no_failure(self, tmp_path: Path) -> None:
        """There may be nothing to tell."""
        self.tell(tmp_path, empty_view())
