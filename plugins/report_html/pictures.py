"""The charts of one run: what goes into each, drawn."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .charts import CROWDED, draw, keep_names_apart, pareto_curves, stacked_bars, value_and_health
from .facts import Facts
from .portfolio import all_colours

OWNERS_SHOWN, MARKS_SHOWN, NAMES_SHOWN, WARNINGS_SHOWN = 14, 600, 5, 8
STATES = (("on_track", "#2e7d9e"), ("behind", "#c77700"), ("stuck", "#b3261e"), ("parked", "#8a8f98"))


def pictures(facts: Facts, ordered: list[str], role: str) -> list[dict[str, str]]:
    """Every chart that the run has data for: title, note, SVG."""
    made = [_by_tier(facts), _by_owner(facts, role), _value_and_health(facts, ordered), _pareto(facts), _stages(facts),
            _warnings(facts)]  # fmt: skip
    return [picture for picture in made if picture]


def _picture(title: str, spec: dict[str, Any], note: str = "") -> dict[str, str]:
    return {"title": title, "svg": draw(spec), "note": note}


def _coloured(facts: Facts, title: str, counts: Counter[tuple[str, str]], order: list[str]) -> dict[str, str]:
    colours = all_colours(facts)
    parts = [(f"{colour.shape} {colour.label}", colour.css) for colour in colours]
    words = dict(zip((colour.id for colour in colours), (word for word, _ in parts), strict=True))
    shapes = {colour.id: colour.shape for colour in colours}
    values = [
        {"row": row, "part": words.get(status, status), "count": count, "mark": shapes.get(status, "")}
        for (row, status), count in sorted(counts.items())
    ]
    return _picture(title, stacked_bars(values, order, parts, facts.say.word("number_of_accounts")))


def _by_tier(facts: Facts) -> dict[str, str] | None:
    counts: Counter[tuple[str, str]] = Counter()
    say = facts.say
    for account_id, row in facts.tiers.items():
        counts[say.label("tier", row["tier"]), facts.status(account_id) or "no_data"] += 1
    order = [label for label in _labelled(facts, "tier") if any(row == label for row, _ in counts)]
    return _coloured(facts, say.word("by_tier"), counts, order) if counts else None


def _by_owner(facts: Facts, role: str) -> dict[str, str] | None:
    counts: Counter[tuple[str, str]] = Counter()
    for account_id in facts.accounts:
        member = facts.say.member(facts.owner(account_id, role))
        counts[member, facts.status(account_id) or "no_data"] += 1
    sizes: Counter[str] = Counter()
    for (member, _), count in counts.items():
        sizes[member] += count
    order = [member for member, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))]
    rest = set(order[OWNERS_SHOWN:])
    if rest:
        others = facts.say.word("others", count=len(rest))
        for (member, status), count in list(counts.items()):
            if member in rest:
                counts[others, status] += count
                del counts[member, status]
        order = [*order[:OWNERS_SHOWN], others]
    return _coloured(facts, facts.say.word("by_owner"), counts, order) if counts and role else None


def _value_and_health(facts: Facts, ordered: list[str]) -> dict[str, str] | None:
    say = facts.say
    values = []
    for account_id in ordered:
        row = facts.colour(account_id)
        if row and row["points"] is not None and facts.worth(account_id) > 0:
            colour = facts.shown(account_id)
            values.append({"points": row["points"], "worth": facts.worth(account_id), "status": colour.label,
                           "name": facts.name(account_id) if colour.place else ""})  # fmt: skip
    if not values or not facts.value_measure:
        return None
    spec = value_and_health(
        keep_names_apart(values[:MARKS_SHOWN], 0 if len(values) > CROWDED else NAMES_SHOWN),
        all_colours(facts)[:-1],
        (say.word("points"), say.label("measure", facts.value_measure)),
        facts.view.language,
    )
    return _picture(say.word("value_health"), spec, say.word("value_health_note"))


def _pareto(facts: Facts) -> dict[str, str] | None:
    say = facts.say
    values = [
        {"measure": say.label("measure", row["measure"]), "part": row["place"] / row["accounts"], "share": row["share"]}
        for row in facts.view.rows("pareto")
    ]
    if not values:
        return None
    starts = [{"measure": measure, "part": 0, "share": 0} for measure in sorted({value["measure"] for value in values})]
    spec = pareto_curves([*starts, *values], say.word("pareto_x"), say.word("pareto_y"))
    note = ("" if say.place else " ").join(
        say.word(
            "pareto_note", measure=say.label("measure", row["measure"]), carry=row["carry_80"], accounts=row["accounts"]
        )
        for row in facts.view.rows("portfolio")
    )
    return _picture(say.word("pareto"), spec, note)


def _stages(facts: Facts) -> dict[str, str] | None:
    say = facts.say
    counts = Counter((row["stage"], row["state"]) for row in facts.stages.values() if row["state"] != "done")
    if not counts:
        return None
    parts = [(say.known("state", state), css) for state, css in STATES]
    values = [
        {"row": say.label("stage", stage), "part": say.known("state", state), "count": count}
        for (stage, state), count in sorted(counts.items())
    ]
    spec = stacked_bars(values, _labelled(facts, "stage"), parts, say.word("number_of_accounts"))
    return _picture(say.word("stages_by_state"), spec)


def _warnings(facts: Facts) -> dict[str, str] | None:
    """What the data warn of most, by how many accounts."""
    found = {
        (row["insight"], row["account_id"])
        for rows in facts.of["insights"].values()
        for row in rows
        if row["good"] is False
    }
    counts = Counter(facts.say.label("insight", insight) for insight, _ in found)
    if not counts:
        return None
    title = facts.say.word("warnings")
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WARNINGS_SHOWN]
    values = [{"row": label, "part": title, "count": count} for label, count in most]
    spec = stacked_bars(
        values, [label for label, _ in most], [(title, "#b8500c")], facts.say.word("number_of_accounts")
    )
    return _picture(title, spec, facts.say.word("warnings_note"))


def _labelled(facts: Facts, kind: str) -> list[str]:
    """The labels of one kind of rules, in the order they are written."""
    return [label for key, label in facts.view.labels.items() if key.startswith(f"{kind}.")]
