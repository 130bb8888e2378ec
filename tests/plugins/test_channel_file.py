"""What the file channel writes, and where it refuses to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kaframe.records import Message
from tests.plugins.loading import load_plugin

channel = load_plugin("channel_file")
NOTICE = Message("k1", "wang", "", "客户转红", "🔴 长城", "<p>长城</p>")


@pytest.mark.parametrize(
    ("form", "name", "content"),
    [
        ("text", "wang-k1.txt", "wang\n客户转红\n\n🔴 长城\n"),
        ("html", "wang-k1.html", "<p>长城</p>"),
    ],
)
def test_a_notice_is_one_file(tmp_path: Path, form: str, name: str, content: str) -> None:
    """Text and HTML are written under a name made of the recipient and the key, and nothing else remains."""
    outcome = channel.send({"form": form}, NOTICE, tmp_path)
    assert (outcome.state, outcome.detail) == ("sent", f"notices/{name}")
    assert (tmp_path / "notices" / name).read_text(encoding="utf-8") == content
    assert [path.name for path in (tmp_path / "notices").iterdir()] == [name]


def test_json_has_every_field(tmp_path: Path) -> None:
    """A program can read the notice."""
    channel.send({"form": "json", "folder": "out/json"}, NOTICE, tmp_path)
    written = json.loads((tmp_path / "out" / "json" / "wang-k1.json").read_text(encoding="utf-8"))
    assert written["subject"] == "客户转红"
    assert set(written) == {"key", "recipient", "address", "subject", "text", "html"}


def test_a_second_attempt_replaces_the_first(tmp_path: Path) -> None:
    """The same key never makes a second file."""
    for _ in range(2):
        channel.send({}, NOTICE, tmp_path)
    assert len(list((tmp_path / "notices").iterdir())) == 1


def test_ndjson_is_appended_and_heals_a_torn_line(tmp_path: Path) -> None:
    """Each notice is a line of its own, also after a crash in the middle of one."""
    channel.send({"form": "ndjson"}, NOTICE, tmp_path)
    path = tmp_path / "notices" / "notices.ndjson"
    path.write_bytes(path.read_bytes() + b'{"key": "torn')
    channel.send({"form": "ndjson"}, NOTICE, tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert json.loads(lines[2])["key"] == "k1"


@pytest.mark.parametrize(
    ("key", "recipient"),
    [("../../x", "a"), ("k", "../../etc/passwd"), ("a/b\\c:d", "CON"), ("k" * 500, "王" * 200), ("\x00", "")],
    ids=["key up", "recipient up", "separators", "long", "empty"],
)
def test_names_are_safe(tmp_path: Path, key: str, recipient: str) -> None:
    """Whatever the data say, the file is below the folder and its name is plain ASCII."""
    outcome = channel.send({}, Message(key, recipient, "", "s", "t"), tmp_path)
    assert outcome.state == "sent"
    (written,) = (tmp_path / "notices").iterdir()
    assert written.name.isascii()
    assert len(written.name) < 150
    assert not set(written.name) & set('/\\:*?"<>|')


@pytest.mark.parametrize("folder", ["..", "/tmp/elsewhere", "a/../../b"])
def test_folders_outside_the_project_are_refused(tmp_path: Path, folder: str) -> None:
    """A channel cannot write where the project is not."""
    outcome = channel.send({"folder": folder}, NOTICE, tmp_path)
    assert outcome.state == "dead"
    assert "outside the project" in outcome.detail


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    """Nor through a symbolic link."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    elsewhere.mkdir()
    (project / "notices").symlink_to(elsewhere)
    assert channel.send({}, NOTICE, project).state == "dead"
    assert list(elsewhere.iterdir()) == []


def test_what_cannot_be_written_is_retried(tmp_path: Path) -> None:
    """A file in the place of the folder is the disk's trouble, not the notice's."""
    (tmp_path / "notices").write_text("in the way")
    outcome = channel.send({}, NOTICE, tmp_path)
    assert outcome.state == "retry"
    assert "cannot write" in outcome.detail
