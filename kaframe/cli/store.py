"""``kaframe store``: look after what is kept between runs."""

from __future__ import annotations

import click

from kaframe.cli.listings import ListingGroup
from kaframe.cli.projects import opened
from kaframe.cli.words import words_of


@click.group(cls=ListingGroup)
def store() -> None:
    """Look after the store: what was decided, and what people did about it.

    \b
    kaframe store migrate
    """


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
