"""The step: everything that the rules use is loaded, and every row accounted for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kaframe.data.accounts import Deriving, check_keys, refuse_none
from kaframe.data.catalog import conflicts, plan_data
from kaframe.data.layers import Terms
from kaframe.data.ledger import Ledger
from kaframe.data.links import load_order, write_keys
from kaframe.data.plan import DataPlan, TablePlan
from kaframe.data.quarantine import stop_on_bad_rows
from kaframe.data.rates import check_rates, write_rates, write_renamed
from kaframe.data.stage import Setting, Stage
from kaframe.data.tables import load_table
from kaframe.data.words import used_columns
from kaframe.database import Database
from kaframe.errors import RuleError

if TYPE_CHECKING:
    from kaframe.project import Project


def load_tables(project: Project, db: Database) -> None:
    """Load accounts and tables, as of the day of the run.

    Reads: the project's sources, only the columns in use.
    Writes: ``accounts`` (A rows), each declared table (rows of known accounts, at or before ``as_of``),
        ``sources``, ``orphans``, ``quality``, ``quarantined``, ``renamed``. From then on the database is
        sealed: it
        reaches nothing but the project's snapshots.
    Raises: DataError when a source cannot be read, there is no account, keys are empty or stand twice, or
    rows are
        bad and ``on_bad_rows`` says fail; RuleError when two sources give one column different types.
    """
    plan = project.catalog.plan or plan_data(
        project.root, project.config, project.plugins, project.rules.expected
    )
    used = used_columns(project)
    problems = conflicts(plan, used)
    if problems:
        raise RuleError(problems)
    terms = Terms(project.as_of, project.functions)
    setting = Setting(terms, project.config.timezone, project.config.currency)
    loading = _Loading(db, plan, used, setting, Ledger())
    loading.load_lookups()
    loading.load_accounts()
    loading.load_others()
    stop_on_bad_rows(project.config, loading.ledger)
    loading.ledger.write(db)
    db.seal(project.root / project.config.store.snapshots)


class _Loading:
    """The order of loading: what others are read with first, accounts next, then their tables."""

    def __init__(
        self, db: Database, plan: DataPlan, used: dict[str, frozenset[str]], setting: Setting, ledger: Ledger
    ) -> None:
        self.db, self.plan, self.used, self.ledger = db, plan, used, ledger
        self.setting = setting
        self.following = replace(setting, renamed=plan.renamed is not None)

    def load_lookups(self) -> None:
        """Renamed ids and exchange rates."""
        if self.plan.renamed:
            load_table(
                self.db,
                self._stage(self.plan.renamed, self.setting, frozenset({"old_id", "new_id"})),
                self.ledger,
            )
        write_renamed(self.db, self.plan.renamed)
        if self.plan.rates:
            rates = replace(self.plan.rates, currency="", time="")
            wanted = frozenset({self.plan.rates.currency, self.plan.rates.time, *rates.amounts}) - {""}
            stage = self._stage(rates, self.setting, wanted)
            load_table(self.db, stage, self.ledger, partial(check_rates, plan=self.plan.rates))
            write_rates(self.db, self.plan.rates)

    def load_accounts(self) -> None:
        """Accounts, from their sources or from the table that speaks of them."""
        if self.plan.accounts:
            plan = self.plan.accounts
            stage = self._stage(plan, self.following)
            load_table(self.db, stage, self.ledger, check_keys)
        else:
            plan = self.plan.tables[self.plan.from_table]
            columns = self.plan.derived.needs(self.used["accounts"])
            wanted = frozenset(name for column in columns.values() for name in column.uses)
            deriving = Deriving(columns, self.plan.derived.where, self.setting.terms, self.ledger)
            load_table(self.db, self._stage(plan, self.following, wanted), self.ledger, deriving.derive)
        refuse_none(self.db, plan, self.ledger)

    def load_others(self) -> None:
        """The tables whose rows belong to accounts."""
        for name in load_order(self.plan.tables):
            plan = self.plan.tables[name]
            if name == self.plan.from_table:
                continue
            if plan.through:
                write_keys(self.db, plan.through)
            load_table(self.db, self._stage(plan, replace(self.following, orphans=True)), self.ledger)
        self.db.execute("DROP TABLE IF EXISTS _kf_keys")

    def _stage(self, plan: TablePlan, setting: Setting, wanted: frozenset[str] = frozenset()) -> Stage:
        known = (wanted | self.used.get(plan.name, frozenset()) | plan.special) & plan.columns.keys()
        ordered = bool(plan.unique) or setting.renamed or (plan.name != "accounts" and bool(plan.name_column))
        later = bool(plan.unique) or plan.name == self.plan.from_table
        return Stage(plan, known, setting, numbered=ordered, judged_later=later)
