"""The bundled plugins keep to what ``kaframe.testing`` asks of every plugin."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import kaframe
from kaframe.testing import (
    ChannelConformance,
    CommandConformance,
    FilterConformance,
    FunctionConformance,
    HttpChannelConformance,
    ListenerConformance,
    PackConformance,
    PanelConformance,
    ReaderConformance,
    ReportConformance,
    TemplateConformance,
)
from kaframe.testing.conformance.behaviours import closed_port
from tests.plugins.loading import load_plugin

Rows = Sequence[Mapping[str, Any]]
COLUMNS = ("id", "name", "amount", "note")


class TestChange(FunctionConformance):
    plugin = load_plugin("functions_common")


class OfText(FilterConformance):
    plugin = load_plugin("filters_text")

    def context(self) -> dict[str, Any]:
        """The names of the examples."""
        measure = {"value": 1234567.0, "unit": "currency", "label": "Revenue"}
        since = date(2026, 4, 1)
        return {"as_of": date(2026, 6, 30), "account": {"since": since}, "measures": {"revenue_12m": measure}}


TestMoney = type("TestMoney", (OfText,), {"name": "money"})
TestPercent = type("TestPercent", (OfText,), {"name": "percent"})
TestNumber = type("TestNumber", (OfText,), {"name": "number"})
TestDate = type("TestDate", (OfText,), {"name": "date"})
TestAgo = type("TestAgo", (OfText,), {"name": "ago"})
TestShown = type("TestShown", (OfText,), {"name": "shown"})


class TestPlainTemplates(TemplateConformance):
    plugin = load_plugin("templates_plain")


class TestDefaultPack(PackConformance):
    plugin = load_plugin("packs_bundled")
    name = "default"
    with_packs = ()

    def project(self, folder: Path, language: str = "en") -> Any:
        """The pack is there without any plugin of the project."""
        from kaframe.testing.conformance.pack import project_with

        return project_with(folder, ("default",), language)


class TestConcentration(PanelConformance):
    plugin = load_plugin("panel_concentration")


class TestTable(CommandConformance):
    plugin = load_plugin("command_table")

    def options(self) -> Mapping[str, Any]:
        return {"table": "tiers"}


class TestEventsFile(ListenerConformance):
    plugin = load_plugin("events_file")


class TestReportJson(ReportConformance):
    plugin = load_plugin("report_json")


class TestReportHtml(ReportConformance):
    plugin = load_plugin("report_html")


class TestReportXlsx(ReportConformance):
    plugin = load_plugin("report_xlsx")


class TestEmail(ChannelConformance):
    plugin = load_plugin("channel_email")

    def options(self, folder: Path) -> Mapping[str, Any]:
        """Nobody listens there; tests/plugins/test_channel_email.py has real servers."""
        sender = {"from": "kaframe@example.com", "security": "none", "timeout": 2}
        return {"host": "127.0.0.1", "port": closed_port(), **sender}


class TestConsole(ChannelConformance):
    plugin = load_plugin("channel_console")


class TestFile(ChannelConformance):
    plugin = load_plugin("channel_file")

    def options(self, folder: Path) -> Mapping[str, Any]:
        return {"folder": "notices"}


class TestWebhook(HttpChannelConformance):
    plugin = load_plugin("channel_webhook")

    def text_of(self, request: Any) -> str:
        return str(json.loads(request.body)["data"])


class OfChat(HttpChannelConformance):
    """A 204 is nothing that a chat service says: its own words are what counts."""

    expected: ClassVar[Mapping[str, str]] = {"says nothing but yes": "retry"}
    live_mentions = ("@all", "@everyone", "<!channel>", "<@U1>", "<at id=all>", "](javascript")

    def text_of(self, request: Any) -> str:
        return json.dumps(json.loads(request.body), ensure_ascii=False)


class TestSlack(OfChat):
    plugin = load_plugin("channel_slack")
    byte_limit = 40_000


class TestTeams(OfChat):
    plugin = load_plugin("channel_teams")
    expected: ClassVar[Mapping[str, str]] = {}
    byte_limit = 28_000
    live_mentions = ("@all", "@everyone", "<!channel>", "<at id=all>")  # runs of text: links are no links in them


class TestWeCom(OfChat):
    plugin = load_plugin("channel_wecom")
    byte_limit = 4_096


class TestDingTalk(OfChat):
    plugin = load_plugin("channel_dingtalk")
    byte_limit = 20_000


class TestFeishu(OfChat):
    plugin = load_plugin("channel_feishu")
    byte_limit = 20_000

    def options_for(self, url: str) -> Mapping[str, Any]:
        """With a signature, which makes requests longer."""
        return {**super().options_for(url), "secret": kaframe.Secret("s3cret-of-robot", "${env:S}")}

    def text_of(self, request: Any) -> str:
        """Without what changes with the time."""
        return json.dumps(json.loads(request.body)["card"], ensure_ascii=False)


class TestCsv(ReaderConformance):
    plugin = load_plugin("reader_csv")

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return {"path": "rows.csv"}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"path": "nowhere.csv"}


class TestNdjson(ReaderConformance):
    plugin = load_plugin("reader_json")
    name = "ndjson"

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "rows.ndjson").write_text(text, encoding="utf-8")
        return {"path": "rows.ndjson"}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"path": "nowhere.ndjson"}


class TestParquet(ReaderConformance):
    plugin = load_plugin("reader_parquet")

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS})
        pq.write_table(table, folder / "rows.parquet")
        return {"path": "rows.parquet"}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"path": "nowhere.parquet"}


class TestExcel(ReaderConformance):
    plugin = load_plugin("reader_excel")

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(COLUMNS)
        for row in rows:
            sheet.append([row[name] for name in COLUMNS])
        book.save(folder / "rows.xlsx")
        return {"path": "rows.xlsx"}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"path": "nowhere.xlsx"}


class TestSql(ReaderConformance):
    plugin = load_plugin("reader_sql")
    changes_seen = False

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        import sqlite3

        file = folder / "crm.db"
        file.unlink(missing_ok=True)
        with sqlite3.connect(file) as connection:
            connection.execute(f"CREATE TABLE orders ({', '.join(f'{name} TEXT' for name in COLUMNS)})")
            connection.executemany("INSERT INTO orders VALUES (:id, :name, :amount, :note)", rows)
        connection.close()
        return {"url": kaframe.Secret(f"sqlite:///{file}", "${env:CRM_URL}"), "table": "orders"}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"url": kaframe.Secret(f"sqlite:///{folder}/s3cret/nowhere.db", "${env:CRM_URL}"), "table": "orders"}
