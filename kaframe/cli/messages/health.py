"""What ``kaframe doctor`` and ``kaframe store check`` say."""

CHINESE: dict[str, str] = {
    "{version}, Python {python} on {system}": "{version}，{system} 上的 Python {python}",
    "is not installed": "没有安装",
    "install kaframe again": "请重新安装 kaframe",
    "{config} in {root}, language {language}, today {day} ({zone})":
        "{config}，位于 {root}，语言 {language}，今天 {day}（{zone}）",
    "{count} warnings; 'kaframe check' tells all": "{count} 项检查发现；kaframe check 全部列出",
    "{count} problems, the first: {first}": "{count} 个问题，第一个：{first}",
    "{read} rows read, {kept} kept, {bad} in quarantine": "读取 {read} 行，采用 {kept} 行，隔离 {bad} 行",
    "{store}: {count} published runs{latest}": "{store}：已发布 {count} 次运行{latest:zh}",
    ", the latest {run}": "，最近一次 {run}",
    "{count} sound": "{count} 个完好",
    "{room} GB free": "可用 {room} GB",
    "free": "空闲",
    "free; a run that was killed left its file, which the next run takes away":
        "空闲；被终止的运行留下了文件，下一次运行会清除",
    "held for {work} by process {pid} on {host} since {since}": "由 {host} 上的进程 {pid} 为 {work} 持有，始于 {since}",
    "shows the run {run}, as it was written": "显示运行 {run}，与写出时一致",
    "is not as it was written": "与写出时不一致",
    "kaframe report writes it again from the snapshot": "kaframe report 会根据快照重新写出",
    "nothing to do: the next run removes it": "无需处理：下一次运行会删除它",
    "free some space; 'kaframe store prune' removes old snapshots": "请腾出空间；kaframe store prune 清理旧快照",
}  # fmt: skip
