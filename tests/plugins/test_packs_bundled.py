"""The rule packs that come with kaframe are brought by a plugin like any other."""

from __future__ import annotations

from kaframe.bundled import folder
from tests.plugins.loading import load_plugin


def test_every_folder_with_a_pack_is_brought() -> None:
    """Each with a summary in both languages."""
    packs = {pack.name: pack for pack in load_plugin("packs_bundled").kaframe_packs()}
    assert {name: pack.folder.resolve() for name, pack in packs.items()} == {
        file.parent.name: file.parent.resolve() for file in folder("rules").glob("*/pack.yaml")
    }
    assert [name for name, pack in packs.items() if set(pack.summary) != {"en", "zh"}] == []
