"""Where a lake lies: below the project, or on a storage that speaks S3 (AWS, MinIO, OSS ...)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import kaframe
from kaframe import DataError, Problem, Source

if TYPE_CHECKING:
    from pyarrow import fs

SCHEME = "s3://"
CONNECT_SECONDS, REQUEST_SECONDS = 10, 60
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
S3: dict[str, Any] = {
    "title": "Storage",
    "description": "How to reach s3:// paths; what is left out comes from the machine's own AWS settings.",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "endpoint": {
            "title": "Endpoint",
            "description": "The address of a storage other than AWS, such as https://minio.example.com:9000.",
            "type": "string",
            "minLength": 1,
        },
        "region": {"title": "Region", "description": "Such as cn-north-1.", "type": "string", "minLength": 1},
        "key": {"title": "Access key", "description": "As ${env:NAME}.", "type": "string", "secret": True},
        "secret": {"title": "Secret key", "description": "As ${env:NAME}.", "type": "string", "secret": True},
        "token": {"title": "Session token", "description": "As ${env:NAME}.", "type": "string", "secret": True},
        "addressing": {
            "title": "Addressing",
            "description": "path: the bucket in the path; virtual: in the name of the server, as OSS wants it.",
            "type": "string",
            "enum": ["path", "virtual"],
            "default": "path",
        },
        "allow_http": {
            "title": "Allow http",
            "description": "Ask another machine unencrypted; loopback may always be http.",
            "type": "boolean",
            "default": False,
        },
        "allow_private": {
            "title": "Allow private addresses",
            "description": "Ask a storage in the company's own network; loopback may always be named.",
            "type": "boolean",
            "default": False,
        },
    },
}


@dataclass(frozen=True, slots=True)
class Storage:
    """The settings of a source's storage, secrets revealed; never to be shown."""

    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: str = ""
    token: str = ""
    virtual: bool = False

    def file_system(self) -> fs.FileSystem:
        """For pyarrow."""
        from pyarrow import fs

        url = urlsplit(self.endpoint)
        given = {
            "access_key": self.key,
            "secret_key": self.secret,
            "session_token": self.token,
            "region": self.region,
            "endpoint_override": url.netloc,
            "scheme": url.scheme,
        }
        return fs.S3FileSystem(
            connect_timeout=CONNECT_SECONDS,
            request_timeout=REQUEST_SECONDS,
            force_virtual_addressing=self.virtual,
            **{name: value for name, value in given.items() if value},
        )

    def delta_options(self) -> dict[str, str]:
        """For delta-rs."""
        given = {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_SESSION_TOKEN": self.token,
            "AWS_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true" if self.endpoint.startswith("http://") else "",
            "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true" if self.virtual else "",
        }
        return {name: value for name, value in given.items() if value}

    def iceberg_options(self) -> dict[str, str]:
        """For pyiceberg."""
        given = {
            "s3.access-key-id": self.key,
            "s3.secret-access-key": self.secret,
            "s3.session-token": self.token,
            "s3.region": self.region,
            "s3.endpoint": self.endpoint,
            "s3.force-virtual-addressing": "true" if self.virtual else "",
        }
        return {name: value for name, value in given.items() if value}

    def hide(self, error: BaseException) -> str:
        """What a library said, in one line, without anything secret."""
        text = " ".join(COLOURS.sub("", str(error)).replace("↳", "").split())
        for value in (self.key, self.secret, self.token):
            text = text.replace(value, "***") if len(value) >= 4 else text
        return text[:300]


def is_remote(source: Source) -> bool:
    """Whether a source lies on an S3 storage."""
    return str(source.options["path"]).startswith(SCHEME)


def storage_of(source: Source) -> Storage:
    """The storage of a source. Raises: DataError KF3087, KF3106 for an endpoint that may not be asked."""
    said: Mapping[str, Any] = source.options.get("s3", {})
    plain = {name: value.reveal() if isinstance(value, kaframe.Secret) else value for name, value in said.items()}
    endpoint = str(plain.get("endpoint", ""))
    url = urlsplit(endpoint)
    is_safe = url.scheme == "https" or plain.get("allow_http") or kaframe.is_loopback(url.hostname or "")
    if endpoint and not (url.hostname and url.scheme in ("http", "https") and is_safe):
        message = "the endpoint must be an address with https"
        hint = "such as https://minio.example.com:9000; for http on another machine say allow_http: true"
        raise DataError([Problem(source.place("s3.endpoint", "s3"), "KF3106", message, hint)])
    if endpoint:
        _refuse_address(source, url.hostname or "", bool(plain.get("allow_private")))
    names = ("region", "key", "secret", "token")
    settings = {name: str(plain.get(name, "")) for name in names}
    return Storage(endpoint=endpoint, virtual=plain.get("addressing") == "virtual", **settings)


def _refuse_address(source: Source, host: str, allow_private: bool) -> None:
    """Look where the endpoint leads, before a library opens connections of its own. Raises: DataError KF3087."""
    try:
        kaframe.find_addresses(host, 443, CONNECT_SECONDS, allow_private)
    except kaframe.RefusedAddressError as error:
        message = f"the endpoint is {error.refusal.message}"
        raise DataError([Problem(source.place("s3.endpoint", "s3"), "KF3087", message, error.refusal.hint)]) from None
    except OSError:
        return  # the library says that better


def unreachable(source: Source, storage: Storage, error: BaseException) -> DataError:
    """The storage does not give what was asked for."""
    message = f"'{source.options['path']}' cannot be read: {storage.hide(error)}"
    hint = "check path, endpoint, keys and their rights"
    return DataError([Problem(source.place("path"), "KF3116", message, hint)])


def needs_package(source: Source, kind: str, package: str) -> DataError:
    """A library that is an extra is not installed."""
    message = f"reader '{kind}' needs the package '{package}', which is not installed"
    return DataError([Problem(source.at, "KF3126", message, "pip install 'kaframe[lakes]'")])
