"""The words of the workbook, in English and Chinese side by side."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "accounts": ("Accounts", "客户"),
    "tasks": ("Tasks", "任务"),
    "insights": ("Insights", "洞察"),
    "actions": ("Actions", "行动"),
    "account_id": ("Account", "客户编号"),
    "account": ("Name", "客户名称"),
    "status": ("Colour", "状态"),
    "points": ("Points", "得分"),
    "tier": ("Tier", "等级"),
    "why": ("Largest reasons", "主要原因"),
    "stage": ("Stage", "阶段"),
    "state": ("State", "状况"),
    "since": ("Since", "起始日"),
    "title": ("What", "事项"),
    "due_on": ("Due", "截止日"),
    "days_late": ("Days late", "逾期天数"),
    "member": ("Who", "执行人"),
    "role": ("Role", "角色"),
    "insight": ("Insight", "洞察"),
    "sentence": ("What was seen", "说明"),
    "value": ("At stake", "涉及金额"),
    "strategy": ("Strategy", "策略"),
    "state.on_track": ("on track", "正常"),
    "state.behind": ("behind", "落后"),
    "state.stuck": ("stuck", "停滞"),
    "state.parked": ("parked", "暂停"),
    "state.done": ("done", "已完成"),
    "task.due": ("due", "到期"),
    "task.late": ("late", "逾期"),
    "task.planned": ("planned", "计划中"),
    "task.snoozed": ("put off", "已推迟"),
    "task.done": ("done", "已完成"),
}
