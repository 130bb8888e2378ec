"""``kaframe plans export``: a plan as a document that somebody would send."""

from __future__ import annotations

import os
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kaframe.cli.lookup import latest_account
from kaframe.cli.projects import opened
from kaframe.cli.words import words_of
from kaframe.errors import Problem, UsageError

if TYPE_CHECKING:
    from kaframe.document import Head
    from kaframe.project import Project
    from kaframe.published import PublishedRun

FORMS = ("docx", "pdf")


@click.command()
@click.argument("account")
@click.option("--to", "form", type=click.Choice(FORMS), help="Word or PDF; default: by the ending of --output.")
@click.option("-o", "--output", metavar="FILE", required=True, help="The file to write.")
@click.option("--font", default="", metavar="FILE", help="The font of a PDF, when none is found that has the letters.")
@click.pass_context
def export(ctx: click.Context, /, account: str, form: str | None, output: str, font: str) -> None:
    """Write the plan of the latest run as a Word or PDF document.

    Needs the extra: pip install 'kaframe[docx]' or 'kaframe[pdf]'.

    \b
    kaframe plans export C006 --output plan.docx
    kaframe plans export C006 --to pdf -o plan.pdf
    """
    from kaframe.document import write_docx, write_pdf
    from kaframe.published import load_run

    chosen = form or Path(output).suffix.lstrip(".").lower()
    if chosen not in FORMS:
        answer = _("'{file}' does not say whether it is Word or PDF: add --to docx or --to pdf")
        raise click.UsageError(answer.format(file=output), ctx)
    if Path(output).exists():
        hint = "name another one: somebody may have written in it"
        raise UsageError([Problem(None, "KF6086", f"the file '{output}' is there already", hint)])
    project = opened(ctx)
    with load_run(project) as run:
        account_id, name = latest_account(run, account)
        plans = [row for row in run.rows("plans", account_id) if row["markdown"]]
        if not plans:
            message = f"no plan for the account '{account_id}'"
            raise UsageError([Problem(None, "KF6051", message, "'kaframe plans list' shows all")])
        head = _head(project, run, plans[0], name)
    text = plans[0]["markdown"]
    _write(Path(output), write_docx(head, text) if chosen == "docx" else write_pdf(head, text, font))
    click.echo(words_of(project.config.language)["plan exported"].format(file=output))


def _head(project: Project, run: PublishedRun, plan: dict[str, Any], name: str) -> Head:
    """What stands over the document, in the project's language."""
    from kaframe.document import Head
    from kaframe.labels import labels
    from kaframe.names import of_primary
    from kaframe.shades import find_shade
    from kaframe.wording import Wording

    words, named = words_of(project.config.language), labels(project)
    wording = Wording(project.config.language, project.config.currency)
    account_id = plan["account_id"]
    query = f"SELECT card, status FROM colours WHERE account_id = ? AND {of_primary(project)}"
    colours = run.open("colours").rows(query, [account_id]) or [{"card": "", "status": None}]
    status = colours[0]["status"]
    state = "needless" if plan["state"] == "approved" and not plan["approval"] else plan["state"]
    facts = {
        "plan.version": str(plan["version"]),
        "plan.state": words.get(f"plan.{state}", state),
        "plan.approval": named.get(f"role.{plan['approval']}", plan["approval"] or "—"),
        "plan.made_on": wording.text(plan["made_on"]),
    }
    return Head(
        title=plan["title"] or name,
        language=project.config.language,
        project=project.config.project,
        account=name if name == account_id else f"{name} · {account_id}",
        status=named.get(f"status.{status}", status or ""),
        colour=find_shade(project, colours[0]["card"], status).css,
        facts=[(words[label], value) for label, value in facts.items()],
        page=words["page of"],
        day=run.as_of,
    )


def _write(path: Path, data: bytes) -> None:
    """The whole document or nothing of it. Raises: UsageError KF6086 when the disk refuses."""
    new = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError as error:
        message = f"the file '{path}' cannot be written: {error.strerror}"
        raise UsageError([Problem(None, "KF6086", message, "name another file, or check the rights")]) from error
    finally:
        new.unlink(missing_ok=True)
