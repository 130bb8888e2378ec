"""The one door to XML: elements with their places, read by expat, which is told to refuse what can do harm.

No document type, so no entities and nothing from outside the file; size, depth and number of elements are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from kaframe.errors import Location, Problem, RuleError

LARGEST = 16 * 1024 * 1024
DEEPEST = 64
MOST_ELEMENTS = 200_000
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(slots=True)
class Element:
    """An element: its name without a namespace, attributes, children in order, the text directly in it, its place."""

    name: str
    namespace: str
    at: Location
    attributes: Mapping[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def get(self, name: str) -> str | None:
        """An attribute, or None."""
        return self.attributes.get(name)

    def all(self, *names: str) -> Iterator[Element]:
        """The children of these names."""
        return (child for child in self.children if child.name in names)

    def first(self, *names: str) -> Element | None:
        """The first child of these names, or None."""
        return next(self.all(*names), None)


def read_xml(path: Path, shown: str) -> Element:
    """The root element of a file. Raises: RuleError KF6080 for what is no XML, KF6081 for what may do harm."""
    file = Location(shown, path=str(path))
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise _refused(file, "KF6080", "this is no plain file", "name a PMML file, as a modelling tool exports it")
        size = path.stat().st_size
        if size > LARGEST:
            raise _refused(file, "KF6081", f"the file has {size:,} bytes; at most {LARGEST:,} are read", "split it")
        data = path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise _refused(file, "KF6080", message, "check its name and rights") from None
    return _Builder(file).build(_decoded(data, file))


class _Builder:
    """Puts elements together while expat reads."""

    def __init__(self, file: Location) -> None:
        self.file = file
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def build(self, text: str) -> Element:
        """The root of the text."""
        try:
            self.parser.Parse(text, True)
        except expat.ExpatError as error:
            at = Location(self.file.file, error.lineno, error.offset + 1, self.file.path)
            message = f"this is no XML: {expat.ErrorString(error.code)}"
            raise _refused(at, "KF6080", message, "name a PMML file, as a modelling tool exports it") from None
        except UnicodeError:
            raise _refused(self.file, "KF6080", "the file holds characters that are none", "save it as UTF-8") from None
        assert self.root is not None
        return self.root

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise _refused(self.here(), "KF6081", f"more than {MOST_ELEMENTS:,} elements", "split the file")
        if len(self.open) == DEEPEST:
            raise _refused(self.here(), "KF6081", f"nested deeper than {DEEPEST} levels", "simplify the model")
        namespace, _, own = name.rpartition(" ")
        element = Element(own, namespace, self.here(), attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, name: str) -> None:
        """The latest element ends."""
        self.open.pop()

    def characters(self, text: str) -> None:
        """Text directly in the latest element."""
        self.open[-1].text += text

    def refuse_doctype(self, *_: object) -> None:
        """A document type can declare entities: bombs, and files of this machine."""
        raise _refused(self.here(), "KF6081", "a document type (<!DOCTYPE ...>) is not read", "delete that line")

    def here(self) -> Location:
        line, col = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        return Location(self.file.file, line, col + 1, self.file.path)


def _decoded(data: bytes, file: Location) -> str:
    """The text in the encoding that a mark or the declaration names; given text, expat does not look at the latter."""
    declared = _DECLARED.match(data)
    name = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    name = name or (declared[1].decode("ascii") if declared else "utf-8")
    try:
        return data.decode(name)
    except LookupError:
        raise _refused(file, "KF6080", f"no encoding '{name}'", "save the file as UTF-8") from None
    except UnicodeDecodeError as error:
        at = Location(file.file, data.count(b"\n", 0, error.start) + 1, 1, file.path)
        raise _refused(at, "KF6080", f"byte 0x{data[error.start]:02x} is not {name}", "save it as UTF-8") from None
    except UnicodeError:
        raise _refused(file, "KF6080", f"the file is not in the encoding '{name}'", "save it as UTF-8") from None


def _refused(at: Location, code: str, message: str, hint: str) -> RuleError:
    return RuleError([Problem(at, code, message, hint)])
