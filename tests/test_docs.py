"""What the documentation shows is true: YAML blocks obey their schemas, console blocks run, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from kaframe.cli import run_command
from kaframe.schema import check_schema
from kaframe.yamlfile import parse_yaml

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path.relative_to(ROOT)
    for folder in (ROOT, ROOT / "docs", ROOT / "examples" / "consumer-goods")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
KIND = re.compile(r"# (?:kind: (\w+)|(?:rules/)?(\w+)\.yaml)\b")
MISSING_KEYS = "KF1105"  # a block shows a part of a file: what is missing on top stands elsewhere
KINDS = {path.name.removesuffix(".schema.json") for path in (ROOT / "schemas").glob("*.schema.json")}


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Every block of a language: its place and its text."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            if found[1] == language:
                yield f"{page}:{text[: found.start()].count(chr(10)) + 1}", found[2]


YAML_BLOCKS = list(blocks("yaml"))
ALL_CONSOLE = list(blocks("console"))
ENGLISH = {(place.partition(":")[0], text) for place, text in ALL_CONSOLE}
# What a Chinese page shows to the letter as the English one does is run there: files are made once.
CONSOLE_BLOCKS = [
    (place, text)
    for place, text in ALL_CONSOLE
    if ".zh.md" not in place or (place.partition(":")[0].replace(".zh.md", ".md"), text) not in ENGLISH
]


@pytest.mark.parametrize("text", [text for _, text in YAML_BLOCKS], ids=[place for place, _ in YAML_BLOCKS])
def test_yaml_is_legal(text: str) -> None:
    """Each YAML block is legal YAML; one that begins by naming its file obeys that file's schema."""
    node = parse_yaml(text, "block")
    named = KIND.match(text)
    kind = (named[1] or named[2]) if named else ""
    if kind in KINDS:
        wrong = check_schema(node, kind)
        assert [problem for problem in wrong if (problem.code, problem.at) != (MISSING_KEYS, node.at)] == []


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where commands run: a new project after one run; for the pages of an example a copy of it."""
    new = tmp_path_factory.mktemp("docs") / "my-accounts"
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        assert run_command(["init", str(new)]) == 0
        config = new / "kaframe.yaml"
        config.write_text(config.read_text(encoding="utf-8") + "reports: []\n", encoding="utf-8")
        assert run_command(["-C", str(new), "run"]) == 0
    return {"": new, "examples": tmp_path_factory.mktemp("examples")}


def place_of(page: str, projects: dict[str, Path]) -> Path:
    """The project that a page speaks of."""
    if not page.startswith("examples/"):
        return projects[""]
    example = Path(page).parent
    copy = projects["examples"] / Path(page).stem
    if not copy.exists():
        own = shutil.ignore_patterns(".kaframe", "report", "notices", "quarantine")
        shutil.copytree(ROOT / example, copy, ignore=own)
    return copy


@pytest.mark.parametrize(("place", "text"), CONSOLE_BLOCKS, ids=[place for place, _ in CONSOLE_BLOCKS])
def test_console_runs(place: str, text: str, projects: dict[str, Path]) -> None:
    """Each ``$ kaframe`` of a console block ends well, and prints the lines shown below it."""
    for command, shown in _commands(text):
        out = StringIO()
        with chdir(place_of(place.partition(":")[0], projects)), redirect_stdout(out), redirect_stderr(out):
            code = run_command(shlex.split(command, comments=True)[1:])
        told = out.getvalue()
        assert code == 0, told
        missing = [line for line in shown if line.strip() not in ("", "...") and line.strip() not in told]
        assert missing == []


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a block, each with the lines shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        if command.startswith("kaframe "):
            yield command, shown


TESTS = [(place, text) for place, text in YAML_BLOCKS if text.startswith("# kind: test\n")]


def test_tests_in_pages_pass(projects: dict[str, Path]) -> None:
    """Each block that is a file of tests passes in a new project."""
    folder = projects[""] / "shown"
    folder.mkdir()
    for place, text in TESTS:
        (folder / f"{re.sub('[^a-z0-9]', '_', place)}.yaml").write_text(text, encoding="utf-8")
    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        assert run_command(["-C", str(projects[""]), "test", str(folder)]) == 0, out.getvalue()
    assert len(TESTS) >= 4


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    """Each link to a file of the repository leads to one that is there."""
    text = CODE.sub("", BLOCK.sub("", (ROOT / page).read_text(encoding="utf-8")))
    targets = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text)
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []


def test_there_is_something_to_look_at() -> None:
    """The README in both languages shows YAML, and some page shows commands."""
    shown = {place.partition(":")[0] for place, _ in YAML_BLOCKS}
    assert {"README.md", "README.zh.md"} <= shown
    assert CONSOLE_BLOCKS
