# SPDX-License-Identifier: Apache-2.0
"""TableArg: a DataFrame as the argument of a table function."""

from __future__ import annotations

from roost._core import expr, pb
from roost.errors.base import IllegalArgumentException
from roost.sql.column import _SUBQUERY
from roost.sql.frame.relational import sort_order, to_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Sequence

    from roost.sql.column import Column
    from roost.sql.dataframe import DataFrame

__all__ = ["TableArg"]

_TABLE = 3


class TableArg:
    """A DataFrame for a table function, and how its rows are divided and ordered."""

    def __init__(
        self,
        df: DataFrame,
        partition: Sequence[Column] = (),
        order: Sequence[Column] = (),
        single: Optional[bool] = None,
    ) -> None:
        self._df = df
        self._partition: List[Column] = list(partition)
        self._order: List[Column] = list(order)
        self._single = single

    def _divided(self) -> bool:
        return bool(self._partition) or bool(self._single)

    def partitionBy(self, *cols: Any) -> TableArg:
        """Rows divided by these columns."""
        if self._divided():
            raise IllegalArgumentException(
                "Cannot call partitionBy() after partitionBy() or withSinglePartition() has been called."
            )
        return TableArg(self._df, _columns(cols), self._order, self._single)

    def orderBy(self, *cols: Any) -> TableArg:
        """Rows of each part in the order of these columns."""
        if not self._divided():
            raise IllegalArgumentException(
                "Please call partitionBy() or withSinglePartition() before orderBy()."
            )
        return TableArg(self._df, self._partition, [*self._order, *_columns(cols)], self._single)

    def withSinglePartition(self) -> TableArg:
        """All rows together."""
        if self._divided():
            raise IllegalArgumentException(
                "Cannot call withSinglePartition() after partitionBy() or withSinglePartition() has been called."
            )
        return TableArg(self._df, self._partition, self._order, True)

    def _column(self) -> Column:
        options = None
        if self._divided() or self._order:
            options = pb(1, self._partition, 2, [sort_order(c) for c in self._order], 3, self._single)
        message = pb(1, self._df._plan_id, 2, _TABLE, 3, options)
        return expr(_SUBQUERY, message, self._df, *self._partition, *self._order)


def _columns(cols: Sequence[Any]) -> List[Column]:
    if len(cols) == 1 and isinstance(cols[0], (list, tuple)):
        cols = cols[0]
    return [to_column(c) for c in cols]
