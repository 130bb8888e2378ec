"""Everything that is wrong in all files at once, and nothing that only follows from what cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from badproject import PROJECT, Break, put, swap, write_project

from kaframe.checks import check_project, open_project
from kaframe.doubts import NO_DOUBTS, Doubts, unread
from kaframe.errors import KaframeError, Problem
from kaframe.followups import RESTS_ON, without_followups

UNREADABLE = "a: ["
K, TEAM, ORDERS = "kaframe.yaml", "team.yaml", "data/orders.csv"
MISSPELT: dict[str, Break] = {
    "measure": swap("rules/measure.yaml", "sum(amount)", "sum(amout)"),
    "identify": swap("rules/identify.yaml", "pareto(revenue) < 0.8", "pareto(revenu) < 0.8"),
    "analyse": swap("rules/analyse.yaml", "days_since_order >", "days_since_ordr >"),
    "score": swap("rules/score.yaml", "value: revenue", "value: revenu"),
    "strategy": swap("rules/strategy.yaml", "status = 'green'", "statu = 'green'"),
    "maintain": swap("rules/maintain.yaml", "key_account", "kye_account"),
    "notify": swap("rules/notify.yaml", "channels: [file]}\n  -", "channels: [fiel]}\n  -"),
}


def told(root: Path) -> list[str]:
    """File, line, column and code of every problem, in the order in which they are told."""
    try:
        problems = check_project(open_project(root))
    except KaframeError as error:
        problems = list(error.problems)
    return [f"{problem.at} {problem.code}" for problem in problems]


def broken(root: Path, *changes: Break) -> Path:
    """The sound project with these changes."""
    write_project(root)
    for change in changes:
        change(root)
    return root


def test_one_mistake_in_every_file_is_told_in_one_go(tmp_path: Path) -> None:
    """Names, forms, roles, a missing file: one message each, and no more."""
    others = (
        swap(TEAM, "deputy: sam", "deputy: sma"),
        swap("rules/status.yaml", "red: else", "red: els"),
        swap("rules/stage.yaml", "stage: care", "stage: caer"),
        swap("templates/plan.md.j2", "account.name", "acount.name"),
        put("plugins/broken.py", "1 / 0\n"),
        put(K, PROJECT[K].replace("data/rates.csv", "data/rate.csv").replace("timezone: UTC", "timezone: Mars")),
    )
    files = [place.partition(":")[0] for place in told(broken(tmp_path, *MISSPELT.values(), *others))]
    assert sorted(files) == sorted(
        [f"rules/{kind}.yaml" for kind in [*MISSPELT, "status", "stage"]]
        + [TEAM, "templates/plan.md.j2", "plugins/broken.py", K, K]
    )


@pytest.mark.parametrize("name", [name for name in PROJECT if name.endswith(".yaml")])
def test_a_file_that_cannot_be_read_is_told_alone(tmp_path: Path, name: str) -> None:
    """Whatever the others speak of may stand in it."""
    assert {place.partition(":")[0] for place in told(broken(tmp_path, put(name, UNREADABLE)))} == {name}


@pytest.mark.parametrize("kind", sorted(MISSPELT))
def test_a_file_that_cannot_be_read_hides_no_mistake_that_stands_without_it(tmp_path: Path, kind: str) -> None:
    """A misspelt name in one file, and the text of another broken: both are told."""
    other = "rules/analyse.yaml" if kind != "analyse" else "rules/status.yaml"
    found = told(broken(tmp_path, MISSPELT[kind], put(other, UNREADABLE)))
    assert {place.partition(":")[0] for place in found} == {other, f"rules/{kind}.yaml"}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("change", "told_too"),
    [
        (put("rules/measure.yaml", UNREADABLE), "notify"),
        (put("rules/score.yaml", UNREADABLE), "measure identify analyse maintain strategy notify"),
        (put(TEAM, UNREADABLE), "measure identify analyse score strategy maintain notify"),
        (swap("rules/measure.yaml", "empty: 0", "emtpy: 0"), "identify analyse score strategy maintain notify"),
        (swap(K, "tables:", "tabels:"), "identify analyse score strategy maintain notify"),
        (swap(K, "data/accounts.csv", "data/acounts.csv"), "measure notify"),
        (swap(K, "data/orders.csv", "data/ordres.csv"), "identify analyse score strategy maintain notify"),
        (put(K, UNREADABLE), ""),
    ],
    ids=["measures", "score", "team", "one measure", "tables", "accounts", "orders", "configuration"],
)
def test_what_is_known_is_checked(tmp_path: Path, change: Break, told_too: str) -> None:
    """Beside one thing that cannot be read, every misspelt name that cannot stand in it; nothing that follows."""
    names = [kind for kind in MISSPELT if kind != "measure" or "measure" in told_too.split()]
    alone = told(broken(tmp_path / "alone", change))
    together = told(broken(tmp_path / "together", *(MISSPELT[kind] for kind in names), change))
    assert len(alone) == 1
    files = {place.partition(":")[0] for place in set(together) - set(alone)}
    assert files == {f"rules/{kind}.yaml" for kind in told_too.split()}


def test_a_broken_item_is_no_unknown_name(tmp_path: Path) -> None:
    """A measure that the schema refuses has a name all the same, and others are still told when misspelt."""
    root = broken(
        tmp_path,
        swap("rules/measure.yaml", "from: orders, value: max", "form: orders, value: max"),
        swap("rules/score.yaml", "value: revenue", "value: revenu"),
    )
    assert told(root) == ["rules/measure.yaml:3:16 KF1104", "rules/score.yaml:7:34 KF2010"]


def test_a_table_that_cannot_be_read_leaves_no_empty_leaf(tmp_path: Path) -> None:
    """The file is wrong; that its leaf has no value then goes without saying."""
    file, value = "rules/score.yaml", "value: revenue, curve: [[0, 0], [500, 100]]"
    (wrong,) = told(broken(tmp_path / "file", swap(file, value, "table: {file: nowhere.csv}")))
    assert wrong.endswith("KF2247")
    (empty,) = told(broken(tmp_path / "empty", swap(file, value, "note: none")))
    assert empty.endswith("KF2133")


def test_measures_in_a_circle_make_no_other_unknown(tmp_path: Path) -> None:
    """Only the circle is told."""
    text = "  early: {value: later + 1}\n  later: {value: early + 1}\n  uses: {value: early + later}\n"
    root = broken(tmp_path, put("rules/measure.yaml", PROJECT["rules/measure.yaml"] + text))
    assert [place.split(" ")[1] for place in told(root)] == ["KF2111"]


def test_what_a_broken_pack_may_say_is_not_missed(tmp_path: Path) -> None:
    """A pack that nobody knows may have every measure, table and template."""
    assert told(broken(tmp_path, swap(K, "packs: []", "packs: [unheard-of]"), MISSPELT["identify"])) == [
        "kaframe.yaml:6:9 KF1302"
    ]


def test_problems_that_rest_on_nothing_in_doubt_stand() -> None:
    """Each code speaks for itself; one that is not listed always stands."""
    role, other = Problem(None, "KF1320", "no role"), Problem(None, "KF2002", "cannot be read")
    assert without_followups([role, other], NO_DOUBTS) == [role, other]
    assert without_followups([role, other], unread("team")) == [other]
    assert without_followups([role, other], Doubts(partial=frozenset({"team"}))) == [other]
    assert without_followups([role, other], unread("score")) == [role, other]


def test_the_listed_codes_exist() -> None:
    """A code that has gone goes from the list."""
    known = set(re.findall(r"KF\d{4}", (Path(__file__).parents[1] / "docs/errors.md").read_text("utf-8")))
    assert set(RESTS_ON) <= known
