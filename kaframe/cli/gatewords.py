"""The words about gates on the data, in both languages."""

from __future__ import annotations

ENGLISH = {
    "held": "nothing is published: no colour has changed, no notice is sent; the report still shows the run before",
    "held.told": "told that the run was held back",
    "gates": "gates on the data",
    "gate.passed": "passed",
    "gate.no_run": "without a run to compare with",
    "gate.failed": "failed",
    "gate.accepted": "accepted",
    "gate.warned": "warning",
}
CHINESE = {
    "held": "本次运行未发布：客户状态不变，不发送任何通知，报告仍为上一次运行的结果",
    "held.told": "已通知运行未发布",
    "gates": "数据校验",
    "gate.passed": "通过",
    "gate.no_run": "无可比较的运行",
    "gate.failed": "未通过",
    "gate.accepted": "已放行",
    "gate.warned": "警告",
}
