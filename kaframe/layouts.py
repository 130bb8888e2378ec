"""Where the templates of a project come from: its own, its plugins', its packs', bundled ones; the first one counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kaframe.project import Project
from kaframe.rules.layers import find_layers
from kaframe.templates import TemplateFolder, Templates, find_names, find_template
from kaframe.wording import Wording

FOLDER = "templates"
LANGUAGE = re.compile(r"\.(en|zh)\.")
OWN = "rules"  # the shown name of the project's own layer, whose templates lie beside it


@dataclass(frozen=True, slots=True)
class Layout:
    """A template file: the name that templates and rules know it by, what it is shown as, and where it is from.

    ``hides`` are the files whose place it takes.
    """

    name: str
    file: str
    origin: str
    path: Path
    hides: tuple[str, ...] = ()


def load_templates(project: Project) -> Templates:
    """The templates of a project, ready to render."""
    wording = Wording(project.config.language, project.config.currency)
    return Templates([folder for _, folder in template_folders(project)], wording, project.plugins.filters)


def template_folders(project: Project) -> list[tuple[str, TemplateFolder]]:
    """Every folder of templates and where it is from: project, plugin, pack (the last named first), bundled."""
    config, plugins = project.config, project.plugins
    layers, _ = find_layers(project.root, config.packs, plugins.packs, partial(config.place, "packs"))
    packs = [layer for layer in reversed(layers) if layer.shown != OWN]
    return [
        ("project", TemplateFolder(project.root / FOLDER, FOLDER)),
        *(("plugin", folder) for folder in _brought(project, bundled=False)),
        *(("pack", TemplateFolder(layer.folder / FOLDER, f"{layer.shown}/{FOLDER}")) for layer in packs),
        *(("bundled", folder) for folder in _brought(project, bundled=True)),
    ]


def list_layouts(project: Project) -> list[Layout]:
    """Every template of a project, by name: of each the file that counts, not those of another language."""
    folders = [folder for _, folder in template_folders(project)]
    names = find_names(folders, project.config.language)
    found = [find_layouts(project, name) for name in names if LANGUAGE.sub(".", name, 1) not in set(names) - {name}]
    return [replace(files[0], hides=tuple(file.file for file in files[1:])) for files in found if files]


def find_layouts(project: Project, name: str) -> list[Layout]:
    """All files of a name: the one that counts, then those whose place it takes."""
    language = project.config.language
    found = [(origin, find_template([folder], language, name)) for origin, folder in template_folders(project)]
    return [Layout(name, file[0], origin, file[1]) for origin, file in found if file]


def _brought(project: Project, bundled: bool) -> Iterator[TemplateFolder]:
    """The folders of templates that plugins bring."""
    plugins = project.plugins
    for name, pack in plugins.templates.items():
        owner = plugins.owner("templates", name)
        if owner is not None and (owner.origin == "bundled") is bundled:
            yield TemplateFolder(pack.folder, f"{owner.name}:{name}")
