"""The special columns of a table: each that its declaration names must exist and have the right type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kaframe.data.plan import TablePlan
from kaframe.data.sources import SHOWN_NAMES, Trouble
from kaframe.errors import Location, Problem, nearest
from kaframe.expression import Type


@dataclass(frozen=True, slots=True)
class Named:
    """The columns that a table's declaration names; each must exist and have the right type."""

    plan: TablePlan
    places: Mapping[str, Location]
    trouble: Trouble

    def need(self, key: str, column: str, types: Iterable[Type] = (), what: str = "") -> None:
        """Note a problem unless the table has that column, of one of these types."""
        if not column:
            return
        at = self.places.get(key, self.plan.at)
        if column not in self.plan.columns:
            hint = nearest(column, self.plan.columns) or f"it has {self.some()}"
            self.trouble.add(Problem(at, "KF1341", f"{self.plan.name} has no column '{column}' ({key})", hint))
            return
        kind, allowed = self.plan.columns[column].type, set(types)
        if allowed and kind not in allowed | {Type.MISSING}:
            declare = f"declare it: types: {{{column}: {sorted(allowed)[0]}}}"
            hint = declare if kind is Type.TEXT else "name another column"
            message = f"column '{column}' ({key}) must be {what}, it is {kind}"
            self.trouble.add(Problem(at, "KF1342", message, hint))

    def need_money(self, currency: str, amounts: Sequence[str]) -> None:
        """Note what is missing for converting amounts."""
        self.need("currency", currency, {Type.TEXT}, "text")
        for column in amounts:
            self.need("amounts", column, {Type.NUMBER}, "a number")
        if bool(currency) != bool(amounts):
            missing = "amounts" if currency else "currency"
            at = self.places.get("currency" if currency else "amounts", self.plan.at)
            self.trouble.add(
                Problem(
                    at,
                    "KF1345",
                    f"converting amounts needs 'currency' and 'amounts': '{missing}' is missing",
                    "name the column with the currency, and the columns with amounts",
                )
            )

    def some(self) -> str:
        """The first names of the table's columns."""
        return ", ".join(list(self.plan.columns)[:SHOWN_NAMES]) or "no columns"
