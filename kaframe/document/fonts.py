"""Fonts for PDF: a document takes its letters along, so one that has Chinese must be found on this computer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kaframe.errors import Problem, UsageError

# Regular and bold, the number of Simplified Chinese inside a collection; the first that is there is taken.
KNOWN: Sequence[tuple[str, str, int]] = (
    *(
        (f"/usr/share/fonts/{folder}/NotoSansCJK-Regular.ttc", f"/usr/share/fonts/{folder}/NotoSansCJK-Bold.ttc", 2)
        for folder in ("opentype/noto", "noto-cjk", "google-noto-cjk", "google-noto-sans-cjk-fonts")
    ),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "", 0),
    ("C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/msyhbd.ttc", 0),
    ("C:/Windows/Fonts/Deng.ttf", "C:/Windows/Fonts/Dengb.ttf", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", "/System/Library/Fonts/STHeiti Medium.ttc", 1),
    ("/Library/Fonts/Arial Unicode.ttf", "", 0),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf", 0),
)


@dataclass(frozen=True, slots=True)
class Font:
    """A font file, its bold one (the same when there is none), and which face of a collection."""

    regular: Path
    bold: Path
    face: int = 0


def find_font(named: str = "") -> Font:
    """The font that was named, or the first known one. Raises: UsageError KF6098 when there is none."""
    if named:
        path = Path(named)
        if not path.is_file():
            raise UsageError([Problem(None, "KF6098", f"no font file '{named}'", "name a .ttf, .otf or .ttc file")])
        return Font(path, path)
    for regular, bold, face in KNOWN:
        if Path(regular).is_file():
            return Font(Path(regular), Path(bold if bold and Path(bold).is_file() else regular), face)
    hint = "install Noto Sans CJK, or name a font file with --font"
    raise UsageError([Problem(None, "KF6098", "no font that a PDF could take along", hint)])
