"""What ``kaframe.yaml`` says, as frozen records with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kaframe.bind import Label, bind
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.expression import Expression
from kaframe.schema import check_schema
from kaframe.yamlfile import Node, read_yaml

CONFIG_FILE = "kaframe.yaml"
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
        )


@dataclass(frozen=True, slots=True)
class TableConfig:
    """A declared table: its sources, appended; which column names the account and which the time.

    ``amounts`` in the currency that the column ``currency`` names are converted by the project's rates.
    """

    at: Location
    id: str
    sources: tuple[SourceConfig, ...]
    account: str = ""
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


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """A declared channel: which plugin, and the plugin's own options."""

    at: Location
    id: str
    type: str
    options: Node


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
    plugins: tuple[str, ...] | None = None
    reports: tuple[str, ...] = ("report_html", "report_json")
    labels: Mapping[str, Label] = field(default_factory=dict)


def read_config(root: Path, profile: str = "") -> Config:
    """Read and check ``kaframe.yaml``; ``profile`` changes sources, store and channels, never rules."""
    node = read_yaml(root / CONFIG_FILE, CONFIG_FILE)
    problems = check_schema(node, "kaframe")
    if problems:
        raise RuleError(problems)
    return bind_config(_with_profile(node, profile))


def bind_config(node: Node) -> Config:
    """The records of a checked ``kaframe.yaml``."""
    accounts = node.get("accounts")
    assert accounts is not None
    rates = node.get("rates")
    return bind(
        node,
        Config,
        places=node.keys,
        accounts=_bind_accounts(accounts),
        tables={name: _bind_table(name, table) for name, table in _items(node.get("tables"))},
        rates=bind(rates, RatesConfig, sources=_sources(rates), places=_places(rates)) if rates else None,
        channels={name: _bind_channel(name, channel) for name, channel in _items(node.get("channels"))},
    )


def _with_profile(node: Node, profile: str) -> Node:
    """Lay a profile's sources, store and channels over the base configuration."""
    assert isinstance(node.value, dict)
    profiles = dict(_items(node.get("profiles")))
    if profile and profile not in profiles:
        raise RuleError([Problem(node.keys.get("profiles", node.at), "KF1301", f"no profile '{profile}'",
                                 nearest(profile, profiles) or f"declared profiles: {', '.join(profiles) or 'none'}")])
    return _laid_over(_without_other_types(node, profiles[profile]), profiles[profile]) if profile else node


def _without_other_types(node: Node, profile: Node) -> Node:
    """Without the channels that the profile gives another type: the options of the one mean nothing to the other."""
    low, high = dict(_items(node.get("channels"))), dict(_items(profile.get("channels")))
    kept = {
        name: channel for name, channel in low.items() if name not in high or _type(high[name]) in ("", _type(channel))
    }
    if len(kept) == len(low):
        return node
    channels = node.get("channels")
    assert channels is not None
    assert isinstance(node.value, dict)
    return Node({**node.value, "channels": Node(kept, channels.at, keys=channels.keys)}, node.at, keys=node.keys)


def _type(channel: Node) -> str:
    found = channel.get("type")
    return str(found.value) if found else ""


def _laid_over(low: Node, high: Node) -> Node:
    """Mappings by key, everything else whole."""
    if not (isinstance(low.value, dict) and isinstance(high.value, dict)):
        return high
    merged = dict(low.value)
    for key, value in high.value.items():
        replaces = key in ("source", "sources")
        merged[key] = _laid_over(merged[key], value) if key in merged and not replaces else value
        if replaces:
            merged.pop("sources" if key == "source" else "source", None)
    return Node(merged, low.at, keys={**low.keys, **high.keys})


def _bind_accounts(node: Node) -> AccountsConfig:
    from_table = node.get("from")
    return bind(node, AccountsConfig, sources=_sources(node), columns=_expressions(node.get("columns")),
                types=_formats(node.get("types")), from_table=str(from_table.value) if from_table else "",
                renamed=_renamed(node.get("renamed")), places=_places(node))


def _bind_table(name: str, node: Node) -> TableConfig:
    return bind(node, TableConfig, id=name, sources=_sources(node), columns=_expressions(node.get("columns")),
                types=_formats(node.get("types")), places=_places(node))


def _bind_channel(name: str, node: Node) -> ChannelConfig:
    assert isinstance(node.value, dict)
    own = {key: value for key, value in node.value.items() if key != "type"}
    options = Node(own, node.at, keys={key: node.keys[key] for key in own})
    return ChannelConfig(node.at, name, str(node.value["type"].value), options)


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
    return SourceConfig(node.at, "csv", Node({"path": node}, node.at, keys={"path": node.at}))


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


def _items(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.value.items()) if node is not None and isinstance(node.value, dict) else []
