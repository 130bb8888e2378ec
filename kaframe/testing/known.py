"""Which tables a test may give and ask for, which step makes each, and what tells their rows apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kaframe.errors import Location, Problem, nearest
from kaframe.expression import Type
from kaframe.names import plan_measures
from kaframe.pasttables import EVERY_PAST, PAST_TABLES
from kaframe.project import Project
from kaframe.testing.cases import Row, RuleTest, Run, Tables
from kaframe.testing.legal import Legal, legal_words
from kaframe.yamlfile import Node

# What a step makes (docs/tables.md), and the columns that say which row is meant.
MADE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "orphans": ("data", ("table_name", "account_id")),
    "quality": ("data", ("table_name", "column_name", "kind")),
    "measures": ("measure", ("account_id",)),
    "gates": ("gate", ("gate", "source")),
    "tiers": ("identify", ("account_id",)),
    "near_misses": ("identify", ("account_id", "tier", "measure")),
    "portfolio": ("identify", ("measure",)),
    "managed": ("identify", ("account_id",)),
    "owners": ("assign", ("account_id", "role")),
    "handovers": ("assign", ("account_id", "role")),
    "findings": ("assign", ("account_id", "kind", "role", "member")),
    "members": ("assign", ("member",)),
    "insights": ("analyse", ("account_id", "insight", "subject")),
    "segments_rfm": ("analyse", ("account_id",)),
    "scores": ("score", ("account_id", "card")),
    "families": ("score", ("account_id",)),
    "roll_ups": ("score", ("account_id", "card", "member")),
    "colours": ("status", ("account_id", "card")),
    "reasons": ("status", ("account_id", "card", "node")),
    "overrides": ("status", ("account_id", "card")),
    "stages": ("stage", ("account_id",)),
    "stage_tasks": ("stage", ("account_id", "stage", "task")),
    "plans": ("strategy", ("account_id",)),
    "actions": ("strategy", ("account_id", "strategy", "action")),
    "goals": ("strategy", ("account_id", "strategy", "goal")),
    "tasks": ("maintain", ("account_id", "kind", "rule", "member")),
    "events": ("change", ("account_id", "kind", "card", "subject")),
    "notices": ("notify", ("rule", "channel", "recipient")),
}
ONLY_EXPECTED = ("orphans", "quality", "managed", "portfolio")
OF_A_CARD = ("scores", "roll_ups", "colours", "reasons", "overrides")  # a row that names no card means the primary one


@dataclass(frozen=True, slots=True)
class KnownTables:
    """The tables of a project's tests: sources with their types, measures, the past, and what steps make.

    ``words``: what the columns of steps' tables can say that name a rule or have one of a few words.
    """

    accounts: Mapping[str, Type]
    sources: Mapping[str, Mapping[str, Type]]
    measures: Mapping[str, Type]
    cards: tuple[str, ...]
    primary: str
    words: Legal

    def step_of(self, table: str) -> str:
        """The step that makes a table."""
        if table == "accounts" or table in self.sources:
            return "data"
        if table.startswith("past_"):
            return "recall"
        return "score" if self.card_of(table) else MADE[table][0]

    def card_of(self, table: str) -> str:
        """The card whose table it is, or nothing."""
        card = table.removeprefix("score_")
        return card if card != table and card in self.cards else ""

    def keys_of(self, table: str) -> tuple[str, ...]:
        """The columns that say which row of a table is meant."""
        if table in PAST_TABLES:
            return PAST_TABLES[table].key or ("account_id",)
        return MADE[table][1] if table in MADE else ("account_id",)

    def is_about_accounts(self, table: str) -> bool:
        """Whether each row of a table belongs to an account."""
        past = PAST_TABLES.get(table)
        return "account_id" in (past.columns if past else self.keys_of(table))

    def givable(self) -> list[str]:
        """The tables that a test may give."""
        cards = [f"score_{card}" for card in self.cards]
        made = [table for table in MADE if table not in ONLY_EXPECTED]
        return ["accounts", *self.sources, *made, *cards, *EVERY_PAST]

    def expectable(self) -> list[str]:
        """The tables that a test may ask for."""
        return [*self.givable(), *ONLY_EXPECTED]

    def source_columns(self, table: str) -> Mapping[str, Type] | None:
        """The columns of a table of which all are known before anything runs."""
        if table == "accounts":
            return self.accounts
        if table == "measures":
            return {"account_id": Type.TEXT, **self.measures}
        past = EVERY_PAST.get(table)
        if past is not None:
            return {name: SQL_KINDS[kind] for name, kind in past.columns.items()}
        return self.sources.get(table)


SQL_KINDS = {
    "VARCHAR": Type.TEXT, "DOUBLE": Type.NUMBER, "BIGINT": Type.NUMBER, "BOOLEAN": Type.BOOLEAN, "DATE": Type.DATE,
}  # fmt: skip


def known_tables(project: Project) -> KnownTables:
    """What tests of this project may speak of: its own data, and what its packs could use.

    Raises: RuleError when a measure cannot be compiled.
    """
    have, expected = project.catalog, project.rules.expected
    accounts = {name: Type(column.type) for name, column in expected.accounts.items()}
    sources = {
        table: {"account_id": Type.TEXT, **{name: Type(column.type) for name, column in columns.items()}}
        for table, columns in expected.tables.items()
    }
    for table, columns in have.tables.items():
        sources[table] = {**sources.get(table, {}), **columns}
    primary = project.rules.score.primary()
    return KnownTables(
        accounts={**dict.fromkeys(("account_id", "name", "parent"), Type.TEXT), **accounts, **have.accounts},
        sources=sources,
        measures={item.measure.id: item.value.type for item in plan_measures(project)},
        cards=tuple(card.id for card in project.rules.score.scorecards),
        primary=primary.id if primary else "",
        words=legal_words(project),
    )


def wrong_names(run: Run, known: KnownTables, accounts: Collection[str]) -> Iterator[Problem]:
    """Tables that do not exist, columns that are known not to, accounts and rules that a row could not be about."""
    yield from _wrong("given", run.given, run, known)
    counted = {table: _counted(node) for table, node in run.counts.items()}
    for part, tables in (("expect", run.expect), ("expect_no", run.expect_no), ("expect_count", counted)):
        yield from _wrong(part, tables, run, known)
        yield from _wrong_accounts(tables, known, accounts)


def _wrong(part: str, tables: Tables, run: Run, known: KnownTables) -> Iterator[Problem]:
    legal = known.givable() if part == "given" else known.expectable()
    for table, rows in tables.items():
        if table not in legal:
            yield Problem(run.places[f"{part}.{table}"], "KF2406", f"no table '{table}'",
                          nearest(table, legal) or "docs/tables.md lists the tables of a run")
            continue
        columns = known.source_columns(table) if part == "given" else None
        for row in rows if part == "given" and known.is_about_accounts(table) else ():
            if "account_id" not in row.cells:
                yield Problem(row.at, "KF2411", f"this row of '{table}' names no account", "add 'account_id: A'")
        if table in MADE:
            yield from _wrong_words(table, rows, known)
        for row in rows if columns is not None else ():
            for name, at in row.keys.items():
                if name not in columns:  # type: ignore[operator]
                    yield unknown_column(at, name, table, columns)  # type: ignore[arg-type]


def given_accounts(test: RuleTest) -> frozenset[str]:
    """The accounts that a test speaks of: those that some row of some run names."""
    nodes = (row.cells.get("account_id") for run in test.runs for rows in run.given.values() for row in rows)
    return frozenset(str(node.value) for node in nodes if node is not None and node.value is not None)


def _wrong_accounts(tables: Tables, known: KnownTables, accounts: Collection[str]) -> Iterator[Problem]:
    """Expected rows of accounts that the test does not have: that such a row is not there would hold for ever."""
    about = {table: rows for table, rows in tables.items()
             if table in known.expectable() and table != "orphans" and known.is_about_accounts(table)}
    for row in (row for rows in about.values() for row in rows if accounts):
        for node in _alternatives(row.cells.get("account_id")):
            if node.value is not None and str(node.value) not in accounts:
                hint = nearest(str(node.value), accounts) or f"it has {', '.join(sorted(accounts)[:12])}"
                yield Problem(node.at, "KF2411", f"the test has no account '{node.value}'", hint)


def _counted(node: Node) -> list[Row]:
    """The parts of rows whose number a test expects."""
    return [Row.from_node(item) for item in node.value] if isinstance(node.value, list) else []


def _wrong_words(table: str, rows: Sequence[Row], known: KnownTables) -> Iterator[Problem]:
    """Names of rules that do not exist, and words that a column never says: given they would do nothing.

    No row can have them either. The past may speak of rules that are gone.
    """
    for row in rows:
        for column, cell in row.cells.items():
            legal = known.words.get((table, column), known.words.get(("", column)))
            if legal is None:
                continue
            for node in _alternatives(cell):
                if node.value is not None and node.value not in legal:
                    hint = nearest(str(node.value), legal) or f"there are {', '.join(legal[:12]) or 'none'}"
                    yield Problem(node.at, "KF2413", f"no {column} '{node.value}' in the rules", hint)


def _alternatives(node: Node | None) -> list[Node]:
    """The values that a cell names: itself, each of a list, those that it must not be."""
    if node is None:
        return []
    if isinstance(node.value, dict):
        return _alternatives(node.value.get("not"))
    return node.value if isinstance(node.value, list) else [node]


def unknown_column(at: Location, name: str, table: str, columns: Mapping[str, object]) -> Problem:
    """The problem of a column that a table does not have."""
    hint = nearest(name, columns) or f"it has {', '.join(list(columns)[:12])}{' ...' if len(columns) > 12 else ''}"
    return Problem(at, "KF2407", f"no column '{name}' in the table '{table}'", hint)
