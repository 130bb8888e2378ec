"""The reference card for other engines: each is given accounts and gives their colours.

The card of ``benchmarks.reference`` (24 leaves in 5 groups, missing values, 3 exceptions, thresholds) written the way
each engine wants it. Points are rounded half-up to one digit, so an edge of 60 is reached from 59.95 on; the binary
tail beyond nine digits is no part of a score. Row engines get dictionaries that are already in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.reference import GROUP_WEIGHTS, GROUPS, LEAVES, WEIGHTS, group_of

Account = Mapping[str, Any]
GREEN, YELLOW = 59.95 - 5e-10, 44.95 - 5e-10
ENOUGH = 0.4


def leaves_of(group: int) -> list[int]:
    return [leaf for leaf in range(LEAVES) if group_of(leaf) == group]


def points_text(leaf: int) -> str:
    """The points of a leaf whose value is known, in the words that zen, rule-engine and CEL share."""
    c = f"c{leaf}"
    if leaf % 2:
        return f"({c} <= 0.0 ? 0.0 : ({c} <= 0.5 ? {c} * 120.0 : ({c} <= 1.0 ? 60.0 + ({c} - 0.5) * 80.0 : 100.0)))"
    return f"({c} >= 0.8 ? 100.0 : ({c} >= 0.5 ? 70.0 : ({c} >= 0.2 ? 30.0 : 0.0)))"


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
    listed = [{"id": name, "key": name, "value": text} for name, text in expressions("$.")]
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


def zen_single(accounts: Sequence[Account]) -> Callable[[], list[str]]:
    import zen

    decision = zen.ZenEngine().create_decision(zen_content())
    return lambda: [decision.evaluate(account)["result"]["colour"] for account in accounts]


def zen_batch(accounts: Sequence[Account]) -> Callable[[], list[str]]:
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"card": json.loads(zen_content())}}})
    requests = [{"key": "card", "context": account} for account in accounts]
    return lambda: [answer["data"]["result"]["colour"] for answer in engine.evaluate_batch(requests)]


def rule_engine(accounts: Sequence[Account]) -> Callable[[], list[str]]:
    import rule_engine as engine

    rules = [(name, engine.Rule(text).evaluate) for name, text in expressions()]
    return lambda: [last_of(rules, account) for account in accounts]


def cel_rust(accounts: Sequence[Account]) -> Callable[[], list[str]]:
    import cel

    words = [(name, text.replace(" and ", " && ").replace(" or ", " || ")) for name, text in expressions()]
    programs = [(name, cel.compile(text).execute) for name, text in words]
    return lambda: [last_of(programs, account) for account in accounts]


def last_of(rules: Sequence[tuple[str, Callable[[dict[str, Any]], Any]]], account: Account) -> str:
    """The last of the named results, each of which may use those before it."""
    known = dict(account)
    for name, evaluate in rules:
        known[name] = evaluate(known)
    return str(known["colour"])


def pandas_frame(data: Path) -> Any:
    import pandas as pd

    return pd.read_parquet(data)


def pandas_compute(frame: Any) -> Any:
    """Vectorised: a column for every leaf, group, total, coverage, low, high and the colour."""
    import numpy as np
    import pandas as pd

    made: dict[str, Any] = {"account_id": frame["account_id"]}
    groups: dict[str, list[Any]] = {"top": [], "known": [], "low": [], "high": []}
    for group in range(GROUPS):
        top, known = np.zeros(len(frame)), np.zeros(len(frame))
        for leaf in leaves_of(group):
            c = frame[f"c{leaf}"].to_numpy()
            if leaf % 2:
                p = np.interp(c, [0, 0.5, 1], [0, 60, 100])
            else:
                p = np.select([c >= 0.8, c >= 0.5, c >= 0.2, ~np.isnan(c)], [100.0, 70.0, 30.0, 0.0], np.nan)
            there = ~np.isnan(p)
            made[f"p{leaf}"] = p
            top += np.where(there, p, 0) * WEIGHTS[leaf]
            known += there * WEIGHTS[leaf]
        whole = sum(WEIGHTS[leaf] for leaf in leaves_of(group))
        with np.errstate(invalid="ignore"):
            made[f"g{group}"] = top / known
        groups["top"].append(np.where(known > 0, np.nan_to_num(made[f"g{group}"]), 0))
        groups["known"].append(known / whole)
        groups["low"].append(top / whole)
        groups["high"].append((top + (whole - known) * 100) / whole)
    share = [weight / 100 for weight in GROUP_WEIGHTS]
    weight = sum((known > 0) * part for known, part in zip(groups["known"], share, strict=True))
    total = sum(part * w for part, w in zip(groups["top"], share, strict=True)) / weight
    for name, kind in (("coverage", "known"), ("low", "low"), ("high", "high")):
        made[name] = sum(part * w for part, w in zip(groups[kind], share, strict=True))
    made["points"] = np.floor(np.round(total, 9) * 10 + 0.5) / 10
    tests = [frame["c24"].gt(0.99) | frame["c25"].gt(0.99), frame["c26"].gt(0.99), made["coverage"] < ENOUGH]
    made["colour"] = np.select(
        [*tests, total >= GREEN, total >= YELLOW], ["red", "yellow", "no_data", "green", "yellow"], "red"
    )
    return pd.DataFrame(made)


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
        )
        .with_columns(((total.round(9) * 10 + 0.5).floor() / 10).alias("points"), colour.alias("colour"))
        .select([*kept, "points", "coverage", "low", "high", "colour"])
    )
