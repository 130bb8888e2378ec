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
    "{encoding}: Chinese is shown as question marks": "{encoding}：中文会显示为问号",
    "set LANG=C.UTF-8": "请设置 LANG=C.UTF-8",
    "empty": "空",
    "{count} pending": "待发送 {count} 条",
    "{count} sending": "发送中 {count} 条",
    "{count} sent": "已发送 {count} 条",
    "{count} dead": "已放弃 {count} 条",
    "{count} unknown": "不确定 {count} 条",
    "{count} dropped": "已取消 {count} 条",
    "'kaframe outbox' shows them": "kaframe outbox 显示它们",
    "the run for {day} was held back by {gates}": "{day} 的运行因数据校验未通过而没有发布：{gates}",
    "nothing was published; mend the data and run again, 'kaframe preview' has the numbers":
        "什么都没有发布；请修正数据后重新运行，具体数字见 kaframe preview",
    "and {count} more files": "还有 {count} 个文件",
    "the store is damaged: {damage}": "存储库已损坏：{damage}",
    "put a backup in its place: kaframe store restore FILE": "请用备份替换：kaframe store restore FILE",
    "the server keeps no checksums of its pages: a bit that flips on its disk is not found":
        "服务器不为数据页保存校验和：磁盘上翻转的比特不会被发现",
    "stop it, and: pg_checksums --enable": "请停下服务器，执行 pg_checksums --enable",
    "others on this computer can read it (mode {mode}), and it is about customers":
        "这台电脑上的其他人可以读取它（权限 {mode}），而其中是客户资料",
    "only {room} MB are free, a run needs {needed} MB to be sure to end":
        "只剩 {room} MB，运行需要 {needed} MB 才能确保完成",
    "its file cannot be used: {why}": "锁文件无法使用：{why}",
    "no run can begin: remove what is there, or see who may write there":
        "任何运行都无法开始：请删除占用该名称的东西，或检查那里的写权限",
    "another program than kaframe holds the lock of the runs": "运行的锁被 kaframe 以外的程序持有",
    "no run can begin until it lets go: end it": "它放开之前任何运行都无法开始：请结束它",
    "process {process} writes a snapshot and holds no lock": "进程 {process} 正在写快照，却没有持有锁",
    "it will publish nothing once another run begins; end it, or let it end first":
        "另一次运行一开始，它就什么也不会发布；请结束它，或先等它结束",
    "belongs to no run: a run or a prune was stopped": "不属于任何运行：某次运行或清理中途停止",
    "was published, and the store does not know it: the store was removed, or replaced by an older one":
        "已经发布，存储库却不知道它：存储库被删除，或被换成了较旧的",
    "kaframe store restore FILE --force, with a backup that knows it; or remove the folder":
        "请执行 kaframe store restore FILE --force，使用知道它的备份；或者删除这个文件夹",
    "the store knows no run, while {folder} has {count} published ones: it was removed or replaced":
        "存储库不知道任何运行，而 {folder} 中有 {count} 次已发布的运行：存储库被删除或替换了",
    "this run began anew; to go on from there: kaframe store restore FILE --force, with a backup":
        "本次运行从头开始；要接着以前的继续，请用备份执行 kaframe store restore FILE --force",
    # backup, restore, prune
    "no file '{file}'": "没有文件“{file}”",
    "'kaframe store backup FILE' writes one": "kaframe store backup FILE 会写出备份",
    "{file} is no sound backup or store: {why}": "{file} 不是完好的备份或存储库：{why}",
    "nothing was changed; take an older backup": "什么都没有改变；请换一份更早的备份",
    "nothing was changed; name a file that 'kaframe store backup' wrote, with this kaframe or an older one":
        "什么都没有改变；请指定由 kaframe store backup 写出的文件（用这个或更早的 kaframe）",
    "the store {store} has {what}, the backup has not": "存储库 {store} 有{what:zh}，备份却没有",
    "the run {run}": "运行 {run}",
    "what people did and what was sent since": "此后人们所做的和已发送的内容",
    "--force replaces it all the same, and keeps it beside": "加 --force 仍会替换，原有的保留在旁边",
    "{shown} is a database of another program": "{shown} 是另一个程序的数据库",
    "nothing was changed; give 'store: {url: }' a file of its own":
        "什么都没有改变；请在 store: {{url: }} 中给它单独的文件",
    "the store {store} has the form {found}, this kaframe knows up to {form}":
        "存储库 {store} 的格式为 {found}，这个 kaframe 最高只认识 {form}",
    "nothing was changed; install a newer kaframe": "什么都没有改变；请安装更新的 kaframe",
    "the latest run always stays": "最近一次运行总会保留",
    "'{text}' is not a duration": "“{text}”不是时间长度",
    "write what to keep as '90 days' or '20 runs'": "请写明要保留的范围，例如“90 days”或“20 runs”",
    # outbox
    "which notices?": "哪些通知？",
    "name them ('kaframe outbox' lists them), or narrow them down, as with --state dead":
        "请写明（kaframe outbox 会列出），或用选项缩小范围，例如 --state dead",
    "notices are named, and narrowed down as well": "既写明了通知，又用选项缩小了范围",
    "leave out the options, or the keys": "请去掉选项，或去掉编号",
    "the notice {notice} is {state}": "通知 {notice} 的状况是{state:zh}",
    "sent": "已发送",
    "sending": "发送中",
    "there is nothing to do about it": "无需处理",
}  # fmt: skip
