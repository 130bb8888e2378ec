"""In Chinese: ``kaframe --help``."""

TEXTS = {
    "Key-account management as code.": "大客户管理即代码。",
    "Try:   kaframe demo\nBegin: mkdir my-accounts; cd my-accounts; kaframe init\nDaily: kaframe check; kaframe "
    "preview; kaframe run": (
        "试用：kaframe demo\n开始：mkdir my-accounts; cd my-accounts; kaframe init\n日常：kaframe check; kaframe "
        "preview; kaframe run"
    ),
    "The project's folder; default: here or above.": "项目文件夹；默认为当前文件夹或其上级。",
    "A profile of kaframe.yaml: other sources, store, channels.": "kaframe.yaml 中的配置档：其他数据源、存储库、渠道。",
    "Load bundled plugins only.": "只加载内置插件。",
    "Show the traceback of a failure.": "出错时显示完整的调用栈。",
    "Show the version and exit.": "显示版本后退出。",
    "Run the whole cycle on the example and show what it found.": "在示例上跑完整个流程，并显示结果。",
    "Begin a project in an empty folder.": "在空文件夹中建立项目。",
    "Write rules from what other systems export.": "把其他系统导出的内容写成规则。",
    "Check configuration, rules, team and data without running.": "检查配置、规则、团队和数据，但不运行。",
    "Run the tests of the rules; freeze an account into one.": "运行规则的测试；把一个客户固定为测试。",
    "Show what a run would change and send; change nothing.": "显示一次运行会改变和发送什么；不做任何改变。",
    "Compute, publish, tell and report.": "计算、发布、通知并生成报告。",
    "Say for one account why it has its score and colour.": "说明一个客户为何是这个得分和颜色。",
    "Write the report of the latest run again.": "重新生成最近一次运行的报告。",
    "Show what became of an account, run by run.": "逐次运行显示一个客户的变化。",
    "List accounts with tier, colour, stage and owner.": "列出客户及其等级、颜色、阶段和负责人。",
    "List tasks, mark them done, or put them off.": "列出任务，标记完成或推迟。",
    "List, show, edit, approve and reject account plans.": "列出、显示、修改、批准和驳回客户计划。",
    "List, show and try the templates of plans and messages.": "列出、显示和试用计划与消息的模板。",
    "Show where accounts stand; move or park one.": "显示客户所处的阶段；移动或暂停某个客户。",
    "Log a visit, call or other activity with an account.": "记录与客户的拜访、电话或其他活动。",
    "Set a colour by hand, with reason and expiry.": "人工设定颜色，须有原因和期限。",
    "List the channels; send a message to try one.": "列出渠道；发送一条消息来试用。",
    "List notices that wait or were given up; try them again, or drop them.": "列出等待中或已放弃的通知；重试或撤销。",
    "Back up, restore, prune and migrate what is kept.": "备份、恢复、清理和升级保存的内容。",
    "List, show and check plugins; begin one of your own.": "列出、显示和检查插件；新建自己的插件。",
    "Show the resolved rules, names, team or sources; explain errors.": "显示最终的规则、名称、团队等；说明错误。",
    "Print the JSON Schema of a rule file.": "打印规则文件的 JSON Schema。",
    "Look for what may go wrong with this project.": "检查项目可能出问题的地方。",
    "Print the script that makes a shell complete commands.": "打印让 shell 补全命令的脚本。",
    "Plugins bring more commands: kaframe plugins list --kind command": (
        "插件还会带来更多命令：kaframe plugins list --kind command"
    ),
}
