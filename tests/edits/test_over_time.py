"""Files, runs and people in any order: what a person left in the file is there when they look again."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kaframe.edits import begin_edit, merge_edit, settle_plans
from kaframe.edits.planfile import read_plan_file
from kaframe.wording import Wording

TODAY, EN, FILE = date(2026, 6, 30), Wording("en", "CNY"), "plans/A1.md"
GENERATED = tuple(f"# Plan\n\n{items}\n\nEnd\n" for items in ("- a 1\n- b 1", "- a 2\n- b 1", "- a 2\n- b 2\n- c"))
RUN = st.tuples(st.just("run"), st.sampled_from(GENERATED), st.booleans())
PUT_IN = st.tuples(st.just("put in"), st.integers(0, 20))
TAKE_OUT = st.tuples(st.just("take out"), st.integers(0, 20))
REWRITE = st.tuples(st.just("rewrite"), st.sampled_from(["- a", "- b", "End"]))
DECIDE = st.tuples(st.just("decide"), st.booleans())
BACK = st.tuples(st.just("back"), st.integers(0, 10))  # an editor that was open saves what it had, or git checks it out
STEPS = st.lists(st.one_of(RUN, PUT_IN, TAKE_OUT, REWRITE, DECIDE, BACK), max_size=14)


LOWER = re.compile(r"(?m)^#+ ⚠ Conflict: the text of .*\n(?:(?!#+ ⚠).*\n)*")  # what the data say
MARKS = re.compile(r"(?m)^#+ ⚠.*\n")


class Desk:
    """A project's folder, what was published from which inputs, and the lines that a person cares for."""

    def __init__(self, root: Path) -> None:
        self.root, self.count = root, 0
        self.published: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.seen: list[str] = []
        begin_edit(root, FILE, GENERATED[0], "en")

    @property
    def text(self) -> str:
        return (self.root / FILE).read_text("utf-8")

    def own(self, text: str) -> set[str]:
        return {line for line in text.split("\n") if line.startswith("own")}

    def save(self, text: str) -> None:
        self.seen.append(self.text)
        (self.root / FILE).write_text(text, "utf-8")

    def run(self, generated: str, is_killed: bool) -> None:
        """As flow.py does: the same inputs are published once, and written until they are in the file."""
        found = read_plan_file(self.root, FILE)
        inputs = (generated, found.edit)
        if inputs not in self.published:
            merged = merge_edit(found.base, found.body, generated, TODAY, EN).rstrip() + "\n" if found.edit else None
            self.published[inputs] = {
                "account_id": "A1", "file": FILE, "edit": found.edit,
                "markdown": merged or generated, "generated": generated if merged else None,
            }  # fmt: skip
        if not is_killed:
            assert settle_plans(self.root, [self.published[inputs]], "en") == []

    def lines(self) -> Iterator[tuple[int, str]]:
        return ((number, line) for number, line in enumerate(self.text.split("\n")) if not line.startswith("<!--"))


@given(STEPS)
@example([("rewrite", "- a"), ("run", GENERATED[1], False), ("decide", True), ("run", GENERATED[1], False)])
@settings(deadline=None)
def test_what_a_person_wrote_is_there_when_they_look_again(steps: list[tuple[Any, ...]]) -> None:
    """Also over killed runs, the same day again, an old copy saved over a new one, and decided conflicts."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for kind, *how in steps:
            before = desk.text
            if kind == "run":
                found = read_plan_file(desk.root, FILE)
                desk.run(*how)
                assert desk.own(before) <= desk.own(desk.text)
                if found.base == how[0]:  # nothing new: a decision stands
                    assert read_plan_file(desk.root, FILE).body == found.body
            elif kind == "put in":
                desk.count += 1
                lines = before.split("\n")
                lines.insert(how[0] % len(lines), f"own {desk.count}")
                desk.save("\n".join(lines))
            elif kind == "rewrite":
                desk.count += 1
                desk.save(re.sub(rf"(?m)^{how[0]}.*$", f"own {desk.count}", before))
            elif kind == "take out":
                places = [number for number, _ in desk.lines()]
                lines = before.split("\n")
                del lines[places[how[0] % len(places)]]
                desk.save("\n".join(lines))
            elif kind == "back" and desk.seen:
                desk.save(desk.seen[how[0] % len(desk.seen)])
            elif kind == "decide":
                desk.save(MARKS.sub("", LOWER.sub("", before) if how[0] else before))
        left = sorted(path.name for path in (Path(folder) / "plans").iterdir())
        assert left == [".base", "A1.md"]
