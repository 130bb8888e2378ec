"""Loading plugins: what they bring, and that one broken plugin is named and hides no other."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

import kaframe
from kaframe.errors import Problem, RuleError
from kaframe.plugins import Brought, load_plugins

READER = """
    import kaframe

    @kaframe.hook
    def kaframe_readers():
        yield kaframe.Reader(name="{name}", summary="", options={{"type": "object"}}, columns=len, read=len,
                             fingerprint=len, locate=len)
"""


def write(root: Path, **plugins: str) -> Path:
    """A project with these plugins."""
    (root / "plugins").mkdir(parents=True, exist_ok=True)
    for name, text in plugins.items():
        (root / "plugins" / f"{name}.py").write_text(dedent(text), encoding="utf-8")
    return root


def problems_of(root: Path, allowed: list[str] | None = None) -> list[Problem]:
    with pytest.raises(RuleError) as caught:
        load_plugins(root, allowed)
    return list(caught.value.problems)


def install(site: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Put a package with one entry point on the path, as pip would."""
    site.mkdir(exist_ok=True)
    (site / f"{name}.py").write_text(dedent(text), encoding="utf-8")
    facts = site / f"kaframe_{name}-1.2.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: kaframe-{name}\nVersion: 1.2\n")
    (facts / "entry_points.txt").write_text(f"[kaframe]\n{name} = {name}\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, name, raising=False)


def test_bundled_plugins_bring_every_kind() -> None:
    """Without a project there are the readers that come with kaframe, by name."""
    plugins = load_plugins(None)
    assert {"csv", "parquet"} <= set(plugins.readers)
    assert list(plugins.readers) == sorted(plugins.readers)
    assert "reader_csv" in [plugin.name for plugin in plugins.loaded if plugin.origin == "bundled"]


def test_loading_hides_no_module_of_the_same_name() -> None:
    """A plugin is imported under a private name; ``csv`` is still the one of Python."""
    before = sys.modules.get("csv")
    load_plugins(None)
    assert sys.modules.get("csv") is before
    assert "reader_csv" not in sys.modules


def test_a_project_file_is_a_plugin(tmp_path: Path) -> None:
    """What ``plugins/*.py`` bring is there; a file that begins with ``_`` is none."""
    root = write(tmp_path, crm=READER.format(name="crm"), _shared="raise SystemExit('never imported')")
    plugins = load_plugins(root)
    assert "crm" in plugins.readers
    assert [(found.origin, found.place, found.brings) for found in plugins.loaded if found.name == "crm"] == [
        ("project", "plugins/crm.py", (Brought("reader", "crm"),))
    ]


def test_no_plugins_means_bundled_only(tmp_path: Path) -> None:
    """What is not loaded is said to be left out."""
    root = write(tmp_path, crm="raise SystemExit('never imported')")
    plugins = load_plugins(root, enabled=False)
    assert plugins.left_out == ("crm",)
    assert "csv" in plugins.readers


def test_the_list_of_plugins_leaves_others_out(tmp_path: Path) -> None:
    """With ``plugins: [crm]`` another file of the project is not even imported."""
    root = write(tmp_path, crm=READER.format(name="crm"), other="raise SystemExit('never imported')")
    plugins = load_plugins(root, ["crm"])
    assert "crm" in plugins.readers
    assert plugins.left_out == ("other",)
    assert "name it under 'plugins:'" in plugins.instead("other", plugins.readers, "readers")
    assert plugins.instead("nobody", ["csv"], "readers") == "readers: csv; plugins that are not loaded: other"
    assert plugins.instead("csw", ["csv"], "readers") == "did you mean 'csv'?"


def test_a_name_that_nobody_has_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """KF5001; where the name stands is a test of the pinned ones."""
    root = write(tmp_path, crm=READER.format(name="crm"))
    (problem,) = problems_of(root, ["crm", "crn"])
    assert (problem.code, problem.hint) == ("KF5001", "did you mean 'crm'?")


def test_an_installed_package_is_imported_when_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody imports what the configuration does not name."""
    install(tmp_path / "site", monkeypatch, "warehouse", READER.format(name="warehouse"))
    root = write(tmp_path / "project")
    unnamed = load_plugins(root)
    assert unnamed.left_out == ("warehouse",)
    assert "warehouse" not in sys.modules
    named = load_plugins(root, ["warehouse"])
    assert "warehouse" in named.readers
    assert [(p.origin, p.version) for p in named.loaded if p.name == "warehouse"] == [("installed", "1.2")]


def test_a_broken_installed_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has name, version and the missing package."""
    install(tmp_path / "site", monkeypatch, "lake", "import no_such_package_at_all")
    (problem,) = problems_of(write(tmp_path / "project"), ["lake"])
    assert problem.code == "KF5002"
    assert (
        problem.message
        == "plugin 'lake' 1.2 needs the package 'no_such_package_at_all', which is not installed"
    )


BROKEN = {
    "missing package": ("import no_such.thing", "KF5002", "plugins/p.py:2:1", "needs the package 'no_such'"),
    "raises": ("x = 1\n1 / 0", "KF5002", "plugins/p.py:3:1", "ZeroDivisionError: division by zero"),
    "exits": ("import sys\nsys.exit(0)", "KF5002", "plugins/p.py:3:1", "SystemExit: 0"),
    "syntax": ("x = (", "KF5002", "plugins/p.py:2:5", "SyntaxError"),
    "misspelt hook": (
        "@kaframe.hook\ndef kaframe_reader(): return []",
        "KF5003", "plugins/p.py", "'kaframe_reader'",
    ),
    "argument": (
        "@kaframe.hook\ndef kaframe_readers(x): return []",
        "KF5003", "plugins/p.py", "another form",
    ),
    "wrapper": (
        "@kaframe.hook(wrapper=True)\ndef kaframe_readers(): return (yield)",
        "KF5003", "plugins/p.py", "wraps",
    ),
    "no mark": ("def kaframe_readers(): return []", "KF5004", "plugins/p.py", "not marked"),
    "no hook": ("x = 1", "KF5004", "plugins/p.py", "has no hook"),
    "hook raises": (
        "@kaframe.hook\ndef kaframe_readers():\n    return [][1]",
        "KF5005", "plugins/p.py:4:1", "IndexError",
    ),
    "hook exits": (
        "@kaframe.hook\ndef kaframe_readers():\n    exit(0)",
        "KF5005", "plugins/p.py:4:1", "SystemExit",
    ),
    "generator raises": (
        "@kaframe.hook\ndef kaframe_readers():\n    yield 1 / 0",
        "KF5005", "plugins/p.py:4:1", "Zero",
    ),
    "returns None": ("@kaframe.hook\ndef kaframe_readers(): pass", "KF5005", "plugins/p.py", "TypeError"),
    "wrong record": (
        "@kaframe.hook\ndef kaframe_readers(): yield 'csv'",
        "KF5006", "plugins/p.py", "gives str",
    ),
    "other record": (
        "@kaframe.hook\ndef kaframe_readers(): yield kaframe.Channel('a', '', {}, len)",
        "KF5006", "plugins/p.py", "gives Channel, not kaframe.Reader",
    ),
    "no function": (
        "@kaframe.hook\ndef kaframe_channels(): yield kaframe.Channel('a', '', {}, 'send')",
        "KF5006", "plugins/p.py", "'send' of 'a' is no function",
    ),
    "odd name": (
        "@kaframe.hook\ndef kaframe_channels(): yield kaframe.Channel('My Channel', '', {}, len)",
        "KF5006", "plugins/p.py", "'My Channel'",
    ),
    "remote reference": (
        "@kaframe.hook\ndef kaframe_channels(): yield kaframe.Channel('a', '', {'x': [{'$ref': 'x/y'}]}, len)",
        "KF5007", "plugins/p.py", "refer to another document",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "place", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_plugin_is_named_and_hides_no_other(
    tmp_path: Path, text: str, code: str, place: str, says: str
) -> None:
    """Two plugins are broken in a row: both are named, each with its own problem."""
    root = write(tmp_path, p=f"import kaframe\n{text}\n", q="import kaframe\nimport another_missing")
    first, second = problems_of(root)
    if second.at is not None and second.at.file == "plugins/p.py":
        first, second = second, first
    assert (first.code, str(first.at)) == (code, place)
    assert says in first.message
    assert (second.code, str(second.at)) == ("KF5002", "plugins/q.py:2:1")


def test_a_misspelt_hook_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """``kaframe_reader`` was meant to be ``kaframe_readers``."""
    root = write(tmp_path, p="import kaframe\n@kaframe.hook\ndef kaframe_reader(): return []\n")
    assert problems_of(root)[0].hint == "did you mean 'kaframe_readers'?"


def test_two_records_of_one_name_are_refused_with_both_files(tmp_path: Path) -> None:
    """A project cannot replace the csv reader silently."""
    (problem,) = problems_of(write(tmp_path, mine=READER.format(name="csv")))
    assert problem.code == "KF5010"
    assert "kaframe:plugins/reader_csv.py and plugins/mine.py" in problem.message


def test_the_exception_of_a_plugin_is_kept_as_the_cause(tmp_path: Path) -> None:
    """``--debug`` can show the plugin's own traceback."""
    with pytest.raises(RuleError) as caught:
        load_plugins(write(tmp_path, p="1 / 0"))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_what_a_plugin_prints_goes_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """stdout is data."""
    load_plugins(write(tmp_path, p="print('hello')\n" + dedent(READER.format(name="crm"))))
    assert capsys.readouterr() == ("", "hello\n")


def test_each_loading_is_fresh(tmp_path: Path) -> None:
    """A plugin that was mended is read again; nothing is left of the first loading."""
    write(tmp_path, p=READER.format(name="one"))
    assert "one" in load_plugins(tmp_path).readers
    write(tmp_path, p=READER.format(name="second"))
    plugins = load_plugins(tmp_path)
    assert "second" in plugins.readers
    assert "one" not in plugins.readers


def test_a_folder_is_a_plugin(tmp_path: Path) -> None:
    """A plugin that is too much for one file is a folder with an __init__.py, and imports its parts as usual."""
    folder = write(tmp_path) / "plugins" / "quick"
    folder.mkdir()
    reader = dedent(READER).format(name="quick").replace('"quick"', "NAME")
    (folder / "__init__.py").write_text(f"from .parts import NAME\n{reader}", encoding="utf-8")
    (folder / "parts.py").write_text('NAME = "quick_rows"\n', encoding="utf-8")
    (tmp_path / "plugins" / "_shared").mkdir()
    (tmp_path / "plugins" / "_shared" / "__init__.py").write_text("raise RuntimeError\n", encoding="utf-8")
    loaded = load_plugins(tmp_path)
    assert "quick_rows" in loaded.readers
    assert [plugin.place for plugin in loaded.loaded if plugin.name == "quick"] == ["plugins/quick/__init__.py"]


@pytest.mark.parametrize("given", ["no stage", kaframe.Problem(None, "KF6057", "no stage"), ["no stage"]])
def test_an_error_without_a_list_of_problems_is_the_plugins_mistake(given: object) -> None:
    """It is told where it is made, and not when kaframe wants to show it."""
    with pytest.raises(TypeError, match=r"UsageError takes a list of kaframe\.Problem"):
        kaframe.UsageError(given)  # type: ignore[arg-type]
