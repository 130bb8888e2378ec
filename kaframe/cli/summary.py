"""What a run found and would do, in few lines: for ``run``, ``preview`` and ``demo``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.gates import tell_gates
from kaframe.cli.problems import tell_problems
from kaframe.cli.tables import as_table, plain
from kaframe.cli.words import Words, words_of

if TYPE_CHECKING:
    from kaframe.database import Database
    from kaframe.flow import Finished
    from kaframe.project import Project
    from kaframe.store import Holder

SENTENCES = 10
FIRST_KINDS = ("status_changed", "tier_changed", "stage_stuck", "owner_changed", "insight_new", "plan_new", "task_late")


def tell_preview(project: Project, db: Database, until: str) -> None:
    """What the run would find, change and send; of an unfinished one what is there."""
    words = words_of(project.config.language)
    click.echo(words["nothing changed"], err=True)
    tell_sources(db.rows("SELECT * FROM sources ORDER BY ALL"), words)
    tell_loads(db, words)
    tell_tables(project, db, words, SENTENCES)


def tell_tables(project: Project, db: Database, words: Words, few: int, over: bool = False) -> None:
    """The findings of the tables that there are, a few lines each; of a day that is over no tasks and no notices."""
    named, known = _labels(project), set(db.tables())
    if "gates" in known:
        tell_gates(db, words)
    if "quality" in known:
        tell_sentences(words["unconverted"], _without_rate(project, db, words), words, few)
    if "tiers" in known:
        counts = db.rows("SELECT tier, count(*) AS n FROM tiers GROUP BY ALL ORDER BY n")
        click.echo(
            _counted(words["tiers"], ((named.get(f"tier.{row['tier']}", row["tier"]), row["n"]) for row in counts))
        )
    if "colours" in known:
        _tell_colours(project, db, words, few)
    if "tasks" in known and not over:
        counts = db.rows("SELECT state, count(*) AS n FROM tasks GROUP BY ALL ORDER BY state")
        click.echo(
            _counted(words["tasks"], ((words.get(f"task.{row['state']}", row["state"]), row["n"]) for row in counts))
        )
    if "findings" in known:
        found = db.rows("SELECT sentence FROM findings ORDER BY account_id NULLS FIRST, kind, sentence")
        tell_sentences(words["team"], [row["sentence"] for row in found], words, few)
    if "families" in known:
        tell_sentences(words["circles"], _family_troubles(db, words), words, few)
    if "overrides" in known:
        made = db.rows("SELECT sentence FROM overrides ORDER BY state = 'active', account_id, card")
        tell_sentences(words["overrides"], [row["sentence"] for row in made], words, few)
    if "plans" in known:
        found = db.rows("SELECT finding FROM plans WHERE finding IS NOT NULL ORDER BY file")
        tell_sentences(words["plan findings"], [row["finding"] for row in found], words, few)
    if "events" in known:
        tell_sentences(words["changes"], _changes(db), words, few)
    if "notices" in known and not over:
        _tell_notices(project, db, words, few)


def tell_found(project: Project, run_id: str, few: int) -> None:
    """What a published run found, a few lines a kind."""
    from kaframe.published import load_run

    words = words_of(project.config.language)
    with load_run(project, run_id) as found:
        db = found.open()
        tell_total(db.rows("SELECT * FROM sources"), words)
        tell_tables(project, db, words, few)


def tell_finished(project: Project, finished: Finished) -> None:
    """What a run has read, found, published, told and written."""
    from kaframe.published import load_run

    words = words_of(project.config.language)
    if finished.unfinished:
        tell_unfinished(finished.unfinished, words)
    committed = finished.committed
    if committed.state == "unchanged":
        click.echo(words["unchanged"].format(run=committed.run_id))
    else:
        with load_run(project, committed.run_id) as found:
            db = found.open()
            tell_sources(db.rows("SELECT * FROM sources ORDER BY ALL"), words)
            tell_loads(db, words)
            _tell_accounts(finished.summary, words)
            tell_tables(project, db, words, SENTENCES, over=bool(found.manifest["backfill"]))
        click.echo(words["published"].format(run=committed.run_id))
    if finished.summary.get("plans_failed"):
        click.echo(words["plans failed"].format(count=finished.summary["plans_failed"]), err=True)
    tell_effects(finished, words)


def _tell_accounts(summary: Mapping[str, Any], words: Words) -> None:
    counts = [(words["all"], summary["accounts"]), (words["managed"], summary["managed"])]
    click.echo(_counted(words["accounts"], counts))


def tell_effects(finished: Finished, words: Words) -> None:
    """What a run has told and written."""
    if finished.delivered:
        sent = finished.delivered
        counts = [("sent", sent.sent), ("retried", sent.retried), ("dead", sent.dead + sent.unknown)]
        if sent.left:
            counts.append(("left", sent.left))
        click.echo(_counted(words["notices"], ((words[name], count) for name, count in counts)))
        for failure in sent.failures:
            state = words[f"outbox.state.{failure.state}"]
            told = f"{failure.channel} -> {failure.recipient or '-'}: {state}: {failure.detail}"
            click.echo(f"  {plain(told)}", err=True)
    for path in finished.reports:
        click.echo(f"{words['report']}: {path}")
    tell_problems(finished.problems)


def tell_unfinished(holder: Holder, words: Words) -> None:
    """That a run, or another command of the store, was killed: once, by the run that follows it."""
    told = words["unfinished.run" if holder.is_run else "unfinished.store"]
    click.echo(plain(told.format(**asdict(holder))), err=True)


def tell_sources(rows: Iterable[Mapping[str, Any]], words: Words) -> None:
    """The row arithmetic of every source: read = kept + quarantined + left out + after as_of."""
    columns = ("rows_read", "kept", "quarantined", "left_out", "after_as_of", "orphans")
    listed = [[row["source"], *(f"{row[name]:,}" for name in columns)] for row in rows]
    headings = [words["source"], *(words[name] for name in columns)]
    click.echo(as_table(listed, headings))


def tell_loads(db: Database, words: Words) -> None:
    """What was new in the sources whose rows are kept."""
    for row in db.rows("SELECT * FROM loads ORDER BY ALL") if db.has("loads") else ():
        form = "load.plain" if row["new_rows"] is None else "load.changes" if row["since"] else "load.all"
        counts = {name: row[f"{name}_rows"] for name in ("new", "changed", "deleted")}
        since = str(row["since"])[:16].replace("T", " ")
        click.echo(plain(words[form].format(source=row["source"], since=since, kept=row["rows_kept"], **counts)))


def tell_total(rows: Iterable[Mapping[str, Any]], words: Words) -> None:
    """The row arithmetic of all sources in one line."""
    listed = list(rows)
    parts = [(name, sum(row[name] for row in listed)) for name in ("kept", "quarantined", "left_out", "after_as_of")]
    told = " + ".join(f"{words[name]} {count:,}" for name, count in parts)
    orphans = f"{words['orphans']} {sum(row['orphans'] for row in listed):,}"
    read = sum(row["rows_read"] for row in listed)
    click.echo(f"{words['source']} {len(listed)}: {words['rows_read']} {read:,} = {told} ({orphans})")


def tell_sentences(title: str, sentences: list[str], words: Words, few: int = SENTENCES) -> None:
    """A few sentences under a title, and how many more there are."""
    if not sentences:
        return
    click.echo(f"{title} ({len(sentences)}):")
    for sentence in sentences[:few]:
        click.echo(f"  {plain(sentence)}")
    if len(sentences) > few:
        click.echo("  " + words["more"].format(count=len(sentences) - few))


def painted(project: Project, card: str, status: str, text: str) -> str:
    """The word of a colour with its mark; painted only where the terminal shows it."""
    from kaframe.shades import find_mark, find_shade

    marked, paint = f"{find_mark(project, card, status)} {text}", find_shade(project, card, status).paint
    return click.style(marked, fg=paint) if paint else marked


def _tell_colours(project: Project, db: Database, words: Words, few: int) -> None:
    from kaframe.names import of_primary
    from kaframe.shades import is_good, names_of

    if project.rules.score.primary() is None:
        return
    named = _labels(project)
    query = (
        "SELECT c.*, m.name FROM colours AS c JOIN measures AS m USING (account_id) JOIN tiers AS t USING (account_id) "
        f"WHERE {of_primary(project)} AND (t.key_account OR t.candidate) ORDER BY points NULLS FIRST, account_id"
    )
    cards = project.rules.score.primaries()
    ranks = {(card, status): -rank for card in cards for rank, status in enumerate(names_of(project, card))}
    rows = sorted(db.rows(query), key=lambda row: ranks.get((row["card"], row["status"]), 1))
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["status"]] = counts.get(row["status"], 0) + 1
    click.echo(_counted(words["colours"], _named(named, "status", counts)))
    bad = [row for row in rows if not is_good(project, row["card"], row["status"])]
    for row in bad[: few + 3]:
        points = "-" if row["points"] is None else project.rules.score.shown(row["card"], row["points"])
        why = named.get(f"exception.{row['exception']}", "") if row["why"] == "exception" else ""
        why = why or named.get(f"node.{row['card']}.{row['weakest']}", row["weakest"] or "")
        status = painted(project, row["card"], row["status"], named.get(f"status.{row['status']}", row["status"]))
        click.echo(f"  {status}  {plain(row['name'] or row['account_id'])}  {points}  {plain(why)}")
    if len(bad) > few + 3:
        click.echo("  " + words["more"].format(count=len(bad) - few - 3))


def _family_troubles(db: Database, words: Words) -> list[str]:
    """Groups of companies that cannot be rolled up."""
    rows = db.rows("SELECT account_id, parent FROM families WHERE state = 'circle' ORDER BY account_id")
    told = [words["circle"].format(account=row["account_id"], parent=row["parent"]) for row in rows]
    unknown = db.value("SELECT count(*) FROM families WHERE state = 'unknown_parent'")
    return [*told, words["unknown parents"].format(count=unknown)] if unknown else told


def _without_rate(project: Project, db: Database, words: Words) -> list[str]:
    """Rows whose amounts are missing because their currency has no rate."""
    rows = db.rows("SELECT * FROM quality WHERE kind = 'no_rate' ORDER BY row_count DESC, table_name, column_name")
    told = words["no rate"]
    currency = project.config.currency
    return [
        told.format(
            table=row["table_name"], column=row["column_name"], count=f"{row['row_count']:,}", currency=currency
        )
        for row in rows
    ]


def _changes(db: Database) -> list[str]:
    """What changed, with the account's name: colours first, what is gone last."""
    order = ", ".join(f"e.kind = '{kind}' DESC" for kind in FIRST_KINDS)
    query = (
        "SELECT coalesce(m.name || ': ', '') || e.sentence AS line FROM events AS e "
        f"LEFT JOIN measures AS m USING (account_id) ORDER BY {order}, e.kind, m.name, e.event_key"
    )
    return [row["line"] for row in db.rows(query)]


def _tell_notices(project: Project, db: Database, words: Words, few: int) -> None:
    """What would be sent to whom; what cannot be sent comes first, with the reason, as only a few are shown."""
    rows = db.rows(
        "SELECT channel, recipient, subject, state, reason FROM notices "
        "ORDER BY array_position(['undeliverable', 'throttled', 'pending'], state), recipient, channel, subject"
    )
    members = {member.id: member.name for member in project.team.members}
    lines = []
    for row in rows:
        state = "" if row["state"] == "pending" else f"{words.get(row['state'], row['state'])}: "
        reason = f" ({row['reason']})" if row["reason"] else ""
        recipient = members.get(row["recipient"], row["recipient"]) or "-"
        lines.append(f"{row['channel']} → {recipient}: {state}{row['subject']}{reason}")
    tell_sentences(words["would send"], lines, words, few)


def _labels(project: Project) -> Mapping[str, str]:
    from kaframe.labels import labels

    return labels(project)


def _named(named: Mapping[str, str], kind: str, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(named.get(f"{kind}.{key}", key), count) for key, count in counts.items()]


def _counted(title: str, counts: Iterable[tuple[str, int]]) -> str:
    return f"{title}: " + ", ".join(f"{name} {count:,}".strip() for name, count in counts)
