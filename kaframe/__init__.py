"""kaframe: key-account management as code.

``kaframe.load(path)`` gives a project; its ``preview`` and ``run`` give the tables of docs/tables.md.
Plugins import what they need from here and from nowhere else.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Location": "errors",
    "Problem": "errors",
    "KaframeError": "errors",
    "DataError": "errors",
    "RuleError": "errors",
    "UsageError": "errors",
    "nearest": "errors",
    "Command": "additions",
    "Filter": "additions",
    "Function": "additions",
    "Listener": "additions",
    "Listing": "additions",
    "News": "additions",
    "Panel": "additions",
    "PanelContent": "additions",
    "RulePack": "additions",
    "TemplatePack": "additions",
    "Attachment": "records",
    "BadRow": "records",
    "Channel": "records",
    "Column": "records",
    "HeldRun": "records",
    "Load": "records",
    "Message": "records",
    "Outcome": "records",
    "Reader": "records",
    "Reading": "records",
    "ReportFormat": "records",
    "RunView": "records",
    "Secret": "records",
    "ShownPanel": "records",
    "Source": "records",
    "Answer": "answers",
    "POST_OPTIONS": "posting",
    "Post": "posting",
    "Refusal": "reach",
    "RefusedAddressError": "reach",
    "connect_each": "reach",
    "find_addresses": "reach",
    "host_refusal": "reach",
    "is_loopback": "reach",
    "open_client": "transport",
    "check_post": "posting",
    "judge_code": "answers",
    "judge_status": "answers",
    "revealed": "posting",
    "send_post": "posting",
    "wait_of": "posting",
    "unconfirmed": "answers",
    "Chat": "chat",
    "Page": "chat",
    "Piece": "chat",
    "defused": "chat",
    "quieted": "chat",
    "as_json": "chat",
    "send_chat": "chat",
    "CsvTable": "csvtext",
    "open_csv": "csvtext",
    "walk_csv": "csvtext",
    "read_csv_quickly": "csvquick",
    "check_header": "files",
    "check_names": "files",
    "find_files": "files",
    "fingerprint_files": "files",
    "place_in": "files",
    "show_file": "files",
    "encoding_error": "textfile",
    "find_encoding": "textfile",
    "other_kind": "textfile",
    "ValueColumns": "values",
    "engine_type": "values",
    "guess_type": "values",
    "type_of": "values",
    "Wording": "wording",
    "Written": "markdown",
    "escape_markdown": "markdown",
    "KAFRAME_API": "hookspecs",
    "hook": "hookspecs",
    "read_yaml": "yamlfile",
    "load": "api",
}

__all__ = sorted([*_HOME, "__version__"])


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first used, so that ``kaframe --help`` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'kaframe' has no attribute '{name}'")
    import importlib

    return getattr(importlib.import_module(f"kaframe.{_HOME[name]}"), name)
