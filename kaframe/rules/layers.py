"""Layers of rules: bundled packs below, the project's own above, and no silent overriding.

An id that stands in a lower layer must say ``override: merge``, ``replace`` or ``remove``. A new item of an ordered
list goes to its end, or ``before:`` another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kaframe.additions import RulePack
from kaframe.errors import Location, Problem, RuleError, nearest
from kaframe.yamlfile import Node, read_yaml

LAYER_KEYS = ("override", "before")
PACK_FILES = ("pack",)


@dataclass(frozen=True, slots=True)
class Layer:
    """One folder of rule files and the name that its files are shown under."""

    folder: Path
    shown: str

    def files(self) -> Mapping[str, Path]:
        """Rule kind to file."""
        return {path.stem: path for path in sorted(self.folder.glob("*.yaml"))}

    def too_deep(self) -> list[Path]:
        """YAML files one folder further down, but for those of tests and of packs."""
        found = sorted(self.folder.glob("*/*.yaml"))
        return [path for path in found if path.parent.name != "tests" and not (path.parent / "pack.yaml").exists()]


def find_layers(
    root: Path, packs: Iterable[str], known: Mapping[str, RulePack], place: Callable[[int], Location]
) -> tuple[list[Layer], list[Problem]]:
    """The folders of the named packs (the project's, or ``known`` ones of plugins) and of the project's own rules.

    Gives also what is wrong with the list of packs; ``place`` says where one of it stands.
    """
    layers, problems = [], []
    named = list(packs)
    for number, name in enumerate(named):
        at = place(number)
        if name in named[:number]:
            problems.append(Problem(at, "KF1308", f"the rule pack '{name}' stands twice", "keep one"))
            continue
        own = (root / name).resolve()
        if "/" in name and (own / "pack.yaml").exists() and own.is_relative_to(root.resolve()):
            layers.append(Layer(own, name))
        elif name in known:
            layers.append(Layer(known[name].folder, name))
        else:
            problems.append(Problem(at, "KF1302", f"no rule pack '{name}'",
                                    nearest(name, known) or f"packs: {', '.join(sorted(known))}"))
    if (root / "rules").is_dir():
        layers.append(Layer(root / "rules", "rules"))
    return layers, problems


@dataclass(frozen=True, slots=True)
class Read:
    """The rule files that could be read, by kind, lowest layer first; what is wrong with others, and their kinds."""

    nodes: Mapping[str, list[Node]]
    problems: tuple[Problem, ...]
    broken: frozenset[str]


def read_layers(layers: Iterable[Layer], kinds: Iterable[str]) -> Read:
    """The text of every rule file; one that cannot be read, or is not called as it should be, hides no other."""
    legal = {*kinds, *PACK_FILES}
    found: dict[str, list[Node]] = {kind: [] for kind in legal}
    problems: list[Problem] = []
    broken: set[str] = set()
    for layer in layers:
        for path in sorted(path for path in layer.folder.glob("*.*") if _almost_yaml(path)):
            at = Location(f"{layer.shown}/{path.name}", path=str(path))
            problems.append(Problem(at, "KF1303", f"'{path.name}' is not read", f"call it '{path.stem.lower()}.yaml'"))
            broken.add(path.stem.lower())
        problems += [_too_deep(layer, path) for path in layer.too_deep() if path.stem in legal]
        for kind, path in layer.files().items():
            shown = f"{layer.shown}/{path.name}"
            if kind not in legal:
                at = Location(shown, path=str(path))
                known = nearest(kind, legal) or f"rule files: {', '.join(sorted(legal))}"
                problems.append(Problem(at, "KF1303", f"'{path.name}' is no rule file", known))
                broken |= {legal_kind for legal_kind in legal if nearest(kind, [legal_kind])}
                continue
            try:
                found[kind].append(read_yaml(path, shown))
            except RuleError as error:
                problems.extend(error.problems)
                broken.add(kind)
    return Read(found, tuple(problems), frozenset(broken))


def _almost_yaml(path: Path) -> bool:
    """Whether a file is called as rule files are in other programs, or in capitals."""
    return path.suffix.lower() in (".yml", ".yaml") and (path.suffix != ".yaml" or path.stem != path.stem.lower())


def _too_deep(layer: Layer, path: Path) -> Problem:
    name = f"{path.parent.name}/{path.name}"
    at = Location(f"{layer.shown}/{name}", path=str(path))
    return Problem(at, "KF1303", f"'{name}' is not read", f"move it to '{layer.shown}/{path.name}'")


def without_overrides(node: Node) -> Node:
    """The file without the items that speak of a lower layer, for when that one is not known."""
    assert isinstance(node.value, dict)
    values = {name: _own_items(section) for name, section in node.value.items()}
    return Node(values, node.at, node.indent, node.keys)


def _own_items(section: Node) -> Node:
    def is_own(item: Node) -> bool:
        return not any(True for _ in _overrides(item)) and item.get("before") is None

    if isinstance(section.value, list):
        return Node([item for item in section.value if is_own(item)], section.at, section.indent)
    if isinstance(section.value, dict):
        kept = {key: item for key, item in section.value.items() if is_own(item)}
        return Node(kept, section.at, section.indent, {key: section.keys[key] for key in kept})
    return section


def merge_layers(nodes: list[Node]) -> tuple[Node | None, list[Problem]]:
    """One node from the layers of one kind, and what is wrong with their overrides."""
    problems: list[Problem] = []
    merged: Node | None = None
    for node in nodes:
        merged = _merge_file(Node({}, node.at) if merged is None else merged, node, problems)
    return merged, problems


def _merge_file(low: Node, high: Node, problems: list[Problem]) -> Node:
    """Lay the sections of a file over those of the layers below."""
    assert isinstance(low.value, dict) and isinstance(high.value, dict)
    sections = dict(low.value)
    for name, section in high.value.items():
        below = sections.get(name)
        if below is None:
            sections[name] = _new(section, problems)
        elif _override_of(section) == "remove":
            del sections[name]
        elif isinstance(below.value, dict) and isinstance(section.value, dict):
            sections[name] = _merge_mapping(below, section, problems)
        elif isinstance(below.value, list) and isinstance(section.value, list):
            sections[name] = _merge_list(below, section, problems)
        else:
            sections[name] = section
    return Node(sections, high.at, keys={**low.keys, **high.keys})


def _merge_mapping(low: Node, high: Node, problems: list[Problem]) -> Node:
    """Items by key; a section that says ``override`` itself is merged or replaced as one item."""
    assert isinstance(low.value, dict) and isinstance(high.value, dict)
    if "override" in high.value:
        return _overridden(low, high, problems) or Node({}, high.at)
    items, keys = dict(low.value), dict(low.keys)
    for name, item in high.value.items():
        keys[name] = high.keys[name]
        if name not in items:
            items[name] = _new(item, problems, items)
            continue
        if _override_of(item) is None:
            problems.append(_silent(name, high.keys[name], low.keys.get(name)))
            continue
        merged = _overridden(items[name], item, problems)
        if merged is None:
            del items[name]
        else:
            items[name] = merged
    return Node(items, high.at, keys=keys)


def _merge_list(low: Node, high: Node, problems: list[Problem]) -> Node:
    """Items by their ``id``; the order of the lower layer stays, new ones go last or ``before`` a named one."""
    assert isinstance(low.value, list) and isinstance(high.value, list)
    items = list(low.value)
    for item in high.value:
        ids = [_id(known) for known in items]
        name = _id(item)
        if name is None or name not in ids:
            _insert(items, ids, item, problems)
            continue
        place = ids.index(name)
        if _override_of(item) is None:
            problems.append(_silent(name, item.at, items[place].at))
            continue
        merged = _overridden(items[place], item, problems)
        items[place : place + 1] = [] if merged is None else [merged]
    return Node(items, high.at)


def _insert(items: list[Node], ids: list[str | None], item: Node, problems: list[Problem]) -> None:
    before = item.get("before") if isinstance(item.value, dict) else None
    known = [name for name in ids if name]
    if before is None:
        items.append(_new(item, problems, known))
    elif before.value in ids:
        items.insert(ids.index(str(before.value)), _new(item, problems, known))
    else:
        problems.append(Problem(before.at, "KF1304", f"nothing with the id '{before.value}' stands in a lower layer",
                                nearest(str(before.value), known) or f"known ids: {', '.join(known)}"))


def _new(item: Node, problems: list[Problem], known: Iterable[str] = ()) -> Node:
    """An item that no lower layer has; with ``override`` it is meant for one that has another name."""
    for node in _overrides(item):
        name, at = _id(node), node.at
        what = f"'{name}' overrides" if name else "this overrides"
        hint = (nearest(name, known) if name else "") or "leave 'override' out, or name what it is laid over"
        problems.append(Problem(at, "KF1304", f"{what} nothing: no lower layer has it", hint))
    return _stripped_section(item)


def _overrides(node: Node) -> Iterator[Node]:
    """The items, at every depth, that say ``override``."""
    if _override_of(node) is not None:
        yield node
    below = node.value.values() if isinstance(node.value, dict) else node.value if isinstance(node.value, list) else ()
    for inner in below:
        yield from _overrides(inner)


def _overridden(low: Node, high: Node, problems: list[Problem]) -> Node | None:
    """What is left of a lower item: merged, replaced, or nothing."""
    how = _override_of(high)
    if how == "remove":
        return None
    return _stripped(high) if how == "replace" else _merged(low, _without_layer_keys(high), problems)


def _merged(low: Node, high: Node, problems: list[Problem]) -> Node:
    """Mappings by key, at every depth; lists and plain values whole."""
    if not (isinstance(low.value, dict) and isinstance(high.value, dict)):
        return high
    values = dict(low.value)
    for key, value in high.value.items():
        merged = _overridden(values[key], value, problems) if key in values and _override_of(value) else None
        if key in values and _override_of(value) is None:
            merged = _merged(values[key], value, problems)
        elif key not in values:
            merged = _new(value, problems, values)
        if merged is None:
            values.pop(key, None)
        else:
            values[key] = merged
    return Node(values, high.at, keys={**low.keys, **high.keys})


def _override_of(item: Node) -> str | None:
    found = item.get("override") if isinstance(item.value, dict) else None
    return found.value if found and isinstance(found.value, str) else None


def _id(item: Node) -> str | None:
    found = item.get("id") if isinstance(item.value, dict) else None
    return str(found.value) if found else None


def _stripped(item: Node) -> Node:
    """The item, at every depth, without the keys that speak of layers."""
    if not isinstance(item.value, dict):
        return item
    kept = _without_layer_keys(item)
    assert isinstance(kept.value, dict)
    values = {key: _stripped_section(value) for key, value in kept.value.items()}
    return Node(values, item.at, item.indent, kept.keys)


def _without_layer_keys(item: Node) -> Node:
    if not isinstance(item.value, dict):
        return item
    values = {
        key: value
        for key, value in item.value.items()
        if not (key in LAYER_KEYS and isinstance(value.value, str))
    }
    return Node(values, item.at, item.indent, {key: item.keys[key] for key in values})


def _stripped_section(node: Node) -> Node:
    if isinstance(node.value, list):
        return Node([_stripped(item) for item in node.value], node.at)
    return _stripped(node)


def _silent(name: str, at: Location, below: Location | None) -> Problem:
    where = "above" if below is not None and below.file == at.file else "in a lower layer"
    return Problem(at, "KF1305", f"'{name}' already stands {where} ({below})",
                   "say 'override: merge', 'replace' or 'remove', or choose another id", also=below)
