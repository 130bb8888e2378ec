"""How the rest reader signs in: headers, parameters, and OAuth 2 with tokens that expire."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kaframe.errors import DataError
from kaframe.records import Secret
from tests.plugins.services import Asked, Reply, service
from tests.plugins.sources import MakeSource

ROWS = [{"id": 1}, {"id": 2}]
SECRET = Secret("s3cr3t/of=the client", "${env:CRM_SECRET}")


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        pytest.param({"type": "basic", "user": "kf", "password": SECRET}, "authorization", "basic", id="basic"),
        pytest.param({"type": "header", "name": "X-Key", "value": SECRET}, "x-key", SECRET.reveal(), id="header"),
        pytest.param({"type": "query", "name": "key", "value": SECRET}, "", SECRET.reveal(), id="query"),
    ],
)
def test_keys_go_where_the_service_wants_them(
    source: MakeSource, auth: dict[str, Any], header: str, value: str
) -> None:
    """And not into messages, as they are or as an address writes them."""

    def answer(asked: Asked) -> Any:
        given = asked.headers.get(header) if header else asked.query.get("key")
        pair = base64.b64encode(f"kf:{SECRET.reveal()}".encode()).decode()
        expected = f"Basic {pair}" if value == "basic" else value
        return ROWS if given == expected and asked.path == "/rows" else Reply({"url": asked.path, "given": given}, 404)

    with service(answer) as running:
        assert source.types(source("rest", url=f"{running.url}/rows", auth=auth)) == {"id": "number"}
        with pytest.raises(DataError) as caught:
            source.columns(source("rest", url=f"{running.url}/other", auth=auth))
    assert "HTTP 404" in str(caught.value)
    assert "***" in str(caught.value)
    assert SECRET.reveal() not in str(caught.value)


class Tokens:
    """An OAuth 2 server whose tokens are good for ``uses`` requests."""

    def __init__(self, uses: int) -> None:
        self.uses, self.given, self.left = uses, 0, 0

    def __call__(self, asked: Asked) -> Any:
        if asked.path == "/token":
            wanted = {"grant_type": "client_credentials", "client_id": "kf", "client_secret": SECRET.reveal()}
            if asked.body != wanted:
                return Reply({"error": "invalid_client", "sent": asked.body}, 401)
            self.given += 1
            self.left = self.uses
            return {"access_token": f"token-{self.given}", "token_type": "Bearer", "expires_in": 3600}
        if asked.headers.get("authorization") != f"Bearer token-{self.given}" or not self.left:
            return Reply({"error": f"expired {asked.headers.get('authorization')}"}, 401)
        self.left -= 1
        page = int(asked.query["page"])
        return [{"id": page}] if page < 5 else []


def oauth2(url: str, secret: Secret = SECRET) -> dict[str, Any]:
    auth = {"type": "oauth2", "token_url": f"{url}/token", "client_id": "kf", "client_secret": secret}
    return {"url": f"{url}/rows", "auth": auth, "pagination": {"by": "page", "param": "page"}}


def test_an_expired_token_is_renewed_in_the_middle(source: MakeSource) -> None:
    """Every two requests here; no page is lost or read twice."""
    tokens = Tokens(uses=2)
    with service(tokens) as running:
        declared = source("rest", **oauth2(running.url))
        source.columns(declared)
        assert [row["id"] for row in source.rows(declared, ["id"])] == [1, 2, 3, 4]
    assert tokens.given == 3


def test_a_token_that_is_never_good_is_renewed_once(source: MakeSource) -> None:
    """Not for ever; the refusal names the sign-in and no token."""
    tokens = Tokens(uses=0)
    with service(tokens) as running, pytest.raises(DataError) as caught:
        source.columns(source("rest", **oauth2(running.url)))
    assert tokens.given == 2
    assert "KF3016" in str(caught.value)
    assert "token-" not in str(caught.value)


def test_a_refused_sign_in_is_told_without_the_secret(source: MakeSource) -> None:
    """Which the server here sends back."""
    with service(Tokens(uses=9)) as running, pytest.raises(DataError) as caught:
        source.columns(source("rest", **oauth2(running.url, Secret("another-s3cr3t", "${env:CRM_SECRET}"))))
    assert "KF3056" in str(caught.value)
    assert "invalid_client" in str(caught.value)
    assert "another-s3cr3t" not in str(caught.value)
