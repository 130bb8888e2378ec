"""In Chinese: the help of preview, run, explain, report, history and accounts."""

TEXTS = {
    "Show what a run would change and send; change nothing. It ends with 4 when gates would hold the run back.": (
        "显示一次运行会改变和发送什么；不做任何改变。数据校验会阻止发布时，退出码为 4。"
    ),
    "The last step to compute, such as score.": "计算到哪个步骤为止，如 score。",
    "Read everything again from services of which only changes are read otherwise.": (
        "对平时只读取变化的服务，重新读取全部数据。"
    ),
    "Print this table of docs/tables.md instead of the summary.": "不打印摘要，而是打印 docs/tables.md 中的这张表。",
    "csv needs --table.": "csv 须与 --table 同用。",
    "The same day with the same data and rules again changes nothing; with others it is a new revision of that "
    "day. When a gate on the data fails, nothing is published and nobody is told.": (
        "同一天、同样的数据和规则，再运行一次不会改变任何内容；数据或规则不同时，则成为该日的新修订。数据校验未通"
        "过时，什么都不发布，也不通知任何人。"
    ),
    "Add a day before the latest to the history, without tasks and notices.": (
        "为历史补录早于最近一次运行的日期，不产生任务和通知。"
    ),
    "Wait for another run that goes on, so many seconds at most; otherwise this one ends with 6 at once.": (
        "另一次运行正在进行时，最多等待这么多秒；否则本次运行立即以退出码 6 结束。"
    ),
    "Publish although this gate fails; needs --reason.": "即使这项数据校验未通过也发布；须与 --reason 同用。",
    "Why the gates are accepted; kept with the run and shown in its report.": (
        "放行的原因；随运行保存，并显示在报告中。"
    ),
    "Who; default: your user name.": "操作人；默认为您的用户名。",
    "How to print the result.": "结果的输出格式。",
    "Say for one account why it has its score and colour, or why they moved.": (
        "说明一个客户为何是这个得分和颜色，或者为何变化。"
    ),
    "ACCOUNT is an id, a name, or a part of a name that only one account has. For every leaf of the scorecard: its "
    "value and the data behind it, its points, what it takes from the score, the rule's place, and the smallest "
    "change of this value alone that would bring the next better colour. Without --as-of it is for the day of the "
    "latest run.": (
        "ACCOUNT 是客户编号、名称，或只有一个客户含有的部分名称。对评分卡的每个叶子项显示：它的值和背后的数据、得"
        "分、使总分减少了多少、规则的位置，以及只改变这个值时达到更好颜色所需的最小变化。没有 --as-of 时，以最近"
        "一次运行的日期为准。"
    ),
    "With --between the change of the score is split into what moved it: data that came late or were corrected, "
    "what the account did, changed rules; the parts add up exactly.": (
        "加上 --between 时，把得分的变化分解为各个原因：补到或更正的数据、客户自身的行为、修改过的规则；各部分相"
        "加，与总变化完全相等。"
    ),
    "Only this scorecard, or the one of this family.": "只看这张评分卡，或该评分卡族中适用的那张。",
    "The data behind every leaf, with the largest rows.": "每个叶子项背后的数据，含最大的数据行。",
    "A published run, by its id or day, by the rules that it had.": (
        "一次已发布的运行，以编号或日期指定，使用当时的规则。"
    ),
    "Why the score moved from one published run to another.": "从一次已发布的运行到另一次，得分为何变化。",
    "A tree for people, or all of it as data.": "供人阅读的树，或全部内容作为数据。",
    "Write the report of the latest run again, for all or for one member of the team.": (
        "重新生成最近一次运行的报告，给所有人或某位成员。"
    ),
    "Only the accounts that this member looks after.": "只含这位成员照管的客户。",
    "Where to; default report/.": "输出到哪里；默认 report/。",
    "A run, as 2026-03-31.1, or a day.": "一次运行，如 2026-03-31.1，或某一天。",
    "Only this form of report, such as report_xlsx.": "只要这种格式的报告，如 report_xlsx。",
    "Show what became of an account, run by run, and what people did about it.": (
        "逐次运行显示一个客户的变化，以及人们为此做了什么。"
    ),
    "ACCOUNT is an id, a name, or a part of a name that only one account has. Ids that the account had before "
    "count too.": ("ACCOUNT 是客户编号、名称，或只有一个客户含有的部分名称。该客户以前用过的编号也算在内。"),
    "Only how it stood on every published day.": "只看每个发布日的情况。",
    "List accounts with tier, colour, stage and owner, the most urgent first.": (
        "列出客户及其等级、颜色、阶段和负责人，最紧急的在前。"
    ),
    "Only accounts of this tier.": "只列这个等级的客户。",
    "Only accounts of this colour, such as red.": "只列这种颜色的客户，如 red。",
    "Only accounts in this stage.": "只列处于这个阶段的客户。",
    "Only accounts that this member looks after, in any role.": "只列这位成员照管的客户，不论以何种角色。",
    "Only key accounts, candidates and accounts in a stage.": "只列大客户、候选客户和处于某个阶段的客户。",
    "All rows of a table, not the first 50.": "列出表中的所有行，而不只是前 50 行。",
}
