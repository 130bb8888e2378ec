"""A whole project of which nothing can be said: the small one, with what the proofs ask for besides."""

from __future__ import annotations

from pathlib import Path

from tests.badproject import PROJECT, SCORE, STAGE, STRATEGY

SOUND = {
    **PROJECT,
    "rules/score.yaml": SCORE.replace("minimum_coverage: 0.4", "minimum_coverage: 0.7"),
    "rules/stage.yaml": STAGE.replace("{id: care,", "{id: care, final: true,"),
    "rules/strategy.yaml": STRATEGY + "  - {id: keep, label: Keep, otherwise: true, template: grow.md.j2}\n",
}


def place_of(name: str) -> str:
    """Where a file of a case stands in the project."""
    if name in ("team.yaml", "kaframe.yaml"):
        return name
    return f"rules/{name}" if name.endswith(".yaml") else f"templates/{name}"


def write_project(root: Path, case: Path | None = None) -> Path:
    """The sound project, with the files of a case over it."""
    own = {place_of(path.name): path.read_text("utf-8") for path in sorted(case.iterdir())} if case else {}
    for name, text in {**SOUND, **own}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root
