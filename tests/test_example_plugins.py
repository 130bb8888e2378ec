"""The example packages, installed by pip into a fresh environment: their own tests pass there, a project uses them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "plugins"
PACKAGES = ("kaframe-erp", "kaframe-dairy")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment that sees the libraries of this one, with both packages installed by pip."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    found = folder / "venv" / "bin" / "python"
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n", encoding="utf-8")
    sources = []
    for package in PACKAGES:
        clean = shutil.ignore_patterns("__pycache__", "*.egg-info", "dist")
        sources.append(str(shutil.copytree(EXAMPLES / package, folder / package, ignore=clean)))
    alone = ("--no-build-isolation", "--no-deps", "--no-index")
    command = [str(found), "-m", "pip", "install", "--quiet", *alone, *sources]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(site.glob("kaframe_erp-*.dist-info"))
    return found


def called(python: Path, *arguments: str, cwd: Path) -> str:
    done = subprocess.run([str(python), *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_its_own_tests_pass_where_it_is_installed(python: Path, package: str, tmp_path: Path) -> None:
    """Run from elsewhere, so that the installed package is what is tested."""
    tests = EXAMPLES / package / "tests"
    out = called(
        python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--rootdir", str(tmp_path),
        str(tests), cwd=tmp_path,
    )  # fmt: skip
    assert " passed" in out


def test_a_project_uses_both(python: Path, tmp_path: Path) -> None:
    """Named in kaframe.yaml: rows from XML, the pack's rules, its function; nobody names them, nothing is imported."""
    kaframe = ("-c", "from kaframe.cli import main; main()")
    called(python, *kaframe, "init", "mine", cwd=tmp_path)
    project = tmp_path / "mine"
    listed = called(python, *kaframe, "plugins", "list", "--format", "csv", cwd=project)
    assert "erp,installed,0.1.0,left out" in listed
    config = project / "kaframe.yaml"
    text = config.read_text("utf-8").replace("packs: [default]", "plugins: [erp, dairy]\npacks: [default, dairy]")
    config.write_text(f"{text}  inbox: {{type: erp_inbox, url: 'https://erp.example.com/inbox'}}\n", "utf-8")
    assert "dairy,installed,0.1.0,loaded,function,per_delivery" in called(
        python, *kaframe, "plugins", "list", "--format", "csv", cwd=project
    )
    called(python, *kaframe, "check", cwd=project)
    shown = called(python, *kaframe, "preview", "--table", "measures", "--format", "csv", cwd=project)
    assert "drop_size" in shown.splitlines()[0]


def test_a_project_begins_with_a_pack_of_a_plugin(python: Path, tmp_path: Path) -> None:
    """The plugin is named, so that it alone is imported; the pack's own tests run without any project."""
    kaframe = ("-c", "from kaframe.cli import main; main()")
    packs = ("--plugin", "dairy", "--pack", "default", "--pack", "dairy")
    called(python, *kaframe, "init", "mine", *packs, cwd=tmp_path)
    assert "\nplugins: [dairy]\npacks: [default, dairy] " in (tmp_path / "mine" / "kaframe.yaml").read_text("utf-8")
    called(python, *kaframe, "-C", "mine", "check", cwd=tmp_path)
    told = called(python, *kaframe, "test", *packs, "--format", "json", cwd=tmp_path)
    assert '"dairy/tests/drops.yaml' in told
    unnamed = [str(python), *kaframe, "init", "other", "--pack", "dairy"]
    done = subprocess.run(unnamed, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "--plugin NAME looks into an installed plugin (dairy, erp)" in done.stderr) == (2, True)
    assert not (tmp_path / "other").exists()


def test_this_environment_has_not_been_touched() -> None:
    """The packages are in the fresh environment alone."""
    code = "import importlib.util as u, sys; sys.exit(u.find_spec('kaframe_erp') is not None)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd="/").returncode == 0
