"""The kinds of things that plugins bring: what each is called, which hook brings it, and the record that it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kaframe.additions import Command, Filter, Function, Listener, Panel, RulePack, TemplatePack
from kaframe.records import Channel, Reader, ReportFormat


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its word in data and options, the hook, the record, and what people call it."""

    word: str
    hook: str
    record: type[Any]
    words: Mapping[str, str]


KINDS = (
    Kind("reader", "kaframe_readers", Reader, {"en": "reader", "zh": "读取器"}),
    Kind("function", "kaframe_functions", Function, {"en": "function", "zh": "函数"}),
    Kind("pack", "kaframe_packs", RulePack, {"en": "rule pack", "zh": "规则包"}),
    Kind("templates", "kaframe_templates", TemplatePack, {"en": "templates", "zh": "模板"}),
    Kind("filter", "kaframe_filters", Filter, {"en": "filter", "zh": "过滤器"}),
    Kind("channel", "kaframe_channels", Channel, {"en": "channel", "zh": "渠道"}),
    Kind("report", "kaframe_reports", ReportFormat, {"en": "report format", "zh": "报告格式"}),
    Kind("panel", "kaframe_panels", Panel, {"en": "panel", "zh": "报告面板"}),
    Kind("command", "kaframe_commands", Command, {"en": "command", "zh": "命令"}),
    Kind("listener", "kaframe_listeners", Listener, {"en": "listener", "zh": "监听器"}),
)
BY_HOOK: Mapping[str, Kind] = MappingProxyType({kind.hook: kind for kind in KINDS})
RECORDS: Mapping[str, type[Any]] = MappingProxyType({kind.hook: kind.record for kind in KINDS})
