"""What an event says to people: one sentence in the project's language, with labels instead of ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaframe.bind import Label
from kaframe.labels import labels
from kaframe.project import Project

NOBODY = Label("nobody", "无人")
TEMPLATES: Mapping[str, Label] = {
    "status_changed": Label("{card}: {old} → {new}{because}", "{card}：{old} → {new}{because}"),
    "override_expired": Label(
        "{card}: {old}, set by hand, has expired; it is {new} now", "{card}：人工设定的{old}已到期，现为{new}"
    ),
    "tier_changed": Label("Tier: {old} → {new}", "客户等级：{old} → {new}"),
    "account_new": Label("New account, tier {new}", "新客户，等级：{new}"),
    "account_gone": Label("No longer in the data (tier was {old})", "数据中已没有该客户（原等级：{old}）"),
    "stage_changed": Label("Stage: {old} → {new}{because}", "阶段：{old} → {new}{because}"),
    "stage_stuck": Label("Stuck in stage {subject} for {days}", "在“{subject}”阶段停滞，已{days}"),
    "owner_changed": Label("{subject}: {old} → {new}", "{subject}：{old} → {new}"),
    "task_opened": Label("To do: {title} ({member}, by {due_on})", "待办：{title}（{member}，{due_on}前）"),
    "task_late": Label(
        "{days} late: {title} ({member}, was due {due_on})",
        "逾期{days}：{title}（{member}，应于{due_on}完成）",
    ),
    "task_done": Label("Done: {title} ({member})", "已完成：{title}（{member}）"),
    "insight_new": Label("{sentence}{more}", "{sentence}{more}"),
    "insight_gone": Label("No longer so: {subject}", "已消失：{subject}"),
    "plan_new": Label("New plan: {title}{approval}", "新计划：{title}{approval}"),
    "plan_changed": Label(
        "Plan changed, version {version}: {title}{approval}", "计划已更新，第{version}版：{title}{approval}"
    ),
}
DAYS = Label("{count} days", "{count}天")
ONE_DAY = Label("1 day", "1天")
LOST = Label(" ({node} lost {lost} points)", "（{node}失{lost}分）")
TOO_LITTLE = Label(" (too little is known)", "（已知数据过少）")
BECAUSE = Label(" ({reason})", "（{reason}）")
MORE = Label(" (and {count} more)", "（另有{count}项）")
APPROVAL = Label(", {role} approves", "，由{role}审批")

# Of which kind the ids in `old`, `new` and `subject` of an event are.
KINDS_OF_IDS: Mapping[str, Mapping[str, str]] = {
    "status_changed": {"old": "status", "new": "status"},
    "override_expired": {"old": "status", "new": "status"},
    "tier_changed": {"old": "tier", "new": "tier"},
    "account_new": {"new": "tier"},
    "account_gone": {"old": "tier"},
    "stage_changed": {"old": "stage", "new": "stage"},
    "stage_stuck": {"subject": "stage"},
    "owner_changed": {"subject": "role", "old": "member", "new": "member"},
    "insight_new": {"subject": "insight"},
    "insight_gone": {"subject": "insight"},
}


class ChangeWords:
    """The labels of a project, looked up once; ``sentence`` tells a change."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._labels = labels(project)

    def sentence(self, change: Mapping[str, Any]) -> str:
        """One line for people; an id without a label stands for itself."""
        kind, told, number = change["kind"], change["told"] or {}, int(change["value"] or 0)
        kinds = KINDS_OF_IDS.get(kind, {})
        words = {name: self._label(kinds.get(name, ""), change[name]) for name in ("old", "new", "subject")}
        return self._fill(
            TEMPLATES[kind],
            **words,
            card=self._label("card", change["card"]),
            because=self._because(change, told),
            days=self._fill(ONE_DAY if number == 1 else DAYS, count=number),
            title=told.get("title") or change["subject"] or "",
            member=self._label("member", told.get("member")),
            due_on=told.get("due_on") or "?",
            sentence=told.get("sentence") or words["subject"],
            more=self._fill(MORE, count=told["more"]) if told.get("more") else "",
            version=number,
            approval=self._approval(change, told),
        )

    def _because(self, change: Mapping[str, Any], told: Mapping[str, Any]) -> str:
        """Why a colour or a stage changed; nothing when it is the points and they got better."""
        why = told.get("why")
        if why == "exception":
            return self._fill(BECAUSE, reason=self._label("exception", told["exception"]))
        if why and change["new"] == "no_data":
            return self._fill(TOO_LITTLE)
        if told.get("reason") and why in (None, "override"):
            return self._fill(BECAUSE, reason=told["reason"])
        if told.get("node") and told.get("lost") and self._is_worse(change):
            node = self._label(f"node.{change['card']}", told["node"])
            return self._fill(LOST, node=node, lost=f"{told['lost']:.3g}")
        return ""

    def _is_worse(self, change: Mapping[str, Any]) -> bool:
        rule = self._project.rules.status.rgb.get(change["card"])
        order = [colour.id for colour in rule.colours] if rule else []
        places = [order.index(value) if value in order else -1 for value in (change["old"], change["new"])]
        return places[1] > places[0]

    def _approval(self, change: Mapping[str, Any], told: Mapping[str, Any]) -> str:
        waits = change["new"] == "waiting" and told.get("role")
        return self._fill(APPROVAL, role=self._label("role", told["role"])) if waits else ""

    def _label(self, kind: str, name: str | None) -> str:
        if name is None:
            return self._project.text(NOBODY) if kind == "member" else ""
        return self._labels.get(f"{kind}.{name}", name)

    def _fill(self, label: Label, **words: object) -> str:
        """The template with its words; what the data say is only ever a value, never a template."""
        return self._project.text(label).format(**words)
