"""The catalogue of bad input as cases: how to break a sound project, beside what is said about it.

Each ``tests/cases/errors/catalogue/NAME.yaml`` says for which rows of the catalogue (``rows.yaml``) it stands and what
is other than in ``badproject.PROJECT``; ``NAME.txt`` beside it is the exit code and the exact text. Keys of a case:

``rows``, ``what``; ``put`` {file: text, or a recipe}, ``swap`` [[file, old, new]], ``remove``, ``folder``, ``link``;
``environment``; ``command`` (a run of the day otherwise); ``new``: true for a project that was never run; ``shows``:
texts that stand in the result; ``seconds`` that it may take; ``placeless``: why its problems have no place; ``writes``:
why something is written all the same; ``tests`` that show what one run of one command cannot.

Run ``python -m tests.badcases`` for the table of rows and what covers each.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "cases/errors/catalogue"
KEYS = {
    "rows", "what", "put", "swap", "remove", "folder", "link", "environment", "command", "new", "shows", "seconds",
    "placeless", "writes", "tests",
}  # fmt: skip
RECIPE = {"text", "before", "times", "after", "encoding", "hex", "make"}


@dataclass(frozen=True, slots=True)
class Case:
    """One broken project: its file and what stands in it."""

    path: Path
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def expected(self) -> Path:
        """The exit code and the exact text."""
        return self.path.with_suffix(".txt")

    @property
    def runs(self) -> bool:
        """Whether there is something to run; else its tests are all there is."""
        return bool(set(self.said) - {"rows", "what", "tests"})

    def get(self, key: str, otherwise: Any = None) -> Any:
        return self.said.get(key, otherwise)


@cache
def read_cases() -> tuple[Case, ...]:
    """Every case, in the order of their names."""
    return tuple(
        Case(path, yaml.safe_load(path.read_text("utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
        if path.name != "rows.yaml"
    )


def read_rows() -> Mapping[str, str]:
    """The rows of the catalogue with what each is about."""
    rows: Mapping[str, str] = yaml.safe_load((FOLDER / "rows.yaml").read_text("utf-8"))
    return rows


def break_project(root: Path, case: Case) -> None:
    """Make the sound project at ``root`` what the case says."""
    from recipes import MAKE

    for file, old, new in case.get("swap", ()):
        text = (root / file).read_text("utf-8")
        assert old in text, f"{file} does not say {old!r}"
        (root / file).write_text(text.replace(old, new, 1), "utf-8")
    for file in [*case.get("remove", ()), *case.get("folder", ())]:
        if (root / file).is_dir():
            shutil.rmtree(root / file)
        (root / file).unlink(missing_ok=True)
    for file in case.get("folder", ()):
        (root / file).mkdir(parents=True)
    for file, content in case.get("put", {}).items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict) and "make" in content:
            MAKE[content["make"]](root / file)
        else:
            (root / file).write_bytes(made(content))
    for file, target in case.get("link", {}).items():
        (root / file).unlink(missing_ok=True)
        (root / file).symlink_to(target)


def made(content: str | Mapping[str, Any]) -> bytes:
    """The bytes of a file: a text as it stands, or what a recipe makes of it."""
    if isinstance(content, str):
        return content.encode()
    assert set(content) <= RECIPE, f"no recipe: {sorted(set(content) - RECIPE)}"
    if "hex" in content:
        return bytes.fromhex(content["hex"])
    text = content.get("before", "") + content["text"] * content.get("times", 1) + content.get("after", "")
    return text.encode(content.get("encoding", "utf-8"))


def is_test(name: str) -> bool:
    """Whether ``tests/file.py::test`` is a test that exists."""
    file, _, function = name.partition("::")
    path = ROOT / file
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text("utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in ast.walk(tree))


def covering() -> Iterator[tuple[str, str, list[str]]]:
    """Every row with what it is about and the names of its cases, and of the tests that those name."""
    for row, about in read_rows().items():
        cases = [case for case in read_cases() if row in case.said["rows"]]
        yield row, about, [case.name for case in cases] + [test for case in cases for test in case.get("tests", ())]


def main() -> None:
    """The table of rows and what covers each."""
    for row, about, found in covering():
        print(f"{row:<5} {about}\n      {', '.join(found) or 'NOTHING'}")


if __name__ == "__main__":
    main()
