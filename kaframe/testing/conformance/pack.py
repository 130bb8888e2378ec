"""What rule packs and templates must keep to: they are sound by themselves, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from kaframe.checks import check_rulebook
from kaframe.layouts import load_templates
from kaframe.loading import load_project
from kaframe.notify.layout import sample_context
from kaframe.project import Project
from kaframe.strategy.context import Contexts
from kaframe.strategy.sample import sample_cases
from kaframe.templates import TemplateFolder, find_names
from kaframe.testing.conformance.plugin import PluginConformance
from kaframe.testing.finding import find_files
from kaframe.testing.packproject import write_pack_project
from kaframe.testing.suite import Selection, run_project

PLAN_SUFFIX = ".md.j2"


def project_with(folder: Path, packs: tuple[str, ...], language: str) -> Project:
    """A project without data that has these packs; plugins of the project are those of ``folder/plugins``."""
    write_pack_project(folder, packs, language)
    return load_project(folder)


class PackConformance(PluginConformance):
    """Tests of a rule pack. ``with_packs`` are those it lies over, lowest first."""

    hook: ClassVar[str] = "kaframe_packs"
    with_packs: ClassVar[tuple[str, ...]] = ("default",)

    def project(self, folder: Path, language: str = "en") -> Project:
        """A project with the pack, the plugin in its ``plugins/``."""
        link_plugin(folder, str(self.plugin.__file__))
        return project_with(folder, (*self.with_packs, self.record.name), language)

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_its_rules_are_sound(self, language: str, tmp_path: Path) -> None:
        """No error in any rule or template, for accounts with everything and with nothing."""
        problems = check_rulebook(self.project(tmp_path, language))
        assert [str(problem) for problem in problems if problem.severity == "error"] == []

    def test_its_own_tests_pass(self, tmp_path: Path) -> None:
        """The files of its ``tests/``; there is at least one."""
        project = self.project(tmp_path)
        files = tuple(path for path, _ in find_files(self.record.folder, ()))
        assert files, "show your rules on made-up accounts in tests/*.yaml"
        result = run_project(project, Selection(files=files))
        assert result.passed, [str(outcome) for outcome in result.outcomes if outcome.state != "passed"]


class TemplateConformance(PluginConformance):
    """Tests of templates for plans and messages. Nothing to override."""

    hook: ClassVar[str] = "kaframe_templates"

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_every_template_is_sound(self, language: str, tmp_path: Path) -> None:
        """It can be read, uses names that a plan or a message has, and is written when nothing is known too."""
        project = project_with(tmp_path, ("default",), language)
        if self.record.name not in project.plugins.templates:
            link_plugin(tmp_path, str(self.plugin.__file__))
            project = project_with(tmp_path, ("default",), language)
        templates = load_templates(project)
        names = find_names([TemplateFolder(self.record.folder, self.record.name)], language)
        contexts = [Contexts(project).context(case) for case in sample_cases(project)]
        samples = [{**context, "strategy": context["strategies"][0]} for context in contexts]
        assert names, "there is no *.j2 in the folder"
        tried = {name: samples if name.endswith(PLAN_SUFFIX) else [sample_context()] for name in names}
        problems = [str(problem) for name, given in tried.items() for problem in templates.check(name, given)]
        assert problems == []


def link_plugin(folder: Path, file: str) -> None:
    """Put a plugin into the project's ``plugins/``, as a link: a package as a folder, a file as a file."""
    path = Path(file)
    target = path.parent if path.name == "__init__.py" else path
    (folder / "plugins").mkdir(parents=True, exist_ok=True)
    (folder / "plugins" / target.name).symlink_to(target, target_is_directory=target.is_dir())
