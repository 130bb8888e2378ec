"""From a folder to a project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kaframe import flow
from kaframe.bind import Label
from kaframe.config import read_config
from kaframe.errors import KaframeError, Problem, RuleError
from kaframe.expression import Type
from kaframe.loading import find_root, load_project, today
from kaframe.published import load_run
from tests.smallproject import FILES, write_project


def refused(root: Path, **options: object) -> list[Problem]:
    with pytest.raises(KaframeError) as caught:
        load_project(root, **options)  # type: ignore[arg-type]
    return list(caught.value.problems)


def config(line: str) -> str:
    return FILES["kaframe.yaml"] + line + "\n"


def test_a_project_is_complete(tmp_path: Path) -> None:
    """Configuration, rules, team, plugins, what the data offer, and the day."""
    project = load_project(write_project(tmp_path), as_of=date(2026, 3, 31))
    assert (project.config.project, project.as_of) == ("small", date(2026, 3, 31))
    assert [member.id for member in project.team.members] == ["chen"]
    assert "csv" in project.plugins.readers
    assert project.catalog.tables["orders"]["amount"] is Type.NUMBER
    assert {"revenue_12m", "growth"} <= {measure.id for measure in project.rules.measure.measures}


def test_a_relative_folder_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run may be loaded, published and read again from a folder named as people name it."""
    write_project(tmp_path / "there")
    monkeypatch.chdir(tmp_path)
    project = load_project(Path("there"), as_of=date(2026, 3, 31))
    monkeypatch.chdir("there")
    run_id = flow.run(project).committed.run_id
    with load_run(project, run_id) as published:
        assert len(published.rows("tiers")) == 4


def test_another_day_is_the_same_project(tmp_path: Path) -> None:
    """Only the day differs."""
    project = load_project(write_project(tmp_path), as_of=date(2026, 3, 31))
    other = project.on(date(2026, 4, 30))
    assert (other.as_of, other.rules, other.catalog) == (date(2026, 4, 30), project.rules, project.catalog)


def test_labels_come_in_the_language_of_the_project(tmp_path: Path) -> None:
    """And what has no label by what is said instead."""
    project = load_project(write_project(tmp_path))
    assert project.text(Label("Revenue", "销售额")) == "Revenue"
    assert project.text(None, "revenue_12m") == "revenue_12m"


def test_the_day_is_that_of_the_project(tmp_path: Path) -> None:
    """Where it is tomorrow already, a run is for tomorrow."""
    east = write_project(tmp_path / "east", {"kaframe.yaml": config("").replace("Asia/Shanghai", "Pacific/Kiritimati")})
    west = write_project(tmp_path / "west", {"kaframe.yaml": config("").replace("Asia/Shanghai", "Pacific/Midway")})
    days = [today(read_config(root)) for root in (east, west)]
    assert (days[0] - days[1]).days in (1, 2)


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ("packs: [defualt]", "KF1302", "kaframe.yaml:9"),
        ("calendar: XX", "KF1310", "kaframe.yaml:9"),
        ("closed_days: ['2026-02-30']", "", "kaframe.yaml:9"),
        ("langauge: zh", "KF1104", "kaframe.yaml:9"),
        ("plugins: [nobody]", "KF5001", "kaframe.yaml"),
        ("channels: {mail: {typ: email}}", "KF1105", "kaframe.yaml:9"),
    ],
)
def test_a_wrong_line_is_told_with_its_place(tmp_path: Path, line: str, code: str, place: str) -> None:
    """One problem each, at the line that has it."""
    problems = refused(write_project(tmp_path, {"kaframe.yaml": config(line)}))
    assert problems
    assert str(problems[0].at).startswith(place)
    assert problems[0].code.startswith(code)


def test_a_wrong_time_zone_is_told_even_with_a_day(tmp_path: Path) -> None:
    """Times of the data are read in it."""
    root = write_project(tmp_path, {"kaframe.yaml": FILES["kaframe.yaml"].replace("Asia/Shanghai", "Asia/Shangai")})
    (problem,) = refused(root, as_of=date(2026, 3, 31))
    assert (problem.code, str(problem.at)) == ("KF1307", "kaframe.yaml:4:1")
    assert "did you mean 'Asia/Shanghai'?" in problem.hint


def test_problems_of_all_parts_come_together(tmp_path: Path) -> None:
    """Nobody mends one file to be told of the next."""
    root = write_project(tmp_path, {
        "kaframe.yaml": config("calendar: XX"),
        "team.yaml": "roles: {}\n",
        "rules/score.yaml": "scorecards: []\n",
        "plugins/broken.py": "import nowhere_to_be_found\n",
    })  # fmt: skip
    files = {problem.at.file for problem in refused(root) if problem.at}
    assert {"kaframe.yaml", "team.yaml", "rules/score.yaml", "plugins/broken.py"} <= files


def test_plugins_can_be_left_out(tmp_path: Path) -> None:
    """``--no-plugins`` goes on without those of the project."""
    root = write_project(tmp_path, {"plugins/broken.py": "raise SystemExit\n"})
    assert refused(root)[0].code == "KF5002"
    assert load_project(root, use_plugins=False).plugins.left_out == ("broken",)


def test_a_folder_without_a_project_is_answered_with_init(tmp_path: Path) -> None:
    """The first thing that somebody may do wrong."""
    with pytest.raises(RuleError, match="kaframe init"):
        find_root(tmp_path)


@pytest.mark.parametrize(("wrong", "right"), [("kaframe.yml", "kaframe.yaml"), ("team.yml", "team.yaml")])
def test_yml_is_answered_with_yaml(tmp_path: Path, wrong: str, right: str) -> None:
    """A file that nobody would read is never left unmentioned."""
    root = write_project(tmp_path)
    (root / right).rename(root / wrong)
    with pytest.raises(RuleError) as caught:
        load_project(find_root(root))
    assert f"call it '{right}'" in [problem.hint for problem in caught.value.problems]


def test_a_file_where_a_folder_belongs_is_told(tmp_path: Path) -> None:
    """Instead of rules that nobody reads."""
    problems = refused(write_project(tmp_path, {"rules": "measures: {}\n"}))
    assert [(problem.code, str(problem.at)) for problem in problems] == [("KF1312", "rules")]


def test_a_project_without_team_has_the_standard_roles(tmp_path: Path) -> None:
    """The team comes later."""
    root = write_project(tmp_path)
    (root / "team.yaml").unlink()
    assert "account_manager" in {role.id for role in load_project(root).team.roles}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("accounts: {source: {reader: csv, path: data/accounts.csv}, name: account}", "accounts: {name: account}"),
        ("  orders: {", "  accounts: {"),
        ("  orders: {", "  measures: {"),
    ],
    ids=["no source", "name of the accounts", "name of a step's table"],
)
def test_what_no_schema_can_see_is_told_too(tmp_path: Path, old: str, new: str) -> None:
    """Accounts from nowhere, and tables that could not be told from those of the run."""
    problems = refused(write_project(tmp_path, {"kaframe.yaml": FILES["kaframe.yaml"].replace(old, new)}))
    assert problems
    assert str(problems[0].at).startswith("kaframe.yaml:")


def test_a_wrong_configuration_hides_nothing_else(tmp_path: Path) -> None:
    """Team and rules are looked at all the same; what they override cannot be known yet and is not told."""
    files = {
        "kaframe.yaml": config("packs: [default"),
        "team.yaml": "version: 1\nmembrs: []\n",
        "rules/score.yaml": "scorecrds: {}\n",
        "rules/identify.yaml": "tiers: [{id: strategic, override: remove}]\n",
    }
    problems = refused(write_project(tmp_path, files))
    assert [problem.at.file for problem in problems if problem.at] == ["kaframe.yaml", "team.yaml", "rules/score.yaml"]
