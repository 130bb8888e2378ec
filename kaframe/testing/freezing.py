"""A real account as a test: the rows behind it, anonymous, and what a run makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaframe.database import Database, quoted
from kaframe.errors import DataError, Problem, UsageError
from kaframe.expression import Type
from kaframe.flow import STEPS
from kaframe.names import plan_measures
from kaframe.project import Project
from kaframe.testing.anonymous import NEUTRAL, Mask, factor_of, money_columns, scaled
from kaframe.testing.cases import read_case_file
from kaframe.testing.cells import kinds_of
from kaframe.testing.comparing import plain_value
from kaframe.testing.finding import FOLDER
from kaframe.testing.running import COLOURS_ONLY, Bench, Outcome
from kaframe.testing.updating import update_files
from kaframe.testing.writing import table_lines

PAST = ("past_colours", "past_statuses", "past_overrides")  # what a colour looks back at
MOST_ROWS = 5_000
WINDOWS = frozenset({"pareto", "rank", "percentile"})
RESULTS = {"scores": ("card", "points", "coverage"), "colours": ("card", "status", "calculated", "why", "exception")}
# Columns whose texts are words of the rules: not to be replaced.
WORDS_OF_RULES = dict.fromkeys(("tier", "card", "status", "calculated", "last_colour"), Type.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The test that was written; ``replaced`` and ``kept`` say what of the account is in it.

    ``differs``: what the real run says differently, because it rests on other accounts too.
    """

    path: Path
    name: str
    replaced: tuple[str, ...]
    kept: tuple[str, ...]
    differs: tuple[str, ...]


def freeze_account(
    project: Project, find: Callable[[Database], str], to: Path | None = None, seed: int | None = None
) -> Frozen:
    """Write a test with an account's rows and results; ``find`` says which, once ``measures`` are there.

    The tier is given, as it depends on all accounts. With a seed all money is multiplied by one factor.
    Raises: UsageError KF2430 when the file exists, KF2431 for more rows than a test should have, KF2432 when the
        results rest on absolute amounts; DataError KF2433 when the test does not say what the run says.
    """
    path = to or _free_path(project.root / FOLDER)
    if path.exists():
        raise UsageError([Problem(None, "KF2430", f"'{path}' is already there", "name another file with --to")])
    with Database() as db:
        for step in COLOURS_ONLY:
            STEPS[step](project, db)
        account_id = find(db)
        mask = Mask.of(project, account_id, _called(project, db))
        given = dict(_given(project, db, mask))
        expected = dict(_expected(project, db, account_id, with_money=seed is None))
    if seed is not None:
        factor, money = factor_of(seed), money_columns(project)
        given = {table: scaled(rows, money.get(table, frozenset()), factor) for table, rows in given.items()}
    name = re.sub(r"[^a-z0-9_]+", "_", path.stem.lower()) or "frozen"
    _write(path, _text(project, name, given, expected))
    try:
        differs = _settle(project, path, is_scaled=seed is not None)
    except BaseException:
        path.unlink()
        raise
    shown = path.resolve()
    shown = shown.relative_to(project.root.resolve()) if shown.is_relative_to(project.root.resolve()) else path
    return Frozen(shown, name, tuple(mask.replaced()), tuple(mask.left()), differs)


def _called(project: Project, db: Database) -> set[str]:
    """What accounts and members are called: these words go, even where a rule names somebody."""
    found = {text for member in project.team.members for text in (member.id, member.name, member.email)}
    for column in ("account_id", "name", "parent"):
        found |= {str(row["word"]) for row in db.rows(f"SELECT DISTINCT {column} AS word FROM accounts")}
    return found


def _given(project: Project, db: Database, mask: Mask) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The account's rows of every table, also of those without any; its tier; what must not be worked out anew."""
    total = 0
    for table in ("accounts", *project.catalog.tables, "tiers", *PAST):
        rows = _rows(db, table, mask.account_id)
        total += len(rows)
        if total > MOST_ROWS:
            hint = f"a test is to be read by people: up to {MOST_ROWS:,} rows"
            raise UsageError([Problem(None, "KF2431", f"the account has more than {MOST_ROWS:,} rows", hint)])
        if table == "accounts":
            rows = [{name: value for name, value in row.items() if name not in ("name", "parent")} for row in rows]
        if table == "tiers":
            rows = [{name: row[name] for name in ("account_id", "tier", "key_account", "candidate")} for row in rows]
        kinds = kinds_of(db.columns(table))
        if rows or table in project.catalog.tables:
            yield table, [mask.masked(row, kinds | WORDS_OF_RULES) for row in rows]
    ranked = [item.measure.id for item in plan_measures(project) if item.value.functions & WINDOWS and not item.absent]
    if ranked:
        values = _rows(db, "measures", mask.account_id)[0]
        yield "measures", [{"account_id": NEUTRAL, **{name: values[name] for name in ranked}}]


def _expected(
    project: Project, db: Database, account_id: str, with_money: bool
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every known measure, the scores, and the colours."""
    (values,) = _rows(db, "measures", account_id)
    measures = {
        measure.id: plain_value(values[measure.id])
        for measure in project.rules.measure.measures
        if values.get(measure.id) is not None and (with_money or measure.unit != "currency")
    }
    yield "measures", [{"account_id": NEUTRAL, **measures}]
    for table, columns in RESULTS.items():
        rows = _rows(db, table, account_id)
        if rows:
            yield table, [{"account_id": NEUTRAL, **{name: plain_value(row[name]) for name in columns}} for row in rows]


def _rows(db: Database, table: str, account_id: str) -> list[dict[str, Any]]:
    return db.rows(f"SELECT * FROM {quoted(table)} WHERE account_id = ? ORDER BY ALL", [account_id])


def _settle(project: Project, path: Path, is_scaled: bool) -> tuple[str, ...]:
    """Let the test say what it gives where other accounts have had a part in the real run; then it must pass."""
    bench = Bench.of(project)
    try:
        outcome = _run(bench, path)
        if outcome.differences and is_scaled:
            columns = ", ".join(sorted({one.column for one in outcome.differences}))
            hint = "an amount is compared with a fixed one somewhere: leave --scale out"
            raise UsageError([Problem(None, "KF2432", f"on another scale the account differs in {columns}", hint)])
        if outcome.differences:
            update_files([read_case_file(path, path.name)], [outcome])
            again = _run(bench, path)
            if again.state != "passed":
                raise _not_the_same(again)
        elif outcome.problems:
            raise _not_the_same(outcome)
    finally:
        bench.close()
    return tuple(f"{one.column} {plain_value(one.expected)} ({one.got})" for one in outcome.differences)


def _run(bench: Bench, path: Path) -> Outcome:
    (test,) = read_case_file(path, path.name).tests
    return bench.run(test)


def _not_the_same(outcome: Outcome) -> DataError:
    why = [str(problem) for problem in outcome.problems]
    why += [f"{one.table}.{one.column}" for one in outcome.differences]
    hint = "this account cannot be looked at alone; write its test by hand"
    return DataError([Problem(None, "KF2433", f"the test does not say what the run says: {'; '.join(why)}", hint)])


def _text(project: Project, name: str, given: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    about = {
        "en": "A real account, frozen; ids, names, people and texts are replaced",
        "zh": "由真实客户固定而成；编号、名称、人员和文字均已替换",
    }[project.config.language]
    lines = ["version: 1", "tests:", f"  - id: {name}", f"    about: {about}", f"    as_of: {project.as_of}"]
    lines.append("    given:")
    for table, rows in given.items():
        lines += table_lines(table, rows, 6)
    lines.append("    expect:")
    for table, rows in expected.items():
        lines += table_lines(table, rows, 6)
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"cannot write '{path}': {(error.strerror or '').lower()}"
        raise UsageError([Problem(None, "KF6032", message, "name a file that you may write")]) from error


def _free_path(folder: Path) -> Path:
    """``frozen_1.yaml`` and so on: the account's own id would tell who it is."""
    names: Sequence[str] = [path.name for path in folder.glob("*.yaml")]
    number = next(number for number in range(1, len(names) + 2) if f"frozen_{number}.yaml" not in names)
    return folder / f"frozen_{number}.yaml"
