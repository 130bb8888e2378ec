"""How long it takes to refuse what would cost seconds, gigabytes or the process: YAML bombs, long expressions, files.

Run: python -m benchmarks.guards
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from kaframe.errors import Location, RuleError
from kaframe.expression import Expression, Scope, compile_expression
from kaframe.yamlfile import parse_yaml
from tests.yamlfile.bombs import BOMBS

LONG = {
    "5,000 brackets": "(" * 5_000 + "a" + ")" * 5_000,
    "a list of 200,000 values": "a in (1" + ", 1" * 200_000 + ")",
    "10 kB of text": "name = '" + "x" * 10_000 + "'",
    "390 times or": "f" + " or f" * 390,
    "24 round() in one another": "round(" * 24 + "1" + ", 1)" * 24,
}
ROUNDS = 3


def bench(what: str, attempt: Callable[[], object]) -> float:
    """The median of some rounds in milliseconds, with the code of the refusal."""
    taken, code = [], "accepted"
    for _ in range(ROUNDS):
        started = time.perf_counter()
        try:
            attempt()
        except RuleError as error:
            code = error.problems[0].code
        taken.append((time.perf_counter() - started) * 1000)
    milliseconds = sorted(taken)[ROUNDS // 2]
    print(f"{what:<46} {code:<9} {milliseconds:8.1f} ms")
    return milliseconds


def bench_files() -> None:
    """Runs of a whole project with one file bomb each, beside one with a good file: it starts like any other."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from filebombs import BOMBS, GOOD, measure

    taken = []
    for name, bomb in {"a good file": GOOD, **BOMBS}.items():
        with tempfile.TemporaryDirectory() as folder:
            result = measure(Path(folder), bomb)
        taken.append(result.processor)
        code = bomb.code if bomb.code in result.said else f"exit {result.exit_code}"
        print(f"{name:<46} {code:<9} {result.processor:8.1f} s of computing, {result.megabytes:,} MB", flush=True)
    print(f"slowest {max(taken[1:]):.1f} s (goal 5 s)")


def main() -> None:
    """Every bomb in turn; the slowest, and the most memory that the process ever had."""
    scope = Scope("a test", {}, date(2026, 6, 30))
    compile_expression(Expression("1 > 0", Location("a.yaml", 1, 1)), scope)  # loads the parser
    taken = [bench(f"YAML: {name}", lambda text=text: parse_yaml(text, "a.yaml")) for name, (text, _) in BOMBS.items()]
    for name, text in LONG.items():
        expression = Expression(text, Location("a.yaml", 1, 1))
        taken.append(bench(f"expression: {name}", lambda one=expression: compile_expression(one, scope)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"slowest {max(taken):.1f} ms (goal 50 ms), {peak:.0f} MB at the most in the whole process")
    bench_files()


if __name__ == "__main__":
    main()
