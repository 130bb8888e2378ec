"""In Chinese: the help of plugins, show, schema, doctor and completion."""

TEXTS = {
    "List all plugins and what they bring; installed ones that kaframe.yaml does not name are not imported.": (
        "列出所有插件及其提供的内容；kaframe.yaml 未列出的已安装插件不会导入。"
    ),
    "Only things of this kind.": "只列这一类的内容。",
    "Show a plugin, or one thing that a plugin brings: what it is, where it comes from, which options it has.": (
        "显示一个插件，或插件提供的某一项：是什么、来自哪里、有哪些选项。"
    ),
    "Import the plugins and say everything that is wrong with them; named ones even if kaframe.yaml does not.": (
        "导入插件并指出其中的所有问题；指定名称时，kaframe.yaml 未列出的也检查。"
    ),
    "Write a complete package for a plugin of your own: code, options, tests, README. Its tests pass at once.": (
        "为自己的插件写出一个完整的包：代码、选项、测试、README。其测试立即能通过。"
    ),
    "What it brings.": "它提供什么。",
    "Where to; default kaframe-NAME/.": "输出到哪里；默认 kaframe-NAME/。",
    "Say what an error means and how to mend it; without CODE, list all errors.": (
        "说明一个错误的含义和改法；不写 CODE 则列出全部错误。"
    ),
    "Show the resolved rules, names, team, sources, gates, bad rows, expected data, or errors.": (
        "显示合并后的规则、名称、团队、数据源、数据校验、坏行、期望的数据，或错误的含义。"
    ),
    "Print the resolved rules: what packs and the project's own rules say together.": (
        "打印合并后的规则：规则包和项目自己的规则合在一起的内容。"
    ),
    "Only one rule file, such as score.": "只看一种规则文件，如 score。",
    "The place of every value as a comment.": "以注释标出每个值的位置。",
    "JSON has no comments.": "JSON 没有注释。",
    "List the names that expressions of a step may use, with their types.": (
        "列出一个步骤的表达式可以使用的名称及其类型。"
    ),
    "A name that is absent is known to the packs, and this project has no such data: it is missing for every "
    "account.": ("absent 一栏为真的名称，规则包认识而本项目没有相应数据：对每个客户都是缺失。"),
    "The step whose expressions they are for.": "这些名称用于哪个步骤的表达式。",
    "The columns of a table instead, for measures over it.": "改为列出一张表的列，供以它计算的指标使用。",
    "List the functions that expressions may call, those of plugins among them.": (
        "列出表达式可以调用的函数，包括插件提供的。"
    ),
    "Only these.": "只列这一类。",
    "List the members with roles, deputies, absences and capacity, as of today.": (
        "列出成员及其角色、代理人、缺勤和容量，以今天为准。"
    ),
    "List the declared tables and the columns that they offer.": "列出声明的各张表及其提供的列。",
    "List the gates on the data with their limits, also those that hold without a word.": (
        "列出各项数据校验及其限度，包括没有写明也生效的。"
    ),
    "List the rows that cannot be used, with file, line and reason; the data are read now.": (
        "列出无法使用的行及其文件、行号和原因；数据为此时读取。"
    ),
    "A row that breaks its column's type, repeats a key or has no day is kept apart. CSV and JSON have its raw values "
    "too.": ("值不符合列的类型、键重复或没有日期的行会被隔离。CSV 和 JSON 还包含其原始值。"),
    "Only one table, such as orders.": "只看一张表，如 orders。",
    "List the data that the packs can use, and which of it this project has.": (
        "列出规则包能用上的数据，以及本项目有其中哪些。"
    ),
    "Print the JSON Schema of a rule file or of printed data, or list the kinds there are.": (
        "打印规则文件或输出数据的 JSON Schema，或列出有哪些种类。"
    ),
    "An editor with YAML support uses it to complete and explain every key; output/... say what commands print.": (
        "支持 YAML 的编辑器用它补全并解释每个键；output/... 描述各命令打印的数据。"
    ),
    "Look for what may go wrong with this project: data, store, lock, room, snapshots, report, outbox, libraries.": (
        "检查项目可能出问题的地方：数据、存储库、锁、空间、快照、报告、发件箱、程序库。"
    ),
    "Nothing is changed. Ends with exit code 7 when something that is kept is damaged or cannot be used, with 3 or "
    "4 when the project cannot be read.": (
        "不改变任何内容。保存的内容损坏或无法使用时，退出码为 7；项目无法读取时为 3 或 4。"
    ),
    "Print the script that makes your shell complete commands and options.": "打印让您的 shell 补全命令和选项的脚本。",
}
