# SPDX-License-Identifier: Apache-2.0
"""Columns by name, literals, SQL text, orders, hints."""

from __future__ import annotations

from roost._core import col as _col
from roost._core import expr as _expr
from roost._core import lit as _lit
from roost._core import pb
from roost.sql.column import Column, _wrong
from roost.sql.functions.base import as_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from roost.sql.dataframe import DataFrame
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "broadcast",
    "col",
    "column",
    "lit",
    "expr",
    "asc",
    "asc_nulls_first",
    "asc_nulls_last",
    "desc",
    "desc_nulls_first",
    "desc_nulls_last",
]

_EXPRESSION_STRING = 4


def _check_name(name: str) -> None:
    """Raises unless it is parts with dots between them, of which some may be in backticks."""
    import re

    if re.fullmatch(r"(`(``|[^`])*`|[^.`]+)(\.(`(``|[^`])*`|[^.`]+))*", name, re.DOTALL) is None:
        from roost.errors.base import AnalysisException

        raise AnalysisException(errorClass="INVALID_ATTRIBUTE_NAME_SYNTAX", messageParameters={"name": name})


def col(col: str) -> Column:
    """The column of that name; ``"*"`` is all columns, ``"t.*"`` all of one table.

    Examples
    --------
    >>> from roost.sql import functions as F
    >>> spark.range(2).select(F.col("id") * 10).collect()
    [Row((id * 10)=0), Row((id * 10)=10)]
    """
    made = _col(col)
    if "." in col or "`" in col:
        _check_name(col)
    return made


_named = col


def column(col: str) -> Column:
    """The column of that name; the same as `col`."""
    return _named(col)


def lit(col: Any) -> Column:
    """A value as a column; a column stays as it is.

    Examples
    --------
    >>> from roost.sql import functions as F
    >>> spark.range(1).select(F.lit("a").alias("x"), F.lit([1, 2]).alias("y")).collect()
    [Row(x='a', y=[1, 2])]
    """
    if type(col).__module__ == "numpy":
        from roost.sql.literals import numpy_literal

        return numpy_literal(col)
    return _lit(col)


def expr(str: str) -> Column:
    """A column from SQL text."""
    return _expr(_EXPRESSION_STRING, pb(1, str))


def broadcast(df: DataFrame) -> DataFrame:
    """The DataFrame, marked as small enough to be copied whole in a join."""
    from roost.sql.dataframe import DataFrame

    if not isinstance(df, DataFrame):
        raise _wrong("NOT_DATAFRAME", "df", df)
    return df.hint("broadcast")


def asc(col: ColumnOrName) -> Column:
    """Rising order, nulls first."""
    return as_column(col).asc()


def asc_nulls_first(col: ColumnOrName) -> Column:
    """Rising order, nulls first."""
    return as_column(col).asc_nulls_first()


def asc_nulls_last(col: ColumnOrName) -> Column:
    """Rising order, nulls last."""
    return as_column(col).asc_nulls_last()


def desc(col: ColumnOrName) -> Column:
    """Falling order, nulls last."""
    return as_column(col).desc()


def desc_nulls_first(col: ColumnOrName) -> Column:
    """Falling order, nulls first."""
    return as_column(col).desc_nulls_first()


def desc_nulls_last(col: ColumnOrName) -> Column:
    """Falling order, nulls last."""
    return as_column(col).desc_nulls_last()
