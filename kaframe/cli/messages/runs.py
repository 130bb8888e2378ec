"""What stops a run: gates, locks, the store, plugins."""

CHINESE: dict[str, str] = {
    "gate {name}: {sentence}": "数据校验 {name}：{sentence}",
    "mend the data, or go on in spite of it: kaframe run --accept-gate {name} --reason '...'":
        "请修正数据；要照常继续：kaframe run --accept-gate {name} --reason '...'",
    "no gate '{name}'": "没有数据校验“{name}”",
    "gates: {names}": "数据校验有：{names}",
    "gate '{name}' holds and needs nobody to accept it": "数据校验“{name}”已通过，无需放行",
    "nothing to do: leave --accept-gate out": "无需处理：请去掉 --accept-gate",
    "{who} works with the store {store}": "{who:zh}正在使用存储库 {store}",
    "{what} by process {pid} on {host} since {since}": "{what:zh}（{host} 上的进程 {pid}，始于 {since}）",
    "another run for {day}": "{day} 的另一次运行",
    "another run": "另一次运行",
    "nothing was changed; 'kaframe run --wait' waits for it": "什么都没有改变；kaframe run --wait 会等它结束",
    "the run {run} was published while this one was computed": "本次运行计算期间，运行 {run} 已经发布",
    "nothing was published; run again to build on it": "本次什么都没有发布；请再运行一次，以那一次为基础",
    "this run has lost its lock and another one has begun since": "本次运行失去了锁，另一次运行已经开始",
    "nothing was published; when the other run has ended, run again": "什么都没有发布；请等另一次运行结束后再运行",
    "{day} lies before {latest}, the latest day that has been published": "{day} 早于最近一次已发布的日期 {latest}",
    "--backfill adds it to the history, without tasks and notices; 'kaframe preview' only looks":
        "--backfill 把它补入历史，不产生任务和通知；kaframe preview 只是看看",
    "the store {store} does not answer: {why}": "存储库 {store} 没有回答：{why}",
    "check 'store: {url: }' and that the server runs": "请检查 store: {{url: }}，以及服务器是否在运行",
    "the store {store} cannot be read: {why}": "存储库 {store} 无法读取：{why}",
    "nothing was changed; put a backup in its place, or move it away to begin anew":
        "什么都没有改变；请放回备份，或把它移走以重新开始",
    "cannot write {what}: {why}": "无法写入 {what}：{why}",
    "nothing was changed; {hint}": "什么都没有改变；{hint:zh}",
    "free some space and run again": "请腾出空间后再运行",
    "check who may write there, then run again": "请检查那里的写权限，然后再运行",
    "nothing was changed; check who may write there, then run again": "什么都没有改变；请检查那里的写权限，然后再运行",
    "the store {store} has been locked by another program for more than {seconds} s":
        "存储库 {store} 被另一个程序锁定超过 {seconds} 秒",
    "wait for it to end, then try again": "请等它结束后再试",
    "the store's url cannot be understood": "存储库的 url 无法理解",
    "write sqlite:///.kaframe/kaframe.db or postgresql://user@host/database":
        "请写 sqlite:///.kaframe/kaframe.db 或 postgresql://user@host/database",
    "a PostgreSQL store needs the driver psycopg": "PostgreSQL 存储库需要驱动 psycopg",
    "the store {store} has the form {found}, this kaframe works with the form {form}":
        "存储库 {store} 的格式为 {found}，这个 kaframe 使用格式 {form}",
    "nothing was changed; keep a copy with {copy}, then 'kaframe store migrate'":
        "什么都没有改变；请用 {copy} 留一份副本，再执行 kaframe store migrate",
    "the snapshot file {file} {fault}": "快照文件 {file} {fault:zh}",
    "{what} fails: {why}": "{what} 失败：{why}",
    "there is no store {store} yet": "还没有存储库 {store}",
    "begin with 'kaframe run'": "请先执行 kaframe run",
    "nothing has been published yet": "还没有发布过任何运行",
    "no run '{run}'": "没有运行“{run}”",
    "the latest is {run}": "最近一次是 {run}",
    "somebody has written in the plan while the run went on": "运行期间有人修改了这份计划",
    "it stays as it is; the next run merges it": "文件保持原样；下一次运行会合并",
    "the plan cannot be written: {why}": "计划无法写入：{why}",
    "what you wrote is as it was; the next run tries again": "您写的内容原样保留；下一次运行会再试",
    "no account has a plan in this run that is kept in: {names}": "本次运行中没有客户的计划对应这些文件：{names}",
    "'kaframe plans edit ACCOUNT' names the file of an account; a file waits here until its account has a plan":
        "kaframe plans edit ACCOUNT 会给出客户的文件名；文件会留在这里，直到该客户有了计划",
}  # fmt: skip
