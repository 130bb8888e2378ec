"""The rest reader against a real server on loopback: pages, sign-in, types, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from kaframe.errors import DataError, Problem
from kaframe.records import Secret
from kaframe.testing.conformance.behaviours import closed_port
from tests.plugins.services import Answerer, Asked, Reply, service
from tests.plugins.sources import MakeSource
from tests.reaching import NameServer

ROWS = [{"id": n, "name": f"客户 {n}"} for n in range(1, 8)]
TOKEN = "t0k3n-of-the-crm-42"
BEARER = {"type": "bearer", "token": Secret(TOKEN, "${env:CRM_TOKEN}")}
QUICK = {"retries": 2, "pause": 0, "timeout": 2, "seconds": 20}


def rows_of(source: MakeSource, answer: Answerer, path: str = "/rows", **options: Any) -> list[dict[str, Any]]:
    """The rows that the reader gives, without ordinals."""
    with service(answer) as running:
        declared = source("rest", url=running.url + path, **{"limits": QUICK, **options})
        names = [column.name for column in source.columns(declared)]
        found = source.rows(declared, names)
    assert [row.pop("_row") for row in found] == list(range(1, len(found) + 1))
    return found


def problem_of(source: MakeSource, answer: Answerer, path: str = "/rows", **options: Any) -> Problem:
    with service(answer) as running, pytest.raises(DataError) as caught:
        source.columns(source("rest", url=running.url + path, **{"limits": QUICK, **options}))
    (problem,) = caught.value.problems
    assert TOKEN not in str(problem)
    assert problem.hint
    return problem


def by_page(asked: Asked) -> Any:
    page, size = int(asked.query["page"]), int(asked.query.get("per_page", 3))
    return {"data": {"items": ROWS[(page - 1) * size : page * size], "total": 7}}


def by_offset(asked: Asked) -> Any:
    """Gives two rows, however many are asked for."""
    start = int(asked.query["skip"])
    return ROWS[start : start + 2]


def by_cursor(asked: Asked) -> Any:
    start = int(asked.query.get("after", 0))
    return {"results": ROWS[start : start + 3], "paging": {"next": {"after": str(start + 3)}} if start < 6 else {}}


def by_link(asked: Asked) -> Any:
    start = int(asked.query.get("start", 0))
    return {"rows": ROWS[start : start + 4], "next": f"/rows?start={start + 4}" if start < 4 else None}


def by_header(asked: Asked) -> Reply:
    start = int(asked.query.get("start", 0))
    link = f'</rows?start=0>; rel="first", </rows?start={start + 4}>; rel="next"' if start < 4 else ""
    return Reply(ROWS[start : start + 4], headers={"Link": link})


def by_body(asked: Asked) -> Any:
    start = asked.body["search"]["offset"]
    return {"data": ROWS[start : start + 3]}


@pytest.mark.parametrize(
    ("answer", "options", "requests"),
    [
        pytest.param(lambda asked: ROWS, {}, 1, id="one answer"),
        pytest.param(
            by_page,
            {"rows": "data.items", "pagination": {"by": "page", "param": "page", "size_param": "per_page", "size": 3}},
            4,
            id="page",
        ),
        pytest.param(
            by_page,
            {"rows": "data.items", "pagination": {"by": "page", "param": "page", "total": "data.total"}},
            3,
            id="page with a total",
        ),
        pytest.param(
            lambda asked: {**by_page(asked), "total": 0},
            {"rows": "data.items", "pagination": {"by": "page", "param": "page", "total": "total"}},
            4,
            id="page with a total that counts nothing",
        ),
        pytest.param(
            lambda asked: {"list": [row for row in ROWS if row["id"] > int(asked.query.get("above", 0))][:3]},
            {"rows": "list", "pagination": {"by": "cursor", "param": "above", "next": "list[-1].id"}},
            4,
            id="the last row of a page as the cursor",
        ),
        pytest.param(
            by_offset,
            {"pagination": {"by": "offset", "param": "skip", "size_param": "take", "size": 500}},
            5,
            id="offset, with fewer rows than asked for",
        ),
        pytest.param(
            by_cursor,
            {"rows": "results", "pagination": {"by": "cursor", "param": "after", "next": "paging.next.after"}},
            3,
            id="cursor",
        ),
        pytest.param(by_link, {"rows": "$.rows[*]", "pagination": {"by": "link", "next": "next"}}, 2, id="link"),
        pytest.param(by_header, {"pagination": {"by": "link"}}, 2, id="header"),
        pytest.param(
            by_body,
            {
                "method": "POST",
                "body": {"search": {"offset": "{offset}", "limit": "{size}"}},
                "rows": "data",
                "pagination": {"by": "offset", "size": 3},
            },
            4,
            id="body",
        ),
    ],
)
def test_every_page_is_read_once(
    source: MakeSource, answer: Answerer, options: Mapping[str, Any], requests: int
) -> None:
    """All rows, in order, whatever the pagination; the token goes along every time."""
    with service(answer) as running:
        declared = source("rest", url=f"{running.url}/rows", auth=BEARER, **options)
        source.columns(declared)
        assert source.rows(declared, ["id", "name"]) == [{**row, "_row": row["id"]} for row in ROWS]
    assert len(running.asked) == requests
    assert {asked.headers["authorization"] for asked in running.asked} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("answer", "options", "says"),
    [
        pytest.param(
            lambda asked: ROWS, {"pagination": {"by": "page", "param": "page"}}, "page 2 has the same rows", id="page"
        ),
        pytest.param(
            lambda asked: {"rows": [{"id": time.monotonic_ns()}], "next": "a"},
            {"rows": "rows", "pagination": {"by": "cursor", "param": "c", "next": "next"}},
            "page 2 leads to a page that was read already",
            id="cursor",
        ),
        pytest.param(
            lambda asked: [{"id": time.monotonic_ns()}],
            {"pagination": {"by": "page", "param": "page"}, "limits": {"pages": 3}},
            "more than 3 pages",
            id="cap",
        ),
    ],
)
def test_pages_without_end_are_refused(
    source: MakeSource, answer: Answerer, options: Mapping[str, Any], says: str
) -> None:
    """A service that does not know the parameter gives its first page for ever."""
    problem = problem_of(source, answer, **options)
    assert problem.code == "KF3036"
    assert says in problem.message


def test_a_token_goes_to_no_other_server(source: MakeSource) -> None:
    """Neither by a redirect nor by the address of a next page."""
    with service(lambda asked: ROWS) as other:
        link = {"rows": ROWS, "next": f"{other.url}/rows"}
        options: dict[str, Any] = {"auth": BEARER, "rows": "rows", "pagination": {"by": "link", "next": "next"}}
        assert "on another server" in problem_of(source, lambda asked: link, **options).message
        to = Reply(status=302, headers={"Location": f"{other.url}/rows"})
        problem = problem_of(source, lambda asked: to, auth=BEARER)
        assert (problem.code, other.asked) == ("KF3016", [])
        assert f"points to {other.url.removeprefix('http://')}" in problem.message


def test_a_redirect_within_the_server_is_followed(source: MakeSource) -> None:
    """A slash at the end is no reason to fail; one without end is."""

    def answer(asked: Asked) -> Any:
        return ROWS if asked.path == "/rows/" else Reply(status=301, headers={"Location": "/rows/"})

    assert len(rows_of(source, answer)) == 7
    turning = Reply(status=301, headers={"Location": "/round"})
    assert "redirects without end" in problem_of(source, lambda asked: turning, "/round").message


def test_a_busy_service_is_asked_again(source: MakeSource) -> None:
    """429 with Retry-After, 503, a connection that breaks: then all rows."""
    troubles: list[Any] = [Reply(status=429, headers={"Retry-After": "1"}), break_off]

    def answer(asked: Asked) -> Any:
        return troubles.pop(0) if troubles else ROWS

    begun = time.monotonic()
    assert len(rows_of(source, answer)) == 7
    assert time.monotonic() - begun >= 1, "Retry-After is waited for"


def break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n[{")
    handler.close_connection = True


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(5)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a letter at a time: no single read takes long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    for _ in range(100):
        handler.wfile.write(b"a")
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("answer", "options", "code", "says"),
    [
        pytest.param(
            lambda asked: Reply({"why": f"bad token {TOKEN}"}, 403), {}, "KF3016", "page 1: HTTP 403", id="403"
        ),
        pytest.param(lambda asked: Reply(None, 503), {}, "KF3006", "HTTP 503: null, 3 times", id="503"),
        pytest.param(
            lambda asked: Reply(None, 503, {"Retry-After": "3600"}), {}, "KF3046", "in 3600 seconds", id="Retry-After"
        ),
        pytest.param(
            lambda asked: hang, {"limits": {"seconds": 1, "retries": 0}}, "KF3046", "not done after 1 s", id="hangs"
        ),
        pytest.param(
            lambda asked: drip, {"limits": {"seconds": 1, "retries": 9}}, "KF3046", "not done after 1 s", id="drips"
        ),
        pytest.param(
            lambda asked: ROWS, {"limits": {"answer_mb": 0.0001}}, "KF3046", "larger than 0.0001 MB", id="too large"
        ),
        pytest.param(
            lambda asked: Reply(raw=b"<html>Sign in</html>"), {}, "KF3026", "no JSON: <html>Sign in", id="a page"
        ),
        pytest.param(
            lambda asked: {"data": {"items": ROWS}}, {"rows": "data.itmes"}, "KF3026", "mean 'items'?", id="path"
        ),
        pytest.param(lambda asked: {"data": ROWS}, {}, "KF3026", "lists are at data", id="no path"),
        pytest.param(
            by_cursor,
            {"rows": "results", "pagination": {"by": "cursor", "param": "after", "next": "paging.next.aftr"}},
            "KF3026",
            "did you mean 'after'?",
            id="next",
        ),
        pytest.param(
            by_page,
            {"rows": "data.items", "pagination": {"by": "page", "param": "page", "more": "data.more"}},
            "KF3026",
            "nothing says whether another page follows",
            id="more",
        ),
        pytest.param(lambda asked: [1, 2], {}, "KF3026", "row 1 is a number", id="numbers"),
        pytest.param(
            lambda asked: {"code": 7, "msg": f"no {TOKEN}", "data": []},
            {"rows": "data", "failure": {"code": "code", "message": "msg"}},
            "KF3016",
            "says 7: no ***",
            id="failure in a good answer",
        ),
        pytest.param(lambda asked: ROWS, {"rows": "a..b"}, "KF3076", "is no part of a path", id="no such path"),
        pytest.param(
            lambda asked: ROWS, {"params": {"p": "{pgae}"}}, "KF3076", "no value for '{pgae}'", id="placeholder"
        ),
        pytest.param(
            lambda asked: ROWS,
            {"incremental": {"column": "at", "key": "id", "param": "since", "format": "%Q"}},
            "KF3076",
            "'%Q' is no day",
            id="format",
        ),
        pytest.param(
            lambda asked: ROWS, {"pagination": {"by": "page"}}, "KF3076", "which page", id="page without parameter"
        ),
    ],
)
def test_what_goes_wrong_is_told(
    source: MakeSource, answer: Answerer, options: dict[str, Any], code: str, says: str
) -> None:
    """Server, page, status and the beginning of the answer; nothing secret, within the deadline."""
    begun = time.monotonic()
    problem = problem_of(source, answer, auth=BEARER, **options)
    assert problem.code == code
    assert says in str(problem)
    assert time.monotonic() - begun < 4


def test_a_server_that_is_not_there_is_told(source: MakeSource) -> None:
    """With its name, after so many tries."""
    port = closed_port()
    with pytest.raises(DataError, match=f"127.0.0.1:{port}: page 1: .*3 times"):
        source.columns(source("rest", url=f"http://127.0.0.1:{port}/rows", limits=QUICK))


@pytest.mark.parametrize("url", ["http://crm.example.com/", "ftp://crm.example.com/", "crm.example.com", "https://u:p@h/"])
def test_addresses_that_are_not_safe_are_refused(source: MakeSource, url: str) -> None:
    """Before anything is asked."""
    with pytest.raises(DataError) as caught:
        source.columns(source("rest", url=url))
    assert [problem.code for problem in caught.value.problems] == ["KF3076"]


def test_a_column_has_one_type_on_all_pages(source: MakeSource) -> None:
    """Missing first, then whole, then not; nested objects and lists; long ids keep their digits."""
    pages = [
        [{"id": 1, "amount": None, "owner": {"mail": "a@b.c"}, "tags": ["x"]}],
        [{"id": 2, "amount": 3, "long": 12345678901234567890}],
        [{"id": 3, "amount": 2.5, "owner": {"mail": None}, "won": True}],
        [],
    ]
    numbered = {"by": "page", "param": "p", "start": 0}
    found = rows_of(source, lambda asked: pages[int(asked.query["p"])], pagination=numbered)
    assert [row["amount"] for row in found] == [None, 3.0, 2.5]
    assert found[0] | {"amount": 0} == {
        "id": 1, "amount": 0, "owner.mail": "a@b.c", "tags": '["x"]', "long": None, "won": None,
    }  # fmt: skip
    assert (found[1]["long"], found[2]["won"]) == ("12345678901234567890", True)


@pytest.mark.parametrize("empty", [{"data": None}, {"data": {"items": None}}, {"data": {"items": []}}])
def test_null_is_a_list_without_rows(source: MakeSource, empty: Any) -> None:
    """As many services write it, on the last page or on all."""
    pages = [{"data": {"items": ROWS}}, empty]
    paging = {"by": "page", "param": "page"}
    found = rows_of(source, lambda asked: pages[int(asked.query["page"]) - 1], rows="data.items", pagination=paging)
    assert len(found) == 7
    assert rows_of(source, lambda asked: empty, "/none", rows="data.items") == []


def test_parameters_may_stand_in_the_address_too(source: MakeSource) -> None:
    """Beside those of the pages."""

    def answer(asked: Asked) -> Any:
        return by_page(asked) if asked.query.get("status") == "open" else Reply(status=400)

    paging = {"by": "page", "param": "page"}
    assert len(rows_of(source, answer, "/rows?status=open", rows="data.items", pagination=paging)) == 7


def test_fields_moments_and_missing_values(source: MakeSource) -> None:
    """Chosen by path, under their own names."""
    answer = [{"_id": "a", "lines": [{"sum": 5}, {"sum": 6}], "at": 1614065919394, "city": "-"}]
    found = rows_of(
        source,
        lambda asked: answer,
        fields={"id": "_id", "first": "lines[0].sum", "at": "at", "city": "city", "gone": "x.y"},
        epoch_ms=["at"],
        missing=["-"],
    )
    assert found[0]["at"].astimezone(UTC) == datetime(2021, 2, 23, 7, 38, 39, 394000, UTC)
    assert {**found[0], "at": 0} == {"id": "a", "first": 5, "at": 0, "city": None, "gone": None}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://10.0.0.8/rows", "would ask 10.0.0.8, which is in a private network"),
        ("https://2130706433/rows", "would ask 2130706433, which is an address in disguise"),
        ("https://169.254.169.254/rows", "would ask 169.254.169.254, where clouds keep the keys of their machines"),
    ],
)
def test_an_address_inside_is_refused_before_anything_is_asked(source: MakeSource, url: str, said: str) -> None:
    """At the option that names it, of the sign-in too."""
    auth = {"type": "oauth2", "token_url": url, "client_id": "kam"}
    for options, at in (({"url": url}, "url"), ({"url": "https://crm.example/rows", "auth": auth}, "auth")):
        with pytest.raises(DataError) as caught:
            source.columns(source("rest", **options))
        assert [(each.code, each.message) for each in caught.value.problems] == [("KF3076", said)], at


def test_a_name_that_leads_inside_is_not_asked(source: MakeSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not tried again either; with ``allow_private`` it is asked."""
    names = NameServer(monkeypatch, {"crm.example": [["127.0.0.1"]]})
    monkeypatch.setenv("NO_PROXY", "*")
    with service(lambda asked: ROWS) as running:
        options: dict[str, Any] = {"url": running.url.replace("127.0.0.1", "crm.example"), "limits": QUICK}
        with pytest.raises(DataError) as caught:
            source.columns(source("rest", allow_http=True, **options))
        (problem,) = caught.value.problems
        assert (problem.code, problem.hint) == ("KF3087", "say allow_private: true if that is meant")
        assert "page 1: crm.example leads to 127.0.0.1, which is this computer" in problem.message
        assert (running.asked, names.asked) == ([], ["crm.example"])
        assert source.columns(source("rest", allow_http=True, allow_private=True, **options))
        assert len(running.asked) == 1
