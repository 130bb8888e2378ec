"""The words of a message: subject, plain text and a small HTML, accounts under one another, worst first."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any

from kaframe.bind import Label
from kaframe.chat import quieted
from kaframe.database import Database
from kaframe.errors import Problem, RuleError
from kaframe.labels import labels
from kaframe.names import of_primary
from kaframe.notify.layout import INDENT, NoticeLayout, as_html
from kaframe.project import Project
from kaframe.rules.notify import Notice
from kaframe.shades import find_shade, worst_first

NAME_LENGTH, LINE_LENGTH = 80, 300

TEAM = Label("The team", "团队")
ONE_ACCOUNT = Label("{title}: {account}", "{title}：{account}")
ACCOUNTS = Label("{title} ({count} accounts)", "{title}（{count}个客户）")
FACTS = Label(" ({facts})", "（{facts}）")
COMMA = Label(", ", "、")
NEXT = Label("Next: {title} ({member}, by {due_on})", "下一步：{title}（{member}，{due_on}前）")
NEXT_LATE = Label(
    "Next, overdue: {title} ({member}, was due {due_on})",
    "下一步（已逾期）：{title}（{member}，应于{due_on}完成）",
)
NOBODY = Label("nobody", "无人")
MORE = Label("... and {count} more", "……以及另外{count}个客户")
EARLIER = Label("[{day}] {sentence}", "[{day}] {sentence}")

_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")

# The colour of the primary card and the next open task of every account that something is told of.
ACCOUNTS_QUERY = """
    SELECT e.account_id, a.name, t.tier, c.card, c.status,
        n.next.title AS next_title, n.next.member AS next_member, n.next.due_on AS next_due
    FROM (SELECT DISTINCT account_id FROM notice_events WHERE account_id IS NOT NULL) AS e
    LEFT JOIN accounts AS a USING (account_id)
    LEFT JOIN tiers AS t USING (account_id)
    LEFT JOIN (SELECT account_id, card, status FROM colours WHERE {of_primary}) AS c USING (account_id)
    LEFT JOIN (
        SELECT account_id, arg_min({{'title': title, 'member': member, 'due_on': due_on}},
            {{'due_on': due_on, 'task_key': task_key}}) AS next
        FROM tasks WHERE state IN ('due', 'late', 'planned') AND due_on IS NOT NULL GROUP BY account_id
    ) AS n USING (account_id)
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A message, ready to be sent. ``problem`` is why its template could not write it."""

    subject: str
    text: str
    html: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is said of one account."""

    id: str
    head: str
    name: str
    dot: str
    status: str
    tier: str
    lines: tuple[str, ...]


class NoticeText:
    """Writes messages of one run."""

    def __init__(self, project: Project, db: Database) -> None:
        self._project = project
        self._labels = labels(project)
        self._layout = NoticeLayout(project, partial(clean, length=LINE_LENGTH))
        rows = db.rows(ACCOUNTS_QUERY.format(of_primary=of_primary(project)))
        self._accounts = {row["account_id"]: row for row in rows}

    def write(self, notice: Notice, events: Sequence[Mapping[str, Any]]) -> Message:
        """One message of these events: at most ``notice.accounts`` accounts, the others counted."""
        by_account: dict[str | None, list[Mapping[str, Any]]] = {}
        for event in events:
            by_account.setdefault(event["account_id"], []).append(event)
        ordered = sorted(by_account, key=lambda account: self._urgency(account, by_account[account]))
        told = [self._paragraph(account, by_account[account]) for account in ordered[: notice.accounts]]
        title = self._project.text(notice.title, notice.id)
        count = len([account for account in ordered if account])
        subject = self._say(ACCOUNTS, title=title, count=count)
        if count <= 1:  # the team comes after every account
            subject = self._say(ONE_ACCOUNT, title=title, account=told[0].name)
        left = len(ordered) - len(told)
        head = {"notice": notice.id, "title": title, "count": count}
        return self._laid_out(notice, subject, told, {**head, "more": self._say(MORE, count=left) if left else ""})

    def _laid_out(self, notice: Notice, subject: str, told: Sequence[Paragraph], head: dict[str, Any]) -> Message:
        """The message by its template; by the bundled one when that fails, as nobody should miss it for that."""
        config, day = self._project.config, self._project.as_of
        footer = clean(f"{config.project} · {day}", LINE_LENGTH)
        whole = {**head, "footer": footer, "project": config.project, "language": config.language, "as_of": day}
        problem: Problem | None
        try:
            text, problem = self._layout.text(notice, {**whole, "accounts": [asdict(part) for part in told]}), None
        except RuleError as error:
            text, problem = plain_text(told, [line for line in (head["more"], footer) if line]), error.problems[0]
        return Message(subject, text, as_html(config.language, text), problem)

    def _urgency(self, account: str | None, events: Sequence[Mapping[str, Any]]) -> tuple[int, float, str]:
        """Worst colour first, then the most money or days at stake."""
        known = self._accounts.get(account or "", {})
        place = worst_first(self._project, known.get("card") or "", known.get("status"))
        return place, -max(abs(event["value"] or 0.0) for event in events), account or ""

    def _paragraph(self, account: str | None, events: Sequence[Mapping[str, Any]]) -> Paragraph:
        known = self._accounts.get(account or "", {})
        name = clean(known.get("name") or account or self._say(TEAM), NAME_LENGTH)
        labels = {
            kind: self._labels.get(f"{kind}.{known[kind]}", known[kind]) if known.get(kind) else ""
            for kind in ("status", "tier")
        }
        facts = [label for label in labels.values() if label]
        dot = find_shade(self._project, known.get("card") or "", known.get("status")).dot
        head = f"{dot} {name}" + (self._say(FACTS, facts=self._say(COMMA).join(facts)) if facts else "")
        ordered = sorted(events, key=_importance)
        lines = [self._line(event) for event in ordered]
        is_about_tasks = all(event["kind"].startswith("task_") for event in events)
        if known.get("next_title") and not is_about_tasks:
            lines.append(self._next(known))
        words = {kind: clean(label, NAME_LENGTH) for kind, label in labels.items()}
        return Paragraph(account or "", clean(head, LINE_LENGTH), name, dot, **words, lines=tuple(dict.fromkeys(lines)))

    def _line(self, event: Mapping[str, Any]) -> str:
        day: date = event["as_of"]
        sentence = event["sentence"] or event["kind"]
        if day < self._project.as_of:
            sentence = self._say(EARLIER, day=day, sentence=sentence)
        return clean(sentence, LINE_LENGTH)

    def _next(self, known: Mapping[str, Any]) -> str:
        member = known["next_member"]
        name = self._labels.get(f"member.{member}", member) if member else self._say(NOBODY)
        words = {"title": known["next_title"], "member": name, "due_on": known["next_due"]}
        is_late = known["next_due"] < self._project.as_of
        return clean(self._say(NEXT_LATE if is_late else NEXT, **words), LINE_LENGTH)

    def _say(self, label: Label, **words: object) -> str:
        return self._project.text(label).format(**words)


def _importance(event: Mapping[str, Any]) -> tuple[date, float, str, str]:
    """Older news first, as it happened; then what has most at stake, such as the most overdue task."""
    return event["as_of"], -abs(event["value"] or 0.0), event["kind"], event["event_key"]


def clean(text: str, length: int) -> str:
    """One line without control or invisible characters and without mentions that a chat would act on."""
    kept = "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text)
    kept = " ".join(quieted(kept).split())
    return kept if len(kept) <= length else kept[: length - 1] + "…"


def plain_text(told: Sequence[Paragraph], ends: Sequence[str]) -> str:
    """What the bundled template writes, for a message whose own template fails: it is told all the same."""
    blocks = ["\n".join([part.head, *(f"{INDENT}{line}" for line in part.lines)]) for part in told]
    return "\n\n".join([*blocks, "\n".join(ends)]) + "\n"
