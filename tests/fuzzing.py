"""Random and broken input for whatever reads texts: it is read or refused, soon and in little memory.

Run ``python -m tests.fuzzing SECONDS [SEED]`` (``make fuzz SECONDS=60``). What fails is written to
``tests/cases/fuzz``, where ``test_fuzzing.py`` tries it again on every run of the tests.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import yaml

from kaframe.errors import DataError, KaframeError, Location, RuleError
from kaframe.plugins import load_plugins
from kaframe.records import Source
from kaframe.templates import TemplateFolder
from kaframe.templates.sandbox import Sandbox
from kaframe.wording import Wording
from kaframe.yamlfile import parse_yaml
from tests.expression.scopes import ACCOUNT, ROW, compile_text

CORPUS = Path(__file__).parent / "cases/fuzz"
LONGEST = 5.0  # seconds
MEMORY = 2 << 30  # bytes of the whole process
DATA = {"account": {"name": "A"}, "numbers": [1, 2], "since": date(2026, 1, 2), "nothing": None}
PIECES: Mapping[str, list[str]] = yaml.safe_load((CORPUS / "pieces.yaml").read_text("utf-8"))


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


def make(target: str, chance: random.Random, seeds: list[bytes]) -> bytes:
    """A random text of the target's pieces, or a good one with something changed."""
    pieces = PIECES[target]
    if target != "xlsx" and chance.random() < 0.5:
        text = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 40)))
        return text.encode("utf-8", "surrogatepass")
    if target == "xlsx":
        return _changed_workbook(chance, seeds[0])
    return _changed(chance, chance.choice(seeds), pieces)


def _changed(chance: random.Random, seed: bytes, pieces: list[str]) -> bytes:
    text = bytearray(seed)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text) + 1)
        piece = chance.choice(pieces).encode("utf-8", "surrogatepass")
        new = chance.choice([bytes([chance.randrange(256)]), b"", piece])
        text[at : at + chance.randint(0, 4)] = new * chance.choice([1, 1, 1, 50])
    return bytes(text)


def _changed_workbook(chance: random.Random, seed: bytes) -> bytes:
    """A workbook one of whose parts is changed before it is packed, or which is broken as a whole."""
    if chance.random() < 0.3:
        return _changed(chance, seed, PIECES["xlsx"])
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(seed)) as whole, zipfile.ZipFile(made, "w") as changed:
        parts = [name for name in whole.namelist() if name.endswith((".xml", ".rels"))]
        hit = chance.choice(parts)
        for name in whole.namelist():
            content = whole.read(name)
            changed.writestr(name, _changed(chance, content, PIECES["xlsx"]) if name == hit else content)
    return made.getvalue()


def good_texts(target: str) -> list[bytes]:
    """Texts that are read, to be broken."""
    root = Path(__file__).parents[1]
    if target == "yaml":
        return [path.read_bytes() for path in sorted((root / "rules/default").glob("*.yaml"))]
    if target == "template":
        return [path.read_bytes() for path in sorted(root.glob("rules/default/**/*.j2"))]
    if target == "expression":
        return [b"coalesce(a, 0) > 10 and (name = 'x' or d < date '2026-01-01')", b"case when f then a else -a end"]
    if target == "csv":
        return [b'id,name,d\n1,"a ""b"", c",2026-01-01\n2,x,\n', "编号;名称\n1;客户\n".encode("gb18030")]
    from recipes import MAKE

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        MAKE["workbook with a formula"](path)
        return [path.read_bytes()]


def fuzz(target: str, seconds: float, seed: int) -> tuple[int, list[str]]:
    """How many texts were tried in that time, and what went wrong with some; those join the corpus."""
    chance, seeds = random.Random(f"{target}-{seed}"), good_texts(target)
    until, count, found = time.monotonic() + seconds, 0, []
    while time.monotonic() < until:
        text = make(target, chance, seeds)
        count += 1
        if wrong := attempt(target, text):
            CORPUS.mkdir(parents=True, exist_ok=True)
            path = CORPUS / f"{target}-{len(list(CORPUS.glob(f'{target}-*'))):03}.bin"
            path.write_bytes(text)
            found.append(f"{path.name}: {wrong}")
    return count, found


def main(arguments: list[str]) -> int:
    """Every target for its share of the seconds; 1 when something was found."""
    seconds = float(arguments[0]) if arguments else 60.0
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    sys.path.insert(0, str(Path(__file__).parent))
    print(f"seed {seed}", flush=True)
    failed = 0
    for target in TARGETS:
        count, found = fuzz(target, seconds / len(TARGETS), seed)
        print(f"{target:<11} {count:>9,} texts, {len(found)} found", flush=True)
        for line in found[:20]:
            print(f"  {line[:200]}", flush=True)
        failed += len(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
