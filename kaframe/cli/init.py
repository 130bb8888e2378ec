"""``kaframe init``: a small project that runs at once, to be filled with one's own data and rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from kaframe.cli.packoptions import language_option, pack_option, plugin_option
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

OWNERS = {"en": ("kim", "sam"), "zh": ("chen", "wang")}
IGNORED = """# what runs leave: snapshots and decisions of your own, reports, messages kept as files
.kaframe/
report/
notices/
"""


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@pack_option("A rule pack to stand on, lowest first; default 'default'.")
@plugin_option
@language_option
@click.option("--name", default="", help="The project's name; default the folder's.")
def init(folder: Path, packs: tuple[str, ...], plugins: tuple[str, ...], language: str, name: str) -> None:
    """Begin a project in an empty folder.

    Writes kaframe.yaml, team.yaml, rules/, a sample in data/ and the schemas with which an editor explains every key.
    Nothing is written when one of these files is already there.

    \b
    kaframe init
    kaframe init my-accounts --language zh
    kaframe init dairy --plugin dairy --pack default --pack dairy
    """
    from kaframe.plugins.packs import find_packs

    standing = find_packs(packs or ("default",), plugins)
    files = _files(language, _config_lines(standing, plugins), name or folder.resolve().name)
    clashes = sorted(path for path in files if (folder / path).exists())
    if clashes:
        listed = ", ".join(clashes[:5]) + (" ..." if len(clashes) > 5 else "")
        raise UsageError(
            [Problem(None, "KF6031", f"'{folder}' already has {listed}", "nothing was written; name an empty folder")]
        )
    _write(folder, files)
    words = words_of(language)
    click.echo(words["begun"].format(folder=folder, count=len(files)), err=True)
    for path in files:
        if not path.startswith("schemas/"):
            click.echo(str(folder / path))
    place = "" if folder == Path() else f"cd {folder}; "
    commands = f"{place}kaframe check; kaframe run; kaframe accounts"
    click.echo(words["try"].format(commands=commands), err=True)


def _config_lines(packs: Iterable[str], plugins: Iterable[str]) -> str:
    named = f"plugins: [{', '.join(plugins)}]\n" if plugins else ""
    return f"{named}packs: [{', '.join(packs)}]"


def _files(language: str, packs: str, name: str) -> dict[str, str]:
    """Every file of the new project by its path."""
    from kaframe import bundled
    from kaframe.sample import sample_files

    start = bundled.folder("examples") / "start" / language
    files = {str(path.relative_to(start)): path.read_text(encoding="utf-8") for path in sorted(start.rglob("*.yaml"))}
    quoted = "'" + name.replace("'", "''") + "'"
    files["kaframe.yaml"] = (
        files["kaframe.yaml"].replace("project: my-accounts", f"project: {quoted}", 1)
        .replace("packs: [default]", packs, 1)
    )  # fmt: skip
    files |= {f"data/{file}": text for file, text in sample_files(date.today(), language, OWNERS[language]).items()}
    files[".gitignore"] = IGNORED
    schemas = bundled.folder("schemas")
    files |= {f"schemas/{path.name}": path.read_text(encoding="utf-8") for path in sorted(schemas.glob("*.json"))}
    return files


def _write(folder: Path, files: dict[str, str]) -> None:
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            [
                Problem(
                    None,
                    "KF6032",
                    f"cannot write '{folder}': {(error.strerror or '').lower()}",
                    "name a folder that you may write",
                )
            ]
        ) from error
