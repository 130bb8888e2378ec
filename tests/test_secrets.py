"""Secrets come from the environment or a file, only where the schema says so, and are never shown."""

from __future__ import annotations

import base64
import json
import pickle
import re
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from kaframe.errors import Location
from kaframe.records import Secret
from kaframe.secrets import LITERAL, RedactedStream, redacted, resolve_options, resolve_secret
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
        ("url", "https://example.com/a1b2c3d4e5f6a1b2c3d4e5f6", True),
        ("url", "http://example.com/hook;a1b2c3d4e5f6a1b2c3d4e5f6", True),
        ("url", "postgresql://crm@db/a1b2c3d4e5f6a1b2c3d4e5f6", False),
        ("url", "postgresql://crm:hunter2@db/crm", True),
    ],
)
def test_what_is_a_secret_by_itself_is_refused(tmp_path: Path, name: str, text: str, is_refused: bool) -> None:
    """A password, or an address with a password or the key of a chat group; names of hosts and databases are none."""
    _, problems = resolve_secret(text, Location("kaframe.yaml", 1, 1), tmp_path, name)
    assert [problem.code for problem in problems] == (["KF1130"] if is_refused else [])
    assert "hunter2" not in str(problems)
    for problem in problems:
        assert f"put the whole {'address' if '://' in text else 'value'} into a variable" in str(problem.hint)


def test_what_is_refused_is_not_told_by_anything_else(tmp_path: Path) -> None:
    """Who wrote a password into a file has used it all the same: no other message prints it."""
    resolve_secret("Bearer written-0815", AT, tmp_path, "Authorization")
    assert redacted("refused: Bearer written-0815") == "refused: ***"


def test_a_part_of_a_secret_is_redacted_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reference brought into a longer text is a secret wherever it stands alone."""
    monkeypatch.setenv("KAFRAME_PART", "part-0815")
    (tmp_path / "token").write_text("file-0815\r\n", encoding="utf-8")
    secret, _ = resolve_secret("${env:KAFRAME_PART} or ${file:token}", AT, tmp_path)
    assert secret.reveal() == "part-0815 or file-0815"
    assert redacted("part-0815; file-0815; part-0815 or file-0815") == "***; ***; ***"


def test_the_nearest_variable_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name is set right; where none is near, how to set it. Nothing takes the place of the reference."""
    monkeypatch.setenv("KAFRAME_CRM_PASSWORD", "x")
    secret, (near,) = resolve_secret("a${env:KAFRAME_CRM_PASWORD}b", AT, tmp_path)
    assert "KAFRAME_CRM_PASSWORD" in str(near.hint)
    assert (secret.reveal(), near.at) == ("ab", AT)
    _, (far,) = resolve_secret("${env:ZZZ_0815_QQQ}", AT, tmp_path)
    assert far.hint == "set it: export ZZZ_0815_QQQ=..."


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """It is missing, or no text; the path starts at the project's folder."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    told = [resolve_secret(f"${{file:{name}}}", AT, tmp_path)[1][0] for name in ("none", "bytes")]
    assert [problem.message.partition("read: ")[2] for problem in told] == [
        "No such file or directory", "it is no UTF-8 text",
    ]  # fmt: skip


ODD = 'od "d\\\t客~户>?+/0815'


@pytest.mark.parametrize(
    "written",
    [
        ODD,
        quote(ODD),
        quote(ODD, safe=""),
        quote_plus(ODD),
        json.dumps(ODD)[1:-1],
        json.dumps(ODD, ensure_ascii=False)[1:-1],
        repr(ODD)[1:-1],
    ],
    ids=["raw", "path", "query", "form", "json", "utf8-json", "python"],
)
def test_every_spelling_is_redacted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """As programs quote it for addresses, for JSON and for Python: nothing of it stays."""
    monkeypatch.setenv("KAFRAME_ODD", ODD)
    resolve_secret("${env:KAFRAME_ODD}", AT, tmp_path)
    assert redacted(f"<{written}>") == "<***>"


@pytest.mark.parametrize("secret", ["base-64>>>???", "base-64>>>???1", "base-64>>>???22"], ids=["3n+1", "3n+2", "3n"])
@pytest.mark.parametrize("before", ["", "u", "u:"], ids=len)
def test_base64_is_redacted_wherever_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str, before: str
) -> None:
    """Behind a user's name as alone, in both alphabets: only what the neighbours share is left."""
    monkeypatch.setenv("KAFRAME_BASE64", secret)
    resolve_secret("${env:KAFRAME_BASE64}", AT, tmp_path)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(f"{before}{secret}".encode()).decode()
        begin, mixed = (0, 2, 3)[len(before)], (len(before) + len(secret)) % 3 > 0
        end = len(text.rstrip("=")) - mixed
        assert redacted(text) == f"{text[:begin]}***{text[end:]}"


@pytest.mark.parametrize(
    ("address", "gone", "stays"),
    [
        ("postgresql://kim:pa%24s0815@db.example/crm", ["pa%24s0815", "pa$s0815"], ["db.example", "kim@"]),
        ("https://chat.example/services/T0815/key0815aa", ["key0815aa", "/services/T0815/key0815aa"], ["services"]),
        ("https://chat.example/services?team=sales&k=q0815qqq", ["q0815qqq", "team=sales&k=q0815qqq"], ["/services"]),
        ("https://chat.example/a;longwordofthekey?x#y", ["longwordofthekey"], ["chat.example"]),
        ("https://chat.example/announcements", ["https://chat.example/announcements"], ["/announcements"]),
    ],
    ids=["password", "path", "query", "word", "no key"],
)
def test_the_keys_in_an_address_are_redacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, gone: list[str], stays: list[str]
) -> None:
    """The password, and in path and query what may be a key; the words beside them stay readable."""
    monkeypatch.setenv("KAFRAME_ADDRESS", address)
    resolve_secret("${env:KAFRAME_ADDRESS}", AT, tmp_path)
    assert [redacted(f"at {text} now") for text in gone] == ["at *** now"] * len(gone)
    assert [redacted(f"at {text} now") for text in stays] == [f"at {text} now" for text in stays]


def test_a_secret_that_is_no_address_is_remembered_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it looks like, it is never printed."""
    monkeypatch.setenv("KAFRAME_TEST_ODD", "http://[broken-4711")
    resolve_secret("${env:KAFRAME_TEST_ODD}", None, tmp_path)
    assert redacted("at http://[broken-4711 now") == "at *** now"


WRITTEN = {
    "in capitals": str.upper,
    "in small letters": str.lower,
    "for a URL, with small letters": lambda text: quote(text, safe="").lower(),
    "for a URL, as httpx writes it": lambda text: quote(text, safe="!$&'()*+,;=:@/?"),
    "for a DSN, as SQLAlchemy writes it": lambda text: quote(text, safe=" +"),
    "as HTML": escape,
    "as SQL": lambda text: text.replace("'", "''"),
    "as JSON within JSON": lambda text: json.dumps(json.dumps(text)),
    "as bytes": lambda text: repr(text.encode()),
    "as hex": lambda text: text.encode().hex().upper(),
    "as base64 for URLs": lambda text: base64.urlsafe_b64encode(b"kim:" + text.encode()).decode(),
    "on one line": lambda text: " ".join(text.split()),
    "its second line": lambda text: text.splitlines()[1],
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_secret_is_found_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """Also one of several lines with signs that every format writes in its own way."""
    secret = "Öpen \"Ses&me\"\n<1'2\\3/4?5~6>\nlast%7"
    monkeypatch.setenv("KAFRAME_SIGNS", secret)
    resolve_secret("${env:KAFRAME_SIGNS}", None, tmp_path)
    shown = redacted(f"before {WRITTEN[written](secret)} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert "***" in shown
    bare = re.sub(r"\W", "", shown).casefold()
    assert [part for part in ("sesme", "12345", "last7", "c396", "53657326") if part in bare] == []


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("Bearer tok3n-4711-abc", "tok3n-4711-abc"),
        ("host=db password=hunter2x dbname=crm", "hunter2x"),
        ("Driver={x};Uid=kim;Pwd={hunter3x};", "hunter3x"),
        ("https://t0ken4711@bugs.example/1", "t0ken4711"),
        ("https://x.example/hook#fr4gment-4711", "fr4gment-4711"),
    ],
)
def test_what_is_secret_within_is_found_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, part: str
) -> None:
    """The token of a header, the password of a connection, a user who is a key."""
    monkeypatch.setenv("KAFRAME_WITHIN", value)
    resolve_secret("${env:KAFRAME_WITHIN}", None, tmp_path)
    assert redacted(f"refused: {part}!") == "refused: ***!"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize("before", ["http://", "socks5://", ""])
def test_the_password_of_a_proxy_is_secret(monkeypatch: pytest.MonkeyPatch, name: str, before: str) -> None:
    """Nobody has to name it in a project: it is used because it stands in the environment."""
    monkeypatch.setenv(name, f"{before}kim:pr0xypass@proxy.example:3128")
    assert redacted("407 for kim:pr0xypass at proxy.example") == "407 for kim:*** at proxy.example"


def test_a_stream_without_secrets_is_otherwise_the_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What libraries ask of it, and what they write."""
    monkeypatch.setenv("KAFRAME_STREAM", "geheim-stream-4711")
    resolve_secret("${env:KAFRAME_STREAM}", AT, tmp_path)
    with (tmp_path / "told.txt").open("w", encoding="utf-8") as file:
        stream = RedactedStream(file)
        assert stream.write("it is geheim-stream-4711\n") == 25
        stream.flush()
        assert (stream.isatty(), stream.fileno(), stream.encoding) == (False, file.fileno(), "utf-8")
    assert (tmp_path / "told.txt").read_text("utf-8") == "it is ***\n"
