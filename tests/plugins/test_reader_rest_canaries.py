"""Secrets of services stay in memory: in no message, no file and no snapshot, however the service answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import call
from tests.plugins.services import Asked, Reply, Running, service
from tests.smallproject import write_project

CANARIES = {"TOKEN": "canary-token-01", "ODD": "canary/02=b&c d", "SECRET": "canary-secret-03",
            "CODE": "canary-code-04"}  # fmt: skip
GIVEN = "canary-session-05"  # what the service itself gives at the sign-in
OAUTH = "type: oauth2, token_url: URL/token, client_id: kf, client_secret: '${env:SECRET}'"
SOURCES = {
    "bearer": "reader: rest, url: URL/rows, auth: {type: bearer, token: '${env:TOKEN}'}",
    "basic": "reader: rest, url: URL/rows, auth: {type: basic, user: kf, password: '${env:ODD}'}",
    "query": "reader: rest, url: URL/rows, auth: {type: query, name: key, value: '${env:ODD}'}",
    "header": "reader: rest, url: URL/rows, headers: {X-Key: '${env:ODD}'}",
    "oauth2": f"reader: rest, url: URL/rows, auth: {{{OAUTH}}}",
    "fxiaoke": "reader: fxiaoke, instance: URL, app_id: a, app_secret: '${env:SECRET}', permanent_code: '${env:CODE}', "
    "user: u, object: AccountObj",
    "odoo": "reader: odoo, instance: URL, database: d, user: u, password: '${env:ODD}', model: res.partner, "
    "fields: [name]",
}


class Echo:
    """Repeats all that it is asked, as ``how`` says."""

    how = "refuse"

    def __call__(self, asked: Asked) -> Any:
        said = {"said": [asked.path, dict(asked.query), dict(asked.headers), asked.body]}
        if self.how == "rows":
            return {**self.signed(), "data": {"dataList": [{"_id": 1, "last_modified_time": 1}]}, "result": [
                {"id": 1, "write_date": "2026-03-01"}], "rows": [{"id": 1}]}  # fmt: skip
        if self.how == "after sign-in" and (asked.path != "/rows" and "query" not in asked.path):
            return self.signed()
        if self.how == "page":
            return Reply(raw=f"<html>{json.dumps(said)}".encode())
        if self.how == "good":
            return {"errorCode": 7, "errorMessage": json.dumps(said), "error": {"code": 7, "data": {"message": said}}}
        return Reply(said, 403)

    def signed(self) -> dict[str, Any]:
        return {"access_token": GIVEN, "corpAccessToken": GIVEN, "corpId": "corp", "errorCode": 0, "result": 7}


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def running(echo: Echo) -> Iterator[Running]:
    with service(echo) as server:
        yield server


def spellings() -> list[str]:
    """Every canary as it is, quoted for an address, and in base64 wherever it may begin."""
    found = []
    for word in [*CANARIES.values(), GIVEN]:
        found += [word, word.replace("/", "%2F").replace("=", "%3D").replace("&", "%26").replace(" ", "+")]
        found += [base64.b64encode(b"\0" * shift + word.encode()).decode()[4:-4] for shift in range(3)]
    return found


@pytest.mark.parametrize("how", ["refuse", "page", "good", "after sign-in", "rows"])
@pytest.mark.parametrize("name", SOURCES)
def test_no_secret_is_told_or_kept(
    tmp_path: Path, echo: Echo, running: Running, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], name: str, how: str,
) -> None:  # fmt: skip
    """By a run that tells all it can, with tracebacks and as data."""
    for variable, value in CANARIES.items():
        monkeypatch.setenv(variable, value)
    echo.how = how
    rows = ", rows: rows" if "reader: rest" in SOURCES[name] else ""
    declared = SOURCES[name].replace("URL", running.url) + rows
    limits = "limits: {retries: 1, pause: 0}"
    written = (write_project(tmp_path) / "kaframe.yaml").read_text("utf-8")
    table = f"tables:\n  deals: {{source: {{{declared}, {limits}}}, account: id}}\n"
    write_project(tmp_path, {"kaframe.yaml": written.replace("tables:\n", table)})
    told = call("--debug", "-C", tmp_path, "run", "--as-of", "2026-03-31", "--format", "json")
    seen = capfd.readouterr()
    text = told.out + told.err + seen.out + seen.err
    assert [one for one in spellings() if one in text] == []
    assert running.asked, "the service was asked"
    assert told.code == (0 if how == "rows" and "reader: rest" in SOURCES[name] else 4)
    kept = b"\n".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()).decode("latin-1")
    assert [one for one in spellings() if one in kept] == []
