"""docs/readers.md and docs/errors.md say what the bundled readers do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from kaframe.records import Reader

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/readers.md").read_text(encoding="utf-8")
KAFRAME_KEYS = {"reader", "columns", "where", "types", "date_format"}


def examples() -> Iterator[Mapping[str, Any]]:
    """Every source of every YAML block of the page, and of those that go through it step by step."""
    pages = sorted((ROOT / "docs/how-to").glob("read-from-a-service*.md"))
    steps = [path.read_text(encoding="utf-8") for path in pages]
    assert len(steps) == 2
    for block in re.findall(r"```yaml\n(.*?)```", "\n".join([PAGE, *steps]), re.S):
        content = yaml.safe_load(block)
        for table in [*content.get("tables", {}).values(), *filter(None, [content.get("accounts")])]:
            yield table["source"]


@pytest.mark.parametrize(
    "source", list(examples()), ids=lambda source: f"{source['reader']} {source.get('path', '')}"
)
def test_examples_fit_the_options(readers: Mapping[str, Reader], source: Mapping[str, Any]) -> None:
    """What the page shows is legal."""
    options = {key: value for key, value in source.items() if key not in KAFRAME_KEYS}
    jsonschema.Draft7Validator(readers[source["reader"]].options).validate(options)


def test_every_option_has_a_row_and_every_row_an_option(readers: Mapping[str, Reader]) -> None:
    """The page has a table for each reader."""
    sections = re.split(r"\n## ", PAGE)
    for name, reader in readers.items():
        (section,) = [part for part in sections if re.match(rf".*\b{name}\b", part.splitlines()[0])]
        listed = set(re.findall(r"^\| `(\w+)` \|", section, re.M))
        assert set(reader.options["properties"]) <= listed, name
        assert listed <= {key for other in readers.values() for key in other.options["properties"]}, name


def test_every_option_explains_itself_to_an_editor(readers: Mapping[str, Reader]) -> None:
    """Title and description, nothing undeclared allowed, and a legal schema."""
    for name, reader in readers.items():
        jsonschema.Draft7Validator.check_schema(reader.options)
        assert reader.options["additionalProperties"] is False, name
        for option in reader.options["properties"].values():
            assert option["title"], name
            assert option["description"].endswith((".", ":", "}.")), name


def test_only_credentials_are_secret(readers: Mapping[str, Reader]) -> None:
    """References such as ${env:NAME} are resolved there and nowhere else."""
    secret = {
        (name, key)
        for name, reader in readers.items()
        for key, option in reader.options["properties"].items()
        if option.get("secret")
    }
    assert secret == {
        ("sql", "url"), ("salesforce", "client_secret"), ("hubspot", "token"), ("odoo", "password"),
        ("fxiaoke", "app_secret"), ("fxiaoke", "permanent_code"), ("oauth2_crm", "client_secret"),
    }  # fmt: skip
    s3 = readers["parquet"].options["properties"]["s3"]["properties"]
    assert {name for name, option in s3.items() if option.get("secret")} == {"key", "secret", "token"}
    auth = readers["rest"].options["properties"]["auth"]["properties"]
    assert {name for name, option in auth.items() if option.get("secret")} == {
        "token", "password", "value", "client_secret", "refresh_token",
    }  # fmt: skip


def test_every_code_has_a_section() -> None:
    """Whatever a reader or the loader raises is explained."""
    errors = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    files = [*ROOT.glob("plugins/reader_*.py"), *ROOT.glob("plugins/reader_*/*.py"), *ROOT.glob("kaframe/plugins/*.py"),
             *(ROOT / f"kaframe/{name}.py" for name in ("files", "textfile", "csvtext"))]  # fmt: skip
    raised = {code for file in files for code in re.findall(r'"(KF\d{4})"', file.read_text(encoding="utf-8"))}
    assert len(raised) > 25
    assert raised <= set(re.findall(r"^## (KF\d{4}) ", errors, re.M))
