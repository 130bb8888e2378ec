"""What kaframe.yaml says, as records."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaframe.config import Config, read_config
from kaframe.errors import RuleError

HEAD = "version: 1\nproject: nordwind\nlanguage: zh\n"
ACCOUNTS = "accounts: {source: {reader: csv, path: a.csv}, key: id, name: account}\n"


def read(folder: Path, text: str, profile: str = "") -> Config:
    (folder / "kaframe.yaml").write_text(HEAD + text, encoding="utf-8")
    return read_config(folder, profile)


def codes(folder: Path, text: str, profile: str = "") -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as caught:
        read(folder, text, profile)
    return [(problem.code, str(problem.at)) for problem in caught.value.problems]


def test_what_is_not_said_has_its_value(tmp_path: Path) -> None:
    """The smallest file is a whole configuration."""
    config = read(tmp_path, ACCOUNTS)
    assert (config.project, config.language, config.timezone, config.currency) == ("nordwind", "zh", "UTC", "")
    assert (config.packs, config.on_bad_rows, config.plugins) == (("default",), "quarantine", None)
    assert (config.store.url, config.store.snapshots) == ("sqlite:///.kaframe/kaframe.db", ".kaframe/runs")
    assert (config.accounts.key, config.accounts.name) == ("id", "account")


def test_a_source_parts_its_own_keys_from_those_of_its_reader(tmp_path: Path) -> None:
    """What no source has in common goes to the reader, with its places."""
    config = read(tmp_path, ACCOUNTS + """\
tables:
  orders:
    source:
      reader: csv
      path: o.csv
      encoding: gb18030
      columns: {amount: price * quantity}
      where: amount > 0
      types: {ordered_on: {type: date, format: "%d.%m.%Y"}, price: number}
    account: customer
    time: ordered_on
""")
    (source,) = config.tables["orders"].sources
    assert source.reader == "csv"
    assert source.options.plain() == {"path": "o.csv", "encoding": "gb18030"}
    assert str(source.options.keys["encoding"]) == "kaframe.yaml:10:7"
    assert source.where is not None
    assert (source.columns["amount"].text, source.where.text) == ("price * quantity", "amount > 0")
    assert (source.types["ordered_on"].format, source.types["price"].type) == ("%d.%m.%Y", "number")
    assert (config.tables["orders"].account, config.tables["orders"].time) == ("customer", "ordered_on")


def test_several_sources_are_kept_in_order(tmp_path: Path) -> None:
    """The first of the file first."""
    config = read(tmp_path, ACCOUNTS + """\
tables: {orders: {sources: [{reader: csv, path: 1.csv}, {reader: json, path: 2.json}]}}
""")
    assert [source.reader for source in config.tables["orders"].sources] == ["csv", "json"]


def test_a_path_of_renamed_ids_is_short_for_a_csv_source(tmp_path: Path) -> None:
    """Both ways mean the same reader."""
    short = read(tmp_path, ACCOUNTS.replace("key: id", "key: id, renamed: old.csv")).accounts.renamed
    spelt = ACCOUNTS.replace("key: id", "key: id, renamed: {reader: csv, path: old.csv}")
    long = read(tmp_path, spelt).accounts.renamed
    assert short is not None
    assert long is not None
    assert (short.reader, short.options.plain()) == (long.reader, long.options.plain()) == ("csv", {"path": "old.csv"})


def test_accounts_come_from_a_table(tmp_path: Path) -> None:
    """Instead of a source of their own."""
    tables = "tables: {orders: {source: {reader: csv, path: o.csv}}}\n"
    config = read(tmp_path, "accounts: {from: orders, key: customer}\n" + tables)
    assert (config.accounts.from_table, config.accounts.sources) == ("orders", ())


PROFILES = ACCOUNTS + """\
tables: {orders: {source: {reader: csv, path: o.csv}, time: ordered_on}}
channels: {mail: {type: email, server: mail.example.com, sender: a@example.com}}
profiles:
  dev:
    tables: {orders: {sources: [{reader: json, path: few.json}]}}
    channels: {mail: {type: console}}
    store: {url: "sqlite:///dev.db"}
"""


def test_a_profile_changes_sources_store_and_channels(tmp_path: Path) -> None:
    """What it does not name stays."""
    config = read(tmp_path, PROFILES, "dev")
    assert [source.reader for source in config.tables["orders"].sources] == ["json"]
    assert config.tables["orders"].time == "ordered_on"
    assert (config.store.url, config.store.snapshots) == ("sqlite:///dev.db", ".kaframe/runs")
    assert (config.channels["mail"].type, config.channels["mail"].options.plain()) == ("console", {})
    assert read(tmp_path, PROFILES).channels["mail"].type == "email"


def test_an_unknown_profile_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """At the place of the profiles."""
    assert codes(tmp_path, PROFILES, "dve") == [("KF1301", "kaframe.yaml:7:1")]
    assert codes(tmp_path, ACCOUNTS, "dev") == [("KF1301", "kaframe.yaml:1:1")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "KF1105"),
        (ACCOUNTS + "profiles: {dev: {packs: [other]}}\n", "KF1104"),
        (ACCOUNTS + "on_bad_rows: ignore\n", "KF1107"),
        (ACCOUNTS + "tables: {orders: {source: {path: o.csv}}}\n", "KF1105"),
        (ACCOUNTS + "tables: {orders: {source: {readr: csv, path: o.csv}}}\n", "KF1105"),
        (ACCOUNTS + "store: {urls: x}\n", "KF1104"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(tmp_path: Path, text: str, code: str) -> None:
    """By the schema, before anything is bound."""
    assert code in [found for found, _ in codes(tmp_path, text)]


@pytest.mark.parametrize("value", ["true", "false", "1"])
def test_a_condition_may_be_a_plain_value(tmp_path: Path, value: str) -> None:
    """YAML makes a boolean or number of it; the expression is what is written."""
    text = ACCOUNTS + f"tables: {{orders: {{source: {{reader: csv, path: o.csv, columns: {{x: {value}}}}}}}}}\n"
    assert read(tmp_path, text).tables["orders"].sources[0].columns["x"].text == value
