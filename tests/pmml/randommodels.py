"""Random PMML scorecards with everything that the standard lets a scorecard say, from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence

NUMBERS = {"x": ("0", "0.1", "0.5", "7", "-3.25", "100"), "n": ("0", "1", "2", "3")}
WORDS = ("retail", "key account", "other")
OPERATORS = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual", "equal", "notEqual")
POINTS = ("-12.5", "-3", "0", "0.1", "0.2", "1.75", "8", "33.3")


class ModelWriter:
    """Writes one model; the same seed writes the same one."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.computed = self.draw.random() < 0.4
        self.with_reasons = not self.computed

    def model(self) -> str:
        """The whole file."""
        draw = self.draw
        algorithm = draw.choice(("pointsBelow", "pointsAbove"))
        listed = "\n".join(self.characteristic(number) for number in range(draw.randint(2, 4)))
        method = draw.choice(("min", "mean", "other"))
        uses = "true" if self.with_reasons else "false"
        initial = f' initialScore="{draw.choice(POINTS)}"' if draw.random() < 0.7 else ""
        replaced = ' missingValueReplacement="1"' if draw.random() < 0.3 else ""
        return f"""<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="n" optype="continuous" dataType="integer"/>
    <DataField name="s" optype="categorical" dataType="string"/>
    <DataField name="b" optype="categorical" dataType="boolean"/>
  </DataDictionary>
  <Scorecard modelName="Random" functionName="regression"{initial} baselineMethod="{method}"
             useReasonCodes="{uses}" reasonCodeAlgorithm="{algorithm}" baselineScore="{draw.choice(POINTS)}">
    <MiningSchema>
      <MiningField name="x"/><MiningField name="n"{replaced}/><MiningField name="s"/><MiningField name="b"/>
    </MiningSchema>
    <Characteristics>
{listed}
    </Characteristics>
  </Scorecard>
</PMML>
"""

    def characteristic(self, number: int) -> str:
        """Two to four attributes; the last often takes the rest."""
        count = self.draw.randint(1, 3)
        own = [self.attribute(f"C{number}_{place}", self.predicate(2)) for place in range(count)]
        rest = [self.attribute(f"C{number}_rest", "<True/>")] if self.draw.random() < 0.85 else []
        baseline = f' baselineScore="{self.draw.choice(POINTS)}"' if self.draw.random() < 0.5 else ""
        return (f'<Characteristic name="c{number}" reasonCode="C{number}"{baseline}>' + "\n".join([*own, *rest])
                + "</Characteristic>")  # fmt: skip

    def attribute(self, code: str, predicate: str) -> str:
        """With a number, or a formula of the fields."""
        reason = f' reasonCode="{code}"' if self.draw.random() < 0.6 else ""
        if self.computed and self.draw.random() < 0.6:
            points = f"<ComplexPartialScore>{self.formula(2)}</ComplexPartialScore>"
            return f"<Attribute{reason}>{predicate}{points}</Attribute>"
        return f'<Attribute{reason} partialScore="{self.draw.choice(POINTS)}">{predicate}</Attribute>'

    def formula(self, depth: int, known: bool = False) -> str:
        """Sums, differences, products, largest and smallest of constants and fields; the last two of known ones."""
        if depth == 0 or self.draw.random() < 0.2:
            missing = ' mapMissingTo="2"' if known or self.draw.random() < 0.5 else ""
            field = f'<FieldRef field="{self.draw.choice(list(NUMBERS))}"{missing}/>'
            return self.draw.choice((field, f"<Constant>{self.draw.choice(POINTS)}</Constant>"))
        name = self.draw.choice(("+", "-", "*", "min", "max"))
        known = known or name in ("min", "max")
        return f'<Apply function="{name}">{self.formula(depth - 1, known)}{self.formula(depth - 1, known)}</Apply>'

    def predicate(self, depth: int) -> str:
        """Of any kind."""
        kind = self.draw.choice(("simple", "missing", "set", "compound", "compound") if depth else ("simple", "set"))
        if kind == "compound":
            how = self.draw.choice(("and", "or", "xor", "surrogate"))
            parts = [self.predicate(depth - 1) for _ in range(self.draw.randint(2, 3))]
            return f'<CompoundPredicate booleanOperator="{how}">{"".join(parts)}</CompoundPredicate>'
        if kind == "missing":
            operator = self.draw.choice(("isMissing", "isNotMissing"))
            return f'<SimplePredicate field="{self.draw.choice("xnsb")}" operator="{operator}"/>'
        return self.set_of() if kind == "set" else self.simple()

    def simple(self) -> str:
        """A comparison of a field with a constant."""
        field = self.draw.choice("xnsb")
        operator = self.draw.choice(OPERATORS if field in NUMBERS else ("equal", "notEqual"))
        values: Sequence[str] = NUMBERS.get(field) or (WORDS if field == "s" else ("true", "false"))
        return f'<SimplePredicate field="{field}" operator="{operator}" value="{self.draw.choice(values)}"/>'

    def set_of(self) -> str:
        """A field that is, or is not, one of some."""
        field = self.draw.choice("xs")
        values = self.draw.sample(NUMBERS["x"] if field == "x" else WORDS, 2)
        kind = "real" if field == "x" else "string"
        shown = " ".join(f'"{value}"' if " " in value else value for value in values)
        operator = self.draw.choice(("isIn", "isNotIn"))
        listed = f'<Array n="2" type="{kind}">{shown}</Array>'
        return f'<SimpleSetPredicate field="{field}" booleanOperator="{operator}">{listed}</SimpleSetPredicate>'
