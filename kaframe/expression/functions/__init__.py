"""Every function of the expression language, by name. Anything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kaframe.expression.functions.aggregates import AGGREGATES
from kaframe.expression.functions.dates import DATES
from kaframe.expression.functions.record import Argument, Call, Function, Kind
from kaframe.expression.functions.scalar import SCALAR
from kaframe.expression.functions.series import SERIES
from kaframe.expression.functions.windows import WINDOWS

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {function.name: function for function in (*SCALAR, *DATES, *WINDOWS, *AGGREGATES, *SERIES)}
)

__all__ = ["FUNCTIONS", "Argument", "Call", "Function", "Kind"]
