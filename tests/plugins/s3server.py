"""A small S3 on loopback: the files of a folder as objects of buckets, listed, headed, read whole or in ranges."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET = "kf-access-key", "kf-s3cret-of-the-lake"
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
LISTING = '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</ListBucketResult>'
ERROR = '<?xml version="1.0"?><Error><Code>{}</Code><Message>{}</Message></Error>'


class Lake:
    """A running S3: its address, what was asked, and how many bytes it gave."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.asked: list[tuple[str, str]] = []
        self.given = 0

    def options(self, secret: str = SECRET) -> dict[str, Any]:
        from kaframe.records import Secret

        return {"endpoint": self.endpoint, "region": "us-east-1", "key": Secret(KEY, "${env:S3_KEY}"),
                "secret": Secret(secret, "${env:S3_SECRET}")}  # fmt: skip


@contextmanager
def lake(folder: Path) -> Iterator[Lake]:
    """Serve ``folder``: each folder in it is a bucket. Who does not sign with the key is refused."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            path, query = unquote(url.path).strip("/"), dict(parse_qsl(url.query))
            running.asked.append((self.command, path))
            if f"Credential={KEY}/" not in self.headers.get("authorization", ""):
                self._answer(403, ERROR.format("InvalidAccessKeyId", "no such key").encode())
            elif "list-type" in query or "/" not in path:
                self._answer(200, _listing(folder / path.partition("/")[0], query).encode())
            elif not (folder / path).is_file():
                self._answer(404, ERROR.format("NoSuchKey", "The specified key does not exist.").encode())
            else:
                self._object(folder / path)

        def do_HEAD(self) -> None:
            self.do_GET()

        def _object(self, file: Path) -> None:
            content = file.read_bytes()
            more = {"ETag": f'"{md5(content, usedforsecurity=False).hexdigest()}"', "Accept-Ranges": "bytes",
                    "Last-Modified": formatdate(file.stat().st_mtime, usegmt=True)}  # fmt: skip
            found = RANGE.fullmatch(self.headers.get("range", ""))
            if found is None:
                self._answer(200, content, **more)
                return
            start = int(found[1]) if found[1] else max(0, len(content) - int(found[2]))
            end = min(int(found[2]), len(content) - 1) if found[1] and found[2] else len(content) - 1
            more["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
            self._answer(206, content[start : end + 1], **more)

        def _answer(self, status: int, content: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                running.given += len(content)
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Lake(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _listing(bucket: Path, query: dict[str, str]) -> str:
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    keys = sorted(file.relative_to(bucket).as_posix() for file in bucket.rglob("*") if file.is_file())
    parts, folders = [], set()
    for key in [key for key in keys if key.startswith(prefix)]:
        head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        if found:
            folders.add(prefix + head + delimiter)
            continue
        size, moment = (bucket / key).stat().st_size, "2026-03-01T00:00:00.000Z"
        parts.append(f'<Contents><Key>{escape(key)}</Key><LastModified>{moment}</LastModified><ETag>"x"</ETag>'
                     f"<Size>{size}</Size></Contents>")  # fmt: skip
    parts += [f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in sorted(folders)]
    count = len(parts)
    return LISTING.format(f"<IsTruncated>false</IsTruncated><KeyCount>{count}</KeyCount>{''.join(parts)}")
