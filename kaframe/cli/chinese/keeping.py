"""In Chinese: the help of channels, outbox and store."""

TEXTS = {
    "List the channels of kaframe.yaml; send a message to try one.": "列出 kaframe.yaml 中的渠道；发送一条消息来试用。",
    "List the channels with the pace that they keep to, and how many members have an address there.": (
        "列出各渠道的发送速度限制，以及有多少成员在那里有地址。"
    ),
    "Send one test message now and show what the other side answered.": "立即发送一条测试消息，并显示对方的回答。",
    "CHANNEL is a name under channels: in kaframe.yaml.": "CHANNEL 是 kaframe.yaml 中 channels: 下的名称。",
    "Nothing is kept of it: no run, no outbox. The exit code is 5 when it did not arrive.": (
        "不会留下任何记录：没有运行，也不进入发件箱。未送达时退出码为 5。"
    ),
    "To whom; a channel with addresses needs it.": "发给谁；按地址发送的渠道必须给出。",
    "List notices that wait or were given up; show one, try it again, or drop it.": (
        "列出等待中或已放弃的通知；显示、重试或撤销某一条。"
    ),
    "A notice is pending (it waits), sending, sent, dead (given up), unknown (its sending was interrupted, and its "
    "channel says on_unknown: hold) or dropped (somebody did not want it sent).": (
        "通知的状况：pending（等待中）、sending（发送中）、sent（已发送）、dead（已放弃）、unknown（发送被中断，"
        "且其渠道设为 on_unknown: hold）或 dropped（有人不想让它发出）。"
    ),
    "List notices, oldest first; without --all or --state those that were not sent.": (
        "列出通知，最早的在前；没有 --all 或 --state 时只列未发送的。"
    ),
    "The short key in the first column names a notice for 'show', 'retry' and 'drop'.": (
        "第一列的短代码用来在 show、retry 和 drop 中指定通知。"
    ),
    "Only in this state.": "只列这种状况的。",
    "Only of this channel of kaframe.yaml.": "只列 kaframe.yaml 中这个渠道的。",
    "Only to this member.": "只列发给这位成员的。",
    "Only of this notice of rules/notify.yaml.": "只列 rules/notify.yaml 中这条通知规则的。",
    "Only notices decided on this day or later.": "只列在这一天或之后决定的通知。",
    "Those sent and dropped too.": "也列出已发送和已撤销的。",
    "Show a notice with its text and what became of it. NOTICE is its short key, its key, or the beginning of one.": (
        "显示一条通知的文本及其结果。NOTICE 是通知的短代码、完整代码或其开头部分。"
    ),
    "Let notices be tried again; the next run sends them, with the same key as before.": (
        "让通知重试；下次运行会用与之前相同的幂等键发送。"
    ),
    "Without NOTICE those that were given up (dead and unknown). Their age counts from now.": (
        "不给出 NOTICE 时，重试所有已放弃的（dead 和 unknown）。时限从现在重新算起。"
    ),
    "Let notices never be sent. They count as told: no later run makes them again.": (
        "让通知不再发送。它们视为已经告知：以后的运行不会再次生成。"
    ),
    "Name them, or narrow them down with the options.": "请指定通知，或用选项缩小范围。",
    "Why it is not to be sent.": "为什么不发送。",
    "Look after the store: what was decided, and what people did about it.": (
        "照管存储库：作出的决定，以及人们为此做了什么。"
    ),
    "Look whether the store and all snapshots are sound; ends with 7 when something is damaged.": (
        "检查存储库和所有快照是否完好；有损坏时退出码为 7。"
    ),
    "Write a copy of the store into a new file, at any moment, also while a run goes on.": (
        "把存储库的副本写入新文件，随时都可以，运行进行中也可以。"
    ),
    "The file is a SQLite store, also when the store is in PostgreSQL. Snapshots never change: copy their folder "
    "as well.": ("该文件是 SQLite 存储库，即使存储库在 PostgreSQL 中也是如此。快照从不改变：请一并复制其文件夹。"),
    "Put a backup in the place of the store; what was there is kept beside it.": (
        "用备份替换存储库；原有的会保留在旁边。"
    ),
    "Also replace a store that knows what the backup does not.": "即使存储库中有备份所没有的内容，也予以替换。",
    "Remove old snapshots and rows that no later run needs; shows what would go unless --yes is given.": (
        "删除以后的运行不再需要的旧快照和记录；没有 --yes 时只显示会删除什么。"
    ),
    "The base of the latest run stays, and what a hold or for of the rules looks back at.": (
        "最近一次运行的基准会保留，规则的 hold 或 for 要回看的内容也会保留。"
    ),
    "What to keep: '90 days', '6 months' or '20 runs'.": '保留什么："90 days"、"6 months" 或 "20 runs"。',
    "Remove it; without, only what would go is shown.": "真正删除；不给出时只显示会删除什么。",
    "Bring a store of an older kaframe to today's form, in one transaction.": (
        "在一个事务中，把旧版 kaframe 的存储库升级为当前格式。"
    ),
    "Print the statements instead of sending them.": "打印语句，而不执行。",
}
