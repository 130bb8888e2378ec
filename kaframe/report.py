"""What people look at: one view of a run, handed to every report format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kaframe import reporttables
from kaframe.database import Database
from kaframe.errors import Problem, nearest
from kaframe.labels import labels
from kaframe.panels import detached, with_panels
from kaframe.plugins.calling import NOTES, Callee, PluginCalls
from kaframe.project import Project
from kaframe.records import RunView
from kaframe.reportnote import Written
from kaframe.reporttables import Rows, table_rows
from kaframe.rules.score import Scorecard, ScoreNode
from kaframe.rules.status import NO_DATA, StatusRule
from kaframe.shades import GREY, rule_shades

__all__ = ["keep_shown", "table_rows", "view_run", "with_undelivered", "write_reports"]

UNDELIVERED = "undelivered"
OF_NOTICE = ("notice_key", "state", "decided_on", "channel", "subject", "attempts", "last_error")


def write_reports(
    project: Project, view: RunView, folder: Path, wanted: Sequence[str] = (), calls: PluginCalls | None = None
) -> Written:
    """Write the reports wanted, or all that the project asks for, below ``folder``, with the panels of plugins.

    A plugin that fails takes no other with it. ``calls`` are those of a run.
    """
    calls = calls or PluginCalls(project.root / NOTES)
    folder.mkdir(parents=True, exist_ok=True)
    filled = with_panels(project, view, calls)
    paths = [_write(project, name, filled, folder, calls) for name in wanted or project.config.reports]
    return Written(tuple(path for path in paths if path is not None), tuple(calls.problems))


def with_undelivered(project: Project, rows: Rows) -> Rows:
    """The tables of a run, and ``undelivered``: the notices that stand given up in the outbox now, oldest first."""

    def read(table: str) -> Sequence[Mapping[str, Any]]:
        if table != UNDELIVERED:
            return rows(table)
        from kaframe.store import list_outbox, open_store

        found = list_outbox(open_store(project), ("dead", "unknown"))
        return [{**{name: row[name] for name in OF_NOTICE}, "member": row["recipient"]} for row in found]

    return read


def unwritten(error: OSError) -> Problem:
    """The disk takes no report; the run that it is about stands."""
    message = f"cannot write the report: {(error.strerror or str(error)).lower()}"
    hint = "the run is published all the same; free some space or see who may write there, then 'kaframe report'"
    return Problem(None, "KF7026", message, hint)


def _write(project: Project, name: str, view: RunView, folder: Path, calls: PluginCalls) -> Path | None:
    form = project.plugins.reports[name]
    callee = Callee("report format", name, project.plugins.owner("report", name))
    path: Path | None = calls.call(callee, lambda: form.write(detached(view), folder), Path)
    return path


def check(project: Project) -> list[Problem]:
    """Reports that the project asks for and no plugin brings."""
    forms, at = project.plugins.reports, project.config.places.get("reports")
    known = f"formats: {', '.join(sorted(forms))}"
    return [
        Problem(at, "KF5020", f"no report format '{name}'", nearest(name, forms) or known)
        for name in project.config.reports
        if name not in forms
    ]


def keep_shown(project: Project, db: Database) -> None:
    """Keep with the run what its reports show, so that the same report can be written from its snapshot at any time.

    Writes: ``view`` and the ``managed.*`` tables of docs/tables.md.
    """
    reporttables.keep_shown(db, _describe(project))


def view_run(project: Project, rows: Rows, run_id: str, as_of: date) -> RunView:
    """The view of a run whose tables ``rows`` gives, with every label in the project's language.

    What the run kept of labels, cards and colours holds, whatever the rules say today.
    """
    described = reporttables.kept_view(rows) or _describe(project)
    return RunView(as_of=as_of, run_id=run_id, rows=rows, **described)


def _describe(project: Project) -> dict[str, Any]:
    """How the rules of today name and paint things: the parts of a view beside the run and its tables."""
    score, primary = project.rules.score, project.rules.score.primary()
    return {
        "project": project.config.project,
        "language": project.config.language,
        "currency": project.config.currency,
        "labels": labels(project),
        "units": {measure.id: measure.unit for measure in project.rules.measure.measures},
        "colours": {card: _css_colours(rule) for card, rule in project.rules.status.rgb.items()},
        "cards": {card.id: _tree(project, card, card.children) for card in score.scorecards},
        "scales": {card.id: _scale(project, card) for card in score.scorecards},
        "primary": primary.id if primary else "",
        "family": list(score.primaries()),
        "display": {card.id: score.display(card.id) for card in score.scorecards},
    }


def _tree(project: Project, card: Scorecard, nodes: Iterable[ScoreNode], above: str = "") -> list[dict[str, Any]]:
    """The nodes of a scorecard as plain data: path, weight, how it is put together, where its rule stands."""
    tree = []
    meaning = project.rules.score.meaning(card)
    usual = meaning.aggregate if meaning else ""
    for node in nodes:
        path = f"{above}.{node.id}" if above else node.id
        tree.append({
            "path": path,
            "weight": node.weight,
            "aggregate": (node.aggregate or usual) if node.children else "",
            "measure": node.value.text if node.value else "",
            "rule": str(node.at),
            "children": _tree(project, card, node.children, path),
        })
    return tree


def _scale(project: Project, card: Scorecard) -> tuple[float, ...]:
    meaning = project.rules.score.meaning(card)
    return meaning.scale if meaning else (0.0, 100.0)


def _css_colours(rule: StatusRule) -> dict[str, str]:
    return {name: shade.css for name, shade in rule_shades(rule).items()} | {NO_DATA: GREY.css}
