"""From what people type to what there is: accounts by id or part of the name, tasks by their short key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from kaframe.errors import Problem, UsageError, nearest

if TYPE_CHECKING:
    from kaframe.database import Database
    from kaframe.explain.following import Followed
    from kaframe.project import Project
    from kaframe.published import PublishedRun

SHOWN = 5
ERROR_CODE = re.compile(r"KF\d{4}", re.IGNORECASE)
KINDS = {"status": "colour", "card": "scorecard", "stage": "stage"}  # of labels, and what people call them
HANDLE = 7  # characters of a short key, as git shortens its own
LISTED = {"task": "tasks list", "notice": "outbox list --all"}  # the command that lists them


def latest_account(run: PublishedRun, text: str) -> tuple[str, str]:
    """Id and name of the account that a text means in a published run. Raises: UsageError as ``find_account``."""
    return find_account(run.open("measures", "renamed"), text)


def find_account(db: Database, text: str) -> tuple[str, str]:
    """Id and name of the account that a text means: its id, its name, or a part of the name that only one has.

    An id that the account had before means the account of today.
    Reads: ``measures``; ``renamed`` where there is one.
    Raises: UsageError KF6061 when several match, KF6058 with the nearest when none does.
    """
    text = renamed_ids(db).get(text, text)
    name = "name" if "name" in db.columns("measures") else "account_id"
    query = (
        f"SELECT account_id, {name} AS name FROM measures WHERE account_id = ? OR lower({name}) = lower(?) "
        f"OR contains(lower({name}), lower(?)) "
        f"ORDER BY account_id = ? DESC, lower({name}) = lower(?) DESC, account_id LIMIT {SHOWN + 1}"
    )
    found = db.rows(query, [text] * 5) if text.strip() else []
    exact = [row for row in found if row["account_id"] == text] or [
        row for row in found if str(row["name"]).lower() == text.lower()
    ]
    chosen = exact or found
    if len(chosen) == 1 or (exact and exact[0]["account_id"] == text):
        return str(chosen[0]["account_id"]), str(chosen[0]["name"] or chosen[0]["account_id"])
    if chosen:
        raise UsageError([_several(text, chosen)])
    raise UsageError([_nobody(db, text, name)])


def followed_account(project: Project, run_ids: Sequence[str], text: str) -> tuple[Followed, str]:
    """The account that a text means in published runs, whatever it was called there, and its name.

    It may be an id of one of the runs or of today, or a name that it had in the last of the runs, or has now.
    Raises: UsageError KF6061 when several match, KF6058 when none of the runs has it.
    """
    from kaframe.explain.following import follow_account
    from kaframe.published import load_run

    renames = _renames_of_now(project)
    with ExitStack() as opened:
        runs = [opened.enter_context(load_run(project, run_id)) for run_id in run_ids]
        found = follow_account(runs, renames, text)
        if not any(found.then):
            latest = opened.enter_context(load_run(project))
            found = follow_account(runs, renames, _named_in([*reversed(runs), latest], text, run_ids))
        name = next((latest_account(run, own)[1] for run, own in zip(runs, found.then, strict=True) if own), None)
    if name is None:
        hint = "'kaframe history' with its id shows which runs have it"
        raise UsageError([Problem(None, "KF6058", f"no account '{text}' in {_both(run_ids)}", hint)])
    return found, name


def _renames_of_now(project: Project) -> dict[str, str]:
    """Old account id to the id of today, as the data say now, whether a run has seen it yet or not."""
    from kaframe import flow
    from kaframe.database import Database

    if project.config.accounts.renamed is None:
        return {}
    with Database() as db:
        flow.STEPS["data"](project, db)
        return renamed_ids(db)


def _named_in(runs: Sequence[PublishedRun], text: str, asked: Sequence[str]) -> str:
    """The id of the account that a text means in the first run that knows it."""
    unknown = ""
    for run in runs:
        try:
            return latest_account(run, text)[0]
        except UsageError as error:
            if error.problems[0].code != "KF6058":
                raise
            unknown = unknown or error.problems[0].hint
    raise UsageError([Problem(None, "KF6058", f"no account '{text}' in {_both(asked)}", unknown)])


def _both(run_ids: Sequence[str]) -> str:
    return f"the run{'s' * (len(run_ids) > 1)} {' and '.join(run_ids)}"


def renamed_ids(db: Database) -> dict[str, str]:
    """Old account id to the id of today, as the list of renamed ids said when the data were loaded."""
    if not db.has("renamed"):
        return {}
    return {row["old_id"]: row["new_id"] for row in db.rows("SELECT old_id, new_id FROM renamed ORDER BY old_id")}


def every_id(run: PublishedRun, account_id: str) -> list[str]:
    """The account's id, then those it had before: what people did under them counts for it too."""
    followed = renamed_ids(run.open("renamed"))
    return [account_id, *(old for old, new in followed.items() if new == account_id)]


def known_name(name: str, known: Iterable[str], what: str) -> str:
    """The name, when it is known. Raises: UsageError KF6062 with the nearest one."""
    listed = sorted(known)
    if name in listed:
        return name
    hint = nearest(name, listed) or f"known: {', '.join(listed) or 'none'}"
    raise UsageError([Problem(None, "KF6062", f"no {what} '{name}'", hint)])


def labelled_name(project: Project, kind: str, name: str, known: Iterable[str]) -> str:
    """The id that a text means, the id or its label. Raises: UsageError KF6062 with the nearest one."""
    from kaframe.labels import labels

    listed, named = set(known), labels(project)
    meant = [one for one in sorted(listed) if named.get(f"{kind}.{one}", "").casefold() == name.casefold()]
    return name if name in listed else meant[0] if len(meant) == 1 else known_name(name, listed, KINDS[kind])


def handle_of(key: str) -> str:
    """The key of a task or notice in few characters, to be typed."""
    return hashlib.sha256(key.encode()).hexdigest()[:HANDLE]


def find_task(tasks: Iterable[Mapping[str, Any]], text: str) -> Mapping[str, Any]:
    """The task that a text means: its key, its short key, or the beginning of either that only one has.

    Raises: UsageError KF6050 when none matches, KF6061 when several do.
    """
    by_key = {str(task["task_key"]): task for task in tasks}
    return by_key[_find_key(by_key, text, "task", "KF6050")]


def find_notice(notices: Iterable[Mapping[str, Any]], text: str) -> Mapping[str, Any]:
    """The notice of the outbox that a text means, as ``find_task``. Raises: UsageError KF6046, KF6061."""
    by_key = {str(notice["notice_key"]): notice for notice in notices}
    return by_key[_find_key(by_key, text, "notice", "KF6046")]


def _find_key(keys: Iterable[str], text: str, what: str, code: str) -> str:
    listed = list(keys)
    exact = [key for key in listed if text in (key, handle_of(key))]
    begun = [key for key in listed if text and (key.startswith(text) or handle_of(key).startswith(text))]
    found = exact or begun
    if len(found) == 1:
        return found[0]
    if found:
        first = [f"{handle_of(key)} {key}" for key in found[:SHOWN]]
        hint = f"for instance {'; '.join(first)}"
        raise UsageError([Problem(None, "KF6061", f"'{text}' means {len(found)} {what}s", hint)])
    hint = nearest(text, [*listed, *map(handle_of, listed)]) or f"'kaframe {LISTED[what]}' shows all"
    raise UsageError([Problem(None, code, f"no {what} '{text}'", hint)])


def _several(text: str, found: list[dict[str, Any]]) -> Problem:
    first = ", ".join(f"{row['account_id']} ({row['name']})" for row in found[:SHOWN])
    count = f"more than {SHOWN}" if len(found) > SHOWN else str(len(found))
    return Problem(None, "KF6061", f"'{text}' means {count} accounts", f"say which: {first}")


def _nobody(db: Database, text: str, name: str) -> Problem:
    likeness = f"greatest(jaro_winkler_similarity(account_id, ?), jaro_winkler_similarity(coalesce({name}, ''), ?))"
    near = db.rows(
        f"SELECT account_id, {name} AS name FROM measures WHERE {likeness} > 0.75 "
        f"ORDER BY {likeness} DESC, account_id LIMIT 1",
        [text] * 4,
    )
    hint = f"did you mean '{near[0]['account_id']}' ({near[0]['name']})?" if near else "'kaframe accounts' shows all"
    hint = f"'kaframe show error {text}' explains the error" if ERROR_CODE.fullmatch(text) else hint
    return Problem(None, "KF6058", f"no account '{text}'", hint)
