"""The language of who sits at the terminal, also when the project cannot be read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

SAID = re.compile(rb"^language[ \t]*:[ \t]*[\"']?(zh|en)\b", re.MULTILINE)
OWN = "KAFRAME_LANG"  # before all else: zh or en
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set holds, as for every other program
LARGEST = 1_000_000  # bytes of a kaframe.yaml; larger ones are refused (KF1003)
FOLDER_OPTIONS = ("-C", "--project")


def language_of(folder: str | os.PathLike[str], environment: Mapping[str, str] = os.environ) -> str:
    """``zh`` or ``en``: what KAFRAME_LANG says, else the project in this folder or above it, else the locale.

    ``kaframe.yaml`` is searched as text: most of what there is to say of a project is said because it is broken.
    """
    said = environment.get(OWN) or _said_above(folder)
    locale = next((environment[name] for name in LOCALE if environment.get(name)), "")
    return "zh" if (said or locale).lower().startswith("zh") else "en"


def folder_of(arguments: Sequence[str]) -> str:
    """The project's folder that the command line names, as far as can be seen before it is understood."""
    for place, argument in enumerate(arguments):
        if argument in FOLDER_OPTIONS and place + 1 < len(arguments):
            return arguments[place + 1]
        for joined in ("-C", "--project="):
            if argument.startswith(joined) and argument != joined:
                return argument.removeprefix(joined)
    return "."


def _said_above(folder: str | os.PathLike[str]) -> str:
    try:
        lowest = os.path.abspath(folder)
    except OSError:  # the folder in which this was called is no more
        return ""
    for place in _upwards(lowest):
        said = _said_in(os.path.join(place, "kaframe.yaml"))
        if said:
            return said
    return ""


def _upwards(place: str) -> Iterator[str]:
    while True:
        yield place
        above = os.path.dirname(place)
        if above == place:
            return
        place = above


def _said_in(file: str) -> str:
    """What ``language:`` of the file says; ``en`` when it is there without, nothing when there is no such file."""
    if not os.path.isfile(file):  # a pipe of that name would never end
        return ""
    try:
        with open(file, "rb") as text:
            found = SAID.search(text.read(LARGEST).removeprefix(b"\xef\xbb\xbf"))
    except OSError:
        return ""
    return found[1].decode() if found else "en"
