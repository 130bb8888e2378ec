"""The words of looking after the store, in both languages."""

from __future__ import annotations

ENGLISH = {
    "store.migrated": "{store} has the form {after} now, it had {before}; everything in it is kept",
    "store.newest": "{store} has today's form {after}; nothing to do",
    "store.absent": "there is no store yet; the first run makes one",
}
CHINESE = {
    "store.migrated": "{store} 已从格式 {before} 升级到格式 {after}，内容全部保留",
    "store.newest": "{store} 已是当前格式 {after}，无需升级",
    "store.absent": "还没有存储库；第一次运行时会建立",
}
