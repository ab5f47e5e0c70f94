# SPDX-License-Identifier: Apache-2.0
"""Choices between values, by null or by a condition.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.sql.column import Column, _wrong
from roost.sql.functions.base import given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "coalesce",
    "ifnull",
    "nanvl",
    "nullif",
    "nullifzero",
    "nvl",
    "nvl2",
    "zeroifnull",
    "equal_null",
    "ilike",
    "isnan",
    "isnotnull",
    "isnull",
    "like",
    "regexp",
    "regexp_like",
    "rlike",
    "when",
]


def coalesce(*cols: ColumnOrName) -> Column:
    """The first value that is not null."""
    return call("coalesce", *cols)


def ifnull(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where the first is null."""
    return call("ifnull", col1, col2)


def nanvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where the first is not a number."""
    return call("nanvl", col1, col2)


def nullif(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Null where both are equal, otherwise the first."""
    return call("nullif", col1, col2)


def nullifzero(col: ColumnOrName) -> Column:
    """Null where the value is zero, otherwise the value."""
    return call("nullifzero", col)


def nvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where the first is null."""
    return call("nvl", col1, col2)


def nvl2(col1: ColumnOrName, col2: ColumnOrName, col3: ColumnOrName) -> Column:
    """The second value where the first is not null, otherwise the third."""
    return call("nvl2", col1, col2, col3)


def zeroifnull(col: ColumnOrName) -> Column:
    """Zero where the value is null, otherwise the value."""
    return call("zeroifnull", col)


def equal_null(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Whether both are equal, where two nulls count as equal."""
    return call("equal_null", col1, col2)


def ilike(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Optional[Column] = None) -> Column:
    """Whether the text matches a SQL pattern, whatever the case of letters."""
    return given("ilike", str, pattern, escapeChar)


def isnan(col: ColumnOrName) -> Column:
    """Whether the value is not a number."""
    return call("isNaN", col)


def isnotnull(col: ColumnOrName) -> Column:
    """Whether there is a value."""
    return call("isnotnull", col)


def isnull(col: ColumnOrName) -> Column:
    """Whether there is no value."""
    return call("isNull", col)


def like(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Optional[Column] = None) -> Column:
    """Whether the text matches a SQL pattern: ``%`` is any characters, ``_`` one."""
    return given("like", str, pattern, escapeChar)


def regexp(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a part of the text matches a regular expression."""
    return call("regexp", str, regexp)


def regexp_like(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a part of the text matches a regular expression."""
    return call("regexp_like", str, regexp)


def rlike(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a part of the text matches a regular expression."""
    return call("rlike", str, regexp)


def when(condition: Column, value: Any) -> Column:
    """The value where the condition is true; go on with ``.when()`` and ``.otherwise()``.

    Examples
    --------
    >>> from roost.sql import functions as F
    >>> spark.range(2).select(F.when(F.col("id") > 0, "many").otherwise("none").alias("n")).collect()
    [Row(n='none'), Row(n='many')]
    """
    if not isinstance(condition, Column):
        raise _wrong("NOT_COLUMN", "condition", condition)
    return call("when", condition, lit(value))
