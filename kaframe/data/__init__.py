"""The data step: from the project's sources to ``accounts``, its tables, and an account of every row."""

from kaframe.data.catalog import check, describe_sources, read_everything, survey_sources
from kaframe.data.load import load_tables
from kaframe.data.quarantinefile import write_quarantine
from kaframe.data.words import used_columns

__all__ = [
    "check",
    "describe_sources",
    "load_tables",
    "read_everything",
    "survey_sources",
    "used_columns",
    "write_quarantine",
]
