"""The language of who sits at the terminal, also when the project cannot be read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from kaframe.config import CONFIG_FILE

SAID = re.compile(rb"^language[ \t]*:[ \t]*[\"']?(zh|en)\b", re.MULTILINE)
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set holds, as for every other program
LARGEST = 1_000_000  # bytes of a kaframe.yaml; larger ones are refused (KF1003)


def language_of(folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """``zh`` or ``en``: what the project in this folder or above it says, else what the environment does.

    ``kaframe.yaml`` is searched as text: most of what there is to say of a project is said because it is broken.
    """
    folder = Path(os.path.abspath(folder))
    for place in (folder, *folder.parents):
        said = _said_in(place / CONFIG_FILE)
        if said:
            return said
    locale = next((environment[name] for name in LOCALE if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def _said_in(file: Path) -> str:
    """What ``language:`` of the file says; ``en`` when it is there without, nothing when there is no such file."""
    try:
        with file.open("rb") as text:
            found = SAID.search(text.read(LARGEST).removeprefix(b"\xef\xbb\xbf"))
    except OSError:
        return ""
    return found[1].decode() if found else "en"
