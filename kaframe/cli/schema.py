"""``kaframe schema``: the JSON Schema of a file that people write, or of data that a command prints."""

from __future__ import annotations

import json

import click

from kaframe.cli.lookup import known_name


@click.command()
@click.argument("kind", default="")
def schema(kind: str) -> None:
    """Print the JSON Schema of a rule file or of printed data, or list the kinds there are.

    An editor with YAML support uses it to complete and explain every key; output/... say what commands print.

    \b
    kaframe schema
    kaframe schema score > schemas/score.schema.json
    kaframe schema output/explanation
    """
    from kaframe import bundled

    folder = bundled.folder("schemas")
    found = sorted(folder.rglob("*.schema.json"))
    files = {path.relative_to(folder).as_posix().removesuffix(".schema.json"): path for path in found}
    wide = max(map(len, files))
    if not kind:
        for name in sorted(files):
            click.echo(f"{name:<{wide}} {json.loads(files[name].read_text(encoding='utf-8')).get('description', '')}")
        return
    click.echo(files[known_name(kind, files, "kind of file")].read_text(encoding="utf-8").rstrip())
