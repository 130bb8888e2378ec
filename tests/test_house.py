"""The house rules that no other tool checks.

The mirror: ``kaframe/x.py`` has ``tests/test_x.py``; ``kaframe/x/y.py`` has ``tests/x/test_y.py`` or is covered by the
tests of its package, ``tests/test_x.py`` or any in ``tests/x/``. ``plugins/x.py`` (or ``plugins/x/``) has
``tests/plugins/test_x.py``. ``COVERED`` names what is tested elsewhere, and where.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaframe import hookspecs
from kaframe.flow import STEPS
from kaframe.plugins import load_plugins
from kaframe.plugins.kinds import RECORDS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kaframe"
CODE = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])
OURS = [*CODE, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
LONGEST = 300
COVERED = {
    "kaframe/__init__.py": "tests/test_house.py",  # names only; the public ones are used by every plugin
    "kaframe/errors.py": "tests/yamlfile/test_errors.py",  # Problem and Location, in every case of an error
    "kaframe/records.py": "tests/plugins/test_checks.py",  # plain records
    "kaframe/additions.py": "tests/plugins/test_checks.py",
    "kaframe/modules.py": "tests/plugins/test_importing.py",
    "kaframe/outlets.py": "tests/test_config.py",
    "kaframe/hookspecs.py": "tests/test_house.py",
    "kaframe/pasttables.py": "tests/test_recall.py",  # columns, compared with docs/tables.md
    "kaframe/snapshot.py": "tests/test_commit.py",
    "kaframe/durable.py": "tests/test_crash.py",  # every fsync that fails
    "kaframe/published.py": "tests/test_commit.py",
    "kaframe/project.py": "tests/test_loading.py",
    "kaframe/cardcolumns.py": "tests/test_score.py",
    "kaframe/scorecard/": "tests/test_score.py",  # what score and status share
    "kaframe/scorecard/leaves/": "tests/test_score.py",
    "plugins/reader_python.py": "tests/test_handed.py",  # says where rows come from when none were given
    "plugins/_workbook.py": "tests/plugins/test_reader_excel.py",  # the part of reader_excel that Excel's formats need
}
OWN_LIBRARIES = {
    "channel_email": {"markdown_it"}, "channel_apprise": {"apprise"},
    "reader_csv": {"pyarrow"}, "reader_json": {"pyarrow"},
    "reader_lake": {"duckdb", "pyarrow", "deltalake", "pyiceberg"},
    "reader_excel": {"python_calamine", "pyarrow"}, "_workbook": {"python_calamine"},
    "reader_sql": {"sqlalchemy", "pyarrow"}, "reader_rest": {"httpx", "pyarrow"},
    "report_html": {"jinja2", "markdown_it", "markupsafe", "vl_convert"},
}  # fmt: skip
HEAVY = {
    "yaml", "duckdb", "sqlglot", "jsonschema", "sqlalchemy", "jinja2", "pyarrow", "httpx", "holidays", "babel",
    "python_calamine", "vl_convert", "markdown_it", "pandas", "polars", "numpy",
}  # fmt: skip
MOST_DEPENDENCIES = 15


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def mirrors_of(path: Path) -> list[Path]:
    """The test files that the mirror allows for a file of the package or a plugin."""
    tests, parts = ROOT / "tests", path.relative_to(ROOT).with_suffix("").parts
    if parts[0] == "plugins":
        name = parts[1]
        return [tests / "plugins" / f"test_{name}.py"]
    top = parts[1]
    if len(parts) == 2:
        return [tests / f"test_{top}.py"]
    own = [tests.joinpath(*parts[1:-1], f"test_{parts[-1]}.py"), tests / f"test_{top}.py"]
    return own + sorted((tests / top).glob("test_*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), shown(path))


def imported(path: Path) -> set[str]:
    """The top-level modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


def public(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """The public functions, classes and methods of a file; dunder methods are known by their names."""
    for node in parsed(path).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield node.name, node
        if isinstance(node, ast.ClassDef) and not path.is_relative_to(PACKAGE / "cli"):  # there they override click's
            yield from ((f"{node.name}.{item.name}", item) for item in _methods(node))


def _methods(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """Methods that are more than a line or two."""
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_") and len(item.body) > 1:
            yield item


@pytest.mark.parametrize("path", CODE, ids=shown)
def test_every_module_has_its_tests(path: Path) -> None:
    """The mirror of the docstring above."""
    elsewhere = COVERED.get(shown(path)) or COVERED.get(f"{shown(path.parent)}/")
    if elsewhere:
        assert (ROOT / elsewhere).is_file()
        return
    assert any(file.is_file() for file in mirrors_of(path)), f"write {shown(mirrors_of(path)[0])}"


def test_the_list_of_exceptions_is_needed() -> None:
    """What has its own test, or is no more, does not stand among the exceptions."""
    for name in COVERED:
        path = ROOT / name
        assert path.exists(), name
        own = mirrors_of(path)[0]
        assert not own.is_file(), f"{name} has {shown(own)} now"


@pytest.mark.parametrize("path", [path for path in CODE if path.name != "__init__.py"], ids=shown)
def test_no_file_is_longer_than_a_page_or_two(path: Path) -> None:
    """A file that wants to pass 300 lines is missing a noun."""
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", [path for path in CODE if path.is_relative_to(PACKAGE)], ids=shown)
def test_everything_public_says_what_it_is(path: Path) -> None:
    """Modules, classes, functions and longer methods have a docstring."""
    assert ast.get_docstring(parsed(path)), "the module has none"
    silent = [name for name, node in public(path) if not ast.get_docstring(node)]  # type: ignore[arg-type]
    assert silent == []


@pytest.mark.parametrize("path", [p for p in CODE if not p.is_relative_to(PACKAGE / "cli")], ids=shown)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    """Everything else returns values and raises problems."""
    calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    names = {ast.unparse(call.func) for call in calls}
    channel = path.stem == "channel_console"  # to print is what it is for
    assert not names & {"sys.exit", "exit", "quit", "os._exit"}
    assert channel or "print" not in names


def test_every_code_has_a_section_and_every_section_a_code() -> None:
    """docs/errors.md explains exactly the codes that can be seen, each once, in more than a line."""
    text = (ROOT / "docs/errors.md").read_text("utf-8")
    parts = re.split(r"(?m)^## (KF\d{4}) .*$", text)[1:]
    codes, bodies = parts[::2], parts[1::2]
    assert sorted(codes) == sorted(set(codes))
    assert [code for code, body in zip(codes, bodies, strict=True) if len(body.strip()) < 40] == []
    used = {code for path in CODE for code in re.findall(r"\bKF\d{4}\b", path.read_text("utf-8"))}
    assert (sorted(used - set(codes)), sorted(set(codes) - used)) == ([], [])


def test_both_pages_of_errors_explain_the_same_codes_in_the_same_order() -> None:
    """Every section has its Chinese twin, with a Chinese title, the same blocks and the same names in backticks."""
    english, chinese = (
        re.split(r"(?m)^## (KF\d{4}) (.*)\n", (ROOT / "docs" / name).read_text("utf-8"))
        for name in ("errors.md", "errors.zh.md")
    )
    assert chinese[1::3] == english[1::3]
    assert [title for title in chinese[2::3] if not re.search(r"[\u4e00-\u9fff]", title)] == []
    for code, ours, theirs in zip(english[1::3], chinese[3::3], english[3::3], strict=True):
        assert (code, code_in(ours)) == (code, code_in(theirs))


def code_in(section: str) -> tuple[list[str], set[str]]:
    """The blocks of a section, and what stands in backticks between them; lines may break elsewhere."""
    blocks = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    return blocks.findall(section), set(re.findall(r"`[^`]+`", blocks.sub("", section).replace("\n", " ")))


def test_every_code_has_one_meaning_per_kind() -> None:
    """The first two digits say which kind of problem it is; the page lists the kinds."""
    text = (ROOT / "docs/errors.md").read_text("utf-8").partition("\n## ")[0]
    kinds = set(re.findall(r"\b(\d\d)xx\b", text))
    used = {code[2:4] for code in re.findall(r"(?m)^## (KF\d{4})", (ROOT / "docs/errors.md").read_text("utf-8"))}
    assert used <= kinds


@pytest.mark.parametrize("hook", sorted(RECORDS))
def test_every_hook_is_used_and_shown(hook: str) -> None:
    """A hook ships only with a bundled plugin that uses it, and with an example that runs."""
    spec = getattr(hookspecs, hook)
    examples = doctest.DocTestFinder(recurse=False).find(spec, hook, globs={})
    assert sum(len(example.examples) for example in examples) >= 3
    runner = doctest.DocTestRunner(verbose=False)
    for example in examples:
        assert runner.run(example).failed == 0
    plugins = [path for path in CODE if path.is_relative_to(ROOT / "plugins")]
    assert any(f"def {hook}(" in path.read_text("utf-8") for path in plugins)


def test_every_hook_returns_records() -> None:
    """Hooks and the records that they bring are the same list."""
    declared = {name for name, value in vars(hookspecs).items() if hasattr(value, "kaframe_spec")}
    assert declared == set(RECORDS)
    assert all(len(inspect.signature(getattr(hookspecs, name)).parameters) <= 2 for name in declared)


@pytest.mark.parametrize("path", [p for p in CODE if p.is_relative_to(ROOT / "plugins")], ids=shown)
def test_bundled_plugins_import_kaframe_and_their_own_library_only(path: Path) -> None:
    """The core eats its own plugins: what they need of kaframe is public."""
    name = path.relative_to(ROOT / "plugins").parts[0].removesuffix(".py")
    others = imported(path) - set(sys.stdlib_module_names) - {"kaframe"} - OWN_LIBRARIES.get(name, set())
    assert others == set()
    text = path.read_text("utf-8")
    assert not re.search(r"(?m)^\s*(from kaframe\.|import kaframe\.)", text)


def test_public_names_lead_somewhere() -> None:
    """Every name that plugins may import exists."""
    kaframe = importlib.import_module("kaframe")
    assert [name for name in kaframe.__all__ if getattr(kaframe, name, None) is None] == []


def test_help_imports_nothing_heavy() -> None:
    """``kaframe --help`` costs what click and pluggy cost."""
    code = (
        "import sys\nfrom kaframe.cli import main\nsys.argv = ['kaframe', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "kaframe" in done.stdout
    assert done.stderr.strip().splitlines()[-1] == "[]"


def test_dependencies_are_few_and_reasoned() -> None:
    """At most fifteen, each with its line in the decision."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.split(r"[<>=\[ ]", item)[0] for item in project["dependencies"]]
    assert len(names) <= MOST_DEPENDENCIES
    page = (ROOT / "docs/decisions/0001-dependencies.md").read_text("utf-8")
    assert sorted(re.findall(r"(?m)^\| ([a-z0-9-]+) \|", page)) == sorted([*names, "library"])


@pytest.mark.parametrize("step", STEPS)
def test_one_word_finds_everything_of_a_step(step: str) -> None:
    """The step's name is the module, the test and the page."""
    assert (PACKAGE / f"{step}.py").is_file() or (PACKAGE / step / "__init__.py").is_file()
    assert (ROOT / f"tests/test_{step}.py").is_file() or list((ROOT / "tests" / step).glob("test_*.py"))
    page = (ROOT / f"docs/steps/{step}.md").read_text("utf-8")
    assert "```yaml" in page or step == "change"  # which has no rules: news is the same for everybody
    assert "tables.md" in page
    assert STEPS[step].__module__.split(".")[1] == step
    assert STEPS[step].__doc__


@pytest.mark.parametrize("kind", ["measure", "identify", "analyse", "score", "status", "stage", "strategy", "maintain"])
def test_one_word_finds_everything_of_a_rule_file(kind: str) -> None:
    """Rule file, schema, record and page have one name."""
    assert (ROOT / f"rules/default/{kind}.yaml").is_file()
    assert (ROOT / f"schemas/{kind}.schema.json").is_file()
    assert (PACKAGE / f"rules/{kind}.py").is_file()


def test_bundled_plugins_load() -> None:
    """All of them, with no project around."""
    plugins = load_plugins(None)
    assert {"csv", "parquet", "json", "excel", "sql"} <= plugins.readers.keys()
    assert {"console", "file", "email", "webhook"} <= plugins.channels.keys()
    assert {"report_html", "report_json"} <= plugins.reports.keys()
