"""The reader and the channel keep to what every reader and channel keeps to."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape

import kaframe_erp
import pytest
from kaframe_erp import inbox

import kaframe
from kaframe.testing import HttpChannelConformance, ReaderConformance


class TestXml(ReaderConformance):
    plugin = kaframe_erp

    def write(self, folder, rows):
        cells = ["".join(f"<{k}>{escape(v or '')}</{k}>" for k, v in row.items()) for row in rows]
        text = "".join(f"<row>{cell}</row>\n" for cell in cells)
        (folder / "export.xml").write_text(f"<export>\n{text}</export>", encoding="utf-8")
        return {"path": "export.xml"}

    def lost(self, folder):
        return {"path": "nowhere.xml"}

    @pytest.mark.parametrize("text", ["<export><row>", "<!DOCTYPE x [<!ENTITY a 'aaa'>]><export>&a;</export>", "no"])
    def test_what_is_no_sound_xml_is_told(self, tmp_path, text):
        (tmp_path / "export.xml").write_text(text, encoding="utf-8")
        with pytest.raises(kaframe.DataError):
            self.record.columns(self.source(tmp_path, {"path": "export.xml"}))


class TestInbox(HttpChannelConformance):
    plugin = kaframe_erp
    byte_limit = inbox.BYTE_LIMIT

    def text_of(self, request):
        return "".join(ElementTree.fromstring(request.body).itertext())  # noqa: S314  written by ourselves
