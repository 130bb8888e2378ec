"""``kaframe import``: rules from what other systems write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kaframe.cli.words import Words, words_of
from kaframe.errors import KaframeError, Problem, UsageError

if TYPE_CHECKING:
    from kaframe.pmml import Imported

HITS = ("unique", "first", "any", "collect sum", "collect min", "collect max", "collect count")


@click.group(name="import")
def import_() -> None:
    """Write rules from what other systems export.

    \b
    kaframe import pmml scorecard.pmml
    kaframe import pmml scorecard.pmml --card risk --output rules/score.yaml
    kaframe import table discount.xlsx --sheet 折扣
    """


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; without it the YAML is printed.")
@click.option("--card", default="", metavar="NAME", help="The id of the scorecard; default the model's name.")
@click.pass_context
def pmml(ctx: click.Context, file: Path, output: Path | None, card: str) -> None:
    """Write the scorecard of a PMML file as YAML.

    Reads the Scorecard model of a PMML 4 file: initial score, characteristics with ordered attributes, partial scores,
    baselines and reason codes, missing, invalid and extreme values. The YAML gives the same scores, and as reasons the
    same codes in the same order. What cannot be said in YAML is refused with its line; nothing is dropped in silence.

    \b
    kaframe import pmml scorecard.pmml
    kaframe import pmml scorecard.pmml --card risk --output rules/score.yaml
    """
    from kaframe.cli.problems import tell_problems
    from kaframe.pmml import import_scorecard

    _refuse_there(output)
    imported = import_scorecard(file, str(file), card)
    tell_problems(imported.left_out)
    _write(imported.text, output)
    _tell(imported, output, words_of(_language(ctx)))


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", default="", metavar="NAME", help="The sheet of a workbook; needed where it has several.")
@click.option(
    "--hit", type=click.Choice(HITS), default="first", show_default=True, help="What several rows that hold mean."
)
@click.option("--encoding", default="", help="How a CSV is encoded, unless it is UTF-8 or has a byte order mark.")
@click.option("--delimiter", default="", metavar="C", help="What stands between the cells of a CSV.")
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; without it the YAML is printed.")
@click.pass_context
def table(ctx: click.Context, /, file: Path, hit: str, output: Path | None, **how: str) -> None:
    """Write a decision table from a CSV or workbook as YAML.

    A column for each input, one called points (分数), perhaps reason (原因) and note (备注). No import is needed
    to use such a file: 'table: {file: discount.xlsx}' reads it where it lies. Import it to go on in YAML.

    \b
    kaframe import table discount.csv
    kaframe import table discount.xlsx --sheet 折扣 --hit "collect sum"
    kaframe import table discount.csv --encoding gb18030 --output rules/score.yaml
    """
    from kaframe.rules.tableimport import import_table

    _refuse_there(output)
    imported = import_table(file, {key: value for key, value in how.items() if value}, hit)
    _write(imported.text, output)
    words = words_of(_language(ctx))
    place = str(output) if output else words["import.printed"]
    click.echo(words["import.made"].format(card=imported.name, place=place), err=True)
    click.echo(words["import.inputs"].format(inputs=", ".join(imported.inputs)), err=True)
    click.echo(words["import.next"].format(command="kaframe check"), err=True)


def _refuse_there(output: Path | None) -> None:
    if output is not None and output.exists():
        hint = "nothing was written; name another file, or print the YAML and copy what you want"
        raise UsageError([Problem(None, "KF6086", f"'{output}' is there already", hint)])


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"'{output}' cannot be written: {error.strerror}"
        raise UsageError([Problem(None, "KF6086", message, "name a file in a folder that is there")]) from error


def _tell(imported: Imported, output: Path | None, words: Words) -> None:
    """What was made, what it needs, and what to do next, to stderr."""
    place = str(output) if output else words["import.printed"]
    click.echo(words["import.made"].format(card=imported.card, place=place), err=True)
    needs = ", ".join(f"{name} ({kind})" for name, kind in imported.fields.items())
    click.echo(words["import.needs"].format(fields=needs), err=True)
    click.echo(words["import.next"].format(command="kaframe check"), err=True)


def _language(ctx: click.Context) -> str:
    """That of the project around, if there is one: an import needs none."""
    from kaframe.config import read_config
    from kaframe.loading import find_root

    try:
        return read_config(find_root(Path(ctx.obj["folder"])), ctx.obj["profile"]).language
    except (KaframeError, OSError):
        return str(ctx.obj["language"])
