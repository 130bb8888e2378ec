"""Salesforce, HubSpot, Odoo, 纷享销客 and a CRM with OAuth 2, against servers that answer as their manuals say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kaframe.errors import DataError
from kaframe.records import Load, Secret
from tests.plugins.crmservers import SECRET, Fxiaoke, HubSpot, Odoo, Salesforce
from tests.plugins.services import Answerer, Asked, Reply, service
from tests.plugins.sources import MakeSource

KEY = Secret(SECRET, "${env:CRM_SECRET}")
WRONG = Secret("wr0ng-s3cret", "${env:CRM_SECRET}")


def opportunities() -> list[dict[str, Any]]:
    return [
        {"Id": f"006{n}", "Name": f"Deal {n}", "Amount": n * 1000.5 if n > 1 else None, "Owner": {"Email": "a@b.c"},
         "IsDeleted": False, "SystemModstamp": f"2026-03-0{n}T08:00:00.000+0000"}
        for n in range(1, 6)
    ]  # fmt: skip


def deals() -> list[dict[str, Any]]:
    return [
        {"id": str(n), "properties": {"dealname": f"Deal {n}", "amount": f"{n}00"}, "archived": False,
         "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": f"2026-03-0{n}T08:00:00.000Z"}
        for n in range(1, 6)
    ]  # fmt: skip


def partners() -> list[dict[str, Any]]:
    return [
        {"id": n, "name": f"客户 {n}", "phone": "021" if n == 5 else False, "active": n != 2, "customer_rank": n,
         "user_id": [3, "Li"] if n > 1 else False, "write_date": f"2026-03-0{n} 08:00:00"}
        for n in range(1, 6)
    ]  # fmt: skip


def accounts() -> list[dict[str, Any]]:
    begin = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
    return [
        {"_id": f"5f3a{n}", "name": f"客户{n}", "account_level": "1", "owner": ["FSUID_1"], "is_deleted": False,
         "owner__r": {"name": "蒋", "id": "1"}, "life_status": "normal", "create_time": begin,
         "last_modified_time": begin + n * 86_400_000}
        for n in range(1, 6)
    ]  # fmt: skip


SALESFORCE = {"object": "Opportunity", "fields": ["name", "Amount", "Id", "Owner.Email"], "client_id": "3MVG",
              "client_secret": KEY}  # fmt: skip
HUBSPOT = {"object": "deals", "properties": ["dealname", "amount"], "token": KEY}
ODOO = {"database": "sales", "user": "kf", "password": KEY, "model": "res.partner", "booleans": ["active"],
        "fields": ["name", "phone", "active", "user_id"], "domain": [["customer_rank", ">", 0]]}  # fmt: skip
FXIAOKE = {"app_id": "FSAID_1", "app_secret": KEY, "permanent_code": Secret("perm-code-1", "${env:CODE}"),
           "user": "FSUID_1", "object": "AccountObj",
           "filters": [{"field_name": "life_status", "field_values": ["normal"], "operator": "EQ"}]}  # fmt: skip


def load_of(source: MakeSource, reader: str, url: str, options: dict[str, Any]) -> Load:
    reading = source.read(source(reader, instance=url, **options), [])
    assert reading.load is not None
    return reading.load


def test_salesforce(source: MakeSource) -> None:
    """Pages by nextRecordsUrl, fields of related objects, a session that ends in the middle."""
    crm = Salesforce(opportunities(), uses=2)
    crm.records[0]["Name"] = crm.records[0]["name"] = "First"
    for row in crm.records:
        row["name"] = row["Name"]
    with service(crm) as running:
        declared = source("salesforce", instance=f"{running.url}/", **SALESFORCE)
        types = source.types(declared)
        assert types == {"Id": "text", "name": "text", "Amount": "number", "Owner.Email": "text",
                         "IsDeleted": "boolean", "SystemModstamp": "timestamp"}  # fmt: skip
        rows = source.rows(declared, ["Id", "name", "Amount", "Owner.Email"])
        assert rows[0] == {"Id": "0061", "name": "First", "Amount": None, "Owner.Email": "a@b.c", "_row": 1}
        assert (len(rows), crm.sessions) == (5, 2)
        crm.records[1]["Amount"] = 7
        crm.records[1]["SystemModstamp"] = "2026-03-09T08:00:00.000+0000"
        crm.records[2] |= {"IsDeleted": True, "SystemModstamp": "2026-03-09T08:00:00.000+0000"}
        load = load_of(source, "salesforce", f"{running.url}/", SALESFORCE)
    assert crm.queries[-1].endswith("AND SystemModstamp >= 2026-03-05T07:00:00Z ORDER BY SystemModstamp, Id")
    assert (load.read, load.new, load.changed, load.deleted, load.kept) == (3, 0, 1, 1, 4)


def test_salesforce_query_of_ones_own(source: MakeSource) -> None:
    """As it stands, anew every time."""
    crm = Salesforce(opportunities())
    with service(crm) as running:
        query = "SELECT Id, Amount FROM Opportunity WHERE Amount > 10"
        options = {"instance": running.url, "client_id": "3MVG", "client_secret": KEY, "soql": query}
        assert source.types(source("salesforce", **options)) == {"Id": "text", "Amount": "number"}
        assert len(source.rows(source("salesforce", **options), ["Id"])) == 5
    assert crm.queries == [query]


def test_hubspot(source: MakeSource) -> None:
    """A list first, then a search for what has changed, whose properties have no prefix."""
    crm = HubSpot(deals())
    with service(crm) as running:
        declared = source("hubspot", instance=running.url, **HUBSPOT)
        assert list(source.types(declared)) == ["id", "dealname", "amount", "archived", "createdAt", "updatedAt"]
        assert source.rows(declared, ["id", "amount"])[4] == {"id": "5", "amount": "500", "_row": 5}
        crm.objects[0] |= {"updatedAt": "2026-03-09T08:00:00.000Z", "properties": {"dealname": "New", "amount": None}}
        crm.objects.append({**crm.objects[1], "id": "9", "updatedAt": "2026-03-09T08:00:00.000Z"})
        load = load_of(source, "hubspot", running.url, HUBSPOT)
        assert (load.read, load.new, load.changed, load.kept) == (3, 1, 1, 6)
        assert [asked.method for asked in running.asked] == ["GET"] * 3 + ["POST"] * 2


def test_hubspot_reads_all_when_a_search_would_end_too_early(source: MakeSource) -> None:
    """A search lists 10,000 results at most; the list has no such end."""
    crm = HubSpot(deals())
    with service(crm) as running:
        source.columns(source("hubspot", instance=running.url, **HUBSPOT))
        source.read(source("hubspot", instance=running.url, **HUBSPOT), [])
        crm.objects = [{**crm.objects[0], "id": str(n), "updatedAt": "2026-03-09T08:00:00Z"} for n in range(10_001)]
        crm._answer = lambda rows, start, names: {"results": rows[start : start + 5000], "paging": {  # type: ignore[method-assign]
            "next": {"after": start + 5000} if start + 5000 < len(rows) else {}}}  # fmt: skip
        load = load_of(source, "hubspot", running.url, HUBSPOT)
    assert (load.since, load.kept) == ("", 10_001)


def test_odoo(source: MakeSource) -> None:
    """False is no value but in boolean fields; a link is an id and a name; changes are asked for by write_date."""
    crm = Odoo(partners())
    with service(crm) as running:
        declared = source("odoo", instance=running.url, **ODOO)
        assert source.types(declared) == {"id": "number", "name": "text", "phone": "text", "active": "boolean",
                                          "user_id": "number", "write_date": "timestamp",
                                          "user_id.name": "text"}  # fmt: skip
        first, second, *_ = source.rows(declared, ["name", "phone", "active", "user_id", "user_id.name"])
        lacking = dict.fromkeys(["phone", "user_id", "user_id.name"])
        assert first == {"name": "客户 1", "active": True, **lacking, "_row": 1}
        assert (second["active"], second["user_id"], second["user_id.name"]) == (False, 3, "Li")
        crm.records[0] |= {"phone": "010", "write_date": "2026-03-07 09:00:00"}
        load = load_of(source, "odoo", running.url, ODOO)
    changed = [["customer_rank", ">", 0], ["write_date", ">=", "2026-03-05 07:00:00"]]
    assert crm.domains[-2:] == [changed, [*changed, ["id", ">", 5]]]
    assert (load.read, load.changed, load.kept) == (2, 1, 5)


def test_fxiaoke(source: MakeSource) -> None:
    """A token in the body that expires in the middle (errorCode 20016 with status 200); moments from milliseconds."""
    crm = Fxiaoke(accounts(), uses=2)
    with service(crm) as running:
        declared = source("fxiaoke", instance=running.url, **FXIAOKE)
        types = source.types(declared)
        assert (types["create_time"], types["owner__r.name"]) == ("timestamp", "text")
        rows = source.rows(declared, ["_id", "name", "owner", "create_time"])
        assert [row["name"] for row in rows] == [f"客户{n}" for n in range(1, 6)]
        assert rows[0]["owner"] == '["FSUID_1"]'
        assert rows[0]["create_time"].astimezone(UTC) == datetime(2026, 3, 1, tzinfo=UTC)
        assert crm.tokens == 2
        crm.records[4]["is_deleted"] = True
        crm.records.append({**crm.records[0], "_id": "new", "last_modified_time": crm.records[4]["last_modified_time"]})
        load = load_of(source, "fxiaoke", running.url, FXIAOKE)
    assert (load.read, load.new, load.deleted, load.kept) == (2, 1, 1, 5)


def test_fxiaoke_beyond_the_largest_offset(source: MakeSource) -> None:
    """Every row of a long list, though the service counts none and refuses an offset beyond 10,000."""
    (first, *_) = accounts()
    crm = Fxiaoke([{**first, "_id": f"5f3a{n:05}", "name": f"客户{n}"} for n in range(12_001)])
    crm.most = 5_000
    with service(crm) as running:
        declared = source("fxiaoke", instance=running.url, **FXIAOKE)
        assert len({row["name"] for row in source.rows(declared, ["name"])}) == 12_001


def test_fxiaoke_when_it_is_asked_too_often(source: MakeSource) -> None:
    """It says so in a code, with status 200: asked again, as after a 429."""
    crm = Fxiaoke(accounts(), busy=2)
    options = {**FXIAOKE, "limits": {"pause": 0.01, "retries": 2}}
    with service(crm) as running:
        assert len(source.rows(source("fxiaoke", instance=running.url, **options), ["name"])) == 5
        crm.busy = 3
        with pytest.raises(DataError, match=r"14001.*, 3 times"):
            load_of(source, "fxiaoke", running.url, options)


def test_odoo_while_records_are_deleted(source: MakeSource) -> None:
    """What disappears from a page that was read moves no other record past the edge of the next."""
    crm = Odoo(partners())

    def answer(asked: Asked) -> Any:
        reply = crm(asked)
        if len(crm.domains) == 1:
            crm.records = [row for row in crm.records if row["id"] != 1]
        return reply

    with service(answer) as running:
        rows = source.rows(source("odoo", instance=running.url, **ODOO), ["name"])
    assert [row["name"] for row in rows] == [f"客户 {n}" for n in range(1, 6)]


def test_a_crm_with_oauth2(source: MakeSource) -> None:
    """Numbered pages, a list under a name, the moment of the last change in a parameter."""

    def answer(asked: Asked) -> Any:
        if asked.path == "/oauth2/token":
            assert asked.body == {"grant_type": "client_credentials", "client_id": "kf", "client_secret": SECRET}
            return {"access_token": "abc-token", "token_type": "bearer"}
        assert asked.headers["authorization"] == "Bearer abc-token"
        page, rows = int(asked.query["page"]), [{"id": n, "updated_at": "2026-03-01"} for n in range(1, 4)]
        return {"list": rows[(page - 1) * 2 : page * 2] if "updated_since" not in asked.query else []}

    options = {"path": "/api/customers", "client_id": "kf", "client_secret": KEY, "rows": "list"}
    with service(answer) as running:
        declared = source("oauth2_crm", instance=running.url, **options)
        source.columns(declared)
        assert [row["id"] for row in source.rows(declared, ["id"])] == [1, 2, 3]
        load = load_of(source, "oauth2_crm", running.url, options)
        assert (load.read, load.kept, load.since[:10]) == (0, 3, "2026-03-01")
        assert running.asked[-1].query["updated_since"] == "2026-02-28T23:00:00Z"


@pytest.mark.parametrize(
    ("crm", "reader", "options", "code", "says"),
    [
        pytest.param(Salesforce([]), "salesforce", {**SALESFORCE, "client_secret": WRONG}, "KF3016",
                     "sign-in: HTTP 400: {\"error\": \"invalid_client\"", id="salesforce secret"),
        pytest.param(Salesforce([]), "salesforce", {**SALESFORCE, "object": "Nothing"}, "KF3016", "INVALID_TYPE",
                     id="salesforce object"),
        pytest.param(Salesforce([], uses=0), "salesforce", SALESFORCE, "KF3016", "INVALID_SESSION_ID",
                     id="salesforce session"),
        pytest.param(HubSpot([]), "hubspot", {**HUBSPOT, "token": WRONG}, "KF3016", "EXPIRED_AUTHENTICATION",
                     id="hubspot token"),
        pytest.param(Odoo([]), "odoo", {**ODOO, "password": WRONG}, "KF3056", "gives no uid", id="odoo password"),
        pytest.param(Odoo([]), "odoo", {**ODOO, "model": "res.nothing"}, "KF3016", "Object res.nothing doesn't exist",
                     id="odoo model"),
        pytest.param(Fxiaoke([]), "fxiaoke", {**FXIAOKE, "app_secret": WRONG}, "KF3016",
                     "says 20006: appSecret错误 ***", id="fxiaoke secret"),
        pytest.param(Fxiaoke([]), "fxiaoke", {**FXIAOKE, "object": "NoObj"}, "KF3016", "says 320002000: 对象不存在",
                     id="fxiaoke object"),
        pytest.param(Fxiaoke([], uses=0), "fxiaoke", FXIAOKE, "KF3016", "20016", id="fxiaoke token"),
        pytest.param(lambda asked: Reply(raw=b"<html>502"), "odoo", ODOO, "KF3026", "no JSON", id="a proxy"),
    ],
)  # fmt: skip
def test_what_a_crm_refuses_is_told(
    source: MakeSource, crm: Answerer, reader: str, options: dict[str, Any], code: str, says: str
) -> None:
    """In its own words, without a secret, and without trying for ever."""
    with service(crm) as running, pytest.raises(DataError) as caught:
        source.columns(source(reader, instance=running.url, **options))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert says in problem.message
    assert not {text for text in (SECRET, WRONG.reveal(), "corp-token", "00D!") if text in str(caught.value)}
    assert len(running.asked) <= 4
