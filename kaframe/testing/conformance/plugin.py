"""What holds for every kind: the plugin's module loads, and what it brings is sound and explained."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

from kaframe.errors import Location
from kaframe.modules import ModuleSource
from kaframe.plugins.checks import check_module
from kaframe.plugins.importing import Found
from kaframe.plugins.recordchecks import check_record
from kaframe.schema import check_against
from kaframe.yamlfile import Node


class PluginConformance:
    """Tests of one thing that a plugin brings. ``plugin`` is its module; ``name`` says which of several."""

    plugin: ClassVar[ModuleType]
    name: ClassVar[str] = ""
    hook: ClassVar[str] = ""

    @property
    def record(self) -> Any:
        """The record under test."""
        brought = list(getattr(self.plugin, self.hook)())
        found = [record for record in brought if self.name in ("", getattr(record, "name", ""))]
        assert found, f"{self.hook} brings nothing named '{self.name}'"
        return found[0]

    def test_the_plugin_is_sound(self) -> None:
        """Hooks that exist, the right records, names that can be used: what ``kaframe plugins check`` looks at."""
        found = Found(self.plugin.__name__, "project", Location(self.plugin.__name__), "", ModuleSource())
        problems = [*check_module(found, self.plugin), *check_record(found, self.hook, self.record)]
        assert [str(problem) for problem in problems] == []

    def test_it_says_what_it_is(self) -> None:
        """A summary for ``kaframe plugins list``, never empty."""
        summary = self.record.summary
        texts = list(summary.values()) if isinstance(summary, Mapping) else [summary]
        assert all(text.strip() for text in texts), "say in 'summary' what it is for"

    def test_every_option_is_explained(self) -> None:
        """The options are a JSON Schema that refuses unknown keys, and every option has a title and a description."""
        options = getattr(self.record, "options", None)
        if not options:
            return
        problems = check_against(Node({}, Location("options")), options, "options")
        faults = [str(problem) for problem in problems if problem.code.startswith("KF12")]
        assert faults == [], "the options are no legal JSON Schema (draft-07)"
        properties = options.get("properties", {})
        assert not properties or options.get("additionalProperties") is False, "say additionalProperties: False"
        mute = [name for name, option in properties.items() if not (option.get("title") and option.get("description"))]
        assert mute == [], "give these options a title and a description"
