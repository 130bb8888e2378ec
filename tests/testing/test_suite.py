"""A set of tests: which are found, how they end, and the Python way to run them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruletesting import run_text

from kaframe.errors import UsageError
from kaframe.project import Project
from kaframe.testing import Selection, run_tests
from kaframe.testing.suite import run_project

GOOD = "version: 1\nas_of: 2026-06-30\ntests:\n  - {id: good, given: {tiers: [{account_id: A, tier: key}]}, " \
       "expect: {tiers: [{account_id: A, tier: key}]}}\n"


def test_a_broken_file_hides_no_other(small: Project) -> None:
    """The good file runs, the broken one is told, and the end is 3."""
    folder = small.root / "tests" / "some"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "broken.yaml").write_text("version: 1\ntests: [{id: Bad Id}]\n", encoding="utf-8")
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    result = run_project(small, Selection(files=(folder,)))
    assert [outcome.test.name for outcome in result.of("passed")] == ["tests/some/good.yaml::good"]
    assert {problem.at.file for problem in result.problems if problem.at} == {"tests/some/broken.yaml"}
    assert (result.exit_code, result.passed) == (3, False)


def test_nothing_run_is_a_failure(small: Project) -> None:
    """No test, or none that is wanted: 4, as when one fails."""
    path = small.root / "tests" / "good.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(GOOD, encoding="utf-8")
    assert run_project(small, Selection(files=(path,))).exit_code == 0
    assert run_project(small, Selection(files=(path,), pattern="nothing")).exit_code == 4


def test_a_named_file_must_be_there(small: Project) -> None:
    """With the nearest name."""
    (small.root / "tests").mkdir(exist_ok=True)
    (small.root / "tests" / "status.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(UsageError, match=r"did you mean 'status\.yaml'"):
        run_project(small, Selection(files=(small.root / "tests" / "staus.yaml",)))
    with pytest.raises(UsageError, match="did you mean 'default'"):
        run_tests(pack="defalt")


def test_from_python(small: Project) -> None:
    """``kaframe.testing.run_tests(path)`` is all that a rule author needs."""
    run_text(small, GOOD, "python.yaml")
    result = run_tests(small.root, pattern="python.yaml")
    assert [outcome.test.id for outcome in result.outcomes] == ["good"]


def test_tests_of_a_project_s_own_pack(tmp_path: Path) -> None:
    """They stand beside its rules and are run with the project's."""
    from ruletesting import CONFIG, small_project

    root = tmp_path / "own"
    small_project(root)
    (root / "packs/ours/tests").mkdir(parents=True)
    (root / "packs/ours/pack.yaml").write_text("version: 1\ntitle: Ours\n", encoding="utf-8")
    (root / "packs/ours/tests/ours.yaml").write_text(GOOD, encoding="utf-8")
    (root / "kaframe.yaml").write_text(CONFIG + "packs: [default, packs/ours]\n", encoding="utf-8")
    result = run_tests(root)
    assert [outcome.test.name for outcome in result.outcomes] == ["packs/ours/tests/ours.yaml::good"]
    assert result.passed
