"""``kaframe demo``: the whole cycle on the bundled example, a quarter before and on the last day of its data."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kaframe.cli.packoptions import language_option
from kaframe.cli.run import watched
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.flow import Finished
    from kaframe.project import Project

EXAMPLE = "consumer-goods"
DAYS = (date(2026, 3, 31), date(2026, 6, 30))  # a quarter to compare with, and the last day of the example's data
OWN_WORK = (".kaframe", "report", "notices")
FEW = 4


@click.command()
@click.argument("folder", default="kaframe-demo", type=click.Path(path_type=Path))
@click.option("--again", is_flag=True, help="Start over in a folder that an earlier demo made.")
@language_option
def demo(folder: Path, again: bool, language: str) -> int:
    """Run the whole cycle on the example and show what it found.

    The example is a maker of consumer goods; its data are generated. FOLDER (default kaframe-demo) becomes a project
    that you can change and run again.

    \b
    kaframe demo
    kaframe demo my-demo --language zh
    """
    copy_example(folder, again, language)
    for day in DAYS:
        project, finished = run_day(folder, day)
    from kaframe.cli.summary import tell_effects, tell_found
    from kaframe.cli.words import words_of

    tell_found(project, finished.committed.run_id, FEW)
    tell_effects(finished, words_of(language))
    program = "kaframe" if shutil.which("kaframe") else os.path.relpath(sys.argv[0])
    tries = "; ".join(f"{program} -C {folder} {what}" for what in ("explain C006", "tasks"))
    click.echo(words_of(language)["try"].format(commands=tries))
    return 0


def copy_example(folder: Path, again: bool, language: str) -> None:
    """A project of one's own from the bundled example. Raises: UsageError when the folder holds something else."""
    from kaframe import bundled

    if folder.exists() and any(folder.iterdir()):
        if not (again and (folder / ".kaframe-demo").exists()):
            raise UsageError(
                [
                    Problem(
                        None,
                        "KF6030",
                        f"the folder '{folder}' is not empty",
                        "name another folder, or say --again where an earlier demo was",
                    )
                ]
            )
        shutil.rmtree(folder)
    source = bundled.folder("examples") / EXAMPLE
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.py", "stories.yaml", "__pycache__", *OWN_WORK))
    (folder / ".kaframe-demo").write_text(
        "made by 'kaframe demo'; 'kaframe demo --again' makes it anew\n", encoding="utf-8"
    )
    config = folder / "kaframe.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("language: zh", f"language: {language}", 1), encoding="utf-8")


def run_day(folder: Path, day: date) -> tuple[Project, Finished]:
    """Run and publish the project for one day."""
    from kaframe import flow
    from kaframe.loading import load_project

    project = load_project(folder.resolve(), as_of=day)
    with watched(len(flow.STEPS) + 3) as watch:
        return project, flow.run(project, watch=watch)
