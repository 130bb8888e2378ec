"""What ``show``, ``schema``, ``doctor``, ``outbox`` and ``completion`` tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.cli.tables import width
from kaframe.yamlfile import parse_yaml
from tests.smallproject import FILES, write_project


def test_rules_with_origin(finished: Path) -> None:
    """The resolved rules are YAML again, and each value names the file that it comes from."""
    plain = call("-C", finished, "show", "rules", "--kind", "score").out
    told = call("-C", finished, "show", "rules", "--kind", "score", "--origin").out
    assert parse_yaml(told, "shown").plain() == parse_yaml(plain, "shown").plain()
    services = [line for line in told.splitlines() if "value: service_share" in line]
    assert "# rules/score.yaml:" in services[0]
    assert "# default/score.yaml:" in told


@pytest.mark.parametrize(
    "kind", ["measure", "identify", "analyse", "status", "stage", "strategy", "maintain", "notify"]
)
def test_origin_of_every_kind_is_yaml(finished: Path, kind: str) -> None:
    """No value of the default rules is told in a way that YAML reads as another."""
    plain = call("-C", finished, "show", "rules", "--kind", kind).out
    told = call("-C", finished, "show", "rules", "--kind", kind, "--origin").out
    assert parse_yaml(told, "shown").plain() == parse_yaml(plain, "shown").plain()


def test_rules_as_json(finished: Path) -> None:
    """All kinds with the same values as the YAML; comments have no place there."""
    told = json.loads(call("-C", finished, "show", "rules", "--format", "json").out)
    for kind in ("measure", "status"):
        plain = call("-C", finished, "show", "rules", "--kind", kind).out
        assert told[kind] == json.loads(json.dumps(parse_yaml(plain, "shown").plain()))
        alone = json.loads(call("-C", finished, "show", "rules", "--kind", kind, "--format", "json").out)
        assert alone == {kind: told[kind]}
    refused = call("-C", finished, "show", "rules", "--origin", "--format", "json")
    assert (refused.code, "KF6068" in refused.out) == (2, True)


def test_names_with_types(finished: Path) -> None:
    """Names tell their type and whether their data are absent."""
    rows = {row["name"]: row for row in json.loads(call("-C", finished, "show", "names", "--format", "json").out)}
    assert rows["revenue_12m"]["type"] == "number"
    assert rows["wallet"]["absent"]
    assert rows["tier"]["type"] == "text"


def test_expected_says_what_is_here(finished: Path) -> None:
    """The packs' data contract, with what this project has of it."""
    rows = json.loads(call("-C", finished, "show", "expected", "--format", "json").out)
    here = {(row["table"], row["column"]): row["here"] for row in rows}
    assert here["orders", "amount"]
    assert not here["surveys", "score"]


def test_sources_and_team(finished: Path) -> None:
    """Tables with reader and place; members with their deputies."""
    rows = json.loads(call("-C", finished, "show", "sources", "--format", "json").out)
    assert {row["table"]: row["place"] for row in rows}["orders"] == "data/orders.csv"
    members = json.loads(call("-C", finished, "show", "team", "--format", "json").out)
    assert {row["member"]: row["deputy"] for row in members}["kim"] == "sam"


def test_schema_of_a_kind() -> None:
    """The schema is JSON; a misspelt kind is answered."""
    assert json.loads(call("schema", "score").out)["title"] == "score.yaml"
    assert "did you mean 'score'?" in call("schema", "scoer").err


def test_doctor_finds_all_well(finished: Path) -> None:
    """Of a sound project nothing is bad."""
    told = call("-C", finished, "doctor", "--format", "json")
    states = {row["what"]: row["state"] for row in json.loads(told.out)}
    assert told.code == 0
    assert states["snapshots"] == states["store"] == states["rules"] == "ok"


def test_doctor_finds_a_damaged_snapshot(own: Path) -> None:
    """One changed byte of a snapshot is named."""
    file = next(own.glob(".kaframe/runs/*/tiers.parquet"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    told = call("-C", own, "doctor")
    assert told.code == 7
    assert "tiers.parquet has changed" in told.out


def test_doctor_of_a_broken_project(own: Path) -> None:
    """A project that cannot be read is told as such, with its exit code."""
    (own / "team.yaml").write_text("members: [", encoding="utf-8")
    told = call("-C", own, "doctor")
    assert told.code == 3
    assert "team.yaml:" in told.out


@pytest.mark.parametrize("columns", ["80", "60"])
def test_doctor_fits_the_terminal(finished: Path, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """No line is wider than the terminal, and what goes on stands below its text; nothing is cut off."""
    monkeypatch.setenv("COLUMNS", columns)
    told = call("-C", finished, "doctor").out
    assert max(map(width, told.splitlines())) <= int(columns)
    libraries = told[told.index("libraries") : told.index("terminal")]
    assert libraries.count("\n" + " " * 17) >= 1
    assert "holidays" in libraries


def test_outbox_is_empty(finished: Path) -> None:
    """Everything has been sent."""
    listed = call("-C", finished, "outbox", "--format", "json")
    assert (json.loads(listed.out), listed.err) == ([], "")
    assert json.loads(call("-C", finished, "outbox", "list", "--state", "sent", "--format", "json").out)
    assert "with the next run: 0" in call("-C", finished, "outbox", "retry").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """Each shell gets its script."""
    assert "_KAFRAME_COMPLETE" in call("completion", shell).out


@pytest.mark.parametrize(("language", "told"), [("en", "there is nothing to list"), ("zh", "没有可列出的内容")])
def test_nothing_to_list(tmp_path: Path, language: str, told: str) -> None:
    """An empty table says so in words, in the project's language, beside its headings."""
    folder = tmp_path / "new"
    call("init", folder, "--language", language)
    listed = call("-C", folder, "override", "list")
    assert listed.code == 0
    assert len(listed.out.splitlines()) == 2
    assert listed.err == f"kaframe override list{'：' if language == 'zh' else ': '}{told}\n"


def test_bad_rows_are_listed_with_their_places(tmp_path: Path) -> None:
    """Before any run; with their raw values for programs, and by table."""
    rows = FILES["data/orders.csv"] + "A2,9,no day,5,1\nA3,10,2026-03-10,much,1\n"
    own = write_project(tmp_path / "project", {"data/orders.csv": rows})
    listed = json.loads(call("-C", own, "show", "quarantine", "--format", "json").out)
    assert [(row["file"], row["line"]) for row in listed] == [("data/orders.csv", 8), ("data/orders.csv", 9)]
    assert json.loads(listed[1]["row_text"])["amount"] == "much"
    assert "amount" in listed[1]["reason"]
    table = call("-C", own, "show", "quarantine").out
    assert "data/orders.csv:9" in table
    assert max(map(width, table.splitlines())) <= 80
    assert call("-C", own, "show", "quarantine", "--table", "accounts", "--format", "csv").out.count("\n") == 1
    assert (wrong := call("-C", own, "show", "quarantine", "--table", "ordres")).code == 2
    assert "orders" in wrong.err + wrong.out
