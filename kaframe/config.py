"""What ``kaframe.yaml`` says, as frozen records with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from kaframe.allowed import AllowedPlugin, bind_allowed
from kaframe.bind import Label, bind, places_in
from kaframe.doubts import NO_DOUBTS, Doubts, keep_sound, unread
from kaframe.errors import Location, Problem, RuleError
from kaframe.expression import Expression
from kaframe.gaterule import Gate, Told, read_gates, read_told
from kaframe.limits import Limits
from kaframe.outlets import ChannelConfig, ListenerConfig, bind_channel, bind_listener
from kaframe.profiles import with_profile
from kaframe.yamlfile import Node, read_yaml

__all__ = ["ChannelConfig", "Config", "ListenerConfig", "read_config", "survey_config"]

CONFIG_FILE = "kaframe.yaml"
COLLECTIONS = ("tables", "channels", "listeners", "profiles", "labels")  # sections whose items stand for themselves
SECTIONS = ("packs", "accounts", "tables", "rates", "store", "channels", "plugins", "reports", "profiles",
            "listeners", CONFIG_FILE)  # fmt: skip
SOURCE_KEYS = ("reader", "columns", "where", "types", "date_format")


@dataclass(frozen=True, slots=True)
class ColumnFormat:
    """The declared type of a column and, for days, how they are written."""

    type: Literal["number", "text", "boolean", "date", "timestamp"]
    format: str = ""


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One source: which reader, its own options, and what is made of its columns."""

    at: Location
    reader: str
    options: Node
    columns: Mapping[str, Expression] = field(default_factory=dict)
    where: Expression | None = None
    types: Mapping[str, ColumnFormat] = field(default_factory=dict)
    date_format: str = ""
    places: Mapping[str, Location] = field(default_factory=dict)

    @classmethod
    def from_node(cls, node: Node) -> SourceConfig:
        """Split the keys that every source has from those that belong to its reader."""
        assert isinstance(node.value, dict)
        own = {key: value for key, value in node.value.items() if key not in SOURCE_KEYS}
        formats = node.get("types")
        where, date_format = node.get("where"), node.get("date_format")
        return cls(
            at=node.at,
            reader=str(node.value["reader"].value),
            options=Node(own, node.at, keys={key: node.keys[key] for key in own}),
            columns=_expressions(node.get("columns")),
            where=_expression(where) if where else None,
            types=_formats(formats) if formats else {},
            date_format=str(date_format.value) if date_format else "",
            places=places_in(node),
        )


@dataclass(frozen=True, slots=True)
class Through:
    """How a row finds its account: by the rows of ``table`` whose ``key`` is what this table has in ``on``."""

    at: Location
    table: str
    on: str
    key: str = ""
    places: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableConfig:
    """A declared table: its sources, appended; which column names the account and which the time.

    Rows that name no account find theirs ``through`` another table.
    ``amounts`` in the currency that the column ``currency`` names are converted by the project's rates.
    """

    at: Location
    id: str
    sources: tuple[SourceConfig, ...]
    account: str = ""
    through: Through | None = None
    time: str = ""
    columns: Mapping[str, Expression] = field(default_factory=dict)
    where: Expression | None = None
    types: Mapping[str, ColumnFormat] = field(default_factory=dict)
    unique: tuple[str, ...] = ()
    currency: str = ""
    amounts: tuple[str, ...] = ()
    places: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountsConfig:
    """Where accounts come from: sources of their own, or derived from a table (``from_table``)."""

    at: Location
    sources: tuple[SourceConfig, ...] = ()
    from_table: str = ""
    key: str = "account_id"
    name: str = ""
    parent: str = ""
    columns: Mapping[str, Expression] = field(default_factory=dict)
    where: Expression | None = None
    types: Mapping[str, ColumnFormat] = field(default_factory=dict)
    currency: str = ""
    amounts: tuple[str, ...] = ()
    renamed: SourceConfig | None = None
    places: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RatesConfig:
    """The declared exchange rates: one unit of ``currency`` is ``rate`` of the project's, from ``since`` on."""

    at: Location
    sources: tuple[SourceConfig, ...]
    currency: str = "currency"
    rate: str = "rate"
    since: str = ""
    places: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where decisions (a database) and snapshots (a folder) are kept."""

    url: str = "sqlite:///.kaframe/kaframe.db"
    snapshots: str = ".kaframe/runs"
    journal: Literal["wal", "delete"] = "wal"
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything in ``kaframe.yaml``, with the chosen profile laid over it."""

    at: Location
    places: Mapping[str, Location]
    project: str
    language: Literal["en", "zh"]
    accounts: AccountsConfig
    tables: Mapping[str, TableConfig]
    timezone: str = "UTC"
    calendar: str = "none"
    closed_days: tuple[str, ...] = ()
    currency: str = ""
    packs: tuple[str, ...] = ("default",)
    rates: RatesConfig | None = None
    on_bad_rows: Literal["quarantine", "fail"] = "quarantine"
    store: StoreConfig = StoreConfig()
    channels: Mapping[str, ChannelConfig] = field(default_factory=dict)
    listeners: Mapping[str, ListenerConfig] = field(default_factory=dict)
    plugins: tuple[AllowedPlugin, ...] | None = None
    reports: tuple[str, ...] = ("report_html", "report_json")
    gates: tuple[Gate, ...] = ()
    gate_told: Told | None = None
    limits: Limits = field(default_factory=Limits)
    labels: Mapping[str, Label] = field(default_factory=dict)
    explanations: Literal["used", "all", "counts", "none"] = "used"
    report_url: str = ""

    def place(self, key: str, number: int = -1) -> Location:
        """Where the key stands, or one of the packs listed under it, else the whole file."""
        return self.places.get(f"{key}.{number}", self.places.get(key, self.at))


@dataclass(frozen=True, slots=True)
class ConfigRead:
    """The configuration as far as it is sound, what is wrong with the rest, and what is in doubt for it."""

    config: Config
    problems: tuple[Problem, ...] = ()
    doubts: Doubts = NO_DOUBTS


def read_config(root: Path, profile: str = "") -> Config:
    """Read and check ``kaframe.yaml``; ``profile`` changes sources, store and channels, never rules."""
    read = survey_config(root, profile)
    if read.problems:
        raise RuleError(read.problems)
    return read.config


def survey_config(root: Path, profile: str = "") -> ConfigRead:
    """Read what is sound of ``kaframe.yaml``; of a file that cannot be read nothing is known."""
    try:
        node = read_yaml(root / CONFIG_FILE, CONFIG_FILE)
    except RuleError as error:
        at = Location(CONFIG_FILE, path=str(root / CONFIG_FILE))
        return ConfigRead(bind_config(_completed(Node({}, at))), error.problems, unread(*SECTIONS))
    sound, problems, doubts = keep_sound(node, "kaframe", COLLECTIONS)
    chosen, wrong = with_profile(_completed(sound), profile)
    if wrong and "profiles" in doubts.unread:
        wrong = []
    if wrong or (profile and "profiles" in doubts.unread):
        doubts |= unread("accounts", "tables", "rates", "store", "channels")
    return ConfigRead(bind_config(chosen), (*problems, *wrong), doubts)


def _completed(node: Node) -> Node:
    """With something in place of what every configuration has, for one of which that could not be read."""
    assert isinstance(node.value, dict)
    usual: dict[str, str | dict[str, Node]] = {"project": "", "language": "en", "accounts": {}}
    missing = {key: Node(value, node.at) for key, value in usual.items() if key not in node.value}
    return Node({**node.value, **missing}, node.at, keys=node.keys)


def bind_config(node: Node) -> Config:
    """The records of a checked ``kaframe.yaml``."""
    own = dict(_keyed(node))
    accounts, rates = own["accounts"], own.get("rates")
    return bind(
        node,
        Config,
        places={**node.keys, **{f"packs.{number}": pack.at for number, pack in enumerate(_listed(node.get("packs")))}},
        accounts=_bind_accounts(accounts),
        tables={name: _bind_table(name, table) for name, table in _keyed(node.get("tables"))},
        rates=bind(rates, RatesConfig, sources=_sources(rates), places=_places(rates)) if rates else None,
        channels={name: bind_channel(name, channel) for name, channel in _keyed(node.get("channels"))},
        listeners={name: bind_listener(name, listener) for name, listener in _keyed(node.get("listeners"))},
        plugins=bind_allowed(node.get("plugins")),
        gates=read_gates(node),
        gate_told=read_told(node),
    )


def _keyed(node: Node | None) -> list[tuple[str, Node]]:
    """The entries of a mapping, each standing where its key stands."""
    return [(key, replace(value, at=node.keys.get(key, value.at))) for key, value in _items(node)] if node else []


def _bind_accounts(node: Node) -> AccountsConfig:
    from_table = node.get("from")
    return bind(node, AccountsConfig, sources=_sources(node), columns=_expressions(node.get("columns")),
                types=_formats(node.get("types")), from_table=str(from_table.value) if from_table else "",
                renamed=_renamed(node.get("renamed")), places=_places(node))


def _bind_table(name: str, node: Node) -> TableConfig:
    return bind(node, TableConfig, id=name, sources=_sources(node), columns=_expressions(node.get("columns")),
                types=_formats(node.get("types")), places=_places(node))


def _sources(node: Node) -> tuple[SourceConfig, ...]:
    one, many = node.get("source"), node.get("sources")
    listed: list[Any] = many.value if many and isinstance(many.value, list) else []
    return tuple(SourceConfig.from_node(item) for item in ([one] if one else listed))


def _renamed(node: Node | None) -> SourceConfig | None:
    """``renamed: path.csv`` is short for a csv source with the columns old_id and new_id."""
    if node is None:
        return None
    if isinstance(node.value, dict):
        return SourceConfig.from_node(node)
    return SourceConfig(node.at, "csv", Node({"path": node}, node.at, keys={"path": node.at}),
                        places={"path": node.at})


def _expression(node: Node) -> Expression:
    text = node.value if isinstance(node.value, str) else str(node.plain()).lower()
    return Expression(text, node.at, node.indent)


def _expressions(node: Node | None) -> Mapping[str, Expression]:
    return {name: _expression(value) for name, value in _items(node)}


def _formats(node: Node | None) -> Mapping[str, ColumnFormat]:
    formats = {}
    for name, value in _items(node):
        declared = value.plain()
        formats[name] = ColumnFormat(**declared) if isinstance(declared, dict) else ColumnFormat(declared)
    return formats


def _places(node: Node) -> Mapping[str, Location]:
    """Where the value of each key stands."""
    return {key: value.at for key, value in _items(node)}


def _listed(node: Node | None) -> list[Node]:
    return node.value if node is not None and isinstance(node.value, list) else []


def _items(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.value.items()) if node is not None and isinstance(node.value, dict) else []
