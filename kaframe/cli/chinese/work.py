"""In Chinese: the help of tasks, plans, template, stage, log and override."""

TEXTS = {
    "List tasks as they stand now, the most late first.": "列出任务的当前状况，逾期最久的在前。",
    "A task that is 'planned' is not yet to be done. The short key in the first column names a task for 'done' and "
    "'snooze'.": ("状况为 planned 的任务还不必去做。第一列的短代码用来在 done 和 snooze 中指定任务。"),
    "Only tasks of this member.": "只列这位成员的任务。",
    "Only tasks for this account (id or name).": "只列这个客户的任务（编号或名称）。",
    "Only tasks in this state; default: late, due and put off.": "只列这种状况的任务；默认为逾期、到期和已推迟的。",
    "Those planned, done and dropped too.": "也列出计划中、已完成和已取消的。",
    "Say that a task is done. TASK is its short key, its key, or the beginning of one.": (
        "标记任务已完成。TASK 是任务的短代码、完整代码或其开头部分。"
    ),
    "The day, as 2026-03-31; default today.": "日期，如 2026-03-31；默认今天。",
    "What there is to say about it.": "对此要说明的内容。",
    "Put a task off until a day. TASK is its short key, its key, or the beginning of one.": (
        "把任务推迟到某一天。TASK 是任务的短代码、完整代码或其开头部分。"
    ),
    "The day until which it may wait.": "可以推迟到哪一天。",
    "Why it has to wait.": "为什么要推迟。",
    "List the latest version of every plan, or all versions of one.": "列出每份计划的最新版本，或某一份的所有版本。",
    "Only plans in this state.": "只列这种状况的计划。",
    "All versions of one account's plan.": "某个客户的计划的所有版本。",
    "Print a plan as Markdown.": "以 Markdown 打印计划。",
    "An earlier version; default the latest.": "较早的版本；默认最新版本。",
    "Put a plan into plans/ to be edited; every later run keeps what you write in it.": (
        "把计划放入 plans/ 供修改；以后每次运行都会保留您写的内容。"
    ),
    "What the data change is merged in. Where you and the data change the same place, both texts stay and are "
    "marked. To give up your changes, delete the file.": (
        "数据带来的变化会合并进来。您和数据改动了同一处时，两种文本都会保留并作标记。想放弃自己的修改，删除该文件即可。"
    ),
    "Open the file with the program that this computer has for it.": "用这台电脑上的默认程序打开该文件。",
    "Approve the latest version of an account's plan.": "批准客户计划的最新版本。",
    "Only members with the role that the plan asks for (or their deputy while they are away) may: --author is a "
    "member.": ("只有具备计划所要求角色的成员（或其不在时的代理人）才能批准：--author 须是成员。"),
    "Reject the latest version of an account's plan, with a reason.": "驳回客户计划的最新版本，并说明原因。",
    "Why.": "原因。",
    "Write the plan of the latest run as a Word or PDF document.": "把最近一次运行的计划写成 Word 或 PDF 文档。",
    "Needs the extra: pip install 'kaframe[docx]' or 'kaframe[pdf]'.": (
        "需要附加组件：pip install 'kaframe[docx]' 或 'kaframe[pdf]'。"
    ),
    "Word or PDF; default: by the ending of --output.": "Word 或 PDF；默认由 --output 的扩展名决定。",
    "The file to write.": "要写入的文件。",
    "The font of a PDF, when none is found that has the letters.": "PDF 使用的字体；找不到包含所需文字的字体时给出。",
    "List every template: the file that counts, where it is from, what uses it, which files it hides.": (
        "列出每个模板：生效的文件、来源、用在哪里、取代了哪些文件。"
    ),
    "A file in templates/ of the project comes before one of a plugin, of a pack, and a bundled one.": (
        "项目 templates/ 中的文件优先于插件、规则包和内置的同名文件。"
    ),
    "Print the text of a template, for instance to begin one of your own with it.": (
        "打印模板的文本，例如以它为起点编写自己的模板。"
    ),
    "The file whose place it takes, instead of the one that counts.": "不打印生效的文件，而是打印被它取代的文件。",
    "Write a template for an account, as the next run would: computed anew, with nothing published or changed.": (
        "像下次运行那样为一个客户写出模板的结果：重新计算，不发布也不改变任何内容。"
    ),
    "Whose plan or message.": "谁的计划或消息。",
    "For the day of this run, with rules and data as they are now.": "以这次运行的日期计算，规则和数据用当前的。",
    "As what.": "以何种格式输出。",
    "Show where accounts stand; move, park or resume one.": "显示客户所处的阶段；移动、暂停或恢复某个客户。",
    "Show where accounts stood in the latest run, and what moves by hand wait for the next one.": (
        "显示客户在最近一次运行中所处的阶段，以及哪些人工调整在等待下次运行。"
    ),
    "Only accounts in this state.": "只列这种状况的客户。",
    "Put a key account or candidate into a stage; the next run uses it.": (
        "把大客户或候选客户放入某个阶段；下次运行时生效。"
    ),
    "Let an account rest until a day, or until it is resumed: its limit does not count.": (
        "让客户暂停到某一天，或直到恢复为止：期间不计时限。"
    ),
    "The day on which it goes on by itself.": "到哪一天自动恢复。",
    "Let a parked account go on.": "恢复已暂停的客户。",
    "KIND is one that a cadence of rules/maintain.yaml counts, such as visit, or any other word. The next run "
    "counts it like what the data say.": (
        "KIND 是 rules/maintain.yaml 中某个频率所计的活动，如 visit，也可以是其他任何词。下次运行会把它与数据中的"
        "活动一样计入。"
    ),
    "What came of it.": "结果如何。",
    "Set a colour by hand, with reason and expiry; the calculated one is kept beside it.": (
        "人工设定颜色，须有原因和期限；计算出的颜色会一并保留。"
    ),
    "List the colours that are set by hand now.": "列出当前人工设定的颜色。",
    "Those that have ended too.": "也列出已经结束的。",
    "Set an account's colour until a day; the next run publishes it.": "设定客户的颜色，到某一天为止；下次运行时发布。",
    "The last day on which it holds.": "有效的最后一天。",
    "The scorecard; default the one that bare status means.": "评分卡；默认为不带卡名的 status 所指的那张。",
    "End a colour that is set by hand; the next run publishes the calculated one.": (
        "结束人工设定的颜色；下次运行时发布计算出的颜色。"
    ),
}
