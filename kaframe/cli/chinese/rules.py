"""In Chinese: the help of demo, init, import, check and test."""

TEXTS = {
    "The example is a maker of consumer goods; its data are generated. FOLDER (default kaframe-demo) becomes a "
    "project that you can change and run again.": (
        "示例是一家消费品制造商，数据为自动生成。FOLDER（默认 kaframe-demo）会成为一个可以修改并再次运行的项目。"
    ),
    "Start over in a folder that an earlier demo made.": "在先前演示建立的文件夹中从头再来。",
    "Writes kaframe.yaml, team.yaml, rules/, a sample in data/ and the schemas with which an editor explains every "
    "key. Nothing is written when one of these files is already there.": (
        "写出 kaframe.yaml、team.yaml、rules/、data/ 中的示例数据，以及供编辑器解释每个键的 schema。只要其中一个"
        "文件已经存在，就什么都不写。"
    ),
    "A rule pack to stand on, lowest first; default 'default'.": "作为基础的规则包，最底层的写在前；默认为 default。",
    "An installed plugin that brings one of the packs.": "提供其中某个规则包的已安装插件。",
    "The language of all that is generated; default: that of this help.": "所有生成内容的语言；默认与本帮助相同。",
    "The project's name; default the folder's.": "项目名称；默认为文件夹的名称。",
    "Write the scorecard of a PMML file as YAML.": "把 PMML 文件中的评分卡写成 YAML。",
    "Reads the Scorecard model of a PMML 4 file: initial score, characteristics with ordered attributes, partial "
    "scores, baselines and reason codes, missing, invalid and extreme values. The YAML gives the same scores, and "
    "as reasons the same codes in the same order. What cannot be said in YAML is refused with its line; nothing is "
    "dropped in silence.": (
        "读取 PMML 4 文件的 Scorecard 模型：初始分、带有序属性的特征、部分得分、基准分和原因代码，以及缺失值、无"
        "效值和极端值的处理。写出的 YAML 给出相同的得分，作为原因的代码及其顺序也相同。YAML 无法表达的内容会连同"
        "行号一起拒绝，绝不会悄悄丢掉。"
    ),
    "The file to write; without it the YAML is printed.": "要写入的文件；不给出时打印 YAML。",
    "The id of the scorecard; default the model's name.": "评分卡的 id；默认为模型的名称。",
    "Write a decision table from a CSV or workbook as YAML.": "把 CSV 或工作簿中的决策表写成 YAML。",
    "A column for each input, one called points (分数), perhaps reason (原因) and note (备注). No import is needed "
    "to use such a file: 'table: {file: discount.xlsx}' reads it where it lies. Import it to go on in YAML.": (
        "每个输入一列，一列名为 points（分数），还可以有 reason（原因）和 note（备注）。使用这样的文件并不需要导"
        "入：“table: {file: discount.xlsx}” 会在原处读取它。想以后直接在 YAML 中维护时才导入。"
    ),
    "The sheet of a workbook; needed where it has several.": "工作簿中的工作表；有多张时必须给出。",
    "What several rows that hold mean.": "多行同时成立时的含义。",
    "How a CSV is encoded, unless it is UTF-8 or has a byte order mark.": (
        "CSV 的编码，除非它是 UTF-8 或带有字节顺序标记。"
    ),
    "What stands between the cells of a CSV.": "CSV 中单元格之间的分隔符。",
    "All problems of all files are told at once, each with its place and how to mend it. Of rules without errors "
    "it is proven what they can do: findings are rules that run and cannot mean what was wanted, each with an "
    "example (docs/proof.md). With --data the CSV holds the share of accounts that lack each measure.": (
        "一次报告所有文件的全部问题，每个都指出位置和改正方法。对没有错误的规则，还会证明它们能做什么：发现是指可"
        "以运行、却不可能符合本意的规则，每个都附有示例（docs/proof.md）。加上 --data 时，CSV 中是缺少各指标的客"
        "户所占的比例。"
    ),
    "Findings count as errors (exit 4).": "发现也算作错误（退出码 4）。",
    "Also what the data show of the rules.": "还检查数据中显露的规则问题。",
    "The day to compute for, as 2026-03-31; default today.": "计算哪一天，如 2026-03-31；默认今天。",
    "How to print it.": "输出格式。",
    "Run the tests of the rules: tests/*.yaml.": "运行规则的测试：tests/*.yaml。",
    "'kaframe test' alone runs all of them; 'kaframe test run --help' shows the options.": (
        "只写 kaframe test 会运行全部测试；kaframe test run --help 显示各选项。"
    ),
    "Run tests of rules; exit 4 when one fails or none ran, 3 when one is invalid.": (
        "运行规则的测试；有测试失败或没有测试时退出码为 4，有无效的测试时为 3。"
    ),
    "FILES are files or folders; without them all tests of the project and of its own packs are run.": (
        "FILES 是文件或文件夹；不给出时运行项目及其自带规则包的全部测试。"
    ),
    "Only tests whose name has this text.": "只运行名称包含这段文字的测试。",
    "Only those that failed the last time.": "只运行上次失败的测试。",
    "Rule packs alone, lowest first: the tests that come with the last one.": (
        "只用这些规则包，最底层的写在前：运行最后一个自带的测试。"
    ),
    "Show which rules never held in any test.": "显示哪些规则在任何测试中都未成立过。",
    "Fail below N percent.": "低于 N% 时算作失败。",
    "Write what came out into the test files.": "把实际结果写入测试文件。",
    "Write JUnit XML for a build server.": "为构建服务器写出 JUnit XML。",
    "Freeze an account, with the rows behind it, into a test that passes at once.": (
        "把一个客户连同背后的数据行固定为测试，写出后立即能通过。"
    ),
    "Ids, names, people and free text are replaced by neutral ones; days and numbers stay, and texts that rules "
    "name. What was replaced and kept is told. Read the file before you give it away.": (
        "编号、名称、人员和自由文本换成中性内容；日期和数字保留，规则中提到的文本也保留。替换和保留了什么都会说明"
        "。交给别人之前，请先通读该文件。"
    ),
    "The file; default tests/frozen_1.yaml.": "要写入的文件；默认 tests/frozen_1.yaml。",
    "Multiply all money by a factor drawn from this number.": "把所有金额乘以由这个数得出的系数。",
}
