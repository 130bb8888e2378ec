"""The words of where a score comes from, in English and Chinese side by side."""

from __future__ import annotations

from collections.abc import Mapping

EXPLAINED: Mapping[str, tuple[str, str]] = {
    "explained": ("Where the score comes from", "得分由来"),
    "adds.up": ("{terms} = {best}", "{terms}＝满分{best}"),
    "adds.and": (" + ", "＋"),
    "adds.score": ("{points} points", "得{points}分"),
    "adds.lost": ("{points} lost", "失{points}分"),
    "adds.other": ("{points} by start, limits, categories", "起始、上下限与类别{points}"),
    "adds.group": ("{points} through its companies", "下属公司影响{points}"),
    "adds.rounded": ("{points} by rounded groups", "分组取整{points}"),
    "exceptions.overridden": ("Holds below what is set by hand: {names}", "人工设定之下仍适用的例外：{names}"),
    "exceptions.changes_nothing": ("Exceptions that change nothing: {names}", "成立但不改变结果的例外：{names}"),
    "exceptions.later": ("Hold too, after the one that decides: {names}", "同样成立、排在生效例外之后：{names}"),
    "exceptions.unknown": ("Not known, because data are missing: {names}", "因数据缺失无法判断的例外：{names}"),
    "exceptions.does_not_hold": ("Exceptions that do not hold: {names}", "不成立的例外：{names}"),
    "comma": (", ", "、"),
    "next.points": ("Next colour: {status}, from {points} points on", "下一级状态：{status}，需{points}分"),
    "next.above": ("Next colour: {status}, with more than {points} points", "下一级状态：{status}，须高于{points}分"),
    "next.lasting": ("{next}, when they last for {hold}", "{next}，并持续{hold}"),
    "next.exception": ("{status} is out of reach until the exception ends", "例外结束之前无法达到“{status}”"),
    "next.override": ("{status} is out of reach while the colour is set by hand", "人工设定期间无法达到“{status}”"),
    "next.hold": ("{status} comes by itself when the points last", "得分保持下去即可达到“{status}”"),
    "next.group": ("{status} comes through its companies", "“{status}”取决于下属公司"),
    "leaf_line": (
        "{value} → {points} points · {weight} of this score · {lost} lost",
        "{value} → 得{points}分 · 占本得分{weight} · 失{lost}分",
    ),
    "stale": ("Too old to count", "数据过旧，不计入"),
    "undated": ("Does not count, as its day is missing", "日期缺失，不计入"),
    "imputed": ("Missing, counted as the rules say", "缺失，按规则计分"),
    "faded": ("{left} of its points left", "分值剩余{left}"),
    "decided_by": ("Decided by {rule}", "由{rule}决定"),
    "contradict": ("These rows contradict each other: {rules}", "以下各行互相矛盾：{rules}"),
    "above": ("(see above)", "（见上）"),
    "where": ("where", "条件"),
    "rows_of": ("{count} rows of {table} ({sources})", "{table}的{count}行（{sources}）"),
    "rows_of.one": ("1 row of {table} ({sources})", "{table}的1行（{sources}）"),
    "sum_of": ("{column}: {total} in all", "{column}合计{total}"),
    "alone.at": ("{status} with this alone at {value} (now {now})", "仅此项达到{value}（现为{now}）即为“{status}”"),
    "alone.above": (
        "{status} with this alone above {value} (now {now})",
        "仅此项高于{value}（现为{now}）即为“{status}”",
    ),
    "alone.below": (
        "{status} with this alone below {value} (now {now})",
        "仅此项低于{value}（现为{now}）即为“{status}”",
    ),
    "alone.with": ("{status} with this alone being {value}", "仅此项为{value}即为“{status}”"),
    "alone.unknown": ("; not known now, and perhaps in the way: {names}", "；目前未知、可能有影响：{names}"),
    "alone.unless": ("{value} unless {others}", "{value}（{others} 成立时除外）"),
    "alone.or": (" or ", " 或 "),
    "alone.cannot": ("This alone cannot bring {status}", "仅凭此项无法达到“{status}”"),
    "alone.decays": (
        "No single value brings {status}: its points fade with age, it takes news",
        "分值随时间衰减，无法给出达到“{status}”的单一数值：需有新的动态",
    ),
    "alone.shared": (
        "What brings {status} cannot be told by this leaf alone: it counts elsewhere on the card",
        "仅凭此项说不出何值可达到“{status}”：它在评分卡别处也计分",
    ),
    "alone.together": (
        "No single row brings {status}: it takes several rows of the table together",
        "没有哪一行能单独达到“{status}”：须决策表的多行同时成立",
    ),
    "alone.stale": (
        "No value brings {status} while its day is this old: it takes news first",
        "数据已过旧，任何数值都不能达到“{status}”：需先有新数据",
    ),
    "alone.undated": ("No value brings {status} while its day is missing", "日期缺失，任何数值都不能达到“{status}”"),
    "cheapest": ("The cheapest way to {status} (effort {effort})", "达到“{status}”最省力的办法（投入{effort}）"),
    "cheapest_found": (
        "A way to {status}, the cheapest that was found (effort {effort})",
        "达到“{status}”的办法，已找到的最省力者（投入{effort}）",
    ),
    "cheapest_none": (
        "The measures with an effort cannot bring {status}, not even all of them together",
        "注明投入的指标即使全部改善也无法达到“{status}”",
    ),
    "move": ("{label}: {now} → {then} (effort {effort})", "{label}：{now} → {then}（投入{effort}）"),
}
