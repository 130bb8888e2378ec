"""What a filter of templates must keep to: it writes what its record says, and nothing of the data becomes markup."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from kaframe.modules import ModuleSource
from kaframe.templates import FilterSource, TemplateFolder, Templates
from kaframe.testing.conformance.plugin import PluginConformance
from kaframe.wording import Wording


class FilterConformance(PluginConformance):
    """Tests of a filter, in the process where it will run. Override ``context`` where the example uses names.

    ``takes_text``: whether a text of the data may be filtered at all.
    """

    hook: ClassVar[str] = "kaframe_filters"
    takes_text: ClassVar[bool] = False

    def context(self) -> dict[str, Any]:
        """The names that the example uses."""
        return {}

    def render(self, folder: Path, text: str, language: str = "en", **more: Any) -> str:
        """What a template writes."""
        (folder / "one.md.j2").write_text(text, encoding="utf-8")
        source = ModuleSource(path=str(self.plugin.__file__))
        home = [FilterSource(self.plugin.__name__, source)]
        templates = Templates([TemplateFolder(folder, "templates")], Wording(language, "EUR"), home)
        return str(templates.render("one.md.j2", {**self.context(), **more}))

    def test_the_example_gives_what_it_says(self, tmp_path: Path) -> None:
        """In English, with euros."""
        assert self.render(tmp_path, self.record.example) == self.record.gives

    def test_it_writes_chinese_too(self, tmp_path: Path) -> None:
        """Something, without failing."""
        assert self.render(tmp_path, self.record.example, "zh")

    def test_texts_of_the_data_stay_texts(self, tmp_path: Path) -> None:
        """A customer may be named <b>."""
        if not self.takes_text:
            pytest.skip("it is for other values")
        written = self.render(tmp_path, f"{{{{ hostile | {self.record.name} }}}}", hostile="<b>[x](y)</b>")
        assert "<b>" not in written
        assert "[x](y)" not in written
