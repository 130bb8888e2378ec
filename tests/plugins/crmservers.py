"""CRM systems as their manuals describe them: what they answer, page by page, and how they refuse."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.plugins.services import Asked, Reply

Row = Mapping[str, Any]
SECRET = "c0nsumer-s3cret"


class Salesforce:
    """Query results of two records a page under ``nextRecordsUrl``; a session ends after ``uses`` requests.

    https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm
    """

    def __init__(self, records: list[dict[str, Any]], uses: int = 100) -> None:
        self.records, self.uses, self.left, self.sessions = records, uses, 0, 0
        self.queries: list[str] = []
        self._results: list[dict[str, Any]] = []

    def __call__(self, asked: Asked) -> Any:
        if asked.path == "/services/oauth2/token":
            if asked.body.get("client_secret") != SECRET:
                return Reply({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)
            self.sessions, self.left = self.sessions + 1, self.uses
            return {"access_token": f"00D!{self.sessions}", "token_type": "Bearer", "instance_url": "https://x"}
        if asked.headers.get("authorization") != f"Bearer 00D!{self.sessions}" or not self.left:
            return Reply([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401)
        self.left -= 1
        more = re.fullmatch(r"/services/data/v63.0/query/01g-(\d+)", asked.path)
        if more:
            return {} if asked.query else self._page(int(more[1]))
        if not re.fullmatch(r"/services/data/v63.0/query(All)?", asked.path):
            return Reply([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], 404)
        return self._query(asked.query["q"])

    def _query(self, soql: str) -> Any:
        self.queries.append(soql)
        found = re.match(r"SELECT (.*?) FROM (\w+)", soql)
        if found is None or found[2] != "Opportunity":
            return Reply([{"message": "sObject type is not supported", "errorCode": "INVALID_TYPE"}], 400)
        fields = found[1].split(", ")
        if len(fields) != len({name.casefold() for name in fields}):
            return Reply([{"message": "duplicate field selected", "errorCode": "INVALID_FIELD"}], 400)
        since = re.search(r"SystemModstamp >= (\S+)", soql)
        rows = [row for row in self.records if not since or row["SystemModstamp"] >= since[1].rstrip("Z")]
        rows = sorted(rows, key=lambda row: row["SystemModstamp"])
        self._results = [{"attributes": {"type": "Opportunity", "url": "/x"}, **_chosen(row, fields)} for row in rows]
        return self._page(0)

    def _page(self, start: int) -> Any:
        done = start + 2 >= len(self._results)
        more = {} if done else {"nextRecordsUrl": f"/services/data/v63.0/query/01g-{start + 2}"}
        return {"totalSize": len(self._results), "done": done, "records": self._results[start : start + 2], **more}


def _chosen(row: Row, fields: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in fields:
        outer, _, inner = name.partition(".")
        found[outer] = {"attributes": {"type": outer}, inner: row[outer][inner]} if inner else row[outer]
    return found


class HubSpot:
    """Lists and searches of two objects a page under ``paging.next.after``; a search lists ``most`` results at most.

    https://developers.hubspot.com/docs/api/crm/search
    """

    def __init__(self, objects: list[dict[str, Any]], most: int = 10_000) -> None:
        self.objects, self.most = objects, most

    def __call__(self, asked: Asked) -> Any:
        if asked.headers.get("authorization") != f"Bearer {SECRET}":
            return Reply({"status": "error", "message": "expired", "category": "EXPIRED_AUTHENTICATION"}, 401)
        if asked.path == "/crm/v3/objects/deals/search":
            return self._search(asked.body)
        if asked.path != "/crm/v3/objects/deals":
            return Reply({"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Unable to infer type"}, 400)
        start = int(asked.query.get("after", 0))
        return self._answer(self.objects, start, asked.query["properties"].split(","))

    def _search(self, body: Mapping[str, Any]) -> Any:
        ((condition,),) = (group["filters"] for group in body["filterGroups"])
        since = datetime.fromtimestamp(int(condition["value"]) / 1000, UTC)
        rows = [row for row in self.objects if datetime.fromisoformat(row["updatedAt"]) >= since]
        return {"total": len(rows), **self._answer(rows, int(body.get("after", 0)), body["properties"])}

    def _answer(self, rows: list[dict[str, Any]], start: int, names: list[str]) -> dict[str, Any]:
        given = [
            {**row, "properties": {"hs_object_id": row["id"], **{name: row["properties"].get(name) for name in names}}}
            for row in rows[start : start + 2]
        ]
        more = {"paging": {"next": {"after": str(start + 2), "link": "?after=x"}}} if start + 2 < len(rows) else {}
        return {"results": given, **more}


class Odoo:
    """``/jsonrpc`` with ``common.login`` and ``object.execute_kw``; errors have status 200.

    https://www.odoo.com/documentation/17.0/developer/howtos/web_services.html
    """

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self.records = records
        self.domains: list[Any] = []

    def __call__(self, asked: Asked) -> Any:
        params = asked.body["params"]
        assert (asked.path, asked.body["jsonrpc"], asked.body["method"]) == ("/jsonrpc", "2.0", "call")
        if (params["service"], params["method"]) == ("common", "login"):
            return self._result(7 if params["args"] == ["sales", "kf", SECRET] else False)
        database, uid, password, model, method, (domain,), options = params["args"]
        if (database, uid, password) != ("sales", 7, SECRET):
            return self._error("odoo.exceptions.AccessDenied", "Access Denied")
        if model != "res.partner":
            return self._error("builtins.KeyError", f"Object {model} doesn't exist")
        assert method == "search_read"
        self.domains.append(domain)
        rows = [row for row in self.records if all(_fits(row, each) for each in domain)]
        assert options["order"] == "id"
        rows = sorted(rows, key=lambda row: row["id"])[: min(options["limit"], 2)]
        return self._result([{name: row[name] for name in dict.fromkeys(["id", *options["fields"]])} for row in rows])

    def _result(self, value: Any) -> Any:
        return {"jsonrpc": "2.0", "id": 1, "result": value}

    def _error(self, name: str, message: str) -> Any:
        data = {"name": name, "debug": f"Traceback ... {SECRET}", "message": message, "arguments": [message]}
        return {"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "Odoo Server Error", "data": data}}


def _fits(row: Row, condition: list[Any]) -> bool:
    name, sign, value = condition
    return bool(row[name] >= value) if sign == ">=" else bool(row[name] > value)


class Fxiaoke:
    """``corpAccessToken/get/V2`` and ``crm/v2/data/query``: status 200 whatever the ``errorCode``.

    Rows are counted only when that is asked for, an offset beyond 10,000 is refused, and each request needs a
    ``thirdTraceId`` of its own. ``busy``: how many times it says 14001 first.
    https://developer.fxiaoke.com/openapi_v2/start/guide/codes.html, .../guide/rate.html, .../FAQ/deep-paging.html
    """

    def __init__(self, records: list[dict[str, Any]], uses: int = 100, busy: int = 0) -> None:
        self.records, self.uses, self.left, self.tokens, self.busy = records, uses, 0, 0, busy
        self.most = 2  # rows of a page
        self.traces: set[str] = set()

    def __call__(self, asked: Asked) -> Any:
        body = asked.body
        trace = asked.query["thirdTraceId"]
        assert trace not in self.traces
        self.traces.add(trace)
        if asked.path == "/cgi/corpAccessToken/get/V2":
            if body != {"appId": "FSAID_1", "appSecret": SECRET, "permanentCode": "perm-code-1"}:
                return {"errorCode": 20006, "errorMessage": f"appSecret错误 {body['appSecret']}"}
            self.tokens, self.left = self.tokens + 1, self.uses
            return {"errorCode": 0, "errorMessage": "OK", "corpAccessToken": f"corp-token-{self.tokens}",
                    "corpId": "FSCID_1", "expiresIn": 7200}  # fmt: skip
        assert (asked.path, body["corpId"]) == ("/cgi/crm/v2/data/query", "FSCID_1")
        if body["corpAccessToken"] != f"corp-token-{self.tokens}" or not self.left:
            return {"errorCode": 20016, "errorMessage": "corpAccessToken已过期", "traceId": "E-O.1"}
        self.left -= 1
        return self._query(body["data"])

    def _query(self, data: Mapping[str, Any]) -> Any:
        if self.busy:
            self.busy -= 1
            return {"errorCode": 14001, "errorMessage": "接口调用超过限制", "traceId": "E-O.1"}
        if data["dataObjectApiName"] != "AccountObj":
            return {"errorCode": 320002000, "errorMessage": "对象不存在", "traceId": "E-O.1"}
        query = data["search_query_info"]
        rows = [row for row in self.records if all(_matches(row, each) for each in query["filters"])]
        if query["offset"] > 10_000:
            return {"errorCode": 10013, "errorMessage": "offset out of range 10000", "traceId": "E-O.1"}
        for order in reversed(query["orders"]):
            rows = sorted(rows, key=lambda row: row[order["fieldName"]], reverse=not order["isAsc"])
        page = rows[query["offset"] :][: min(query["limit"], self.most)]
        total = len(rows) if data.get("find_explicit_total_num") else 0
        found = {"dataList": page, "total": total, "offset": query["offset"], "limit": query["limit"]}
        return {"errorCode": 0, "errorMessage": "OK", "errorDescription": "success", "traceId": "E-O.1", "data": found}


def _matches(row: Row, condition: Mapping[str, Any]) -> bool:
    (value,) = condition["field_values"]
    given = row[condition["field_name"]]
    compare = {"GTE": operator.ge, "GT": operator.gt, "EQ": operator.eq}[condition["operator"]]
    return bool(compare(given, value))
