"""In Chinese: what each hook is for, and each record that it brings (docs/reference/hooks.zh.md)."""

TEXTS = {
    "Bring ways to read rows; each becomes a legal `reader:` of a source.": (
        "提供读取数据行的方式；每一种都可以写在数据源的 `reader:` 中。"
    ),
    "Called once when a project is loaded. The bundled csv, parquet, json, excel and sql readers come this way.": (
        "加载项目时调用一次。内置的 csv、parquet、json、excel 和 sql 读取器就是这样提供的。"
    ),
    "A way to read rows: csv, parquet, sql ...": "一种读取数据行的方式：csv、parquet、sql 等。",
    "`options` is the JSON Schema of what a source may say beside `reader`, `columns` and `where`. "
    "`columns(source)` tells what the source offers without reading it all; `read(source, names)` reads those "
    "columns; `fingerprint(source)` changes when the data change; `locate(source, rows)` gives `(file, line)` for "
    "each ordinal, so that a bad row can be found in an editor. They raise `kaframe.DataError` with a place and a "
    "hint.": (
        "`options` 是数据源中除 `reader`、`columns` 和 `where` 之外可写内容的 JSON Schema。`columns(source)` 说明"
        "数据源提供哪些列，而不必读取全部；`read(source, names)` 读取这些列；数据改变时 `fingerprint(source)` 也"
        "随之改变；`locate(source, rows)` 为每个行序号给出 `(file, line)`，以便在编辑器中找到有问题的行。它们以 `"
        "kaframe.DataError` 报错，并带有位置和提示。"
    ),
    "Bring functions for the expressions of the rules; each is an expression over typed parameters.": (
        "提供规则表达式中的函数；每个函数是带类型参数的一个表达式。"
    ),
    "Called once when a project is loaded. It is compiled and checked at once; rules are then checked, and columns "
    "of the data bound, as with the functions of kaframe itself. The bundled `change` comes this way.": (
        "加载项目时调用一次。函数立即编译并检查；此后检查规则、绑定数据的列，都与 kaframe 自己的函数一样。内置的 "
        "`change` 就是这样提供的。"
    ),
    "A function for the expressions of the rules: an expression over its parameters.": (
        "规则表达式中的函数：以其参数写成的一个表达式。"
    ),
    "`parameters` gives the type of each, in order. `expression` is written in the language of docs/expressions.md "
    "and may use its functions, so that it is checked, typed and as safe as a rule. `example` is how a rule calls "
    "it. `cases` are arguments and what they give; None is a missing value. The conformance test computes each of "
    "them.": (
        "`parameters` 依次给出每个参数的类型。`expression` 用 docs/expressions.md 的语言写成，可以使用其中的函数"
        "，因此与规则一样经过检查、带有类型、同样安全。`example` 是规则中的调用方式。`cases` 是参数及其结果；"
        "None 表示缺失值。一致性测试会逐一计算。"
    ),
    "Bring rule packs; each becomes a legal name under `packs:` in `kaframe.yaml`.": (
        "提供规则包；每个都可以写在 `kaframe.yaml` 的 `packs:` 中。"
    ),
    "Called once when a project is loaded. The bundled `default` comes this way.": (
        "加载项目时调用一次。内置的 `default` 就是这样提供的。"
    ),
    "A rule pack: a folder with `pack.yaml`, rule files, `templates/` and `tests/`; named in `packs:`.": (
        "规则包：一个文件夹，含 `pack.yaml`、规则文件、`templates/` 和 `tests/`；在 `packs:` 中指定。"
    ),
    "Bring templates for plans, overridable file by file.": "提供计划的模板，可以逐个文件替换。",
    "Called once when a project is loaded. The bundled plain `plan.md.j2`, for projects whose packs have none, "
    "comes this way.": ("加载项目时调用一次。内置的通用 `plan.md.j2` 就是这样提供的，供规则包没有模板的项目使用。"),
    "Templates for plans, in a folder: `name.md.j2`, or `name.<language>.md.j2`.": (
        "一个文件夹中的计划模板：`name.md.j2`，或 `name.<language>.md.j2`。"
    ),
    "File by file, the project's own go first, then those of its plugins, of its rule packs, and of bundled plugins.": (
        "按文件逐个决定：项目自己的最优先，其次是项目插件的，再次是规则包的，最后是内置插件的。"
    ),
    "Bring filters for templates: `{{ value | name }}`.": "提供模板的过滤器：`{{ value | name }}`。",
    "Called once when a project is loaded, and again in the process that renders templates, where the filters run. "
    "The bundled money, percent, number, date, ago and shown come this way.": (
        "加载项目时调用一次，在渲染模板的进程中再调用一次，过滤器就在那里运行。内置的 money、percent、number、"
        "date、ago 和 shown 就是这样提供的。"
    ),
    "A filter for templates: `{{ value | name }}` writes what `apply(value, wording, *arguments)` gives.": (
        "模板的过滤器：`{{ value | name }}` 写出 `apply(value, wording, *arguments)` 的结果。"
    ),
    "`wording` writes numbers, money and days in the project's language and currency. The text is escaped like any "
    "other, unless `written`: it is Markdown as it should be. Filters run in the process that renders templates, "
    "within its deadline, and see plain data only. `example` is the filter in use and `gives` what it writes in "
    "English with the currency EUR.": (
        "`wording` 以项目的语言和货币书写数字、金额和日期。文本与其他文本一样会转义，除非 `written` 为真：那表示"
        "它已经是应有的 Markdown。过滤器在渲染模板的进程中、在其时限之内运行，只能看到普通数据。`example` 是过滤"
        "器的用法，`gives` 是它在英文、货币为 EUR 时写出的内容。"
    ),
    "Bring ways to tell people; each becomes a legal `type:` of a channel in `kaframe.yaml`.": (
        "提供通知的方式；每一种都可以写在 `kaframe.yaml` 中渠道的 `type:` 中。"
    ),
    "Called once when a project is loaded. The bundled console, file, email, webhook, slack, teams, wecom, "
    "dingtalk and feishu channels come this way. One that posts to a chat builds on `kaframe.send_chat`, any other "
    "over HTTP on `kaframe.send_post`: deadline, parts, redirects and answers are theirs.": (
        "加载项目时调用一次。内置的 console、file、email、webhook、slack、teams、wecom、dingtalk 和 feishu 渠道就"
        "是这样提供的。发送到聊天工具的渠道以 `kaframe.send_chat` 为基础，其他走 HTTP 的以 `kaframe.send_post` 为"
        "基础：时限、分段、重定向和应答都由它们处理。"
    ),
    "A way to tell people: console, file, email, webhook ...": "一种通知的方式：console、file、email、webhook 等。",
    "`options` is the JSON Schema of the channel's block in `kaframe.yaml`; `send(options, message, folder)` makes "
    "one attempt within the deadline `options['timeout']` and says what became of it, never raising for a refusal. "
    '`address` names the member\'s field that holds the address ("email"), or is empty. `check(options, folder)` '
    "says by option what is wrong with those that cannot work, before anything is sent: secrets that are "
    "malformed, files that are missing. An option whose secret is not known here is not among those it is given. "
    '`pace` is how many messages the service takes ("20 per minute") where the project says nothing else by '
    "`at_most`.": (
        "`options` 是 `kaframe.yaml` 中该渠道配置的 JSON Schema；`send(options, message, folder)` 在时限 `"
        "options['timeout']` 内尝试发送一次，并说明结果，被拒绝时也不抛出异常。`address` 是成员资料中保存地址的字"
        '段（"email"），也可以为空。`check(options, folder)` 在发送任何内容之前，按选项说明哪些不可能生效：格式不'
        '对的密钥、不存在的文件。密钥在此处未知的选项不会交给它。`pace` 是该服务接受的消息数（"20 per minute"），'
        "项目没有用 `at_most` 另行规定时采用。"
    ),
    "Bring forms of the report; each is written after every published run.": (
        "提供报告的格式；每次发布运行之后都会写出每一种。"
    ),
    "Called once when a project is loaded. The bundled report_html and report_json come this way.": (
        "加载项目时调用一次。内置的 report_html 和 report_json 就是这样提供的。"
    ),
    "A form of report: `write(view, folder)` writes its files into the folder and names the one to open first.": (
        "一种报告格式：`write(view, folder)` 把文件写入该文件夹，并指出首先打开哪一个。"
    ),
    "`hold(held, folder)` says beside them that a later run was held back, in files of their own, which the next "
    "publish removes; it changes no figure of the report, and names the files that it wrote, the one to open first "
    "before others.": (
        "`hold(held, folder)` 在其旁边用单独的文件说明后来的一次运行未获发布，下次发布时会删除这些文件；它不改变"
        "报告中的任何数字，并列出所写的文件，首先打开的排在最前。"
    ),
    "Bring panels of the report, on the portfolio page or on the page of every managed account.": (
        "提供报告面板，显示在总览页，或每个在管客户的页面上。"
    ),
    "Called once when a project is loaded; `show` is called for every report that is written. The bundled panel "
    "`concentration` comes this way.": (
        "加载项目时调用一次；每写一份报告都会调用 `show`。内置的面板 `concentration` 就是这样提供的。"
    ),
    "A panel of the report, on the portfolio `page` or on that of every managed account.": (
        "报告中的一个面板，位于总览页（`page` 为 portfolio）或每个在管客户的页面。"
    ),
    "`show(view, account_id)` gives its content, or None where there is nothing to say; `account_id` is empty on "
    "the portfolio page. Every report format may show it; one panel that fails leaves the rest of the report as it "
    "is.": (
        "`show(view, account_id)` 给出面板的内容，没有可说的则给出 None；在总览页上 `account_id` 为空。各种报告格"
        "式都可以显示它；一个面板失败时，报告的其余部分不受影响。"
    ),
    "Bring commands of the command line that list something of a published run: `kaframe NAME`.": (
        "提供命令行的命令，列出一次已发布运行的某些内容：`kaframe NAME`。"
    ),
    "Called once when a command is asked for that kaframe itself does not have. The bundled `table` comes this way.": (
        "用到 kaframe 自身没有的命令时调用一次。内置的 `table` 就是这样提供的。"
    ),
    "A command of the command line: `kaframe NAME` reads a published run and lists something of it.": (
        "命令行的一个命令：`kaframe NAME` 读取一次已发布的运行，并列出其中的某些内容。"
    ),
    "`options` is a JSON Schema: every property becomes `--property`, those of `arguments` are given by place. "
    "`run(view, options)` gives the rows; it raises `kaframe.UsageError` for a wrong option. `example` is a call.": (
        "`options` 是 JSON Schema：每个属性成为 `--property`，`arguments` 中的则按位置给出。`run(view, options)` "
        "给出数据行；选项有误时抛出 `kaframe.UsageError`。`example` 是一次调用。"
    ),
    "Bring what hears of every published run and its events; each becomes a legal `type:` under `listeners:`.": (
        "提供能得知每次已发布运行及其事件的监听器；每一种都可以写在 `listeners:` 的 `type:` 中。"
    ),
    "Called once when a project is loaded; `hear` is called after a run is published. With `on: [stage_changed]` a "
    "listener is what other systems call a stage action. The bundled `events_file` comes this way.": (
        "加载项目时调用一次；每次发布运行之后调用 `hear`。加上 `on: [stage_changed]`，监听器就是其他系统所说的阶"
        "段动作。内置的 `events_file` 就是这样提供的。"
    ),
    "Something that hears of every published run; each becomes a legal `type:` under `listeners:`.": (
        "能得知每次已发布运行的一项功能；每一种都可以写在 `listeners:` 的 `type:` 中。"
    ),
    "`options` is the JSON Schema of its block in `kaframe.yaml`; `hear(options, news, folder)` is called once the "
    "run is published and its report written, and again for the same run if kaframe was killed meanwhile: it must "
    "be safe to call twice. What people must hear of belongs into a channel, whose notices are never lost.": (
        "`options` 是 `kaframe.yaml` 中其配置的 JSON Schema；`hear(options, news, folder)` 在运行发布、报告写出之"
        "后调用一次；如果其间 kaframe 被杀死，会为同一次运行再调用一次：因此它必须经得起调用两次。必须让人得知的"
        "内容应交给渠道，渠道的通知绝不会丢失。"
    ),
}
