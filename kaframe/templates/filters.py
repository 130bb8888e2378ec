"""The filters that plugins bring, in the process that renders: called with plain data, held apart from the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kaframe.markdown import Written
from kaframe.templates.folder import FilterSource
from kaframe.wording import Wording


class FilterError(Exception):
    """A filter failed; the message names the filter, its plugin and what it raised."""


def bind_filters(
    sources: Iterable[FilterSource], wording: Wording, passing: tuple[type[BaseException], ...]
) -> dict[str, Callable[..., Any]]:
    """The filters of all plugins by name, in one language. What was checked while loading is not checked again.

    ``passing`` are errors that are not the filter's own: a name that is not there, no more time, no more memory.
    """
    return {
        record.name: _bound(record, source.plugin, wording, passing)
        for source in sources
        for record in source.source.load().kaframe_filters()
    }


def _bound(
    record: Any, plugin: str, wording: Wording, passing: tuple[type[BaseException], ...]
) -> Callable[..., Any]:
    subject = f"the filter '{record.name}' of plugin '{plugin}'"

    def write(value: Any, *arguments: Any) -> Any:
        try:
            text = record.apply(value, wording, *arguments)
        except passing:
            raise
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            raise FilterError(f"{subject} fails: {type(error).__name__}: {error}") from error
        if not isinstance(text, str):
            raise FilterError(f"{subject} gives {type(text).__name__}, not text")
        return Written(text) if record.written else text

    return write
