"""In Chinese: what else `import kaframe` gives (docs/reference/hooks.zh.md)."""

TEXTS = {
    "The bytes of a request, for instance to sign them; a character that is none becomes a question mark.": (
        "一次请求的字节，例如用来签名；不成字符的变为问号。"
    ),
    "What the other side said: status, the first 64 kB, the seconds that it asks to wait.": (
        "对方的应答：状态码、前 64 kB 内容、要求等待的秒数。"
    ),
    "A document that goes with a notice, as Markdown; `name` is what people call it.": (
        "随通知附上的文档，以 Markdown 写成；`name` 是给人看的名称。"
    ),
    "A row that could not be read at all, kept with its place and the reason.": (
        "完全无法读取的一行，连同位置和原因一起保留。"
    ),
    "What differs from one chat service to the next.": "各聊天服务之间的不同之处。",
    "A column that a source offers and the type its values seem to have.": (
        "数据源提供的一列，以及其值看起来属于的类型。"
    ),
    "One file and how to take it apart; its records begin below `body` lines.": (
        "一个文件以及如何拆解它；其记录从第 `body` 行之后开始。"
    ),
    "Data cannot be read, or a gate or test failed; nothing was published.": (
        "数据无法读取，或数据校验、测试未通过；什么都没有发布。"
    ),
    "A run that gates on the data have held back: nothing was published, the report shows an earlier run.": (
        "被数据校验拦下的一次运行：什么都没有发布，报告显示的是先前的运行。"
    ),
    "The number 1: the version of this interface.": "数字 1：本接口的版本。",
    "Problems that stop the command. Each kind has its exit code (docs/exit-codes.md).": (
        "使命令停止的问题。每一类都有自己的退出码（docs/exit-codes.md）。"
    ),
    "Rows that a command gives: each column with its heading. kaframe prints them as table, JSON or CSV.": (
        "命令给出的数据行：每一列及其标题。kaframe 以表格、JSON 或 CSV 打印。"
    ),
    "What a reader that keeps its rows has read this time: `kept` is how many it has now.": (
        "自行保存数据行的读取器这一次读取了什么：`kept` 是现在共有多少行。"
    ),
    "A place in a file that a person wrote.": "由人编写的文件中的一个位置。",
    "One notice on its way to one recipient. `key` is the same for every attempt to send it.": (
        "发给一位收件人的一条通知。每次尝试发送时 `key` 都相同。"
    ),
    "What a listener hears: the run, and of its `events` (docs/tables.md) those that the project asks for.": (
        "监听器得知的内容：该次运行，以及其 `events`（docs/tables.md）中项目所要求的那些。"
    ),
    "What became of an attempt: sent, to be retried (after so many seconds), or never to be retried.": (
        "一次尝试的结果：已发送、（若干秒后）重试，或不再重试。"
    ),
    "Options of whatever posts, for its schema: url, allow_http, allow_private, ca, timeout.": (
        "任何 HTTP 发送的选项，供其 schema 使用：url、allow_http、allow_private、ca、timeout。"
    ),
    "What one request carries: title, whom it is for, lines, link; plain text that calls no group as a whole.": (
        "一次请求所带的内容：标题、发给谁、各行、链接；是纯文本，不会@所有人。"
    ),
    "What a panel shows: a text, and a table under it. Plain values; the report escapes and formats them.": (
        "面板显示的内容：一段文本，以及其下的一张表。都是普通值；由报告转义和排版。"
    ),
    "One line of a message: the head of an account's block, an item below it, or plain words.": (
        "消息中的一行：一个客户内容块的标题、其下的一项，或普通文字。"
    ),
    "One request: the channel's options (those of `POST_OPTIONS`), the project's folder, body and headers.": (
        "一次请求：渠道的选项（`POST_OPTIONS` 中的那些）、项目的文件夹、正文和请求头。"
    ),
    "One thing that is wrong: where, which code of docs/errors.md, what, and how to mend it.": (
        "一个问题：在哪里、docs/errors.md 中的哪个代码、是什么、如何改正。"
    ),
    "Rows of a source, in one of two forms.": "数据源的各行，有两种形式。",
    "Why an address may not be asked, and what to do about it.": "为什么不可以访问某个地址，以及该怎么办。",
    "A host is, or leads, where nothing may be sent; `refusal` says why and what would allow it.": (
        "主机就是、或通向不得发送的地方；`refusal` 说明原因，以及怎样才会允许。"
    ),
    "Configuration, rule, template or plugin is invalid; nothing was run.": (
        "配置、规则、模板或插件无效；什么都没有运行。"
    ),
    "A published (or previewed) run, for those who show it: plain data, nothing of the engine.": (
        "一次已发布（或预览）的运行，供显示者使用：只有普通数据，没有引擎的任何东西。"
    ),
    "A value that may be used and never shown: `reveal()` gives it, everything else prints `***`.": (
        "可以使用而绝不显示的值：`reveal()` 给出它，其他一切方式都只打印 `***`。"
    ),
    "A panel that a plugin has filled, with its title in the project's language; texts, to be escaped.": (
        "插件已填好内容的面板，标题为项目的语言；都是待转义的文本。"
    ),
    "One source as the project declares it: options checked by the reader's schema, secrets resolved.": (
        "项目声明的一个数据源：选项已按读取器的 schema 检查，密钥已解析。"
    ),
    "The command line asks for something that does not exist.": "命令行要求的东西不存在。",
    "Columns collected from rows of Python values (JSON, Excel, SQL), batch by batch, into one Arrow table.": (
        "由 Python 值组成的数据行（JSON、Excel、SQL）逐批收集成的各列，最终成为一张 Arrow 表。"
    ),
    "The words of one language, with amounts in one currency.": "一种语言的词语，金额以一种货币书写。",
    "Markdown that is meant to be markup, or has nothing to escape.": (
        "本来就要作为标记的 Markdown，或没有需要转义的内容。"
    ),
    "Refuse two columns of one name, as SQL does not tell upper case from lower, and more than anybody names.": (
        "拒绝两列同名（SQL 不区分大小写），以及多得没人会命名的列。"
    ),
    "Refuse columns that a source does not offer.": "拒绝数据源没有提供的列。",
    "What of `POST_OPTIONS` cannot work; nothing secret is said.": (
        "`POST_OPTIONS` 中哪些不可能生效；不会说出任何密钥。"
    ),
    "Connect to the first address that answers; each gets its share of the seconds that are left `until` then.": (
        "连接到首个应答的地址；每个地址分得到 `until` 为止所剩秒数的一份。"
    ),
    "The text for Markdown of services that know no escapes: marks become signs that look alike and do nothing.": (
        "为不支持转义的 Markdown 服务准备的文本：标记换成外形相似而不起作用的字符。"
    ),
    "The problem of a file that cannot be decoded: its first bad line, and the encoding it seems to have.": (
        "文件无法解码的问题：第一个有问题的行，以及它看起来使用的编码。"
    ),
    "The type of a column that DuckDB gives, by DuckDB's name of it, as expressions see it.": (
        "DuckDB 给出的列在表达式看来的类型，以 DuckDB 的类型名查得。"
    ),
    "The text so that Markdown shows it as it is, on one line. Labels come by in every plan, hence the cache.": (
        "使 Markdown 在一行中原样显示的文本。标签在每份计划中都会出现，因此有缓存。"
    ),
    "The addresses of a name that may be connected to, in the order in which to try them.": (
        "一个名称所对应的、可以连接的地址，按尝试的顺序排列。"
    ),
    "The encoding to open a file with: by its byte order mark, or the option `encoding`, or utf-8.": (
        "打开文件所用的编码：依次看字节顺序标记、选项 `encoding`，否则为 utf-8。"
    ),
    "What a file is that begins like this, when it is no plain text, and what to do with it.": (
        "以这样的内容开头、又不是纯文本的文件是什么，以及该怎么办。"
    ),
    "The existing files that a path or glob of a source names, in the order of their names.": (
        "数据源的路径或通配符所指的现有文件，按名称排序。"
    ),
    "A digest of names and contents of all files of a source (about 1.5 GB a second).": (
        "数据源所有文件的名称和内容的摘要（约每秒 1.5 GB）。"
    ),
    "The type that all these texts fit: number, boolean, ISO date or timestamp; else text, also for none.": (
        "所有这些文本都符合的类型：数字、布尔值、ISO 日期或时间戳；否则为文本，没有文本时也是。"
    ),
    "Decorator for marking functions as hook implementations.": "把函数标记为钩子实现的装饰器。",
    "Why a host may not be asked, as far as its writing tells; None for a name, of which its addresses tell.": (
        "仅从写法看，为什么不可以访问某个主机；对于名称给出 None，名称由其地址决定。"
    ),
    "Whether somebody has written down this computer itself; a name that only leads there has not.": (
        "是否有人明确写下了本机；只是指向本机的名称不算。"
    ),
    "For services that say in a number of their JSON answer what became of a message, 0 for what they took.": (
        "用于在 JSON 应答中以数字说明消息结果的服务，0 表示已接收。"
    ),
    "2xx is sent; 429 and 5xx are to be tried again; everything else is dead.": (
        "2xx 为已发送；429 和 5xx 稍后重试；其他一律放弃。"
    ),
    "Read the project at `path` (a folder with `kaframe.yaml`, or one below it).": (
        "读取 `path` 处的项目（含 `kaframe.yaml` 的文件夹，或其下的文件夹）。"
    ),
    "`did you mean 'x'?` for the known name most like this one, or nothing.": (
        "对与该名称最相似的已知名称给出 `did you mean 'x'?`，没有则什么都不给出。"
    ),
    "An httpx client that follows no redirect and connects to no address of a private network unless it may.": (
        "不跟随重定向的 httpx 客户端；除非允许，也不连接私有网络的任何地址。"
    ),
    "Every file of the source with its encoding, delimiter and column names.": (
        "数据源的每个文件及其编码、分隔符和列名。"
    ),
    "A line of a source's file as the place of a problem.": "把数据源文件中的一行作为问题的位置。",
    "The text without what calls everybody in a chat, and without characters that no chat shows and some refuse.": (
        "去掉聊天中@所有人的写法，以及聊天工具不显示、有的还会拒绝的字符之后的文本。"
    ),
    "The asked columns as text, `missing` ones as NULL; None when the exact way must be taken.": (
        "所要的列作为文本，`missing` 中的值为 NULL；必须走精确方式时给出 None。"
    ),
    "Read a file whose top level is a mapping.": "读取顶层为映射的文件。",
    "The text of an option, secret or not.": "选项的文本，不论是否保密。",
    "Send the pages of a message that have not arrived yet, within the channel's deadline for all of them.": (
        "发送消息中尚未送达的各页，全部都在渠道的时限之内。"
    ),
    "Make one attempt; `judge` says what an answer means, else its HTTP status does.": (
        "尝试一次；`judge` 说明应答的含义，没有时由 HTTP 状态码决定。"
    ),
    "The name of a file as people know it: relative to the project where it lies inside.": (
        "人们所知的文件名：位于项目之内时，为相对于项目的路径。"
    ),
    "The type of a column as expressions see it; ISO days in text count as days.": (
        "列在表达式看来的类型；文本中的 ISO 日期算作日期。"
    ),
    "For a 2xx that does not say what the service says: a proxy's page, or an answer that broke off.": (
        "用于没有给出服务应有内容的 2xx：代理的页面，或中断的应答。"
    ),
    "Seconds of a `Retry-After` header, which is a number or a date; nothing when it is neither.": (
        "`Retry-After` 响应头中的秒数，它是数字或日期；两者都不是时什么都不给出。"
    ),
    "Every record below the header: the line where it begins, and its fields or what is wrong with it.": (
        "标题行以下的每条记录：从哪一行开始，以及其各字段或有什么问题。"
    ),
    "`said` is the beginning of it for people, without anything secret; `is_whole`: `body` is all of it; "
    "`language` is that of the people, zh or en.": (
        "`said` 是给人看的开头部分，不含任何秘密；`is_whole`：`body` 就是全部；`language` 是看的人的语言，zh 或 en。"
    ),
    "`language` is that of the people who are told what the other side answered.": (
        "`language` 是要得知对方回答的人所用的语言。"
    ),
    "`write(page, message)` gives the JSON of a page, its texts escaped as the service wants it; `judge(answer)` "
    "says what the service's answer means. A request has at most `limit` bytes. `sign(options, payload)` gives "
    "both as they are to be sent, options with `headers` where the service wants some. Between the pages of a "
    "message `pause` seconds pass.": (
        "`write(page, message)` 给出一页的 JSON，其中的文本按该服务的要求转义；`judge(answer)` 说明该服务的应答是"
        "什么含义。一次请求最多 `limit` 字节。`sign(options, payload)` 按要发送的样子给出两者，服务需要请求头时在"
        "选项的 `headers` 中。同一条消息的各页之间间隔 `pause` 秒。"
    ),
    "`gates` are the rows of the table `gates` of docs/tables.md, those that failed first. `shown` is the run that "
    "the report shows and `shown_as_of` its day, both empty before the first publish. `held_at` says when, in the "
    "project's time zone.": (
        "`gates` 是 docs/tables.md 中 `gates` 表的各行，未通过的在前。`shown` 是报告所显示的运行，`shown_as_of` "
        "是其日期，首次发布之前两者都为空。`held_at` 以项目的时区说明时间。"
    ),
    "`since` is the moment from which changes were asked for, empty when everything was. `keyed`: rows are told "
    "apart by a key, so that it is known which are new, changed and deleted.": (
        "`since` 是要求读取变化的起始时刻，要求读取全部时为空。`keyed`：各行以键区分，因此能知道哪些是新增、变更"
        "和删除的。"
    ),
    "`file` is the name as people know it (relative to the project, or `default/score.yaml` for a bundled pack); "
    "`line` and `col` count from 1, 0 means the whole file. `path` is where the text can be read again, for the "
    "caret under a message; it never takes part in output or equality.": (
        "`file` 是人们所知的名称（相对于项目，内置规则包则如 `default/score.yaml`）；`line` 和 `col` 从 1 数起，"
        "0 表示整个文件。`path` 是可以再次读取文本的地方，用于在消息下标出插入符；它从不参与输出或相等比较。"
    ),
    "`text` has a block an account, parted by empty lines; what is said of the account is indented. `name` is what "
    'people call the recipient, `link` where the report is, `language` "en" or "zh". Messages with the same '
    "`thread` are about the same. `arrived` parts were taken by earlier attempts.": (
        "`text` 中每个客户一块，以空行分隔；关于该客户的内容有缩进。`name` 是收件人的称呼，`link` 是报告所在，`"
        'language` 为 "en" 或 "zh"。`thread` 相同的消息谈的是同一件事。`arrived` 是先前的尝试中已被接收的段数。'
    ),
    '"unknown": all was handed over and no answer came; the channel\'s `on_unknown` decides whether it is sent '
    "again. `arrived` is how many parts of the message the service has taken, in all attempts.": (
        '"unknown"：全部内容已交出，但没有应答；由渠道的 `on_unknown` 决定是否再次发送。`arrived` 是所有尝试中该'
        "服务已接收的消息段数。"
    ),
    "`name` (whom it is for) and `link` stand on every page, so that each can be understood alone; `dot` is the "
    "first colour of the message, if any.": (
        "`name`（发给谁）和 `link` 写在每一页上，使每页都能单独看懂；`dot` 是消息的第一种颜色（如有）。"
    ),
    "`begins`: an empty line stands before it.": "`begins`：其前有一个空行。",
    "A `warning` stops nothing unless `--strict` is given. `also` names a second place that belongs to it, such as "
    "the first of two equal keys. `example` is a value that shows it.": (
        "`warning` 不会阻止任何事，除非加上 `--strict`。`also` 指出与之相关的第二个位置，例如两个相同键中的第一个"
        "。`example` 是能显示问题的值。"
    ),
    "`sql`: a DuckDB query (`SELECT ... FROM read_parquet(...)`) that kaframe runs itself, or `arrow`: a pyarrow "
    "Table or RecordBatchReader. Both give the asked columns under their own names, and `_row`, the ordinal of the "
    "row in its source from 1; text where the file has only text (kaframe types it). `rejected` are rows that are "
    "not among them. `temporary` files are deleted when the run has loaded them. `load` says what was new, where a "
    "reader keeps what it has read.": (
        "`sql`：由 kaframe 自己运行的 DuckDB 查询（`SELECT ... FROM read_parquet(...)`）；或 `arrow`：pyarrow 的 "
        "Table 或 RecordBatchReader。两者都以原名给出所要的列，以及 `_row`，即该行在数据源中从 1 数起的序号；文件"
        "中只有文本时给出文本（由 kaframe 确定类型）。`rejected` 是不在其中的行。`temporary` 中的文件在运行加载之"
        "后删除。读取器自行保存已读内容时，`load` 说明有哪些是新的。"
    ),
    "`rows(table)` gives all rows of a table of docs/tables.md as dictionaries, always in the same order, and none "
    'when the run has no such table; `rows("managed.<table>")` gives those of managed accounts. `labels` has the '
    "label of every measure, node, tier, status, stage, insight, role and member in the project's language, by "
    "`kind.id`; `units` the unit of every measure; `colours` the CSS colour of every status by card, best first; "
    "`cards` the tree of every scorecard, `scales` its lowest and highest points; `primary` is the card that the "
    "bare words score and status mean, `family` all cards by segment of which an account has one in its place. "
    '`display` says by card to how many digits points are shown, and whether ties go "up" or to "even"; '
    '`shown(card, points)` does it. `panels` are those of plugins, by account; under "" those of the portfolio.': (
        "`rows(table)` 以字典给出 docs/tables.md 中某张表的所有行，顺序总是相同；该次运行没有这张表时为空；`rows("
        '"managed.<table>")` 给出在管客户的那些行。`labels` 按 `kind.id` 给出每个指标、节点、等级、状态、阶段、洞'
        "察、角色和成员在项目语言中的标签；`units` 是每个指标的单位；`colours` 按评分卡给出每种状态的 CSS 颜色，"
        "最好的在前；`cards` 是每张评分卡的树，`scales` 是其最低分和最高分；`primary` 是 score 和 status 单独出现"
        "时所指的评分卡，`family` 按细分给出客户在其位置上只用其中一张的所有评分卡。`display` 按评分卡说明得分显"
        '示到几位，以及恰好在中间时 "up" 还是取 "even"；`shown(card, points)` 照此处理。`panels` 是插件的面板，按'
        '客户排列；"" 之下是总览页的。'
    ),
    "`reference` is what the configuration says, such as `${env:CRM_URL}`; snapshots and the outbox keep that.": (
        "`reference` 是配置中的写法，如 `${env:CRM_URL}`；快照和发件箱保存的就是它。"
    ),
    "`folder` is the project; relative paths in the options start there. `label` is what people see. `places` is "
    "where the value of each option stands. `full`: a reader that keeps rows is to read everything again.": (
        "`folder` 是项目；选项中的相对路径从那里算起。`label` 是给人看的名称。`places` 是每个选项的值所在的位置。"
        "`full`：自行保存数据行的读取器要重新读取全部。"
    ),
    "A column of whole numbers becomes int64, of numbers float64, of booleans, days or timestamps just that; what "
    "mixes kinds becomes text, whole numbers without `.0`, as do whole numbers too long for a float.": (
        "整数列成为 int64，数字列成为 float64，布尔值、日期或时间戳保持原类型；混有多种类型的成为文本，整数不带 `"
        ".0`，超出浮点数精度的整数也成为文本。"
    ),
}
