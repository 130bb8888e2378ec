"""``kaframe schema``: the JSON Schema of a file that people write."""

from __future__ import annotations

import json

import click

from kaframe.cli.lookup import known_name


@click.command()
@click.argument("kind", default="")
def schema(kind: str) -> None:
    """Print the JSON Schema of a rule file, or list the kinds there are.

    An editor with YAML support uses it to complete and explain every key.

    \b
    kaframe schema
    kaframe schema score > schemas/score.schema.json
    """
    from kaframe import bundled

    files = {path.name.removesuffix(".schema.json"): path for path in bundled.folder("schemas").glob("*.schema.json")}
    if not kind:
        for name in sorted(files):
            click.echo(f"{name:<10} {json.loads(files[name].read_text(encoding='utf-8')).get('description', '')}")
        return
    click.echo(files[known_name(kind, files, "kind of file")].read_text(encoding="utf-8").rstrip())
