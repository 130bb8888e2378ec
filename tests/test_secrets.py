"""Secrets come from the environment or a file, only where the schema says so, and are never shown."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from kaframe.errors import Location
from kaframe.records import Secret
from kaframe.secrets import LITERAL, redacted, resolve_options, resolve_secret
from kaframe.yamlfile import parse_yaml

SCHEMA = {
    "properties": {
        "url": {"secret": True},
        "headers": {"additionalProperties": {"secret": True}},
        "tokens": {"items": {"secret": True}},
        "path": {},
    }
}
AT = Location("kaframe.yaml", 1, 1)


def resolve(text: str, folder: Path) -> tuple[dict[str, object], list[str]]:
    options, problems = resolve_options(parse_yaml(text, "kaframe.yaml"), SCHEMA, folder)
    return options, [problem.code for problem in problems]


def test_references_are_resolved_in_secret_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or inside a longer text, in nested mappings and lists; a file's last line end does not count."""
    monkeypatch.setenv("KAFRAME_A", "s3cret")
    (tmp_path / "token").write_text("t0ken\n", encoding="utf-8")
    options, problems = resolve(
        'url: "pg://u:${env:KAFRAME_A}@h/d"\nheaders: {X: "${file:token}"}\ntokens: ["${env:KAFRAME_A}"]\n'
        "path: a.csv\n",
        tmp_path,
    )
    assert problems == []
    found = [options["url"], options["headers"]["X"], options["tokens"][0]]  # type: ignore[index]
    assert [secret.reveal() for secret in found if isinstance(secret, Secret)] == [
        "pg://u:s3cret@h/d", "t0ken", "s3cret",
    ]  # fmt: skip
    assert options["path"] == "a.csv"
    assert "s3cret" not in f"{options} {options!r}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('url: "${env:KAFRAME_NONE}"', "KF1131"),
        ('url: "${file:none}"', "KF1131"),
        ('url: "${KAFRAME_A}"', "KF1132"),
        ('url: "${vault:x}"', "KF1132"),
        ('path: "${env:KAFRAME_A}"', "KF1132"),
        ('url: "postgresql://user:hunter2@db/crm"', "KF1130"),
    ],
    ids=["variable", "file", "bare", "kind", "elsewhere", "password"],
)
def test_what_leads_nowhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: str) -> None:
    """A missing variable, a reference where none is resolved, a password in the file."""
    monkeypatch.setenv("KAFRAME_A", "s3cret")
    assert resolve(text, tmp_path)[1] == [code]


def test_a_message_never_tells_the_password(tmp_path: Path) -> None:
    """What is refused because it is secret is not repeated in the refusal."""
    _, problems = resolve_options(parse_yaml('url: "pg://u:hunter2@db"', "kaframe.yaml"), SCHEMA, tmp_path)
    assert "hunter2" not in "".join(map(str, problems))


def test_a_literal_without_password_is_allowed(tmp_path: Path) -> None:
    """A file of SQLite has no secret; it is handled like one all the same."""
    secret, problems = resolve_secret("sqlite:///crm.db", AT, tmp_path)
    assert (secret.reveal(), secret.reference, problems) == ("sqlite:///crm.db", LITERAL, [])


def test_a_secret_is_never_written_down(tmp_path: Path) -> None:
    """Neither printed nor pickled nor put into JSON."""
    secret, _ = resolve_secret("abc", AT, tmp_path)
    assert f"{secret} {secret!r}" == "*** ***"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


@pytest.mark.parametrize(
    ("name", "text", "is_refused"),
    [
        ("password", "hunter2", True),
        ("Authorization", "Bearer abc", True),
        ("secret", "", False),
        ("X-Source", "kaframe", False),
        ("url", "nonsense", False),
        ("url", "https://example.com/kaframe?team=sales", False),
        ("url", "https://example.com/hook?key=693a91f6-7a3c-4fd1-9c59-1b0e7d3f2a11", True),
        ("url", "https://example.com/services/T0000001/B0000001/a1b2c3d4e5f6a1b2c3d4e5f6", True),
        ("url", "postgresql://crm@db/a1b2c3d4e5f6a1b2c3d4e5f6", False),
        ("url", "postgresql://crm:hunter2@db/crm", True),
    ],
)
def test_what_is_a_secret_by_itself_is_refused(tmp_path: Path, name: str, text: str, is_refused: bool) -> None:
    """A password, or an address with a password or the key of a chat group; names of hosts and databases are none."""
    _, problems = resolve_secret(text, Location("kaframe.yaml", 1, 1), tmp_path, name)
    assert [problem.code for problem in problems] == (["KF1130"] if is_refused else [])
    assert "hunter2" not in str(problems)


def test_a_secret_that_is_no_address_is_remembered_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it looks like, it is never printed."""
    monkeypatch.setenv("KAFRAME_TEST_ODD", "http://[broken-4711")
    resolve_secret("${env:KAFRAME_TEST_ODD}", None, tmp_path)
    assert redacted("at http://[broken-4711 now") == "at *** now"
