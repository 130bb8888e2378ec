"""Who is told of a run that gates have held back: people by role, through the outbox, once a day for the same gates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import call

from kaframe.loading import load_project
from kaframe.store import list_outbox, open_store
from tests.gateproject import BEFORE, DAY, broken, gated

TEAM = """\
version: 1
members:
  - {id: chen, name: Chen, roles: [account_manager, lead], absent: [{from: 2026-04-20, until: 2026-05-10}], deputy: kim}
  - {id: kim, name: Kim, roles: [market_analyst]}
  - {id: wu, name: Wu, roles: [lead], leaves: 2026-04-01}
assignments:
  - {role: account_manager, member: chen}
"""


def told(own: Path) -> list[tuple[str, str, str]]:
    """The notices of gates: to whom, on which channel, and whether they were brought."""
    rows = [row for row in list_outbox(open_store(load_project(own))) if row["rule"] == "gates"]
    return sorted((row["recipient"], row["channel"], row["state"]) for row in rows)


def asked(own: Path, tell: str) -> Path:
    """The project, that names people to tell, with a second channel."""
    config = own / "kaframe.yaml"
    text = config.read_text("utf-8").replace("gates: {measures", f"gates: {{tell: {tell}, measures")
    config.write_text(text.replace("channels: {", "channels: {desk: {type: console}, "), "utf-8")
    return own


def telling(folder: Path, tell: str, language: str = "en") -> Path:
    """The project after a first day on which all was well, with people to tell of gates."""
    own = asked(gated(folder, language), tell)
    (own / "team.yaml").write_text(TEAM, "utf-8")
    done = call("-C", own, "run", "--as-of", BEFORE)
    assert done.code == 0, done.err
    return own


def half(lines: dict[str, list[str]]) -> dict[str, list[str]]:
    """Half of the orders are gone."""
    return {**lines, "orders": lines["orders"][: len(lines["orders"]) // 2]}


def test_people_of_a_role_are_told(tmp_path: Path) -> None:
    """Who is there today, or acts for who is not; with the numbers; once, and again for other gates."""
    own = telling(tmp_path / "project", "{to: [lead], channels: [file]}")
    broken(own, half)
    held = call("-C", own, "run", "--as-of", DAY)
    assert held.code == 4
    assert "told that the run was held back: kim" in held.err
    assert told(own) == [("kim", "file", "sent")]
    texts = [path.read_text("utf-8") for path in (own / "notices").rglob("*") if path.is_file()]
    [text] = [text for text in texts if "held back" in text]
    assert "orders.volume" in text
    assert "--accept-gate orders.volume" in text
    assert call("-C", own, "run", "--as-of", DAY).code == 4
    assert len(told(own)) == 1
    broken(own, lambda lines: half({**lines, "tickets": lines["tickets"][:10]}))
    assert call("-C", own, "run", "--as-of", DAY).code == 4
    assert len(told(own)) == 2
    broken(own, lambda lines: lines)
    assert call("-C", own, "run", "--as-of", DAY).code == 0


def test_members_are_told_on_every_channel_in_their_language(tmp_path: Path) -> None:
    """Without channels all of the project are used."""
    own = telling(tmp_path / "project", "{to: [kim]}", "zh")
    broken(own, half)
    held = call("-C", own, "run", "--as-of", DAY)
    assert (held.code, "已通知运行未发布: kim" in held.err) == (4, True)
    assert told(own) == [("kim", "desk", "sent"), ("kim", "file", "sent")]
    [row] = [row for row in list_outbox(open_store(load_project(own))) if row["rule"] == "gates"][:1]
    assert row["subject"] == "gated：2026-04-30的运行未发布"


def notices(own: Path) -> list[str]:
    """What the channel `file` has brought."""
    return [path.read_text("utf-8") for path in sorted((own / "notices").rglob("*")) if path.is_file()]


def test_people_are_told_before_anything_is_published(tmp_path: Path) -> None:
    """There is no outbox yet: at once, once for the same gates, and nothing comes again after the first run."""
    own = asked(gated(tmp_path / "project"), "{to: [lead], channels: [file]}")
    (own / "team.yaml").write_text(TEAM, "utf-8")
    broken(own, lambda lines: {**lines, "orders": lines["orders"][:1]})
    for _ in range(2):
        held = call("-C", own, "run", "--as-of", DAY)
        assert (held.code, "told that the run was held back: kim" in held.err) == (4, True)
        [text] = notices(own)
        assert "--accept-gate orders.fresh" in text
    assert not (own / ".kaframe" / "kaframe.db").exists()
    looked = " ".join(call("-C", own, "doctor").out.split())
    assert "KF7037 the run for 2026-04-30 was held back by orders.fresh" in looked
    broken(own, lambda lines: lines)
    assert call("-C", own, "run", "--as-of", DAY).code == 0
    assert sum("held back" in text for text in notices(own)) == 1
    assert "KF7037" not in call("-C", own, "doctor").out


def test_a_channel_that_takes_nothing_is_tried_by_the_next_run(tmp_path: Path) -> None:
    """And said: who, where and why; the exit code stays that of the gate."""
    own = asked(gated(tmp_path / "project"), "{to: [kim, chen], channels: [file]}")
    (own / "team.yaml").write_text(TEAM, "utf-8")
    broken(own, lambda lines: {**lines, "orders": lines["orders"][:1]})
    (own / "notices").write_text("in the way", "utf-8")
    held = call("-C", own, "run", "--as-of", DAY)
    assert (held.code, held.err.count("could not be told")) == (4, 2)
    assert "kim could not be told on 'file'" in " ".join(held.err.split())
    assert "told that the run was held back" not in held.err
    (own / "notices").unlink()
    held = call("-C", own, "run", "--as-of", DAY)
    assert (held.code, "KF8007" in held.err, "held back: chen, kim" in held.err) == (4, False, True)
    assert len(notices(own)) == 2


@pytest.mark.parametrize("damage", ["", "[", "5", '{"a": 1}', "\xff"])
def test_a_damaged_note_of_who_was_told_costs_a_repetition(tmp_path: Path, damage: str) -> None:
    """Told twice is better than not at all, and the note is sound again."""
    own = asked(gated(tmp_path / "project"), "{to: [lead], channels: [file]}")
    (own / "team.yaml").write_text(TEAM, "utf-8")
    broken(own, lambda lines: {**lines, "orders": lines["orders"][:1]})
    (own / ".kaframe").mkdir(exist_ok=True)
    note = own / ".kaframe" / "told.json"
    note.write_text(damage, "latin-1")
    held = call("-C", own, "run", "--as-of", DAY)
    assert (held.code, "told that the run was held back: kim" in held.err) == (4, True), held.err
    assert len(json.loads(note.read_text("utf-8"))) == 1


def test_a_disk_that_takes_no_note_is_said(tmp_path: Path) -> None:
    """The people were told, and will be again."""
    own = asked(gated(tmp_path / "project"), "{to: [lead], channels: [file]}")
    (own / "team.yaml").write_text(TEAM, "utf-8")
    broken(own, lambda lines: {**lines, "orders": lines["orders"][:1]})
    (own / ".kaframe" / "told.new").mkdir(parents=True)
    held = call("-C", own, "run", "--as-of", DAY)
    assert (held.code, "KF8007" in held.err) == (4, True)
    assert "who was told could not be noted in .kaframe/told.json: Is a directory" in " ".join(held.err.split())
    assert "told that the run was held back: kim" in held.err


@pytest.mark.parametrize(
    ("tell", "said"),
    [
        ("{to: [leed]}", "KF1314 gates: no role or member 'leed' to tell (did you mean 'lead'?)"),
        ("{to: [lead], channels: [fiel]}", "KF1315 gates: no channel 'fiel' in kaframe.yaml (did you mean 'file'?)"),
        ("{to: []}", "KF11"),
        ("[lead]", "KF11"),
    ],
)
def test_wrong_names_are_found(tmp_path: Path, tell: str, said: str) -> None:
    """By check, with the place and the nearest name."""
    own = asked(gated(tmp_path / "project"), tell)
    found = call("-C", own, "check")
    assert found.code == 3
    assert said.split(" (", maxsplit=1)[0] in found.err + found.out


def test_acceptance_that_nothing_needs_is_said(tmp_path: Path) -> None:
    """The gate holds: the run is as it would be without, and says so."""
    own = gated(tmp_path / "project")
    done = call("-C", own, "run", "--as-of", BEFORE, "--accept-gate", "orders.fresh", "--reason", "to be sure")
    assert done.code == 0, done.err
    assert "KF6025 gate 'orders.fresh' holds and needs nobody to accept it" in done.err
