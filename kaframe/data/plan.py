"""What is to be loaded, as frozen records: sources with typed columns, and what is made of them.

A table is read in two layers: every source gives its raw columns and its own ``columns`` expressions; the
sources, appended, give the table's ``columns`` expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kaframe.errors import Location, Problem
from kaframe.expression import Expression, Type
from kaframe.plugins import Loaded
from kaframe.records import Reader, Source


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column as a source has it: the type it is read as, and how its days or numbers are written."""

    name: str
    type: Type
    format: str = ""


@dataclass(frozen=True, slots=True)
class MadeColumn:
    """A column of a layer: one of the layer below under this name (``below``), or an expression over it."""

    name: str
    type: Type
    below: str = ""
    expression: Expression | None = None
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """One source: its reader, its raw columns, the columns made of them, which rows are wanted, whose reader it is."""

    source: Source
    reader: Reader
    raw: Mapping[str, RawColumn]
    columns: Mapping[str, MadeColumn]
    where: Expression | None = None
    where_uses: frozenset[str] = frozenset()
    owner: Loaded | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The other table that knows whose row it is, and the column there that holds the key."""

    table: str
    key: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What accounts that come from a table have besides key, name and parent, and which of them are wanted."""

    columns: Mapping[str, MadeColumn] = field(default_factory=dict)
    where: Expression | None = None
    where_uses: frozenset[str] = frozenset()

    def needs(self, used: frozenset[str]) -> dict[str, MadeColumn]:
        """The columns that somebody uses."""
        return {name: column for name, column in self.columns.items() if name in used | self.where_uses}


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table: its appended sources and what its rows mean.

    ``appended`` are the columns of the sources together, ``columns`` what the rules see of them.
    ``account`` is
    empty for a table whose rows belong to no account (rates). ``conflicts``: columns that have different
    types in
    two sources; they are an error as soon as somebody uses them. With ``through`` the account's column holds
    the key of another table; ``keys`` are the columns by which other tables find their accounts here.
    """

    name: str
    at: Location
    sources: tuple[SourcePlan, ...]
    appended: Mapping[str, Type]
    columns: Mapping[str, MadeColumn]
    conflicts: Mapping[str, Problem] = field(default_factory=dict)
    where: Expression | None = None
    where_uses: frozenset[str] = frozenset()
    account: str = ""
    name_column: str = ""
    parent: str = ""
    time: str = ""
    unique: tuple[str, ...] = ()
    currency: str = ""
    amounts: tuple[str, ...] = ()
    through: Link | None = None
    keys: tuple[str, ...] = ()

    @property
    def special(self) -> frozenset[str]:
        """The columns that are needed whatever the rules use; ids and names of accounts are read apart."""
        return (frozenset({self.time, self.currency, *self.unique, *self.keys}) - {""}) | self.where_uses

    @property
    def types(self) -> dict[str, Type]:
        """What expressions see of the table's rows."""
        return {name: column.type for name, column in self.columns.items()}


@dataclass(frozen=True, slots=True)
class DataPlan:
    """All that a project loads. Accounts have sources of their own or are derived from ``from_table``."""

    accounts: TablePlan | None
    from_table: str
    tables: Mapping[str, TablePlan]
    rates: TablePlan | None = None
    renamed: TablePlan | None = None
    derived: Derived = Derived()

    @property
    def every_table(self) -> tuple[TablePlan, ...]:
        """Accounts, rates and renamed ids included."""
        given = (self.renamed, self.rates, self.accounts)
        return (*(plan for plan in given if plan), *self.tables.values())


def below(columns: Mapping[str, MadeColumn], wanted: Iterable[str]) -> frozenset[str]:
    """The columns of the layer below that these columns need."""
    return frozenset(name for column in wanted if column in columns for name in columns[column].uses)
