"""``kaframe report``: the report of a published run, written again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.lookup import known_name
from kaframe.cli.problems import tell_problems
from kaframe.cli.projects import DEGRADED, opened

if TYPE_CHECKING:
    from kaframe.database import Database
    from kaframe.reporttables import Rows


@click.command()
@click.option("--for", "member", default="", metavar="MEMBER", help="Only the accounts that this member looks after.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FOLDER", help="Where to; default report/.")
@click.option("--run", "run_id", default="latest", metavar="RUN", help="A run, as 2026-03-31.1, or a day.")
@click.option("--form", "forms", multiple=True, metavar="FORM", help="Only this form of report, such as report_xlsx.")
@click.pass_context
def report(ctx: click.Context, member: str, output: Path | None, run_id: str, forms: tuple[str, ...]) -> int:
    """Write the report of the latest run again, for all or for one member of the team.

    \b
    kaframe report
    kaframe report --for chen --output for-chen
    kaframe report --run 2026-03-31 --output march
    kaframe report --form report_xlsx --output export
    """
    from kaframe.held import hold_again
    from kaframe.outputs import refuse_folder
    from kaframe.published import load_run
    from kaframe.report import table_rows, view_run, with_undelivered, write_reports
    from kaframe.reportnote import note_report, noted_run

    project = opened(ctx)
    wanted = [known_name(form, project.plugins.reports.keys(), "form of report") for form in forms]
    if member:
        known_name(member, {one.id for one in project.team.members}, "member")
    with load_run(project, run_id) as run:
        rows = with_undelivered(project, table_rows(run.open()))
        rows = _only_for(run.db, rows, member) if member else rows
        folder = output or project.root / (f"report-{member}" if member else "report")
        view = view_run(project, rows, run.run_id, run.as_of)
        refuse_folder(folder)
        written = write_reports(project, view, folder, wanted)
    for path in written.paths:
        click.echo(str(path))
    if noted_run(folder):
        note_report(folder, run.run_id)
    problems = [*written.problems, *hold_again(project, folder).problems]
    tell_problems(problems)
    return DEGRADED if problems else 0


def _only_for(db: Database, rows: Rows, member: str) -> Rows:
    """The tables with the rows of the member's accounts only; those about the member as a person stay."""
    found = db.rows("SELECT DISTINCT account_id FROM owners WHERE member = ? OR holder = ?", [member, member])
    own = {row["account_id"] for row in found}

    def kept(table: str) -> Sequence[Mapping[str, Any]]:
        return [row for row in rows(table) if _is_theirs(row, own, member)]

    return kept


def _is_theirs(row: Mapping[str, Any], own: set[str], member: str) -> bool:
    if row.get("account_id") is not None:
        return row["account_id"] in own
    return row.get("member") in (None, member)
