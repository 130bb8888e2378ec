"""The bundled plugins keep to what ``kaframe.testing`` asks of every plugin."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

import kaframe
from kaframe.modules import ModuleSource
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
from tests.plugins.crmservers import SECRET, Fxiaoke, HubSpot, Odoo, Salesforce
from tests.plugins.loading import load_plugin
from tests.plugins.services import Asked, Reply, service
from tests.plugins.test_reader_presets import FXIAOKE, HUBSPOT, ODOO, SALESFORCE

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
    live_mentions = ("@all", "@everyone", "<!channel>", "<@U1>", "<at id=all>")

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

    def broken(self, folder: Path) -> Mapping[str, Any]:
        (folder / "rows.csv").write_text("id,name\n1,A\n2,B,too,many\n3,C\n", encoding="utf-8")
        return {"path": "rows.csv"}


class TestNdjson(ReaderConformance):
    plugin = load_plugin("reader_json")
    name = "ndjson"

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "rows.ndjson").write_text(text, encoding="utf-8")
        return {"path": "rows.ndjson"}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"path": "nowhere.ndjson"}

    def broken(self, folder: Path) -> Mapping[str, Any]:
        (folder / "rows.ndjson").write_text('{"id": "1"}\n{"id": \n{"id": "3"}\n', encoding="utf-8")
        return {"path": "rows.ndjson"}


class TestParquet(ReaderConformance):
    plugin = load_plugin("reader_lake")
    name = "parquet"

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

    def broken(self, folder: Path) -> Mapping[str, Any]:
        self.write(folder, [dict.fromkeys(COLUMNS, text) for text in ("a", "#N/A", "c")])
        return {"path": "rows.xlsx"}


class TestRest(ReaderConformance):
    plugin = load_plugin("reader_rest")
    name = "rest"
    changes_seen = False
    secret = kaframe.Secret("s3cret-of-rest", "${env:CRM_TOKEN}")

    @pytest.fixture(autouse=True)
    def _serve(self) -> Iterator[None]:
        """A service that gives the rows that are written, two a page."""
        with service(self.answer) as self.running:
            yield

    def answer(self, asked: Asked) -> Any:
        start = int(asked.query.get("skip", 0))
        return self.served[start : start + 2] if asked.path == "/rows" else Reply({"no": self.secret.reveal()}, 404)

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        self.served = list(rows)
        auth = {"type": "bearer", "token": self.secret}
        return {"url": f"{self.running.url}/rows", "auth": auth, "pagination": {"by": "offset", "param": "skip"}}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        return {"url": f"{self.running.url}/gone", "auth": {"type": "bearer", "token": self.secret}}


class OfCrm(TestRest):
    """A preset, against a server that answers as the system's manual says."""

    crm: ClassVar[Any]
    options: ClassVar[Mapping[str, Any]]
    stamp: ClassVar[Mapping[str, Any]]

    def answer(self, asked: Asked) -> Any:
        return self.server(asked) if self.found else Reply({"no": SECRET}, 404)

    def write(self, folder: Path, rows: Rows) -> Mapping[str, Any]:
        self.found = True
        self.server = self.crm([self.record_of(row) for row in rows])
        return {"instance": self.running.url, **self.options}

    def record_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, **self.stamp}

    def lost(self, folder: Path) -> Mapping[str, Any]:
        self.found = False
        return {"instance": self.running.url, **self.options}


class TestSalesforce(OfCrm):
    name = "salesforce"
    crm = Salesforce
    options: ClassVar[Mapping[str, Any]] = {**SALESFORCE, "fields": ["name", "amount", "note"]}
    stamp: ClassVar[Mapping[str, Any]] = {"IsDeleted": False, "SystemModstamp": "2026-03-01T08:00:00.000+0000"}

    @property
    def record(self) -> Any:
        """Salesforce writes Id; the rows of the kit write id."""
        own = super().record

        def columns(source: Any) -> list[kaframe.Column]:
            return [replace(each, name="id" if each.name == "Id" else each.name) for each in own.columns(source)]

        def read(source: Any, names: Sequence[str]) -> kaframe.Reading:
            reading = own.read(source, ["Id" if name == "id" else name for name in names])
            return replace(reading, arrow=reading.arrow.rename_columns([*names, "_row"]))

        return replace(own, columns=columns, read=read)

    def record_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"Id": row["id"], **row, **self.stamp}


class TestHubspot(OfCrm):
    name = "hubspot"
    crm = HubSpot
    options: ClassVar[Mapping[str, Any]] = {**HUBSPOT, "properties": ["name", "amount", "note"]}

    def record_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": row["id"], "properties": row, "updatedAt": "2026-03-01T08:00:00.000Z"}


class TestOdoo(OfCrm):
    name = "odoo"
    crm = Odoo
    options: ClassVar[Mapping[str, Any]] = {**ODOO, "fields": ["name", "amount", "note"], "domain": []}
    stamp: ClassVar[Mapping[str, Any]] = {"write_date": "2026-03-01 08:00:00"}


class TestFxiaoke(OfCrm):
    name = "fxiaoke"
    crm = Fxiaoke
    options: ClassVar[Mapping[str, Any]] = {**FXIAOKE, "filters": []}
    stamp: ClassVar[Mapping[str, Any]] = {"last_modified_time": 1772352000000, "is_deleted": False}

    def record_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"_id": row["id"], **row, **self.stamp}


class TestOauth2Crm(OfCrm):
    name = "oauth2_crm"
    options: ClassVar[Mapping[str, Any]] = {
        "path": "/rows", "client_id": "kf", "client_secret": FXIAOKE["app_secret"],
    }  # fmt: skip
    stamp: ClassVar[Mapping[str, Any]] = {"updated_at": "2026-03-01T08:00:00Z"}

    @staticmethod
    def crm(records: list[dict[str, Any]]) -> Any:
        """Tokens, and two rows a page."""

        def answer(asked: Asked) -> Any:
            if asked.path == "/oauth2/token":
                return {"access_token": "crm-token"}
            start = 2 * int(asked.query["page"]) - 2
            return {"data": records[start : start + 2]}

        return answer


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


def test_a_template_that_lies_over_another_is_tried_over_it(tmp_path: Path) -> None:
    """One block of the plan is changed; the kit finds the plan below, and a mistake in the block."""
    file = tmp_path / "house_plan" / "__init__.py"
    (file.parent / "templates").mkdir(parents=True)
    file.write_text(
        "from pathlib import Path\nimport kaframe\n\n@kaframe.hook\ndef kaframe_templates():\n"
        "    yield kaframe.TemplatePack('house', 'Ours', Path(__file__).parent / 'templates')\n",
        "utf-8",
    )
    template = file.parent / "templates" / "plan.md.j2"
    over = "{% extends 'plan.md.j2' %}{% block team %}{{ super() }}\nHotline {{ NAME }}{% endblock %}\n"
    kit = type("TestHouse", (TemplateConformance,), {"plugin": ModuleSource(path=str(file)).load()})
    template.write_text(over.replace("NAME", "account.name"), "utf-8")
    for language in ("en", "zh"):
        (tmp_path / language).mkdir()
        kit().test_every_template_is_sound(language, tmp_path / language)
    template.write_text(over.replace("NAME", "acount.name"), "utf-8")
    (tmp_path / "wrong").mkdir()
    with pytest.raises(AssertionError, match="did you mean 'account'"):
        kit().test_every_template_is_sound("en", tmp_path / "wrong")
