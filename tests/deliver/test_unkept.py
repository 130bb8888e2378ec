"""Notices of a project that has no outbox yet: brought once, and tried again until they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kaframe.deliver.unkept import TOLD, send_unkept
from tests.test_deliver import project_with


def notice(key: str, channel: str = "fickle", recipient: str = "wang") -> dict[str, Any]:
    return {"notice_key": key, "rule": "held", "channel": channel, "recipient": recipient, "address": "x@example.com",
            "subject": "held back", "text": "x", "html": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("says", "holds", "is_told"),
    [("sent", "", True), ("unknown", ", on_unknown: hold", True), ("unknown", "", False), ("retry", "", False),
     ("dead", ", on_unknown: hold", False)],
    ids=["sent", "unknown and held", "unknown", "retry", "dead"],
)  # fmt: skip
def test_what_may_have_arrived_is_sent_again_unless_the_channel_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, holds: str, is_told: bool
) -> None:
    """Who counts as told is not told by the next run; of the others each run says why, and tries again."""
    monkeypatch.setenv("FICKLE_TOKEN", "s3cret-token")
    fickle = f"  fickle: {{type: fickle, says: {says}, token: '${{env:FICKLE_TOKEN}}'{holds}}}\n"
    project = project_with(tmp_path, fickle)
    for run in (1, 2):
        told, problems = send_unkept(project, [notice("n1")])
        assert told == (["wang"] if is_told else [])
        assert [(problem.code, problem.severity) for problem in problems] == [("KF8007", "warning")] * (not is_told)
        assert (tmp_path / "asked.txt").read_text("utf-8") == "n1\n" * (1 if is_told else run)
    kept = tmp_path / TOLD
    assert (json.loads(kept.read_text("utf-8")) if kept.exists() else []) == (["n1"] if is_told else [])


def test_each_person_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many notices there are; what was brought on one channel is noted beside what failed on another."""
    monkeypatch.setenv("FICKLE_TOKEN", "s3cret-token")
    channels = "  letters: {type: file}\n  fickle: {type: fickle, says: retry, token: '${env:FICKLE_TOKEN}'}\n"
    project = project_with(tmp_path, channels)
    wanted = [notice("n3", "letters", "wang"), notice("n1", "letters", "wang"), notice("n2"),
              notice("n4", "letters", "li")]  # fmt: skip
    told, (problem,) = send_unkept(project, wanted)
    assert told == ["li", "wang"]
    assert problem.message == "wang could not be told on 'fickle': as told"
    assert json.loads((tmp_path / TOLD).read_text("utf-8")) == ["n1", "n3", "n4"]
