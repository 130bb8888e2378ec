"""What a gate has found, as a sentence in the project's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from kaframe.gaterule import MEASURES, Gate
from kaframe.labels import labels
from kaframe.project import Project
from kaframe.wording import Wording

ENGLISH: Mapping[str, str] = {
    "fresh": "{what}: the newest row is of {newest}; it may not be older than {since}",
    "fresh.none": "{what}: there is no row up to this day; there should be one since {since}",
    "volume": "{what}: {now} rows, {before} in the run before{run} ({change}; allowed {sign}{limit})",
    "volume.no_run": "{what}: {now} rows; there is no run to compare with",
    "accounts": "{what}: {now}, {before} in the run before{run} ({change}; allowed {sign}{limit})",
    "accounts.no_run": "{what}: {now}; there is no run to compare with",
    "unique": "{what}: {count} of {all} rows repeat an earlier one by {columns} ({share}; allowed {limit})",
    "missing": "{what}: {columns} is missing in {count} of {all} rows ({share}; allowed {limit})",
    "measure": "{columns} is missing for {count} of {all} accounts ({share}; allowed {limit})",
    "run": " {run}",
    "of source": "{what} ({source})",
    "and": ", ",
}
CHINESE: Mapping[str, str] = {
    "fresh": "{what}：最新一行的日期为{newest}，不得早于{since}",
    "fresh.none": "{what}：截至当日没有任何行，{since}以来应有数据",
    "volume": "{what}：共{now}行，上次运行{run}为{before}行（{change}，允许{sign}{limit}）",
    "volume.no_run": "{what}：共{now}行，没有可比较的运行",
    "accounts": "{what}：共{now}个，上次运行{run}为{before}个（{change}，允许{sign}{limit}）",
    "accounts.no_run": "{what}：共{now}个，没有可比较的运行",
    "unique": "{what}：{all}行中有{count}行的{columns}与前面的行重复（{share}，允许{limit}）",
    "missing": "{what}：{all}行中有{count}行缺少{columns}（{share}，允许{limit}）",
    "measure": "{all}个客户中有{count}个缺少“{columns}”（{share}，允许{limit}）",
    "run": " {run} ",
    "of source": "{what}（{source}）",
    "and": "、",
}


@lru_cache(maxsize=1)
def saying_of(project: Project) -> Saying:
    """The sentences of a project, whose labels are gathered once for all of its gates."""
    return Saying(project)


class Saying:
    """The sentences of one project."""

    def __init__(self, project: Project) -> None:
        self.words = CHINESE if project.config.language == "zh" else ENGLISH
        self.wording = Wording(project.config.language, project.config.currency)
        self.labels = labels(project)

    def fresh(self, gate: Gate, newest: date | None, since: date) -> str:
        """How old the newest row is."""
        form = self.words["fresh" if newest else "fresh.none"]
        return form.format(what=self._table(gate), newest=newest and self._day(newest), since=self._day(since))

    def volume(self, gate: Gate, source: str | None, counts: tuple[int, int | None], run: str) -> str:
        """How many rows there are, and were; ``source`` only where a table has several, empty for derived accounts."""
        now, before = counts
        derived = source == ""
        what = self._table(gate)
        what = self.words["of source"].format(what=what, source=source) if source else what
        kind = "accounts" if gate.table == "accounts" else "volume"
        if before is None:
            return self.words[f"{kind}.no_run"].format(what=what, now=self._count(now))
        change = self._percent((now - before) / before, signed=True) if before else "-"
        return self.words[kind].format(
            what=what,
            now=self._count(now),
            before=self._count(before),
            run=self.words["run"].format(run=run) if run else "",
            change=change,
            limit=self._percent(gate.limit),
            sign="-" if derived else "±",
        )

    def unique(self, gate: Gate, repeats: int, count: int) -> str:
        """How many rows repeat an earlier one."""
        return self._shared("unique", gate, repeats, count)

    def missing(self, gate: Gate, missing: int, count: int) -> str:
        """How many rows, or accounts, lack a value."""
        return self._shared("measure" if gate.table == MEASURES else "missing", gate, missing, count)

    def _shared(self, form: str, gate: Gate, part: int, whole: int) -> str:
        kind = "measure" if gate.table == MEASURES else "column"
        return self.words[form].format(
            what=self._table(gate),
            columns=self.words["and"].join(self.labels.get(f"{kind}.{name}", name) for name in gate.columns),
            count=self._count(part),
            all=self._count(whole),
            share=self._percent(part / whole if whole else 0.0),
            limit=self._percent(gate.limit),
        )

    def _table(self, gate: Gate) -> str:
        return self.labels.get(f"data.{gate.table}", gate.table)

    def _day(self, day: date) -> str:
        return self.wording.day(day)

    def _count(self, count: int) -> str:
        return self.wording.count(count)

    def _percent(self, share: float, signed: bool = False) -> str:
        sign = "+" if signed and share > 0 else ""
        return f"{sign}{self.wording.percent(share)}"
