"""Random and broken input for whatever reads texts: it is read or refused, soon and in little memory.

Run ``python -m tests.fuzzing SECONDS [SEED]`` (``make fuzz SECONDS=60``). What fails is written to
``tests/cases/fuzz``, where ``test_fuzzing.py`` tries it again on every run of the tests.
"""

from __future__ import annotations

import importlib.util
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from kaframe.errors import DataError, KaframeError, Location, RuleError
from kaframe.plugins import load_plugins
from kaframe.records import Source
from kaframe.templates import TemplateFolder
from kaframe.templates.sandbox import Sandbox
from kaframe.wording import Wording
from kaframe.yamlfile import parse_yaml
from tests.expression.scopes import ACCOUNT, ROW, compile_text
from tests.fuzztexts import good_texts, make

CORPUS = Path(__file__).parent / "cases/fuzz"
LONGEST = 5.0  # seconds
MEMORY = 2 << 30  # bytes that the process may ask for
RESIDENT = 512  # megabytes that it, or a process of its own, may ever use
DATA = {"account": {"name": "A"}, "numbers": [1, 2], "since": date(2026, 1, 2), "nothing": None}
GUIDED = ("yaml", "expression", "csv")  # what atheris is let at: kaframe's own code decides there


def read_yaml_text(text: bytes, folder: Path) -> None:
    parse_yaml(text, "a.yaml")


def read_expression(text: bytes, folder: Path) -> None:
    for scope in (ROW, ACCOUNT):
        compile_text(text.decode("utf-8", "replace"), scope)


def render_template(text: bytes, folder: Path) -> None:
    (folder / "t.md.j2").write_bytes(text)
    sandbox = Sandbox([TemplateFolder(folder, "templates")], Wording("en", "EUR"))
    sandbox.check("t.md.j2", DATA)
    sandbox.render("t.md.j2", DATA).encode()


def read_rows(reader: str, text: bytes, folder: Path) -> None:
    (folder / "t").write_bytes(text)
    found = _readers()[reader]
    source = Source("t", reader, {"path": "t"}, folder, Location("kaframe.yaml", 1, 1))
    names = [column.name for column in found.columns(source)]
    reading = found.read(source, names)
    ordinals = reading.arrow.column("_row").to_pylist() if reading.arrow is not None else []
    found.locate(source, ordinals[-3:])


TARGETS: Mapping[str, Callable[[bytes, Path], None]] = {
    "yaml": read_yaml_text,
    "expression": read_expression,
    "template": render_template,
    "csv": lambda text, folder: read_rows("csv", text, folder),
    "xlsx": lambda text, folder: read_rows("excel", text, folder),
}


@cache
def _readers() -> Mapping[str, object]:
    return load_plugins(None).readers


def attempt(target: str, text: bytes) -> str:
    """What is wrong with how a text is taken; nothing when it is read, or refused as it should be."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            TARGETS[target](text, Path(folder))
        except (RuleError, DataError) as error:
            if not error.problems or any(not problem.code.startswith("KF") for problem in error.problems):
                return "refused without a problem"
        except KaframeError as error:
            return f"{type(error).__name__}: {error}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    taken = time.monotonic() - begun
    return f"took {taken:.1f} s" if taken > LONGEST else ""


def fuzz(target: str, seconds: float, seed: int) -> tuple[int, list[str]]:
    """How many texts were tried in that time, and what went wrong with some; those join the corpus."""
    chance = random.Random(f"{target}-{seed}")
    until, count, found = time.monotonic() + seconds, 0, []
    while time.monotonic() < until:
        text = make(target, chance)
        count += 1
        before = most_used()
        wrong = attempt(target, text)
        if not wrong and before <= RESIDENT < most_used():
            wrong = f"took {most_used()} MB"
        if wrong:
            found.append(f"{keep(target, text).name}: {wrong}")
    return count, found


def most_used() -> int:
    """The most megabytes that this process, or one that it started and that has ended, has ever used."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) >> 10


def keep(target: str, text: bytes) -> Path:
    """A text that was taken wrongly joins the corpus."""
    path = CORPUS / f"{target}-{len(list(CORPUS.glob(f'{target}-*'))):03}.bin"
    path.write_bytes(text)
    return path


def fuzz_guided(target: str, seconds: float, seed: int) -> tuple[int, list[str]]:
    """The same by atheris, which looks for texts that reach code not reached before; in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(good_texts(target)):
            (Path(folder) / f"{number}.seed").write_bytes(text[:4000])
        artifact = Path(folder) / "found"
        numbers = [str(max(1, round(seconds))), str(seed)]
        command = [sys.executable, "-m", "tests.fuzzguided", target, folder, *numbers, str(artifact)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        counted = re.findall(r"(?m)^#(\d+)\s", done.stderr)
        if not artifact.exists():
            return int(counted[-1]) if counted else 0, [] if done.returncode == 0 else [done.stderr[-400:]]
        text = artifact.read_bytes()
        return int(counted[-1]) if counted else 0, [f"{keep(target, text).name}: {attempt(target, text) or 'atheris'}"]


def main(arguments: list[str]) -> int:
    """Every target for its share of the seconds; 1 when something was found.

    Half of the time of what ``GUIDED`` names is for atheris where it is installed (``pip install kaframe[fuzz]``).
    """
    seconds = float(arguments[0]) if arguments else 60.0
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
    sys.path.insert(0, str(Path(__file__).parent))
    has_atheris = importlib.util.find_spec("atheris") is not None
    engine = "changed texts, and atheris" if has_atheris else "changed texts only, as atheris is not installed"
    print(f"seed {seed}; {engine}", flush=True)
    failed, share = 0, seconds / len(TARGETS)
    for target in TARGETS:
        guided = has_atheris and target in GUIDED
        if guided:
            failed += tell(target, "atheris", fuzz_guided(target, share / 2, seed))
        failed += tell(target, "changed", in_bounds(target, share / 2 if guided else share, seed))
    return 1 if failed else 0


def in_bounds(target: str, seconds: float, seed: int) -> tuple[int, list[str]]:
    """``fuzz`` where the process gets no more memory than ``MEMORY``."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    try:
        return fuzz(target, seconds, seed)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def tell(target: str, engine: str, result: tuple[int, list[str]]) -> int:
    """Print how many texts were tried and what was found; how many those are."""
    count, found = result
    told = f"{count:>11,} texts, {len(found)} found, {most_used()} MB at the most so far"
    print(f"{target:<11} {engine:<8} {told}", flush=True)
    for line in found[:20]:
        print(f"  {line[:300]}", flush=True)
    return len(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
