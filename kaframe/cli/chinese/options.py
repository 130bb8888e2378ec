"""In Chinese: the options of bundled plugins."""

TEXTS = {
    "As Apprise writes it (tgram://..., discord://...), best as ${env:NAME}.": (
        "照 Apprise 的写法（tgram://...、discord://...），最好写成 ${env:NAME}。"
    ),
    "Send into the company's own network; 127.0.0.1 and localhost may always be named.": (
        "允许发送到公司内部网络；127.0.0.1 和 localhost 总是可以写。"
    ),
    "Seconds for the whole attempt.": "整个尝试的秒数。",
    "At most so many lines of one notice; the rest is counted.": "一条通知最多打印这么多行；其余只计数。",
    "https://..., best as ${env:NAME}: who knows it can post.": (
        "https://...，最好写成 ${env:NAME}：知道它的人都能发送。"
    ),
    "What the robot's security settings show under 加签, SEC...; left out: no signature.": (
        "机器人安全设置中“加签”显示的内容，SEC...；不写则不签名。"
    ),
    "Send unencrypted to another machine; loopback may always be http.": (
        "允许不加密地发送到另一台机器；本机总是可以用 http。"
    ),
    "PEM file of the company's own authority, relative to the project.": (
        "公司自己的证书颁发机构的 PEM 文件，相对于项目。"
    ),
    "Name of the SMTP server.": "SMTP 服务器的名称。",
    "Left out: 587 for starttls, 465 for tls, 25 for none.": "不写时：starttls 为 587，tls 为 465，none 为 25。",
    "starttls: encrypted or not sent; tls: from the first byte; none.": (
        "starttls：加密，否则不发送；tls：从第一个字节起加密；none：不加密。"
    ),
    "Left out: no login.": "不写则不登录。",
    "As ${env:NAME}.": "写成 ${env:NAME}。",
    "Address of the sender, with or without a name: `Key accounts <kam@example.com>`.": (
        "发件人地址，可以带名称：`Key accounts <kam@example.com>`。"
    ),
    "Where answers go.": "回复发到哪里。",
    "What the plans of a notice with `attach: [plan]` are sent as.": "带有 `attach: [plan]` 的通知以何种格式附上计划。",
    "What the robot's security settings show under 签名校验; left out: no signature.": (
        "机器人安全设置中“签名校验”显示的内容；不写则不签名。"
    ),
    "Where to write, relative to the project and inside it.": "写到哪里，相对于项目并且在项目之内。",
    "text, html, json: a file a notice; ndjson: a line a notice in notices.ndjson.": (
        "text、html、json：每条通知一个文件；ndjson：在 notices.ndjson 中每条通知一行。"
    ),
    "whsec_ and base64, or any text; left out: no signature.": "whsec_ 加 base64，或任何文本；不写则不签名。",
    "More headers, such as Authorization: ${env:TOKEN}.": "更多请求头，如 Authorization: ${env:TOKEN}。",
    "A table of docs/tables.md, such as tiers; managed.tiers has managed accounts only.": (
        "docs/tables.md 中的一张表，如 tiers；managed.tiers 只含在管客户。"
    ),
    "Only the rows of this account.": "只列这个客户的行。",
    "A file or a glob such as data/2024-*.csv, below the project. Several files are read in the order of their "
    "names and matched by column name.": (
        "项目之内的一个文件，或 data/2024-*.csv 这样的通配符。多个文件按名称顺序读取，按列名对应。"
    ),
    "gb18030, gbk, big5, shift_jis, utf-16, latin-1, cp1252 ...; utf-8 when left out. A byte order mark at the "
    "beginning of the file wins.": (
        "gb18030、gbk、big5、shift_jis、utf-16、latin-1、cp1252 等；不写则为 utf-8。文件开头有字节顺序标记时以它为准。"
    ),
    "One character between the fields; found among , ; tab and | when left out.": (
        "字段之间的一个字符；不写时从 , ; 制表符和 | 中判断。"
    ),
    "The character around fields that hold delimiters or line ends, doubled inside them; empty when the file has "
    "none.": ("含有分隔符或换行的字段两端的字符，在字段内部写两遍；文件中没有时写空文本。"),
    "The line that names the columns, from 1; lines above it are skipped.": (
        "给出列名的那一行，从 1 数起；其上的行会跳过。"
    ),
    "The mark before decimals in numbers.": "数字中的小数点。",
    "The mark between groups of three digits in numbers; none unless given.": "数字中的千位分隔符；不写则没有。",
    "Texts that mean that there is no value, such as N/A; an empty field always does.": (
        "表示没有值的文本，如 N/A；空字段总是表示没有值。"
    ),
    "A workbook or a glob such as data/2024-*.xlsx, below the project. Several files are read in the order of "
    "their names and matched by column name.": (
        "项目之内的一个工作簿，或 data/2024-*.xlsx 这样的通配符。多个文件按名称顺序读取，按列名对应。"
    ),
    "The name of the sheet, as on its tab; the first sheet when left out.": (
        "工作表的名称，与其标签一致；不写则为第一张。"
    ),
    "The row that names the columns, as Excel numbers it; rows above it are skipped.": (
        "给出列名的那一行，按 Excel 的行号；其上的行会跳过。"
    ),
    "Texts that mean that there is no value, such as N/A; an empty cell always does.": (
        "表示没有值的文本，如 N/A；空单元格总是表示没有值。"
    ),
    "A file or a glob such as data/*.json, below the project. Several files are read in the order of their names "
    "and matched by column name.": (
        "项目之内的一个文件，或 data/*.json 这样的通配符。多个文件按名称顺序读取，按列名对应。"
    ),
    "utf-8 when left out. A byte order mark at the beginning of the file wins.": (
        "不写则为 utf-8。文件开头有字节顺序标记时以它为准。"
    ),
    "The dotted path to the list of records, such as data.items; the document itself when left out.": (
        "以点分隔的路径，指向记录列表，如 data.items；不写则为整个文档。"
    ),
    "The folder of the table, below the project or as s3://bucket/folder.": (
        "表所在的文件夹，在项目之内，或 s3://bucket/folder。"
    ),
    "How to reach s3:// paths; what is left out comes from the machine's own AWS settings.": (
        "如何访问 s3:// 路径；没有写的取自这台机器自己的 AWS 设置。"
    ),
    "Left out: the latest.": "不写则为最新版本。",
    "The folder of the table or one of its *.metadata.json, below the project or as s3://bucket/folder.": (
        "表所在的文件夹或其中一个 *.metadata.json，在项目之内，或 s3://bucket/folder。"
    ),
    "Left out: the current one.": "不写则为当前快照。",
    "A Parquet file or a glob such as data/orders/*.parquet below the project, or s3://bucket/orders/*.parquet. "
    "Several files are read in the order of their names and matched by column name.": (
        "项目之内的一个 Parquet 文件，或 data/orders/*.parquet 这样的通配符，或 s3://bucket/orders/*.parquet。多"
        "个文件按名称顺序读取，按列名对应。"
    ),
    "开放平台自建应用的 appId, of the company's own application.": "开放平台上企业自建应用的 appId。",
    "appSecret: ${env:NAME}.": "appSecret：${env:NAME}。",
    "permanentCode 永久授权码: ${env:NAME}.": "永久授权码 permanentCode：${env:NAME}。",
    "openUserId 当前操作人 of a user who may read the object, such as FSUID_....": (
        "当前操作人的 openUserId，须有权读取该对象，如 FSUID_....。"
    ),
    "对象 API 名称, such as AccountObj 客户, NewOpportunityObj 商机, SalesOrderObj 销售订单, PaymentObj 回款.": (
        "对象 API 名称，如 AccountObj 客户、NewOpportunityObj 商机、SalesOrderObj 销售订单、PaymentObj 回款。"
    ),
    "纷享销客 filters: [{field_name: life_status, field_values: [normal], operator: EQ}].": (
        "纷享销客的 filters：[{field_name: life_status, field_values: [normal], operator: EQ}]。"
    ),
    "Fields that hold moments or days as milliseconds, such as payment_time.": (
        "以毫秒表示时间或日期的字段，如 payment_time。"
    ),
    "The address of the open platform of your cloud: open.fxiaoke.com, open-hwcloud.fxiaoke.com (华为云), "
    "open-ale.fxiaoke.com (阿里云), open-ksc.sharecrm.com (香港).": (
        "您所在云的开放平台地址：open.fxiaoke.com、open-hwcloud.fxiaoke.com（华为云）、open-ale.fxiaoke.com（阿里"
        "云）、open-ksc.sharecrm.com（香港）。"
    ),
    "When to give up; nothing is published from half a list.": "何时放弃；列表不完整时什么都不发布。",
    "Ask another machine unencrypted; loopback may always be http.": (
        "允许不加密地访问另一台机器；本机总是可以用 http。"
    ),
    "Ask a server in the company's own network; loopback may always be named.": (
        "允许访问公司内部网络的服务器；本机总是可以写。"
    ),
    "Keep what was read and ask only for changes; false: everything every time.": (
        "保留已读内容，只询问变更；false：每次读取全部。"
    ),
    "How far before the newest change to ask again, for changes that arrived late.": (
        "从最新变更往前多久再次询问，以免漏掉迟到的变更。"
    ),
    "The day from which rows are wanted at all, such as 2024-01-01.": "从哪一天起的行才需要，如 2024-01-01。",
    "companies, deals, contacts, tickets, or the id of a custom object.": (
        "companies、deals、contacts、tickets，或自定义对象的 id。"
    ),
    "Names of properties, such as name, amount, closedate.": "属性的名称，如 name、amount、closedate。",
    "The access token of a private app: ${env:NAME}.": "private app 的访问令牌：${env:NAME}。",
    "The property that searches for changes use; contacts call it lastmodifieddate.": (
        "查找变更所用的属性；contacts 中叫 lastmodifieddate。"
    ),
    "The address of the API.": "API 的地址。",
    "https://crm.example.com.": "https://crm.example.com。",
    "The path of the list, such as /api/v1/customers.": "列表的路径，如 /api/v1/customers。",
    "Where the instance gives tokens.": "该实例发放令牌的路径。",
    "The client id.": "客户端 id。",
    "Its secret: ${env:NAME}.": "它的密钥：${env:NAME}。",
    "What the token is for, as the CRM names it.": "令牌的用途，照该 CRM 的叫法。",
    "The path to the list of rows in an answer.": "回答中行列表的路径。",
    "The column that makes a row unique.": "使每行唯一的列。",
    "The column with the moment of a row's last change.": "记录每行最近变更时间的列。",
    "https://mycompany.odoo.com.": "https://mycompany.odoo.com。",
    "The name of the database.": "数据库的名称。",
    "The login of a user who may read the model.": "可以读取该模型的用户的登录名。",
    "The user's password or API key: ${env:NAME}.": "该用户的密码或 API 密钥：${env:NAME}。",
    "Such as res.partner, sale.order or helpdesk.ticket.": "如 res.partner、sale.order 或 helpdesk.ticket。",
    "Names of fields; a link gives its id, and its name as partner_id.name.": (
        "字段的名称；关联字段给出其 id，名称则为 partner_id.name。"
    ),
    "Fields in which false is a value; elsewhere Odoo writes it for no value.": (
        "false 也是一种值的字段；在其他字段中 Odoo 用它表示没有值。"
    ),
    "Odoo's own conditions, such as [[customer_rank, '>', 0]].": "Odoo 自己的条件，如 [[customer_rank, '>', 0]]。",
    "https://..., without anything secret in it.": "https://...，其中不含任何密钥。",
    "GET, or POST for services that take their question as a body.": "GET；在请求正文中提问的服务用 POST。",
    "What follows the question mark; {page}, {offset}, {cursor}, {size}, {since} are filled in.": (
        "问号之后的内容；会填入 {page}、{offset}、{cursor}、{size}、{since}。"
    ),
    "More headers; a value may be ${env:NAME}.": "更多请求头；值可以是 ${env:NAME}。",
    "The JSON that a POST sends, with the same placeholders as params.": "POST 发送的 JSON，占位符与 params 相同。",
    "How the service knows us: a token, user and password, a key in a header or parameter, or OAuth 2.": (
        "服务如何认出我们：令牌，用户和密码，请求头或参数中的密钥，或 OAuth 2。"
    ),
    "The path to the list of rows, such as data.items; left out: the answer is the list.": (
        "行列表的路径，如 data.items；不写则回答本身就是列表。"
    ),
    "Column to path within a row. Left out: all; objects become columns with dots, lists text.": (
        "列名到行内路径的对应。不写则为全部；对象成为带点的列，列表成为文本。"
    ),
    "An object of every row whose keys become columns without its name in front.": (
        "每行中的一个对象，其各键直接成为列，前面不带它的名称。"
    ),
    "Values that mean that there is no value.": "表示没有值的值。",
    "Columns that hold moments as seconds since 1970, UTC.": "以 1970 年以来的秒数（UTC）表示时间的列。",
    "Columns that hold moments as milliseconds since 1970, UTC.": "以 1970 年以来的毫秒数（UTC）表示时间的列。",
    "How the service hands out long lists: by page, offset, cursor or link. Left out: one answer has all rows.": (
        "服务如何分页给出长列表：按页码、偏移、游标或链接。不写则一个回答包含所有行。"
    ),
    "What was read is kept, and later runs ask only for rows that have changed since.": (
        "保留已读内容，以后的运行只询问此后变化的行。"
    ),
    "For services that answer 200 with an error in it: where the code stands, and which one means that all is well.": (
        "用于以 200 回答错误的服务：代码在哪里，哪个值表示一切正常。"
    ),
    "My Domain: https://mycompany.my.salesforce.com.": "My Domain：https://mycompany.my.salesforce.com。",
    "Such as Account, Opportunity or My_Object__c; this with fields, or soql.": (
        "如 Account、Opportunity 或 My_Object__c；与 fields 同用，或改用 soql。"
    ),
    "Names of fields; those of a related object as Owner.Email.": "字段的名称；关联对象的字段写成 Owner.Email。",
    "A condition in SOQL, such as IsClosed = false.": "SOQL 条件，如 IsClosed = false。",
    "A whole query in SOQL instead of object and fields; it is read anew every time.": (
        "完整的 SOQL 查询，代替 object 和 fields；每次都重新读取。"
    ),
    "The version of the REST API.": "REST API 的版本。",
    "The consumer key of a connected app with the client credentials flow.": (
        "启用了客户端凭据流程的 connected app 的 consumer key。"
    ),
    "Its consumer secret: ${env:NAME}.": "它的 consumer secret：${env:NAME}。",
    "An SQLAlchemy URL: postgresql+psycopg://user@host/name, sqlite:///data/crm.db; keep one with a password in "
    "the environment: ${env:CRM_URL}.": (
        "SQLAlchemy 的 URL：postgresql+psycopg://user@host/name、sqlite:///data/crm.db；含密码的请放在环境变量中"
        "：${env:CRM_URL}。"
    ),
    "A SELECT in the database's own SQL; its column names are those of the source.": (
        "以数据库自己的 SQL 写成的 SELECT；其列名就是数据源的列名。"
    ),
    "A table or view, instead of a query.": "一张表或视图，代替查询。",
    "The schema of the table, where it is not the user's own.": "表所在的 schema，不是该用户默认的 schema 时给出。",
}
