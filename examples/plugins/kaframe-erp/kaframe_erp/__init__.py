"""An ERP system beside kaframe: rows from its XML exports, and notices into its inbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import kaframe
from kaframe_erp import inbox, xmlrows

KAFRAME_API = 1  # the version of the plugin interface that this is written for
FILE: dict[str, Any] = {"type": "string", "minLength": 1, "title": "File", "description": "An XML file of the project."}
ROW: dict[str, Any] = {
    "type": "string",
    "pattern": "^[A-Za-z_][A-Za-z0-9_.-]*$",
    "default": "row",
    "title": "Row",
    "description": "The element that is a row; the elements in it are its columns.",
}


@kaframe.hook
def kaframe_readers() -> Iterator[kaframe.Reader]:
    """Bring the reader `erp_xml`."""
    yield kaframe.Reader(
        name="erp_xml",
        summary={"en": "Rows from XML exports", "zh": "读取 XML 导出文件"},
        options={
            "type": "object",
            "additionalProperties": False,
            "required": ["path"],
            "properties": {"path": FILE, "row": ROW},
        },
        columns=xmlrows.columns,
        read=xmlrows.read,
        fingerprint=kaframe.fingerprint_files,
        locate=xmlrows.locate,
    )


@kaframe.hook
def kaframe_channels() -> Iterator[kaframe.Channel]:
    """Bring the channel `erp_inbox`."""
    yield kaframe.Channel(
        name="erp_inbox",
        summary={"en": "Notices into the inbox of the ERP system", "zh": "通知写入 ERP 收件箱"},
        options=inbox.OPTIONS,
        send=inbox.send,
        check=kaframe.check_post,
    )
