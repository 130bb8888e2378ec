"""Where a character of an expression stands in its file."""

import subprocess
import sys

from kaframe.errors import Location
from kaframe.expression import Expression

BLOCK = "a > 1\nand b"


def test_places_of_one_line():
    """Columns count on from the first character."""
    assert Expression("a > 1", Location("x.yaml", 3, 10)).place(4) == Location("x.yaml", 3, 14)


def test_places_of_a_block_scalar():
    """Further lines start at the column of the block."""
    expression = Expression(BLOCK, Location("x.yaml", 3, 5), indent=5)
    assert expression.place(6) == Location("x.yaml", 4, 5)
    assert expression.place(10) == Location("x.yaml", 4, 9)
    assert expression.place(0) == Location("x.yaml", 3, 5)


def test_places_that_nobody_knows():
    """Folded text is found at its start."""
    assert Expression(BLOCK, Location("x.yaml", 3, 5)).place(8) == Location("x.yaml", 3, 5)


def test_importing_costs_no_parser():
    """sqlglot is loaded when the first expression is read."""
    code = "import sys, kaframe.expression; sys.exit('sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
