"""The command line's own words, in both languages."""

from __future__ import annotations

from kaframe.cli import explainwords

Words = dict[str, str]

ENGLISH: Words = {
    "nothing changed": "preview: nothing is changed, nothing is sent",
    "published": "run {run} is published",
    "unchanged": "run {run} was published from the very same inputs; nothing to do",
    "accounts": "accounts", "all": "all", "managed": "managed", "tiers": "tiers",
    "colours": "managed accounts by colour",
    "tasks": "tasks", "task.due": "due", "task.late": "late", "task.planned": "planned", "task.done": "done",
    "task.snoozed": "put off", "team": "the team", "changes": "what changed", "events": "events",
    "would send": "notices", "notices": "notices", "sent": "sent", "retried": "to be tried again", "dead": "given up",
    "throttled": "held back", "undeliverable": "undeliverable",
    "left out": "rows left out", "report": "report", "more": "and {count} more",
    "source": "source", "rows_read": "read", "kept": "kept", "quarantined": "quarantined", "left_out": "left out",
    "after_as_of": "later", "orphans": "orphans",
    "account": "account", "name": "name", "tier": "tier", "status": "status", "score": "score", "weakest": "weakest",
    "stage": "stage", "owner": "owner", "late": "late", "task": "task", "due on": "due", "state": "state", "who": "who",
    "title": "title", "day": "day", "version": "version", "run": "run", "what": "what", "since": "since",
    "more accounts": "and {count} more accounts; --all shows them", "task.dropped": "dropped",
    "task is done": "done on {day}: {title} ({account}); the next run counts it",
    "task is snoozed": "put off until {day}: {title} ({account})",
}  # fmt: skip
CHINESE: Words = {
    "nothing changed": "预览：不改变任何数据，不发送任何通知",
    "published": "已发布运行 {run}",
    "unchanged": "运行 {run} 已用完全相同的输入发布过，无需再做",
    "accounts": "客户", "all": "全部", "managed": "在管", "tiers": "层级", "colours": "在管客户状态",
    "tasks": "任务", "task.due": "到期", "task.late": "逾期", "task.planned": "计划中", "task.done": "已完成",
    "task.snoozed": "已推迟", "team": "团队问题", "changes": "变化", "events": "事件",
    "would send": "通知", "notices": "通知", "sent": "已发送", "retried": "稍后重试", "dead": "已放弃",
    "throttled": "暂缓", "undeliverable": "无法送达",
    "left out": "未采用的行", "report": "报告", "more": "另有 {count} 条",
    "source": "数据源", "rows_read": "读取", "kept": "采用", "quarantined": "隔离", "left_out": "排除",
    "after_as_of": "晚于截止日", "orphans": "无主",
    "account": "客户编号", "name": "名称", "tier": "层级", "status": "状态", "score": "得分", "weakest": "最弱项",
    "stage": "阶段", "owner": "负责人", "late": "逾期",
    "task": "任务编号", "due on": "截止日", "state": "状况", "who": "执行人",
    "title": "事项", "day": "日期", "version": "版本", "run": "运行", "what": "内容", "since": "起始日",
    "more accounts": "另有 {count} 个客户；加 --all 显示全部", "task.dropped": "已取消",
    "task is done": "已于 {day} 完成：{title}（{account}）；下次运行计入",
    "task is snoozed": "已推迟到 {day}：{title}（{account}）",
}  # fmt: skip


def words_of(language: str) -> Words:
    """The words of a language."""
    if language == "zh":
        return CHINESE | explainwords.CHINESE
    return ENGLISH | explainwords.ENGLISH
