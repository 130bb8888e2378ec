"""The command line in one language: what click says, what the commands say of themselves, and how they answer."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from kaframe.errors import nearest_name

DOMAIN = "messages"  # where click looks its words up
spoken: ContextVar[str] = ContextVar("spoken", default="en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Words that are looked up by gettext, as click and the command line do, come in this language meanwhile."""
    token, before = spoken.set(language), (gettext.dgettext, gettext.dngettext)
    if language == "zh":
        _replace_lookups(*before)
    try:
        yield
    finally:
        gettext.dgettext, gettext.dngettext = before
        spoken.reset(token)


def did_you_mean(name: str, known: Any) -> str:
    """``did you mean 'x'?`` in the spoken language, or nothing."""
    found = nearest_name(name, known)
    return gettext.gettext("did you mean '{name}'?").format(name=found) if found else ""


def _replace_lookups(one: Any, some: Any) -> None:
    """A catalogue of gettext would have to be a compiled file, and its language a variable of this whole process."""
    from kaframe.cli.chinese import said

    def chinese(domain: str, message: str) -> str:
        return said(message) if domain == DOMAIN else str(one(domain, message))

    def chinese_of_many(domain: str, msgid1: str, msgid2: str, n: int) -> str:
        return said(msgid2) if domain == DOMAIN else str(some(domain, msgid1, msgid2, n))

    gettext.dgettext, gettext.dngettext = chinese, chinese_of_many
