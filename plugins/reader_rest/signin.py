"""How a service knows us: what ``auth:`` means for a request."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import kaframe


def sign_in(auth: Mapping[str, Any] | None) -> dict[str, Any]:
    """The headers, parameters and login request that an ``auth`` block means, as parts of a declaration.

    A header is a function of the login's values, so that nothing secret stands in a template.
    """
    if not auth:
        return {}
    kind = auth["type"]
    if kind == "bearer":
        return {"headers": {"Authorization": _secret(f"Bearer {kaframe.revealed(auth['token'])}")}}
    if kind == "basic":
        pair = f"{auth['user']}:{kaframe.revealed(auth['password'])}"
        return {"headers": {"Authorization": _secret(f"Basic {base64.b64encode(pair.encode()).decode()}")}}
    if kind in ("header", "query"):
        return {"headers" if kind == "header" else "params": {auth["name"]: auth["value"]}}
    return {"headers": {"Authorization": "Bearer {access_token}"}, "login": _oauth2(auth)}


def _oauth2(auth: Mapping[str, Any]) -> dict[str, Any]:
    """The request for a token, as RFC 6749 writes it: a form with the client's id and secret in it."""
    form = {"grant_type": auth.get("grant", "client_credentials"), "client_id": auth["client_id"]}
    others = {"client_secret": "client_secret", "refresh_token": "refresh_token", "scope": "scope"}
    if form["grant_type"] == "password":
        others |= {"username": "user", "password": "password"}
    form |= {name: auth[option] for name, option in others.items() if option in auth}
    return {"url": auth["token_url"], "form": form, "values": {"access_token": "access_token"}}


def _secret(text: str) -> kaframe.Secret:
    return kaframe.Secret(text, "(of auth)")
