"""The small marks that stand on every page many times, as markup: cheaper than macros, which are for larger things."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

    from .saying import Colour

SEEN = 20_000  # the same words, colours and lengths stand on many pages


@lru_cache(SEEN, typed=True)
def chip(colour: Colour) -> Markup:
    """A status: its shape and word in its colour."""
    from markupsafe import Markup

    shape = Markup('<span class="shape" aria-hidden="true">{}</span>').format(colour.shape)
    return Markup('<span class="chip" style="--c:{}">{} {}</span>').format(colour.css, shape, colour.label)


@lru_cache(SEEN, typed=True)
def bar(part: float | str, tone: str = "") -> Markup:
    """A bar that is so many percent full."""
    from markupsafe import Markup

    return Markup('<span class="{}"><span style="width:{}%"></span></span>').format(f"bar {tone}".strip(), part)


@lru_cache(SEEN, typed=True)
def flag(state: str, word: str) -> Markup:
    """A state as a small label."""
    from markupsafe import Markup

    return Markup('<span class="flag {}">{}</span>').format(state, word)


@lru_cache(SEEN, typed=True)
def named(name: str, link: str) -> Markup:
    """A name that leads to its page, if it has one."""
    from markupsafe import Markup, escape

    return Markup('<a href="{}">{}</a>').format(link, name) if link else escape(name)
