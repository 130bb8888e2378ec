"""The wheel: what is bundled reaches it, and it works in an empty folder far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAIN = "from kaframe.cli import main; main()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages that holds nothing but kaframe, unpacked from its wheel."""
    folder, source = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("source")
    leftovers = shutil.ignore_patterns("__pycache__", ".kaframe", "report", "notices")
    for name in ("kaframe", "plugins", "rules", "schemas", "examples"):
        shutil.copytree(ROOT / name, source / name, ignore=leftovers)
    (source / "docs").mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "docs/errors.md", "docs/errors.zh.md"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def kaframe(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of the unpacked wheel in a folder."""
    code = (
        f"import sys; sys.path[:0] = [{str(site)!r}]; import kaframe; "
        f"assert kaframe.__file__.startswith({str(site)!r}); {MAIN}"
    )
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_everything_bundled_is_in_the_wheel(site: Path) -> None:
    """Plugins, rules, schemas and examples travel with the package; what a run leaves behind does not."""
    bundled = site / "kaframe" / "_bundled"
    assert (bundled / "plugins" / "reader_csv.py").is_file()
    assert (bundled / "rules" / "default" / "score.yaml").is_file()
    assert (bundled / "rules" / "default" / "tests" / "status.yaml").is_file()
    assert (bundled / "schemas" / "score.schema.json").is_file()
    assert (bundled / "examples" / "consumer-goods" / "kaframe.yaml").is_file()
    assert not list(bundled.rglob("*.db")) + list(bundled.rglob("__pycache__"))


@pytest.mark.parametrize(("language", "title"), [("en", "unknown name"), ("zh", "未知的名称")])
def test_errors_are_explained_without_the_checkout(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, title: str
) -> None:
    """In both languages: their pages travel with the package."""
    monkeypatch.setenv("KAFRAME_LANG", language)
    told = kaframe(site, tmp_path, "show", "error", "KF2010")
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, f"KF2010 {title}"), told.stderr


def test_init_and_run_in_an_empty_folder(site: Path, tmp_path: Path) -> None:
    """A new project from the wheel runs at once."""
    begun = kaframe(site, tmp_path, "init")
    assert begun.returncode == 0, begun.stderr
    run = kaframe(site, tmp_path, "run")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "report" / "index.html").is_file()


def test_demo_in_an_empty_folder(site: Path, tmp_path: Path) -> None:
    """The demo from the wheel ends with its report, in at most 40 lines."""
    done = kaframe(site, tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) <= 40
    assert (tmp_path / "kaframe-demo" / "report" / "index.html").is_file()
