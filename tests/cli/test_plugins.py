"""``kaframe plugins``: what there is, what it brings, what is wrong with it; nothing is imported that nobody named."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from kaframe.cli import run_command
from tests.badproject import write_project
from tests.test_plugins import READER, install

CHANNEL = """
    import kaframe
    def send(options, message, folder):
        return kaframe.Outcome("sent")
    @kaframe.hook
    def kaframe_channels():
        yield kaframe.Channel("pager", {"en": "Beeps", "zh": "响铃"}, {"type": "object", "properties": {
            "tone": {"type": "string", "enum": ["low", "high"], "default": "low",
                     "description": "How it sounds."}}}, send)
"""


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run_command(list(arguments))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def with_plugin(root: Path, text: str, name: str = "mine") -> Path:
    write_project(root)
    (root / "plugins").mkdir(exist_ok=True)
    (root / "plugins" / f"{name}.py").write_text(dedent(text), "utf-8")
    return root


def test_outside_of_a_project_the_bundled_ones_are_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each thing that a plugin brings is a row."""
    code, out, _ = called(capsys, "-C", str(tmp_path), "plugins", "list", "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert {row["kind"] for row in rows} >= {"reader", "channel", "function", "filter", "pack", "command"}
    assert {"plugin": "reader_csv", "origin": "bundled"}.items() <= next(
        row for row in rows if row["name"] == "csv"
    ).items()
    assert all(row["summary"] for row in rows)


def test_fifty_installed_plugins_are_listed_and_none_is_imported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their metadata are read, nothing more; a command of the project imports only the one that it names."""
    for number in range(50):
        text = READER.format(name=f"lake_{number}") if number == 7 else "raise SystemExit('imported')"
        install(tmp_path / "site", monkeypatch, f"lake_{number}", text)
    root = write_project(tmp_path / "project")
    code, out, err = called(capsys, "-C", str(root), "plugins", "list", "--format", "json")
    left = [row for row in json.loads(out) if row["state"] == "left out"]
    assert (code, len(left), {row["version"] for row in left}) == (0, 50, {"1.2"})
    assert not [name for name in sys.modules if name.startswith("lake_")]
    (root / "kaframe.yaml").write_text((root / "kaframe.yaml").read_text("utf-8") + "plugins: [lake_7]\n", "utf-8")
    code, out, err = called(capsys, "-C", str(root), "plugins", "--kind", "reader")
    assert (code, [name for name in sys.modules if name.startswith("lake_")]) == (0, ["lake_7"])
    assert "lake_7" in out
    assert "plugins: [lake_7, lake_0" in err


def test_the_list_speaks_the_projects_language(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Headings, states and what things are."""
    root = with_plugin(tmp_path, CHANNEL)
    config = root / "kaframe.yaml"
    config.write_text(config.read_text("utf-8").replace("language: en", "language: zh"), "utf-8")
    _, out, _ = called(capsys, "-C", str(root), "plugins", "list", "--kind", "channel")
    assert "插件" in out
    (line,) = [line for line in out.splitlines() if "pager" in line]
    assert "项目" in line
    assert "响铃" in line


def test_no_plugins_lists_what_is_left_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And imports nothing of the project."""
    root = with_plugin(tmp_path, "raise SystemExit('imported')")
    code, out, _ = called(capsys, "-C", str(root), "--no-plugins", "plugins", "list", "--format", "json")
    assert code == 0
    assert {"plugin": "mine", "origin": "project", "state": "left out"}.items() <= json.loads(out)[-1].items()


def test_a_broken_plugin_is_listed_as_broken(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The others are listed all the same."""
    root = with_plugin(tmp_path, "import no_such_package")
    code, out, _ = called(capsys, "-C", str(root), "plugins", "list", "--format", "json")
    rows = json.loads(out)
    (broken,) = [row for row in rows if row["state"] == "broken"]
    assert code == 0
    assert broken["plugin"] == "plugins/mine.py"
    assert broken["summary"].startswith("KF5002")
    assert len(rows) > 10


def test_show_tells_the_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """By the name of the thing or of the plugin, as a table or as data."""
    root = with_plugin(tmp_path, CHANNEL)
    code, out, _ = called(capsys, "-C", str(root), "plugins", "show", "pager")
    assert code == 0
    assert "channel pager: Beeps" in out
    assert "mine (plugins/mine.py)" in out
    assert "low | high" in out
    assert "How it sounds." in out
    _, out, _ = called(capsys, "-C", str(root), "plugins", "show", "mine", "--format", "json")
    (shown,) = json.loads(out)
    assert (shown["name"], shown["options"]["properties"]["tone"]["default"]) == ("pager", "low")


def test_show_answers_a_misspelt_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With the nearest one."""
    code, _, err = called(capsys, "-C", str(tmp_path), "plugins", "show", "emial")
    assert code == 2
    assert "did you mean 'email'?" in err


def test_check_is_fine(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And says how many it has looked at."""
    code, out, _ = called(capsys, "-C", str(with_plugin(tmp_path, CHANNEL)), "plugins", "check")
    assert (code, out.split()[1:]) == (0, ["plugins", "are", "fine"])


BROKEN = {
    "another interface": ("import kaframe\nKAFRAME_API = 2\n", "KF5012", "pip install --upgrade kaframe"),
    "missing package": ("import no_such_package", "KF5002", "pip install no_such_package"),
    "misspelt hook": ("import kaframe\n@kaframe.hook\ndef kaframe_chanels(): return []", "KF5003", "kaframe_channels"),
    "arguments": ("import kaframe\n@kaframe.hook\ndef kaframe_channels(x): return []", "KF5003", "arguments"),
    "name of a channel": (CHANNEL.replace('"pager"', '"email"'), "KF5010", "kaframe:plugins/channel_email/__init__.py"),
    "name of a command": (
        """
        import kaframe
        @kaframe.hook
        def kaframe_commands():
            yield kaframe.Command("run", "Runs", {"type": "object"}, lambda view, options: None, "kaframe run")
        """,
        "KF5010",
        "'run' is a command of kaframe itself",
    ),
    "name of a function": (
        """
        import kaframe
        @kaframe.hook
        def kaframe_functions():
            yield kaframe.Function("ratio", "Own", {"a": "number"}, "a", "ratio(a)")
        """,
        "KF5010",
        "'ratio' is a function of kaframe itself",
    ),
    "expression": (
        """
        import kaframe
        @kaframe.hook
        def kaframe_functions():
            yield kaframe.Function("vat", "With tax", {"net": "number"}, "nett * 1.19", "vat(x)")
        """,
        "KF5022",
        "unknown name 'nett'",
    ),
    "type of a parameter": (
        """
        import kaframe
        @kaframe.hook
        def kaframe_functions():
            yield kaframe.Function("vat", "With tax", {"net": "money"}, "net * 1.19", "vat(x)")
        """,
        "KF5022",
        "net: money",
    ),
    "folder": (
        """
        import kaframe
        from pathlib import Path
        @kaframe.hook
        def kaframe_packs():
            yield kaframe.RulePack("dairy", "Dairies", Path("no/such/folder"))
        """,
        "KF5006",
        "the folder of 'dairy' is not there",
    ),
    "filter": (
        """
        import kaframe
        @kaframe.hook
        def kaframe_filters():
            yield kaframe.Filter("upper", "Own", lambda value, wording: value, "{{ x | upper }}", "X")
        """,
        "KF5010",
        "'upper' is a filter of kaframe itself",
    ),
}


@pytest.mark.parametrize(("text", "code", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_check_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, code: str, says: str
) -> None:
    """Code, plugin and how to mend it; exit code 3."""
    exit_code, _, err = called(capsys, "-C", str(with_plugin(tmp_path, text)), "plugins", "check")
    assert exit_code == 3
    assert code in err
    assert says in err


def test_check_looks_at_an_installed_plugin_before_it_is_allowed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``kaframe plugins check warehouse`` imports the one that is named."""
    install(tmp_path / "site", monkeypatch, "depot", "import no_such_package")
    root = write_project(tmp_path / "project")
    code, _, err = called(capsys, "-C", str(root), "plugins", "check", "depot")
    assert code == 3
    assert "plugin 'depot' 1.2 needs the package 'no_such_package'" in err
