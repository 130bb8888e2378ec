"""Finding plugins and importing one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kaframe.allowed import AllowedPlugin
from kaframe.bundled import folder
from kaframe.plugins.importing import (
    PluginError,
    failing_line,
    find_bundled,
    find_project,
    find_unknown,
    import_plugin,
)


def write(root: Path, name: str, text: str) -> None:
    (root / "plugins").mkdir(exist_ok=True)
    (root / "plugins" / name).write_text(text, encoding="utf-8")


def test_every_bundled_file_is_found_in_order() -> None:
    """Files and packages; what begins with ``_`` is for others to import."""
    names = [plugin.name for plugin in find_bundled()]
    files = [file.stem for file in folder("plugins").glob("[a-z]*.py")]
    packages = [file.parent.name for file in folder("plugins").glob("[a-z]*/__init__.py")]
    assert names == sorted([*files, *packages])


def test_bundled_plugins_import_kaframe_and_their_own_library_only() -> None:
    """Never the inside of kaframe: what they need is public."""
    for plugin in find_bundled():
        text = Path(plugin.at.path).read_text(encoding="utf-8")
        assert "from kaframe." not in text, plugin.name
        assert "import kaframe." not in text, plugin.name


def test_a_project_without_plugins_has_none(tmp_path: Path) -> None:
    """The folder need not be there."""
    assert find_project(tmp_path) == []


def test_importing_leaves_nothing_in_the_project(tmp_path: Path) -> None:
    """No ``__pycache__`` beside the user's files."""
    write(tmp_path, "a.py", "X = 1\n")
    assert import_plugin(find_project(tmp_path)[0]).X == 1
    assert [file.name for file in (tmp_path / "plugins").iterdir()] == ["a.py"]


def test_a_failed_import_leaves_no_module(tmp_path: Path) -> None:
    """Nor does it go on with half of one."""
    write(tmp_path, "half_done.py", "X = 1\nraise OSError('disk')\n")
    with pytest.raises(PluginError) as caught:
        import_plugin(find_project(tmp_path)[0])
    assert str(caught.value.problem.at) == "plugins/half_done.py:2:1"
    assert "OSError: disk" in caught.value.problem.message
    assert not [name for name in sys.modules if name.endswith("half_done")]


def test_an_interruption_is_no_failure_of_the_plugin(tmp_path: Path) -> None:
    """Ctrl-C stops kaframe."""
    write(tmp_path, "slow.py", "raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        import_plugin(find_project(tmp_path)[0])


def test_a_plugin_may_define_dataclasses(tmp_path: Path) -> None:
    """They look for their own module while they are made."""
    head = "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    text = head + "@dataclass\nclass A:\n    x: int\n"
    write(tmp_path, "data.py", text)
    assert import_plugin(find_project(tmp_path)[0]).A(1).x == 1


def test_the_failing_line_is_one_of_the_plugin(tmp_path: Path) -> None:
    """Not one of the library that it called."""
    write(tmp_path, "deep.py", "import json\n\njson.loads('{')\n")
    plugin = find_project(tmp_path)[0]
    with pytest.raises(PluginError) as caught:
        import_plugin(plugin)
    assert caught.value.__cause__ is not None
    assert failing_line(plugin, caught.value.__cause__).line == 3


def test_a_name_that_nobody_has_is_to_be_installed(tmp_path: Path) -> None:
    """Where no name is near."""
    (problem,) = find_unknown([AllowedPlugin("kaframe-hana")], find_project(tmp_path))
    assert problem.hint == "install the package that brings it, such as 'pip install kaframe-hana'"
