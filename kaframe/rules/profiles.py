"""The profiles that come with kaframe, and every choice that semantics and colours of a project leave to them.

What is filled in keeps the place of the profile's file, so that ``kaframe show rules --origin`` and the manifest of
every run say each choice and where it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from kaframe.bundled import folder
from kaframe.errors import Location, Problem, nearest
from kaframe.yamlfile import Node, read_yaml

DEFAULT = "kaframe"
NOT_CHOICES = ("version", "source")
BY_KEY = ("rounding", "roll_up")  # choices that are said one by one
OF_COLOURS = ("edges", "compare", "match")  # choices of the semantics that status.yaml may say otherwise
OF_PARENTS = ("parent", "counts", "missing", "none")


@cache
def profile(name: str) -> Node:
    """The choices of a profile that comes with kaframe."""
    node = read_yaml(folder("rules") / "semantics" / f"{name}.yaml", f"semantics/{name}.yaml")
    return _without(node, NOT_CHOICES)


@cache
def profile_names() -> tuple[str, ...]:
    """The profiles that come with kaframe."""
    return tuple(sorted(path.stem for path in (folder("rules") / "semantics").glob("*.yaml")))


def profile_layer(nodes: Iterable[Node]) -> list[Node]:
    """The lowest layer of score.yaml: the profiles that its scorecards name or its semantics override."""
    nodes = list(nodes)
    wanted = {name for node in nodes for name in (*_named_by_cards(node), *_own(node))}
    found = {name: profile(name) for name in profile_names() if name in wanted}
    if not found:
        return []
    at = next(iter(found.values())).at
    section = Node(dict(found), at, keys={name: node.at for name, node in found.items()})
    return [Node({"semantics": section}, at, keys={"semantics": at})]


def fill_semantics(score: Node) -> tuple[Node, list[Problem]]:
    """The merged score.yaml with all choices spelled out, and what is wrong with its ``like``."""
    own = _own(score)
    if not own:
        return score, []
    assert isinstance(score.value, dict)
    problems: list[Problem] = []
    filled = {name: _filled(name, own, (), problems) for name in own}
    section = score.value["semantics"]
    whole = Node(filled, section.at, keys=section.keys)
    return Node({**score.value, "semantics": whole}, score.at, keys=score.keys), problems


def fill_colours(status: Node, score: Node | None) -> Node:
    """The merged status.yaml in which the colours of every card say all that they leave to the card's semantics."""
    section = status.get("rgb")
    if score is None or section is None or not _is_map(section):
        return status
    assert isinstance(status.value, dict)
    assert isinstance(section.value, dict)
    filled = {card: _with_choices(rule, _meaning(card, score)) for card, rule in section.value.items()}
    return Node({**status.value, "rgb": Node(filled, section.at, keys=section.keys)}, status.at, keys=status.keys)


def _meaning(card: str, score: Node) -> Node | None:
    """The semantics of a card, complete; None where there is no such card or nobody declares them."""
    cards, semantics = score.get("scorecards"), score.get("semantics")
    found = cards.get(card) if cards is not None and _is_map(cards) else None
    if found is None or semantics is None or not _is_map(found):
        return None
    named = found.get("semantics")
    return semantics.get(str(named.value) if named is not None else DEFAULT)


def _with_choices(rule: Node, meaning: Node | None) -> Node:
    if meaning is None or not _is_map(rule):
        return rule
    rule = _over(_only(meaning, OF_COLOURS), rule)
    roll_up, usual = rule.get("roll_up"), meaning.get("roll_up")
    if roll_up is None or usual is None or not _is_map(roll_up):
        return rule
    assert isinstance(rule.value, dict)
    names = [name for name in OF_PARENTS if name != "counts" or roll_up.get("shares") is not None]
    return Node({**rule.value, "roll_up": _over(_only(usual, names), roll_up)}, rule.at, keys=rule.keys)


def _filled(name: str, own: Mapping[str, Node], above: tuple[str, ...], problems: list[Problem]) -> Node:
    """One of the semantics over what it is like; a profile's own name is like that profile."""
    node = own[name]
    like = node.get("like")
    if like is None and name in profile_names():
        return _over(profile(name), node)
    base = DEFAULT if like is None else str(like.value)
    if base in own and base not in (*above, name):
        return _over(_filled(base, own, (*above, name), problems), node)
    if base in profile_names() and base not in own:
        return _over(profile(base), node)
    at = node.at if like is None else like.at
    if base in own:
        problems.append(Problem(at, "KF2201", f"semantics '{name}' are like themselves",
                                f"let one of them be like {DEFAULT}"))
    else:
        known = sorted({*profile_names(), *own} - {name})
        problems.append(Problem(at, "KF2200", f"semantics '{name}' are like '{base}', which nobody declares",
                                nearest(base, known) or f"known: {', '.join(known)}"))
    return _over(profile(DEFAULT), node)


def _over(base: Node, node: Node) -> Node:
    """The node with what it lacks from another; what is said one by one, key by key."""
    assert isinstance(base.value, dict)
    assert isinstance(node.value, dict)
    values, keys = dict(base.value), dict(base.keys)
    for key, value in node.value.items():
        below = values.get(key)
        values[key] = _over(below, value) if key in BY_KEY and below is not None and _is_map(value) else value
        keys[key] = node.keys.get(key, value.at)
    values.pop("like", None)
    return Node(values, node.at, keys=keys)


def _is_map(node: Node) -> bool:
    return isinstance(node.value, dict)


def _named_by_cards(node: Node) -> set[str]:
    """The semantics that the cards of a layer name; a card that names none means the default."""
    cards = node.get("scorecards")
    if cards is None or not isinstance(cards.value, dict):
        return set()
    named = set()
    for card in cards.value.values():
        semantics = card.get("semantics")
        named.add(str(semantics.value) if semantics is not None else DEFAULT)
    return named


def _own(node: Node) -> Mapping[str, Node]:
    section = node.get("semantics")
    found = section.value if section is not None and isinstance(section.value, dict) else {}
    return {name: item for name, item in found.items() if isinstance(item.value, dict)}


def _only(node: Node, names: Iterable[str]) -> Node:
    assert isinstance(node.value, dict)
    kept = {name: node.value[name] for name in names if name in node.value}
    return Node(kept, node.at, keys={name: node.keys.get(name, item.at) for name, item in kept.items()})


def _without(node: Node, keys: Iterable[str]) -> Node:
    assert isinstance(node.value, dict)
    values = {key: value for key, value in node.value.items() if key not in keys}
    places: Mapping[str, Location] = {key: node.keys[key] for key in values}
    return Node(values, node.at, keys=places)
