"""``kaframe store``: look after what is kept between runs."""

from __future__ import annotations

from pathlib import Path

import click

from kaframe.cli.listings import ListingGroup
from kaframe.cli.projects import opened
from kaframe.cli.tables import format_option
from kaframe.cli.words import words_of

MEGABYTE = 1_000_000


@click.group(cls=ListingGroup)
def store() -> None:
    """Look after the store: what was decided, and what people did about it.

    \b
    kaframe store check
    kaframe store backup copies/kaframe-2026-03-31.db
    kaframe store restore copies/kaframe-2026-03-31.db
    kaframe store prune --keep "90 days"
    kaframe store migrate
    """


@store.command()
@format_option
@click.pass_context
def check(ctx: click.Context, form: str) -> int:
    """Look whether the store and all snapshots are sound; ends with 7 when something is damaged.

    \b
    kaframe store check
    kaframe store check --format json
    """
    from kaframe.cli.doctor import UNSOUND, tell_findings
    from kaframe.soundness import examine_store

    found = examine_store(opened(ctx))
    tell_findings(found, form)
    return UNSOUND if any(one.state == "bad" for one in found) else 0


@store.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Write a copy of the store into a new file, at any moment, also while a run goes on.

    The file is a SQLite store, also when the store is in PostgreSQL. Snapshots never change: copy their folder as well.

    \b
    kaframe store backup copies/kaframe-2026-03-31.db
    """
    from kaframe.store import open_store
    from kaframe.store.backup import back_up

    project = opened(ctx)
    kept = open_store(project)
    back_up(kept, file)
    words = words_of(project.config.language)
    click.echo(words["store.backed up"].format(store=kept.shown, file=file, snapshots=project.config.store.snapshots))


@store.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Also replace a store that knows what the backup does not.")
@click.pass_context
def restore(ctx: click.Context, file: Path, force: bool) -> None:
    """Put a backup in the place of the store; what was there is kept beside it.

    \b
    kaframe store restore copies/kaframe-2026-03-31.db
    kaframe store restore copies/kaframe-2026-03-31.db --force
    """
    from kaframe.store import open_store
    from kaframe.store.backup import restore as restore_store

    project = opened(ctx)
    kept = open_store(project)
    done = restore_store(kept, file, force)
    words = words_of(project.config.language)
    click.echo(words["store.restored"].format(store=kept.shown, runs=done.runs))
    if done.replaced:
        click.echo(words["store.replaced"].format(file=done.replaced))
    click.echo(words["try"].format(commands="kaframe store check"))


@store.command()
@click.option("--keep", required=True, metavar="SPAN", help="What to keep: '90 days', '6 months' or '20 runs'.")
@click.option("--yes", is_flag=True, help="Remove it; without, only what would go is shown.")
@click.pass_context
def prune(ctx: click.Context, keep: str, yes: bool) -> None:
    """Remove old snapshots and rows that no later run needs; shows what would go unless --yes is given.

    The base of the latest run stays, and what a hold or for of the rules looks back at.

    \b
    kaframe store prune --keep "90 days"
    kaframe store prune --keep "20 runs" --yes
    """
    from kaframe import retention

    project = opened(ctx)
    words = words_of(project.config.language)
    found = retention.prune(project, keep) if yes else retention.find_prunable(project, keep)
    if not found.runs and not found.rows:
        click.echo(words["store.nothing to prune"])
        return
    said = words["store.pruned" if yes else "store.would prune"]
    click.echo(said.format(count=len(found.runs), size=f"{found.size / MEGABYTE:,.1f}"))
    for run_id in found.runs:
        click.echo(f"  {run_id}")
    for name, count in sorted(found.rows.items()):
        click.echo(f"  {words[f'store.rows.{name}'].format(count=count)}")
    if not yes:
        click.echo(words["store.prune hint"])


@store.command()
@click.option("--sql", "as_sql", is_flag=True, help="Print the statements instead of sending them.")
@click.pass_context
def migrate(ctx: click.Context, as_sql: bool) -> None:
    """Bring a store of an older kaframe to today's form, in one transaction.

    \b
    kaframe store migrate --sql
    kaframe store migrate
    """
    from kaframe.store import open_store
    from kaframe.store.migrating import migrate as migrate_store
    from kaframe.store.migrating import migration_sql

    project = opened(ctx)
    words = words_of(project.config.language)
    kept = open_store(project)
    if as_sql:
        click.echo(migration_sql(kept), nl=False)
        return
    done = migrate_store(kept)
    said = "absent" if not done.after else "newest" if done.before == done.after else "migrated"
    click.echo(words[f"store.{said}"].format(store=kept.shown, before=done.before, after=done.after))
