"""The reference work in vectorised pandas: to one wide table, and to the same tables as kaframe's snapshot, one file
after the other as pandas writes them.

What the tables hold besides the wide one: the values and tiers, colours with what is calculated beside them, the weakest
group, and every reason of managed accounts; in the order of the accounts, each file durable and hashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.reference import COLUMNS, GROUP_WEIGHTS, GROUPS, LEAVES, WEIGHTS, group_of, settle
from benchmarks.rivals import ENOUGH, GREEN, ORDERED, PATHS, YELLOW, leaves_of

SHARES = [weight / 100 for weight in GROUP_WEIGHTS]
USED = ["account_id", *(f"c{n}" for n in range(COLUMNS - 3)), f"c{COLUMNS - 1}"]
POINTS = [f"p{leaf}" for leaf in range(LEAVES)]
SCORE = ["account_id", *POINTS, *(f"g{group}" for group in range(GROUPS)), "points", "coverage", "low", "high"]
COLOURS = ["account_id", "colour", "calculated", "points", "weakest", "reason_1", "reason_2", "reason_3"]
KEY = "c29"


def pandas_wide(data: Path, target: Path) -> None:
    """One wide table: points of leaves and groups, total, coverage, interval, colour and largest reasons."""
    import pandas as pd

    made, _ = compute(pd.read_parquet(data, columns=USED))
    pd.DataFrame(made)[[*SCORE, *COLOURS[1:2], *COLOURS[5:]]].to_parquet(target, compression="zstd")


def pandas_tables(data: Path, folder: Path) -> None:
    """The same tables as kaframe's snapshot, in the order of the accounts, durable and hashed."""
    import pandas as pd

    frame = pd.read_parquet(data, columns=USED)
    if not frame["account_id"].is_monotonic_increasing:
        frame = frame.sort_values("account_id", ignore_index=True)
    made, worth = compute(frame)
    made["weakest"] = weakest_group(made)
    made["calculated"] = thresholds(made["points"])
    for name, digits in (("coverage", 4), ("low", 1), ("high", 1)):
        made[name] = half_up(made[name], digits)
    key = frame[KEY].gt(0.99)
    tables = {
        "measures": frame,
        "tiers": pd.DataFrame({"account_id": frame["account_id"], "tier": key.map({True: "key", False: "standard"})}),
        "score": pd.DataFrame({name: made[name] for name in SCORE}),
        "colours": pd.DataFrame({name: made[name] for name in COLOURS}),
        "reasons": all_reasons(frame, made, worth, key.to_numpy()),
    }

    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        table.to_parquet(path, compression="zstd", index=False)
        settle(path)


def compute(frame: Any) -> tuple[dict[str, Any], list[Any]]:
    """A column for every leaf, group, total, coverage, low, high, the colour and each reason; and what a point of a
    leaf is worth in each group, by its weight."""
    import numpy as np

    made: dict[str, Any] = {"account_id": frame["account_id"]}
    groups: dict[str, list[Any]] = {"top": [], "known": [], "low": [], "high": [], "full": []}
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
        groups["full"].append(known)
        groups["known"].append(known / whole)
        groups["low"].append(top / whole)
        groups["high"].append((top + (whole - known) * 100) / whole)
    weight = sum((known > 0) * part for known, part in zip(groups["known"], SHARES, strict=True))
    with np.errstate(invalid="ignore"):
        total = sum(part * w for part, w in zip(groups["top"], SHARES, strict=True)) / weight
    for name, kind in (("coverage", "known"), ("low", "low"), ("high", "high")):
        made[name] = sum(part * w for part, w in zip(groups[kind], SHARES, strict=True))
    made["points"] = np.where(made["coverage"] < ENOUGH, np.nan, half_up(total, 1))
    tests = [frame["c24"].gt(0.99) | frame["c25"].gt(0.99), frame["c26"].gt(0.99), made["coverage"] < ENOUGH]
    made["colour"] = np.select(
        [*tests, total >= GREEN, total >= YELLOW], ["red", "yellow", "no_data", "green", "yellow"], "red"
    )
    with np.errstate(divide="ignore"):
        worth = [SHARES[g] / weight / groups["full"][g] for g in range(GROUPS)]
    made |= largest_reasons(made, worth)
    return made, worth


def half_up(values: Any, digits: int) -> Any:
    """Rounded half-up; the binary tail beyond nine digits is no part of a score."""
    import numpy as np

    return np.floor(np.round(values, 9) * 10**digits + 0.5) / 10**digits


def thresholds(points: Any) -> Any:
    """The colour of the points alone."""
    import numpy as np

    return np.select([np.isnan(points), points >= 60, points >= 45], ["no_data", "green", "yellow"], "red")


def weakest_group(made: Mapping[str, Any]) -> Any:
    """The group that loses the most of the total, of equals the first."""
    import numpy as np

    lost = np.stack([np.nan_to_num((100 - made[f"g{g}"]) * SHARES[g], nan=-1) for g in range(GROUPS)])
    names = np.array([*(f"g{g}" for g in range(GROUPS)), None], dtype=object)
    return names[np.where(lost.max(axis=0) > 0, lost.argmax(axis=0), GROUPS)]


def largest_reasons(made: Mapping[str, Any], worth: list[Any]) -> dict[str, Any]:
    """The three leaves that lose the most, where the account is not green."""
    import numpy as np

    numbers = np.stack(
        [
            np.floor((100 - made[f"p{leaf}"]) * WEIGHTS[leaf] * worth[group_of(leaf)] * 1e6 + 0.5) * 32 + (31 - place)
            for place, leaf in enumerate(ORDERED)
        ]
    )
    numbers = np.where(np.isnan(numbers), -1.0, numbers)
    paths = np.array([*PATHS, None], dtype=object)
    found = {}
    for rank in (1, 2, 3):
        large = numbers.max(axis=0)
        given = (large >= 32) & (made["colour"] != "green")
        found[f"reason_{rank}"] = paths[np.where(given, 31 - large % 32, LEAVES).astype(int)]
        numbers = np.where(numbers < large, numbers, -1.0)
    return found


def all_reasons(frame: Any, made: Mapping[str, Any], worth: list[Any], managed: Any) -> Any:
    """Every leaf of a managed account that loses points, the largest loss first: a row each."""
    import numpy as np
    import pandas as pd

    parts = []
    for place, leaf in enumerate(ORDERED):
        points, weight = made[f"p{leaf}"][managed], WEIGHTS[leaf] * worth[group_of(leaf)][managed]
        parts.append(pd.DataFrame({
            "account_id": frame["account_id"][managed], "place": place, "node": PATHS[place],
            "lost": np.round((100 - points) * weight, 6), "points": points, "weight": np.round(weight, 6),
            "value": frame[f"c{leaf}"][managed],
        }))  # fmt: skip
    found = pd.concat(parts)
    found = found[found["lost"] > 0].sort_values(["account_id", "lost", "place"], ascending=[True, False, True])
    found["place"] = found.groupby("account_id").cumcount() + 1
    found["value"] = found["value"].astype(str)
    return found.rename(columns={"place": "rank"})
