# SPDX-License-Identifier: Apache-2.0
"""Functions over a window of rows (`Column.over`), and generators.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.sql.functions.base import given, maybe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "cume_dist",
    "dense_rank",
    "lag",
    "lead",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
    "explode",
    "explode_outer",
    "inline",
    "inline_outer",
    "posexplode",
    "posexplode_outer",
    "stack",
    "nth_value",
]


def cume_dist() -> Column:
    """The share of rows up to this one in the window's order."""
    return call("cume_dist")


def dense_rank() -> Column:
    """The rank in the window's order, without gaps after ties."""
    return call("dense_rank")


def lag(col: ColumnOrName, offset: int = 1, default: Optional[Any] = None) -> Column:
    """The value some rows earlier in the window, or a default."""
    return given("lag", col, lit(offset), maybe(default))


def lead(col: ColumnOrName, offset: int = 1, default: Optional[Any] = None) -> Column:
    """The value some rows later in the window, or a default."""
    return given("lead", col, lit(offset), maybe(default))


def ntile(n: int) -> Column:
    """The number of the group when the window is cut into `n` equal ones."""
    return call("ntile", lit(int(n)))


def percent_rank() -> Column:
    """The rank in the window's order, from 0 to 1."""
    return call("percent_rank")


def rank() -> Column:
    """The rank in the window's order, with gaps after ties."""
    return call("rank")


def row_number() -> Column:
    """The number of the row in the window's order, from 1."""
    return call("row_number")


def explode(col: ColumnOrName) -> Column:
    """A row for each element of an array or entry of a map."""
    return call("explode", col)


def explode_outer(col: ColumnOrName) -> Column:
    """As `explode`, with a row of nulls for an empty or null one."""
    return call("explode_outer", col)


def inline(col: ColumnOrName) -> Column:
    """A row for each struct of an array, its fields as columns."""
    return call("inline", col)


def inline_outer(col: ColumnOrName) -> Column:
    """As `inline`, with a row of nulls for an empty or null one."""
    return call("inline_outer", col)


def posexplode(col: ColumnOrName) -> Column:
    """As `explode`, with the position from 0."""
    return call("posexplode", col)


def posexplode_outer(col: ColumnOrName) -> Column:
    """As `posexplode`, with a row of nulls for an empty or null one."""
    return call("posexplode_outer", col)


def stack(*cols: ColumnOrName) -> Column:
    """Values dealt to so many rows."""
    return call("stack", *cols)


def nth_value(col: ColumnOrName, offset: int, ignoreNulls: Optional[bool] = False) -> Column:
    """The value of the n-th row of the window, from 1."""
    ignoring = (lit(True),) if ignoreNulls else ()
    return call("nth_value", col, lit(offset), *ignoring)
