"""The reference card for other engines: each is given accounts and gives their colours and reasons.

The card of ``benchmarks.reference`` (24 leaves in 5 groups, missing values, 3 exceptions, thresholds) written the way
each engine wants it: points of leaves and groups, total, coverage, low, high, colour, and for accounts that are not
green the three leaves that lose the most points. Points are rounded half-up to one digit, so an edge of 60 is reached
from 59.95 on; the binary tail beyond nine digits is no part of a score. Row engines get dictionaries in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.reference import GROUP_WEIGHTS, GROUPS, LEAVES, WEIGHTS, group_of

Account = Mapping[str, Any]
Answer = tuple[str | None, ...]  # colour and three reasons; of an engine that gives no reasons the colour alone
GREEN, YELLOW = 59.95 - 5e-10, 44.95 - 5e-10
ENOUGH = 0.4
ORDERED = sorted(range(LEAVES), key=lambda leaf: f"g{group_of(leaf)}.l{leaf}")  # of equal losses the first by name
PATHS = [f"g{group_of(leaf)}.l{leaf}" for leaf in ORDERED]
GIVEN = ("colour", "reason_1", "reason_2", "reason_3")
RANKS = ("first", "second", "third")


def leaves_of(group: int) -> list[int]:
    return [leaf for leaf in range(LEAVES) if group_of(leaf) == group]


def points_text(leaf: int) -> str:
    """The points of a leaf whose value is known, in the words that zen, rule-engine and CEL share."""
    c = f"c{leaf}"
    if leaf % 2:
        return f"({c} <= 0.0 ? 0.0 : ({c} <= 0.5 ? {c} * 120.0 : ({c} <= 1.0 ? 60.0 + ({c} - 0.5) * 80.0 : 100.0)))"
    return f"({c} >= 0.8 ? 100.0 : ({c} >= 0.5 ? 70.0 : ({c} >= 0.2 ? 30.0 : 0.0)))"


def reasons(words: Mapping[str, str], prefix: str = "") -> list[tuple[str, str]]:
    """The three leaves that lose the most, where the account is not green: losses and leaves packed into one number
    each, as in the query by hand; what an engine calls the greatest of a list and those below is in ``words``."""
    share = [weight / 100 for weight in GROUP_WEIGHTS]
    bottom = " + ".join(f"({prefix}g{g} == null ? 0.0 : {share[g]})" for g in range(GROUPS))
    named = [("bottom", bottom)]
    named += [
        (f"f{g}", f"{prefix}g{g} == null ? 0.0 : {share[g]} / {prefix}bottom / {prefix}d{g} * 1000000.0")
        for g in range(GROUPS)
    ]
    lost = [
        f"{prefix}p{leaf} == null ? -1.0 : "
        + words["floor"].format(f"(100.0 - {prefix}p{leaf}) * {WEIGHTS[leaf]}.0 * {prefix}f{group_of(leaf)} + 0.5")
        + f" * 32.0 + {31 - place}.0"
        for place, leaf in enumerate(ORDERED)
    ]
    named.append(("lost", f"[{', '.join(f'({one})' for one in lost)}, -2.0, -3.0]"))
    named.append(("first", words["max"].format(f"{prefix}lost")))
    for before, name in (("first", "second"), ("second", "third")):
        below = words["below"].format(f"{prefix}lost", f"{prefix}{before}")
        named.append((name, words["max"].format(below)))
    paths = ", ".join(f"'{path}'" for path in PATHS)
    for number, name in enumerate(RANKS, 1):
        large = f"{prefix}{name}"
        given = f"{prefix}colour != 'green' and {large} >= 32.0"
        named.append((f"reason_{number}", f"({given}) ? [{paths}][31 - {large} % 32] : null"))
    return named


def expressions(prefix: str = "") -> list[tuple[str, str]]:
    """The card as named expressions, each over those before it, in the words that zen, rule-engine and CEL share.

    ``prefix`` is how an expression reaches a result of one before it.
    """
    share = [weight / 100 for weight in GROUP_WEIGHTS]
    named = [(f"p{leaf}", f"c{leaf} == null ? null : {points_text(leaf)}") for leaf in range(LEAVES)]
    for g in range(GROUPS):
        known = [(f"{prefix}p{leaf}", WEIGHTS[leaf]) for leaf in leaves_of(g)]
        named.append((f"n{g}", " + ".join(f"({p} == null ? 0.0 : {p} * {weight}.0)" for p, weight in known)))
        named.append((f"d{g}", " + ".join(f"({p} == null ? 0.0 : {weight}.0)" for p, weight in known)))
        named.append((f"g{g}", f"{prefix}d{g} == 0.0 ? null : {prefix}n{g} / {prefix}d{g}"))
    parts = [
        (f"{prefix}n{g}", f"{prefix}d{g}", sum(WEIGHTS[leaf] for leaf in leaves_of(g)), share[g]) for g in range(GROUPS)
    ]
    top = " + ".join(f"({prefix}g{g} == null ? 0.0 : {prefix}g{g} * {share[g]})" for g in range(GROUPS))
    bottom = " + ".join(f"({prefix}g{g} == null ? 0.0 : {share[g]})" for g in range(GROUPS))
    named += [
        ("coverage", " + ".join(f"{d} / {whole}.0 * {part}" for _, d, whole, part in parts)),
        ("low", " + ".join(f"{n} / {whole}.0 * {part}" for n, _, whole, part in parts)),
        ("high", " + ".join(f"({n} + ({whole}.0 - {d}) * 100.0) / {whole}.0 * {part}" for n, d, whole, part in parts)),
        ("total", f"({top}) / ({bottom})"),
        (
            "colour",
            "(c24 != null and c24 > 0.99) or (c25 != null and c25 > 0.99) ? 'red' : "
            "((c26 != null and c26 > 0.99) ? 'yellow' : "
            f"({prefix}coverage < {ENOUGH} ? 'no_data' : ({prefix}total >= {GREEN!r} ? 'green' : "
            f"({prefix}total >= {YELLOW!r} ? 'yellow' : 'red'))))",
        ),
    ]
    return named


def zen_content() -> str:
    """The card as a JDM graph: input, one expression node, output."""
    words = {"floor": "floor({})", "max": "max({})", "below": "filter({}, # < {})"}
    named = expressions("$.") + reasons(words, "$.")
    listed = [{"id": name, "key": name, "value": text} for name, text in named]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "card", "name": "card", "type": "expressionNode", "content": {"expressions": listed}},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "card"},
        {"id": "b", "type": "edge", "sourceId": "card", "targetId": "out"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def zen_single(accounts: Sequence[Account]) -> Callable[[], list[Answer]]:
    import zen

    decision = zen.ZenEngine().create_decision(zen_content())
    return lambda: [answer(decision.evaluate(account)["result"]) for account in accounts]


def zen_batch(accounts: Sequence[Account]) -> Callable[[], list[Answer]]:
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"card": json.loads(zen_content())}}})
    requests = [{"key": "card", "context": account} for account in accounts]
    return lambda: [answer(found["data"]["result"]) for found in engine.evaluate_batch(requests)]


def rule_engine(accounts: Sequence[Account]) -> Callable[[], list[Answer]]:
    import rule_engine as engine

    words = {"floor": "({}).floor", "max": "$max({})", "below": "[x for x in {} if x < {}]"}
    rules = [(name, engine.Rule(text).evaluate) for name, text in expressions() + reasons(words)]
    return lambda: [answer(worked_out(rules, account)) for account in accounts]


def cel_rust(accounts: Sequence[Account]) -> Callable[[], list[Answer]]:
    """Without reasons: the language has no greatest of a list."""
    import cel

    words = [(name, text.replace(" and ", " && ").replace(" or ", " || ")) for name, text in expressions()]
    programs = [(name, cel.compile(text).execute) for name, text in words]
    return lambda: [(worked_out(programs, account)["colour"],) for account in accounts]


def worked_out(rules: Sequence[tuple[str, Callable[[dict[str, Any]], Any]]], account: Account) -> dict[str, Any]:
    """The named results, each of which may use those before it."""
    known = dict(account)
    for name, evaluate in rules:
        known[name] = evaluate(known)
    return known


def answer(found: Mapping[str, Any]) -> Answer:
    return tuple(found.get(name) for name in GIVEN)  # zen leaves out what is null


def polars_compute(frame: Any) -> Any:
    """By hand for polars: the same columns, lazily, in one plan."""
    import polars as pl

    def points(leaf: int) -> Any:
        c = pl.col(f"c{leaf}")
        if leaf % 2:
            arms = pl.when(c <= 0).then(0.0).when(c <= 0.5).then(c * 120).when(c <= 1).then(60 + (c - 0.5) * 80)
            return arms.when(c > 1).then(100.0).alias(f"p{leaf}")
        arms = pl.when(c >= 0.8).then(100.0).when(c >= 0.5).then(70.0).when(c >= 0.2).then(30.0)
        return arms.when(c.is_not_null()).then(0.0).alias(f"p{leaf}")

    def sums(group: int) -> list[Any]:
        own = leaves_of(group)
        top = pl.sum_horizontal([pl.col(f"p{leaf}").fill_null(0) * WEIGHTS[leaf] for leaf in own])
        known = pl.sum_horizontal([pl.col(f"p{leaf}").is_not_null().cast(pl.Float64) * WEIGHTS[leaf] for leaf in own])
        return [top.alias(f"n{group}"), known.alias(f"d{group}")]

    def bounds(group: int) -> list[Any]:
        whole = sum(WEIGHTS[leaf] for leaf in leaves_of(group))
        n, d = pl.col(f"n{group}"), pl.col(f"d{group}")
        score = pl.when(d > 0).then(n / d).alias(f"g{group}")
        return [
            score,
            (d / whole).alias(f"k{group}"),
            ((n + (whole - d) * 100) / whole).alias(f"h{group}"),
            (n / whole).alias(f"l{group}"),
        ]

    share = [weight / 100 for weight in GROUP_WEIGHTS]

    def mixed(kind: str) -> Any:
        return pl.sum_horizontal([pl.col(f"{kind}{g}").fill_null(0) * share[g] for g in range(GROUPS)])

    weight = pl.sum_horizontal([pl.col(f"g{g}").is_not_null().cast(pl.Float64) * share[g] for g in range(GROUPS)])
    total = pl.col("total")
    colour = (
        pl.when((pl.col("c24") > 0.99) | (pl.col("c25") > 0.99)).then(pl.lit("red"))
        .when(pl.col("c26") > 0.99).then(pl.lit("yellow")).when(pl.col("coverage") < ENOUGH).then(pl.lit("no_data"))
        .when(total >= GREEN).then(pl.lit("green")).when(total >= YELLOW).then(pl.lit("yellow")).otherwise(pl.lit("red"))
    )  # fmt: skip
    kept = ["account_id", *(f"p{leaf}" for leaf in range(LEAVES)), *(f"g{g}" for g in range(GROUPS))]
    numbers = [f"x{place}" for place in range(LEAVES)]

    def number(place: int, leaf: int) -> Any:
        lost = (100 - pl.col(f"p{leaf}")) * WEIGHTS[leaf] * pl.col(f"f{group_of(leaf)}")
        return ((lost + 0.5).floor() * 32 + (31 - place)).cast(pl.Int64).alias(f"x{place}")

    def below(before: str) -> list[Any]:
        return [pl.when(pl.col(name) < pl.col(before)).then(pl.col(name)) for name in numbers]

    def reason(name: str) -> Any:
        large, names = pl.col(name), pl.lit(pl.Series([PATHS], dtype=pl.List(pl.String))).first()
        return pl.when((large >= 32) & (pl.col("colour") != "green")).then(names.list.get(31 - large % 32))

    return (
        frame.lazy()
        .with_columns([points(leaf) for leaf in range(LEAVES)])
        .with_columns([part for group in range(GROUPS) for part in sums(group)])
        .with_columns([part for group in range(GROUPS) for part in bounds(group)])
        .with_columns(
            (mixed("g") / weight).alias("total"),
            mixed("k").alias("coverage"),
            mixed("l").alias("low"),
            mixed("h").alias("high"),
            *((share[g] / weight / pl.col(f"d{g}") * 1e6).alias(f"f{g}") for g in range(GROUPS)),
        )
        .with_columns(((total.round(9) * 10 + 0.5).floor() / 10).alias("points"), colour.alias("colour"))
        .with_columns([number(place, leaf) for place, leaf in enumerate(ORDERED)])
        .with_columns(pl.max_horizontal(numbers).alias("first"))
        .with_columns(pl.max_horizontal(below("first")).alias("second"))
        .with_columns(pl.max_horizontal(below("second")).alias("third"))
        .with_columns([reason(name).alias(f"reason_{number}") for number, name in enumerate(RANKS, 1)])
        .select([*kept, "points", "coverage", "low", "high", *GIVEN])
    )
