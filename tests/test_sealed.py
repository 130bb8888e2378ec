"""The sealed database: what comes past the firewall is refused by the engine, or reaches only the memory of the run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from kaframe.database import OPENED, SEALED, Database, EngineError
from kaframe.errors import KaframeError

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "sealed.yaml").read_text("utf-8"))

ONE_WAY = {"allow_community_extensions"}  # the engine itself never turns it on again


class Place:
    """Folders beside a server; what has been touched can be asked."""

    def __init__(self, root: Path, url: str, requests: list[str]) -> None:
        self.outside, self.snapshots = root / "outside", root / "project" / "snapshots"
        self.inside = self.snapshots / "inside"
        self.url, self.requests = url, requests
        self.outside.mkdir()
        self.inside.mkdir(parents=True)
        (self.outside / "secret.txt").write_text("the secret\n", "utf-8")
        (self.inside / "link").symlink_to(self.outside)
        with Database() as db:
            db.execute("CREATE TABLE t AS SELECT 1 AS a")
            db.write_parquet("t", self.outside / "other.parquet", ["a"])
        self.root = root
        self.before = self.files()

    def files(self) -> dict[str, bytes]:
        """Every file below the root, but for those of the snapshots."""
        found = [path for path in self.root.rglob("*") if path.is_file() and self.snapshots not in path.parents]
        return {str(path): path.read_bytes() for path in found}

    def statement(self, sql: str) -> str:
        """The statement about these folders and this server."""
        for name in ("outside", "inside", "url"):
            sql = sql.replace(f"{{{name}}}", str(getattr(self, name)))
        return sql


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    requests: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        do_HEAD = do_PUT = do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = HTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield Place(tmp_path, f"http://127.0.0.1:{server.server_port}", requests)
    server.shutdown()
    server.server_close()


@pytest.fixture
def sealed(place: Place) -> Iterator[Database]:
    """The database of a run as it is once its data are loaded."""
    with Database(threads=1) as db:
        db.create("accounts", [{"id": "A1"}], {"id": "VARCHAR"})
        db.seal(place.snapshots)
        yield db


def settings(db: Database) -> list[dict[str, object]]:
    """Everything that the engine says of its settings."""
    return db.rows("SELECT name, value FROM duckdb_settings() ORDER BY name")


@pytest.mark.parametrize("case", CASES, ids=[case["sql"][:60] for case in CASES])
def test_statements_past_the_firewall(place: Place, sealed: Database, case: dict[str, str]) -> None:
    """Refused by the engine or without effect: no file, no request, no setting is other than before."""
    hidden = pa.table({"a": [1]})  # a Python variable that SQL must not see
    before = settings(sealed)
    if "says" in case:
        with pytest.raises(EngineError, match=f"(?i){case['says']}"):
            sealed.rows(place.statement(case["sql"]))
    else:
        sealed.execute(place.statement(case["sql"]))
    assert (place.files(), place.requests) == (place.before, [])
    assert settings(sealed) == before
    assert hidden.num_rows == 1


def test_without_the_seal_they_do_harm(place: Place) -> None:
    """So the cases above can fail: the same statements read and write where nothing is sealed."""
    with Database(threads=1) as db:
        db.create("accounts", [{"id": "A1"}], {"id": "VARCHAR"})
        found = db.rows(place.statement("SELECT content FROM read_text('{inside}/link/secret.txt')"))
        db.execute(place.statement("COPY accounts TO '{outside}/stolen.csv'"))
    assert found == [{"content": "the secret\n"}]
    assert place.files().keys() - place.before.keys() == {str(place.outside / "stolen.csv")}


@pytest.mark.parametrize("name", sorted({*SEALED, "allowed_directories"} - ONE_WAY))
def test_a_setting_that_did_not_take_stops_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """Every setting is read back; an engine that swallows one is not used."""
    with Database(threads=1) as db:
        if name in OPENED:
            db.execute(f"SET {name} = true")
        real = db.execute

        def swallow(sql: str, parameters: tuple[object, ...] = ()) -> None:
            if not sql.startswith(f"SET {name} "):
                real(sql, parameters)

        monkeypatch.setattr(db, "execute", swallow)
        with pytest.raises(KaframeError) as caught:
            db.seal(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["KF8011"]
    assert name in caught.value.problems[0].message


def test_folder_that_is_named_by_a_way_round_is_sealed_too(place: Place) -> None:
    """``snapshots: ../elsewhere`` is the folder itself for the engine; what lies beside it stays out of reach."""
    with Database(threads=1) as db:
        db.seal(place.snapshots / "inside" / "..")
        db.execute(f"COPY (SELECT 1 AS a) TO '{place.snapshots}/new.parquet' (FORMAT parquet)")
        with pytest.raises(EngineError, match="Permission"):
            db.execute(f"COPY (SELECT 1 AS a) TO '{place.outside}/new.parquet' (FORMAT parquet)")
