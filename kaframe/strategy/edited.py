"""Plans that people have edited, over what this run generates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from kaframe.bind import Label
from kaframe.database import Database
from kaframe.edits import find_changes, find_conflicts, merge_edit, plan_name
from kaframe.project import Project
from kaframe.wording import Wording

LEFT_OUT = Label("{file} {trouble}; the plan is published without it", "{file}{trouble}；发布的计划未包含其中的内容")
TROUBLES = {
    "elsewhere": Label("is no file inside its folder", "不是该文件夹内的文件"),
    "large": Label("is larger than 1 MB", "超过 1 MB"),
    "unreadable": Label("cannot be read: check its rights", "无法读取，请检查权限"),
    "encoding": Label("is not UTF-8: save it as UTF-8", "不是 UTF-8 编码，请另存为 UTF-8"),
    "control": Label("holds a control character U+0000: delete it", "含有控制字符 U+0000，请删除"),
}
ONE_CONFLICT = Label(
    "{file}:{lines}: you and the data have changed the same place; keep what is right",
    "{file}:{lines}：您与数据修改了同一处，请保留正确的内容",
)
CONFLICTS = Label(
    "{file}:{lines}: you and the data have changed the same {count} places; keep what is right",
    "{file}:{lines}：您与数据修改了相同的{count}处，请保留正确的内容",
)


@dataclass(frozen=True, slots=True)
class PlanText:
    """The text of a plan as it is published.

    ``generated`` is what it was before a person's edit, None without one. ``changes`` are the lines that the person
    has put in and taken out; they are a part of what is agreed.
    """

    markdown: str
    generated: str | None = None
    file: str | None = None
    edit: str | None = None
    finding: str | None = None
    changes: tuple[list[str], list[str]] | None = None

    def row(self) -> dict[str, Any]:
        """What the table of plans keeps of it."""
        names = ("markdown", "generated", "file", "edit", "finding")
        return {name: getattr(self, name) for name in names}


class Edits:
    """The edited plans of a run, each found by the id that its account has, or had."""

    def __init__(self, project: Project, db: Database) -> None:
        self._project = project
        self._wording = Wording(project.config.language, project.config.currency)
        self._files = {row["file"]: row for row in db.rows("SELECT * FROM past_edits ORDER BY file")}
        self._earlier: dict[str, list[str]] = defaultdict(list)
        for row in db.rows("SELECT old_id, new_id FROM past_renamed ORDER BY ALL") if db.has("past_renamed") else ():
            self._earlier[row["new_id"]].append(row["old_id"])

    def apply(self, account_id: str, markdown: str) -> PlanText:
        """The plan with what a person has written in it."""
        names = map(plan_name, [account_id, *self._earlier[account_id]])
        found = next((self._files[name] for name in names if name in self._files), None)
        if found is None:
            return PlanText(markdown)
        file, edit = found["file"], found["edit"]
        if found["trouble"]:
            trouble = self._project.text(TROUBLES[found["trouble"]])
            return PlanText(markdown, None, file, edit, self._say(LEFT_OUT, file=file, trouble=trouble))
        if edit is None:
            return PlanText(markdown, None, file)
        merged = merge_edit(found["base"], found["body"], markdown, self._project.as_of, self._wording).rstrip() + "\n"
        changes = find_changes(markdown, merged)
        return PlanText(merged, markdown, file, edit, self._conflicts(file, merged), changes if any(changes) else None)

    def _conflicts(self, file: str, text: str) -> str | None:
        lines = find_conflicts(text)
        if not lines:
            return None
        label = ONE_CONFLICT if len(lines) == 1 else CONFLICTS
        return self._say(label, file=file, lines=",".join(map(str, lines)), count=len(lines))

    def _say(self, label: Label, **words: object) -> str:
        return self._project.text(label).format(**words)
