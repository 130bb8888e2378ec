"""An explanation as people read it on a terminal: an indented tree with the data under the leaves."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.summary import painted
from kaframe.cli.tables import fitted, plain, shown, width
from kaframe.cli.words import Words, words_of
from kaframe.cli.wrapping import wrapped
from kaframe.decimals import rounded

if TYPE_CHECKING:
    from kaframe.explain import Decision, Evidence, ExplainedNode, Explanation, Reach
    from kaframe.project import Project

NUMBERS = (12, 7, 7, 6)  # columns of value, points, weight and lost
INDENT = "  "
LISTED = {"en": ", ", "zh": "、"}  # what stands between the names of a list
FEW_OPTIONS = 5  # of the names, conditions or rows that are enough
FEW_ROWS = 3  # so few rows are told at once; of more only with --all the largest


def tell_explanation(project: Project, explained: Explanation, everything: bool) -> None:
    """Print one explanation."""
    from kaframe.labels import labels

    teller = _Teller(project, words_of(project.config.language), labels(project), everything, room())
    for line in teller.lines(explained):
        click.echo(line)


def valued(value: Any, unit: str = "") -> str:
    """A value in its unit."""
    if isinstance(value, float) and unit == "percent":
        return f"{value * 100:.1f} %"
    if isinstance(value, float) and unit not in ("currency", "count") and 0 < abs(value) < 0.1:
        return f"{value:.4g}"
    return shown(value)


@dataclass(frozen=True, slots=True)
class _Teller:
    """The language, the names, how much to tell and how wide."""

    project: Project
    words: Words
    named: Mapping[str, str]
    everything: bool
    room: int
    told: set[str] = field(default_factory=set)

    def lines(self, one: Explanation) -> Iterator[str]:
        for line in self._head(one):
            yield from wrapped(line, self.room)
        yield ""
        headings = [self.words[name] for name in ("value", "points", "weight", "lost")]
        yield self._row(one.label, headings)
        for node in one.nodes:
            yield from self._node(node, 0, one)
        if one.other:
            yield self._row(self.words["of the group" if one.members else "other"], ["", "", "", f"{one.other:g}"])
        if one.rounded:
            yield self._row(self.words["rounded"], ["", "", "", f"{one.rounded:g}"])
        if one.score is not None:
            yield self._row(self.words["score"], ["", f"{one.score:g}", "", f"{one.best - one.score:g}"])
        if one.members:
            for line in self._members(one):
                yield from wrapped(line, self.room)
        if one.cheapest:
            yield ""
            for line in self._cheapest(one):
                yield from wrapped(line, self.room)
        if one.left_out:
            yield from wrapped(self.words["leaves left out"].format(names=", ".join(one.left_out)), self.room)

    def _head(self, one: Explanation) -> Iterator[str]:
        tier = self.named.get(f"tier.{one.tier}", one.tier)
        yield f"{plain(one.account_id)}  {plain(one.name)}  {tier}  {one.as_of}"
        score = self._shown(one.card, one.score)
        status = ""
        if one.decision:
            word = self.named.get(f"status.{one.decision.status}", one.decision.status)
            status = f"{painted(self.project, one.card, one.decision.status, word)}  "
        yield f"{one.label}: {status}{score} / {one.best:g}  ({one.rule})"
        if one.decision:
            yield from (INDENT + line for line in self._why(one))
        coverage = self.words["coverage"].format(share=f"{one.coverage:.0%}", least=f"{one.minimum_coverage:.0%}")
        between = self.words["between"].format(low=self._shown(one.card, one.low), high=self._shown(one.card, one.high))
        yield f"{INDENT}{coverage}" + (f"; {between}" if one.low != one.high else "")
        if one.gone:
            yield INDENT + self.words["account gone"]
        if one.merged:
            yield INDENT + self.words["merged ids"].format(names=", ".join(one.merged))

    def _why(self, one: Explanation) -> Iterator[str]:
        decision = one.decision
        assert decision is not None
        facts = {
            "reason": plain(decision.reason), "author": plain(decision.author), "until": decision.until,
            "recover": f"{decision.recover:g}", "hold": self._time(decision.hold),
            "before": self._status(decision.before), "calculated": self._status(decision.calculated),
            "since": decision.since,
        }  # fmt: skip
        yield self.words[f"why.{decision.why}"].format(**facts) + f"  ({decision.rule})"
        if decision.since:
            yield self.words["status since"].format(**facts)
        yield from self._patience(decision)
        yield from self._considered(decision, one.card)
        yield from decision.lost
        target = one.target
        if target and target.blocked:
            yield self.words[f"blocked.{target.blocked}"].format(status=self._status(target.status))
        elif target:
            word = "next colour above" if target.above else "next colour"
            told = self.words[word].format(status=self._status(target.status), points=f"{target.points:g}")
            held = self.words["next colour hold"].format(next=told, hold=self._time(target.hold))
            yield held if target.hold else told

    def _shown(self, card: str, points: float | None) -> str:
        return "-" if points is None else self.project.rules.score.shown(card, points)

    def _patience(self, decision: Decision) -> Iterator[str]:
        """Which run began what is waited for, and when it can be over."""
        facts = {"begun": decision.begun, "runs": decision.runs, "left": decision.runs_left, "day": decision.ready_on}
        if decision.ready_on:
            yield self.words["waits until"].format(**facts)
        elif decision.runs_left:
            yield self.words["waits for runs"].format(**facts)

    def _considered(self, decision: Decision, card: str) -> Iterator[str]:
        """The exceptions that do not decide, by what became of them."""
        found: dict[str, list[str]] = {}
        for one in decision.considered:
            found.setdefault(one.state, []).append(plain(one.reason))
        states = ("overridden", "changes_nothing", "later", "unknown")
        for state in (*states, "does_not_hold") if self.everything else states:
            if state in found:
                names = LISTED[self.project.config.language].join(found[state])
                yield self.words[f"exceptions {state}"].format(names=names)
        if decision.calculated_points is not None and decision.points != decision.calculated_points:
            told = self._shown(card, decision.points), self._shown(card, decision.calculated_points)
            yield self.words["calculated points"].format(points=told[0], calculated=told[1])

    def _members(self, one: Explanation) -> Iterator[str]:
        """The companies that a parent has its points or colour from."""
        yield self.words["members"]
        for member in one.members:
            share = "-" if member.share is None else f"{member.share:.1%}"
            has = self._status(member.status) if member.status else self._shown(one.card, member.points)
            state = "" if member.state == "counted" else f"  ({self.words[f'member.{member.state}']})"
            yield f"{INDENT}{plain(member.account_id)}  {plain(member.name)}: {has}, {share}{state}"

    def _node(self, node: ExplainedNode, depth: int, one: Explanation) -> Iterator[str]:
        value = "" if node.children else valued(node.value, node.unit)
        points = "-" if node.points is None else f"{rounded(node.points, 1, 'up'):.1f}"
        cells = [value, points, f"{node.effective:.1%}", f"{node.lost:g}" if node.lost else ""]
        yield self._row(INDENT * (depth + 1) + node.label, cells)
        for child in node.children:
            yield from self._node(child, depth + 1, one)
        can_bring = node.reach is not None and node.reach.is_possible
        if not node.children and (self.everything or node.lost > 0 or node.points is None or can_bring):
            for line in self._leaf(node, one):
                yield from wrapped(INDENT * (depth + 3) + plain(line), self.room)

    def _leaf(self, node: ExplainedNode, one: Explanation) -> Iterator[str]:
        rule = f"{node.how}  ({node.rule})"
        notes = [self.words["stale"]] if node.stale else []
        notes += [self.words["undated"]] if node.undated and node.value is not None else []
        notes += [self.words["imputed"]] if node.imputed else []
        if node.left is not None and node.left < 1:
            notes.append(self.words["faded"].format(left=f"{node.left:.0%}"))
        yield "; ".join([*notes, rule])
        yield from self._decided(node)
        for evidence in node.evidence:
            yield from self._evidence(evidence, 0)
        if node.reach is not None and one.target:
            yield self._reach(node, one)

    def _decided(self, node: ExplainedNode) -> Iterator[str]:
        """The case or row behind the points; rows that contradict each other where there are none."""
        if node.points is None and len(node.decided) > 1:
            yield self.words["contradict"].format(rules=", ".join(one.rule for one in node.decided))
            return
        for one in node.decided:
            reason = f": {one.reason}" if one.reason else ""
            yield self.words["decided by"].format(rule=one.rule) + reason

    def _evidence(self, evidence: Evidence, depth: int) -> Iterator[str]:
        indent = INDENT * depth
        text = f"{evidence.label}: {valued(evidence.value, evidence.unit)}"
        if evidence.name in self.told and evidence.formula:
            yield f"{indent}{text}  ({self.words['above']})"
            return
        self.told.add(evidence.name)
        if evidence.row_count is not None:
            condition = f" {self.words['where']} {evidence.condition}" if evidence.condition else ""
            sources = ", ".join(evidence.sources)
            yield f"{indent}{text} = {evidence.formula}{condition}  ({evidence.rule})"
            many = "row of" if evidence.row_count == 1 else "rows of"
            rows = self.words[many].format(count=f"{evidence.row_count:,}", table=evidence.table, sources=sources)
            total = f"; {evidence.column}: {shown(evidence.total)}" if evidence.total is not None else ""
            yield f"{indent}{INDENT}{rows}{total}"
            if self.everything or evidence.row_count <= FEW_ROWS:
                yield from (f"{indent}{INDENT}· {_row_text(row)}" for row in evidence.rows)
        elif evidence.formula:
            yield f"{indent}{text} = {evidence.formula}  ({evidence.rule})"
        else:
            yield f"{indent}{text}" + (f"  ({', '.join(evidence.sources)})" if evidence.sources else "")
        for below in evidence.uses:
            yield from self._evidence(below, depth + 1)

    def _reach(self, node: ExplainedNode, one: Explanation) -> str:
        reach, target = node.reach, one.target
        assert reach is not None
        assert target is not None
        status = self._status(target.status)
        if reach.why:
            return "→ " + self.words[f"cannot tell.{reach.why}"].format(status=status)
        if not reach.is_possible:
            return "→ " + self.words["cannot alone"].format(status=status)
        if reach.options:
            said = "→ " + self.words["alone with"].format(status=status, value=self._options(reach))
            return said + (self.words["unknown now"].format(names=", ".join(reach.unknown)) if reach.unknown else "")
        now = valued(node.value, node.unit)
        word = f"alone {reach.passing or 'at'}"
        return "→ " + self.words[word].format(status=status, value=valued(reach.value, node.unit), now=now)

    def _options(self, reach: Reach) -> str:
        """The names, conditions or rows that are enough, and where others go before them."""
        told = [
            self.words["unless"].format(value=one.when, others=self.words["or"].join(one.unless))
            if one.unless
            else one.when
            for one in reach.options
        ]
        if len(told) > FEW_OPTIONS and not self.everything:
            told[FEW_OPTIONS:] = [self.words["more leaves"].format(count=len(told) - FEW_OPTIONS)]
        return " | ".join(told)

    def _cheapest(self, one: Explanation) -> Iterator[str]:
        """The cheapest combination of changes, a line a measure."""
        found, target = one.cheapest, one.target
        assert found is not None
        assert target is not None
        if not found.moves:
            yield self.words["cheapest none"].format(status=self._status(target.status))
            return
        best = self.words["cheapest" if found.is_cheapest else "cheapest found"]
        yield best.format(status=self._status(target.status), effort=f"{found.effort:g}")
        for move in found.moves:
            now, then = valued(move.now, move.unit), valued(move.value, move.unit)
            yield f"{INDENT}→ {plain(move.label)}: {now} → {then}  ({self.words['effort']} {move.effort:.3g})"

    def _time(self, said: str) -> str:
        """A time or number of runs of a rule, as ``14 days``, in the language of the project."""
        count, _, unit = said.partition(" ")
        return self.words[f"time.{unit.removesuffix('s')}"].format(count=count) if count not in ("", "1") else said

    def _status(self, status: str) -> str:
        return self.named.get(f"status.{status}", status)

    def _row(self, label: str, cells: Iterable[str]) -> str:
        room = self.room - sum(NUMBERS) - len(NUMBERS)
        text = fitted(plain(label), room)
        padded = [" " * (size - width(cell)) + cell for size, cell in zip(NUMBERS, cells, strict=True)]
        return (text + " " * (room - width(text)) + " " + " ".join(padded)).rstrip()


def _row_text(row: Mapping[str, Any]) -> str:
    """One row of data: its days first, then the rest that is not empty."""
    days = [f"{value:%Y-%m-%d}" for value in row.values() if isinstance(value, date)]
    rest = [
        f"{name} {shown(value)}" for name, value in row.items() if value is not None and not isinstance(value, date)
    ]
    return "  ".join([*days[:1], *rest])


def room() -> int:
    """How wide an explanation may be: the terminal, within limits that can still be read."""
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 140))
