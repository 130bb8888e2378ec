"""Plans that go with a notice: those of the accounts that it tells of, as they were then."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kaframe.deliver import deliver_outbox
from kaframe.deliver.documents import MOST_CHARACTERS, MOST_DOCUMENTS, read_documents
from kaframe.project import Project
from kaframe.records import Attachment
from kaframe.store import Act, Publication, Store, decide_plan, publish
from tests.plugins.receiving import receiver, status
from tests.telling import TODAY, make_project, rule
from tests.test_deliver import NOW, fill

ATTACHING = rule(attach="[plan]")


def publish_plans(store: Store, plans: list[dict[str, Any]], day: date = TODAY) -> None:
    """A run of a day that wrote these plans."""
    run = {"run_id": f"{day}.1", "as_of": day, "revision": 1, "published_at": f"{day}T08:00:00Z", "state": "published"}
    run |= {"inputs_hash": "", "manifest_sha256": "", "backfill": False, "summary": "{}"}
    usual = {"version": 1, "strategies": "[]", "content_hash": "x", "state": "draft", "made_on": day}
    with store.writing() as connection:
        publish(connection, Publication(run, {"plans": [{**usual, **plan} for plan in plans]}, 0, 0))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path, ATTACHING)


@pytest.fixture
def store(project: Project) -> Store:
    return Store(project.config.store.url, project.root)


def notice(*accounts: str, **more: Any) -> dict[str, Any]:
    listed = ", ".join(f'"{account}"' for account in accounts)
    return {"rule": "turned_red", "accounts": f"[{listed}]", "decided_on": TODAY, **more}


def test_the_plans_of_the_accounts_told_of_go_along(project: Project, store: Store) -> None:
    """Theirs and nobody else's; one without a title goes by its account."""
    plans = [{"account_id": "A1", "title": "长城", "markdown": "# 1"}, {"account_id": "A2", "markdown": "# 2"}]
    publish_plans(store, [*plans, {"account_id": "A3", "markdown": "# 3"}])
    found = read_documents(project, store, notice("A2", "A1", "gone"))
    assert found == (Attachment("长城", "# 1"), Attachment("A2", "# 2"))


def test_every_attempt_has_the_same_plans(project: Project, store: Store) -> None:
    """Those of the day of the notice, also when a later run has written another version."""
    publish_plans(store, [{"account_id": "A1", "markdown": "then"}])
    first = read_documents(project, store, notice("A1"))
    later = TODAY + timedelta(days=1)
    with store.writing() as connection:
        from kaframe.store.schema import plans

        row = {"version": 2, "strategies": "[]", "content_hash": "y", "state": "draft", "made_on": later}
        row |= {"account_id": "A1", "as_of": later, "run_id": f"{TODAY}.1", "markdown": "later"}
        connection.execute(plans.insert().values(**row))
    assert read_documents(project, store, notice("A1")) == first == (Attachment("A1", "then"),)


def test_what_was_rejected_or_is_empty_stays(project: Project, store: Store) -> None:
    """Nobody gets a plan that somebody has turned down, or one whose template failed."""
    waiting = {"approval": "lead", "state": "waiting"}
    texts = (("A1", "x"), ("A2", None))
    publish_plans(store, [{"account_id": name, "markdown": text, **waiting} for name, text in texts])
    decide_plan(store, "A1", "rejected", Act("li", TODAY, "no"))
    assert read_documents(project, store, notice("A1", "A2")) == ()


def test_a_mail_does_not_grow_without_end(project: Project, store: Store) -> None:
    """At most so many, and so much; a small one after one that has no room still goes."""
    names = [f"A{number:02}" for number in range(MOST_DOCUMENTS + 5)]
    texts = ["x" * MOST_CHARACTERS, *["small"] * (len(names) - 1)]
    publish_plans(store, [{"account_id": name, "markdown": text} for name, text in zip(names, texts, strict=True)])
    assert [len(one.markdown) for one in read_documents(project, store, notice(*names))] == [MOST_CHARACTERS]
    assert len(read_documents(project, store, notice(*names[1:]))) == MOST_DOCUMENTS == 20  # as the manual says


@pytest.mark.parametrize("rules", [rule(), ""], ids=["asks for none", "is gone"])
def test_a_rule_that_asks_for_none_has_none(tmp_path: Path, rules: str) -> None:
    """Nor one that is no longer there."""
    project = make_project(tmp_path, rules)
    store = Store(project.config.store.url, project.root)
    publish_plans(store, [{"account_id": "A1", "markdown": "x"}])
    assert read_documents(project, store, notice("A1")) == ()


def test_a_webhook_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the outbox to the other side."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with receiver(status(204)) as hook:
        project = make_project(tmp_path, ATTACHING, f"  crm: {{type: webhook, url: '{hook.options['url']}'}}\n")
        store = fill(project, "crm")
        with store.writing() as connection:
            from kaframe.store.schema import outbox, plans

            connection.execute(outbox.update().values(accounts='["A1"]'))
            row = {"version": 1, "strategies": "[]", "content_hash": "y", "state": "draft", "made_on": TODAY}
            row |= {"account_id": "A1", "as_of": TODAY, "run_id": "r1", "markdown": "# 长城"}
            connection.execute(plans.insert().values(**row))
        assert deliver_outbox(project, store, NOW).sent == 1
    assert json.loads(hook.received[0][2])["data"]["attachments"] == [{"name": "A1", "markdown": "# 长城"}]
