"""The words of looking after the store, in both languages."""

from __future__ import annotations

ENGLISH = {
    "store.migrated": "{store} has the form {after} now, it had {before}; everything in it is kept",
    "store.newest": "{store} has today's form {after}; nothing to do",
    "store.absent": "there is no store yet; the first run makes one",
    "store.backed up": "{store} is copied to {file}; copy the snapshots in {snapshots} as well",
    "store.restored": "{store} is restored, with {runs} runs",
    "store.replaced": "what was there is kept in {file}",
    "store.nothing to prune": "nothing can go: all that is there is kept or needed",
    "store.would prune": "would remove the snapshots of {count} runs ({size} MB) and old rows:",
    "store.pruned": "removed the snapshots of {count} runs ({size} MB) and old rows:",
    "store.rows.events": "{count} events",
    "store.rows.tasks": "{count} earlier states of tasks",
    "store.rows.plans": "{count} replaced plans that nobody decided on",
    "store.rows.outbox": "the texts of {count} notices that were sent",
    "store.prune hint": "nothing was removed; --yes removes it",
}
CHINESE = {
    "store.migrated": "{store} 已从格式 {before} 升级到格式 {after}，内容全部保留",
    "store.newest": "{store} 已是当前格式 {after}，无需升级",
    "store.absent": "还没有存储库；第一次运行时会建立",
    "store.backed up": "{store} 已备份到 {file}；请一并复制 {snapshots} 中的快照",
    "store.restored": "{store} 已恢复，含 {runs} 次运行",
    "store.replaced": "原有内容保存在 {file}",
    "store.nothing to prune": "没有可清理的内容：现有内容都在保留范围内或仍有需要",
    "store.would prune": "将清理 {count} 次运行的快照（{size} MB）和旧记录：",
    "store.pruned": "已清理 {count} 次运行的快照（{size} MB）和旧记录：",
    "store.rows.events": "事件 {count} 条",
    "store.rows.tasks": "任务的旧状态 {count} 条",
    "store.rows.plans": "无人批复且已被替代的计划 {count} 份",
    "store.rows.outbox": "已发送通知的正文 {count} 条",
    "store.prune hint": "尚未清理任何内容；加 --yes 执行清理",
}
