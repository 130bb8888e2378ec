"""Golden cases of findings: a rule file that has one, the exact text, and a near miss of which nothing is said."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest

from kaframe.checks import check_project, check_rulebook
from kaframe.cli import run_command
from kaframe.cli.problems import described
from kaframe.loading import load_project
from tests.badproject import DAY
from tests.proof.soundproject import write_project

ROOT = Path(__file__).parents[2]
CASES = sorted(path for path in (ROOT / "tests/cases/proof").iterdir() if path.is_dir())


def told(root: Path) -> str:
    """Everything that is said of a project, in order."""
    project = load_project(root, as_of=date.fromisoformat(DAY))
    return "".join(f"{described(problem)}\n" for problem in check_rulebook(project))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_finding_has_its_place_and_example(case: Path, tmp_path: Path) -> None:
    """The text is exactly the one that stands beside the broken rules."""
    expected = (case / "expected.txt").read_text("utf-8")
    assert "KF" in expected
    assert told(write_project(tmp_path, case / "broken")) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_near_miss_stays_silent(case: Path, tmp_path: Path) -> None:
    """What only looks like it is sound."""
    assert told(write_project(tmp_path, case / "near")) == ""


def test_nothing_is_said_of_a_sound_project(tmp_path: Path) -> None:
    """It is the ground that all cases stand on."""
    assert told(write_project(tmp_path)) == ""


def test_a_list_without_measure_is_proved_against_its_neighbours(tmp_path: Path) -> None:
    """Of 3,000 tiers the one that repeats the one above it is found, and the time does not grow with their square."""
    root = write_project(tmp_path)
    tiers = [f"  - {{id: t{number}, when: revenue > {10**7 - number}}}\n" for number in range(3_000)]
    text = (root / "rules/identify.yaml").read_text("utf-8")
    assert "tiers:\n" in text
    more = "".join([*tiers, tiers[-1].replace("t2999", "again")])
    (root / "rules/identify.yaml").write_text(text.replace("tiers:\n", f"tiers:\n{more}"), "utf-8")
    begun = time.monotonic()
    found = [line for line in told(root).splitlines() if "is never reached" in line]
    assert len(found) == 1
    assert "tier 'again' is never reached: tier 't2999' takes all that it would" in found[0]
    assert time.monotonic() - begun < 60


def test_every_finding_has_a_case() -> None:
    """No code of the package without a rule file that shows it."""
    code = "".join(path.read_text("utf-8") for path in sorted((ROOT / "kaframe/proof").glob("*.py")))
    shown = "".join((case / "expected.txt").read_text("utf-8") for case in CASES)
    assert set(re.findall(r"KF23[0-7]\d", code)) - set(re.findall(r"KF23\d\d", shown)) == set()


def test_what_is_bundled_is_sound() -> None:
    """The default pack in a whole project has nothing to be found."""
    assert told(ROOT / "examples/consumer-goods") == ""


def test_findings_count_only_when_they_are_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 without --strict, 4 with it; an error stays 3, and then nothing is proven."""
    root = write_project(tmp_path, ROOT / "tests/cases/proof/band-edge-twice/broken")
    assert run_command(["-C", str(root), "check"]) == 0
    assert "1 finding" in capsys.readouterr().out
    assert run_command(["-C", str(root), "check", "--strict"]) == 4
    (root / "rules/identify.yaml").write_text("tiers: [{id: key, key: true, when: revenu > 1}]\n", "utf-8")
    capsys.readouterr()
    assert run_command(["-C", str(root), "check", "--strict"]) == 3
    assert "KF2302" not in capsys.readouterr().err


def test_a_run_does_not_prove(tmp_path: Path) -> None:
    """What every step checks before it runs has no findings in it."""
    root = write_project(tmp_path, ROOT / "tests/cases/proof/band-edge-twice/broken")
    assert check_project(load_project(root)) == []


def test_a_column_that_is_called_like_the_day_of_the_run(tmp_path: Path) -> None:
    """It is told where its source stands, and no more once the column has a name of its own."""
    root = write_project(tmp_path)
    orders = root / "data" / "orders.csv"
    head, *rows = orders.read_text("utf-8").splitlines()
    orders.write_text("\n".join([f"{head},as_of", *(f"{row},2020-01-01" for row in rows), ""]), "utf-8")
    config = root / "kaframe.yaml"
    text = config.read_text("utf-8")

    def told() -> list[tuple[str, str]]:
        found = check_rulebook(load_project(root))
        return [(problem.code, str(problem.at)) for problem in found if problem.severity == "warning"]

    line = next(place for place, each in enumerate(text.splitlines(), 1) if "data/orders.csv" in each)
    assert [(code, place.split(":")[:2]) for code, place in told()] == [("KF2386", ["kaframe.yaml", str(line)])]
    renamed = "path: data/orders.csv, columns: {stand: as_of}"
    config.write_text(text.replace("path: data/orders.csv", renamed), "utf-8")
    assert told() == []
