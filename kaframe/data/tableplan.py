"""A declared table becomes a plan: its sources appended, its special columns found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kaframe.config import AccountsConfig, Config, RatesConfig, SourceConfig, TableConfig
from kaframe.data.append import append_columns, tell_apart
from kaframe.data.derived import plan_derived
from kaframe.data.layers import make_columns, row_scope
from kaframe.data.named import Named
from kaframe.data.plan import DataPlan, SourcePlan, TablePlan
from kaframe.data.sources import Declared, Planner, Trouble
from kaframe.doubts import NO_DOUBTS, Doubts
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.expression import Expression, Type, compile_expression
from kaframe.expression.types import DAYS

# The tables that the steps make (docs/tables.md).
RESERVED = frozenset({
    "accounts", "actions", "colours", "events", "findings", "goals", "handovers", "insights", "managed", "measures",
    "members", "near_misses", "notices", "orphans", "owners", "plans", "portfolio", "quality", "quarantined", "rates",
    "reasons", "renamed", "scores", "segments_rfm", "sources", "stage_tasks", "stages", "tasks", "tiers", "view",
})  # fmt: skip
# Of each table (and of ``accounts``) the columns that are more than text to the packs.
Expectations = Mapping[str, Mapping[str, Type]]
RESERVED_STARTS = ("past_", "score_", "_kf_")


class TablePlanner:
    """Plans of whole tables; what is wrong is collected."""

    def __init__(
        self, planner: Planner, trouble: Trouble, expected: Expectations | None = None, doubts: Doubts = NO_DOUBTS
    ) -> None:
        self.planner, self.trouble, self.expected, self.doubts = planner, trouble, expected or {}, doubts

    def accounts(self, config: AccountsConfig, tables: Mapping[str, TableConfig]) -> TablePlan | None:
        """The plan of the accounts' own sources; None when they are derived from a table, or in doubt."""
        if "accounts" in self.doubts.unread:
            return None
        if config.from_table:
            self._check_from(config, tables)
            return None
        if not config.sources:
            self.trouble.add(
                Problem(
                    config.places.get("sources", config.at),
                    "KF1343",
                    "nothing says where the accounts come from",
                    "give 'accounts' a source, or 'from: <table>' to take those of a table",
                )
            )
            return None
        assumed = {**self.expected.get("accounts", {}), **dict.fromkeys(config.amounts, Type.NUMBER)}
        plan = self._plan("accounts", config, Declared(config.types, config.columns, assumed))
        if plan is None:
            return None
        name = config.name or ("name" if "name" in plan.columns else config.key)
        parent = config.parent or ("parent" if "parent" in plan.columns else "")
        named = Named(plan, config.places, self.trouble)
        named.need("key", config.key)
        for key, column in (("name", config.name), ("parent", config.parent)):
            named.need(key, column)
        named.need_money(config.currency, config.amounts)
        return replace(
            plan,
            account=config.key,
            name_column=name,
            parent=parent,
            currency=config.currency,
            amounts=config.amounts,
        )

    def table(self, config: TableConfig, project: Config) -> TablePlan:
        """The plan of a declared table."""
        self._check_name(config, project)
        assumed = {**self.expected.get(config.id, {}), **dict.fromkeys(config.amounts, Type.NUMBER)}
        if config.time:
            assumed[config.time] = Type.DATE
        plan = self._plan(config.id, config, Declared(config.types, config.columns, assumed))
        if plan is None:
            return TablePlan(config.id, config.at, (), {}, {})
        account = config.through.on if config.through else config.account or "account_id"
        named = Named(plan, config.places, self.trouble)
        if config.through:
            named.need("through", account)
        elif config.account or "account_id" in plan.columns:
            named.need("account", account)
        else:
            hint = f"account: {project.accounts.key}" if project.accounts.key in plan.columns else ""
            self.trouble.add(
                Problem(
                    config.at,
                    "KF1341",
                    f"table '{config.id}' does not say which column names the account",
                    f"write '{hint or 'account: <column>'}'; it has {named.some()}",
                )
            )
        named.need("time", config.time, DAYS, "a day")
        for column in config.unique:
            named.need("unique", column)
        named.need_money(config.currency, config.amounts)
        return replace(
            plan,
            account=account,
            time=config.time,
            unique=config.unique,
            currency=config.currency,
            amounts=config.amounts,
        )

    def _check_name(self, config: TableConfig, project: Config) -> None:
        """Tables of the run keep their names; SQL does not tell upper case from lower."""
        name = config.id.casefold()
        if name in RESERVED or name.startswith(RESERVED_STARTS):
            hint = f"call it something like 'my_{config.id}'"
            message = f"a table of the run itself is called '{config.id}'"
            self.trouble.add(Problem(config.at, "KF1348", message, hint))
        twin = next(one for one in project.tables.values() if one.id.casefold() == name)
        if twin.id != config.id:
            message = f"the tables '{twin.id}' and '{config.id}' differ only in upper and lower case"
            self.trouble.add(Problem(config.at, "KF1348", message, "rename one of them", also=twin.at))

    def rates(self, config: RatesConfig) -> TablePlan | None:
        """The plan of the exchange rates: currency, rate and perhaps the day from which they hold."""
        assumed = {config.rate: Type.NUMBER, **({config.since: Type.DATE} if config.since else {})}
        table = TableConfig(_file_of(config.sources, config.at), "rates", config.sources)
        plan = self._plan("rates", table, Declared({}, {}, assumed))
        if plan is None:
            return None
        named = Named(plan, config.places, self.trouble)
        named.need("currency", config.currency, {Type.TEXT}, "text")
        named.need("rate", config.rate, {Type.NUMBER}, "a number")
        named.need("since", config.since, DAYS, "a day")
        return replace(plan, time=config.since, currency=config.currency, amounts=(config.rate,))

    def renamed(self, config: SourceConfig) -> TablePlan | None:
        """The plan of the list of renamed ids."""
        table = TableConfig(_file_of([config], config.at), "renamed", (config,))
        plan = self._plan("renamed", table, Declared({}, {}))
        if plan is not None:
            named = Named(plan, {}, self.trouble)
            named.need("old_id", "old_id")
            named.need("new_id", "new_id")
        return plan

    def derive(self, plan: DataPlan, config: AccountsConfig) -> DataPlan:
        """Name, parent and columns of derived accounts are made of the table that they come from."""
        table = plan.tables[plan.from_table]
        if not table.sources:
            return plan
        named = Named(table, config.places, self.trouble)
        named.need("name", config.name)
        named.need("parent", config.parent)
        tables = {**plan.tables, table.name: replace(table, name_column=config.name, parent=config.parent)}
        return replace(plan, accounts=None, tables=tables, derived=plan_derived(config, table, self.planner))

    def check_rates(self, config: Config) -> None:
        """Currencies need rates."""
        tables: list[AccountsConfig | TableConfig] = [config.accounts, *config.tables.values()]
        for table in tables:
            if table.currency:
                self.trouble.add(
                    Problem(
                        table.places.get("currency", table.at),
                        "KF1345",
                        "amounts in several currencies need 'rates'",
                        "declare the table of exchange rates: rates: {source: {...}}",
                    )
                )

    def _check_from(self, config: AccountsConfig, tables: Mapping[str, TableConfig]) -> None:
        at = config.places.get("from", config.at)
        if config.from_table not in tables and not self.doubts.may_define(config.from_table, ["tables"]):
            known = ", ".join(tables) or "none"
            self.trouble.add(
                Problem(
                    at,
                    "KF1343",
                    f"accounts come 'from' a table '{config.from_table}' that is not declared",
                    nearest(config.from_table, tables) or f"declared tables: {known}",
                )
            )
        for key in ("source", "sources", "types", "currency", "amounts"):
            if key in config.places:
                self.trouble.add(
                    Problem(
                        config.places[key],
                        "KF1343",
                        f"'{key}' has no meaning beside 'from'",
                        f"say it of table '{config.from_table}'",
                    )
                )

    def _plan(self, name: str, config: TableConfig | AccountsConfig, declared: Declared) -> TablePlan | None:
        """Sources, columns and condition of a table; None when a source could not be looked at."""
        if "source" in config.places and "sources" in config.places:
            at = config.places["sources"]
            self.trouble.add(Problem(at, "KF1343", f"'{name}' has both 'source' and 'sources'", "keep one of them"))
        if not config.sources:
            self.trouble.add(
                Problem(
                    config.places.get("sources", config.at),
                    "KF1343",
                    f"table '{name}' has no source",
                    "give it a source: {reader: ..., path: ...}",
                )
            )
        found = len(self.trouble.rules)
        sources = [self.planner.plan(source, name, declared) for source in config.sources]
        whole = tell_apart([source for source in sources if source is not None])
        if len(whole) < len(config.sources) or not whole:
            return None
        self._check_types(config, whole)
        appended, clashes = append_columns(whole)
        columns, problems = make_columns(appended, config.columns, f"a column of table '{name}'", self.planner.terms)
        self.trouble.rules.extend(problems)
        plan = TablePlan(name, config.at, whole, appended, columns, clashes, config.where)
        if len(self.trouble.rules) > found:  # whatever follows from it would only be noise
            return plan
        return replace(plan, where_uses=self._condition(name, config.where, plan))

    def _condition(self, name: str, where: Expression | None, plan: TablePlan) -> frozenset[str]:
        if where is None:
            return frozenset()
        try:
            scope = row_scope(plan.types, f"a condition on rows of table '{name}'", self.planner.terms)
            return compile_expression(where, scope, Type.BOOLEAN).names
        except RuleError as error:
            self.trouble.take(error)
            return frozenset()

    def _check_types(self, config: TableConfig | AccountsConfig, sources: Sequence[SourcePlan]) -> None:
        """Each declared type of the table is for a column that some source has, under any of its names."""
        known = {name for source in sources for name in (*source.raw, *source.columns)} | config.columns.keys()
        for name in config.types:
            below = config.columns[name].text.strip() if name in config.columns else name
            behind = {source.columns[below].below if below in source.columns else below for source in sources}
            if not any(column in source.raw for source in sources for column in behind):
                computed = name in config.columns or any(name in source.columns for source in sources)
                code, what = (
                    ("KF1346", "is computed: it has the type of its expression")
                    if computed
                    else ("KF1341", "is in none of the sources")
                )
                self.trouble.add(
                    Problem(
                        config.places.get("types", config.at),
                        code,
                        f"column '{name}' {what}",
                        nearest(name, known - {name}) or "declare the types of columns of the sources",
                    )
                )


def _file_of(sources: Sequence[SourceConfig], otherwise: Location) -> Location:
    """Where the one file of a small table is named: what is wrong with its rows is mended there."""
    return sources[0].places.get("path", sources[0].at) if len(sources) == 1 else otherwise
