"""The words of ``kaframe check``, in both languages."""

from __future__ import annotations

ENGLISH = {
    "check.findings in": "{file}: {count} findings",
    "check.finding in": "{file}: 1 finding",
    "check.summary": "{project}: {measures} measures, {tiers} tiers, {cards}, {stages} stages, "
    "{members} members: {verdict}",
    "check.cards": "{count} scorecards",
    "check.card": "1 scorecard",
    "check.findings": "{count} findings",
    "check.finding": "1 finding",
    "check.clean": "no problems",
    "check.absent": "data that the packs could use and this project does not have:",
    "check.missing": "share of accounts that lack a measure:",
    "check.left out": "{count} measures are left out for it: {names}",
}
CHINESE = {
    "check.findings in": "{file}：{count} 处存疑",
    "check.finding in": "{file}：1 处存疑",
    "check.summary": "{project}：{measures} 个指标，{tiers} 个层级，{cards}，{stages} 个阶段，"
    "{members} 名成员：{verdict}",
    "check.cards": "{count} 张评分卡",
    "check.card": "1 张评分卡",
    "check.findings": "{count} 处存疑",
    "check.finding": "1 处存疑",
    "check.clean": "未发现问题",
    "check.absent": "规则包可以使用而本项目没有的数据：",
    "check.missing": "缺少指标的客户占比：",
    "check.left out": "因此略去 {count} 个指标：{names}",
}
