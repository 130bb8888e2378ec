"""Fixtures that several tests share."""

from servers import postgres_server, postgres_url, store_url

__all__ = ["postgres_server", "postgres_url", "store_url"]
