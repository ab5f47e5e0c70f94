# SPDX-License-Identifier: Apache-2.0
"""Functions on groups of two DataFrames that have the same key."""

from __future__ import annotations

from roost._core import pb
from roost.errors.base import IllegalArgumentException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Union

    from roost.sql.dataframe import DataFrame
    from roost.sql.group import GroupedData
    from roost.sql.types import StructType

__all__ = ["PandasCogroupedOps"]

_CO_GROUP_MAP = 32
_COGROUPED_PANDAS, _COGROUPED_ARROW = 206, 210


class PandasCogroupedOps:
    """Two groupings by the same key, made by ``GroupedData.cogroup``."""

    def __init__(self, gd1: GroupedData, gd2: GroupedData) -> None:
        self._left = gd1
        self._right = gd2

    def applyInPandas(self, func: Callable[..., Any], schema: Union[StructType, str]) -> DataFrame:
        """Each pair of groups through a function from two pandas DataFrames to one.

        Parameters
        ----------
        func : callable
            of both groups, or of the key (a tuple) and both groups
        schema : StructType or str
            of the rows that come out
        """
        return self._map(func, schema, _COGROUPED_PANDAS)

    def applyInArrow(self, func: Callable[..., Any], schema: Union[StructType, str]) -> DataFrame:
        """Each pair of groups through a function from two Arrow tables to one."""
        return self._map(func, schema, _COGROUPED_ARROW)

    def _map(self, func: Any, schema: Any, eval_type: int) -> DataFrame:
        from roost.sql.udf import UserDefinedFunction, check_vectorized

        check_vectorized(func, eval_type)
        left, right = self._left._df, self._right._df
        left._check_same_session(right)
        sizes = len(self._left._columns), len(self._right._columns)
        if sizes[0] != sizes[1]:
            raise IllegalArgumentException(
                f"requirement failed: Cogroup keys must have same size: {sizes[0]} != {sizes[1]}"
            )
        if isinstance(schema, str):
            schema = left._session._parse_ddl(schema)
        function = UserDefinedFunction(func, schema, evalType=eval_type)
        body = pb(
            1, left._input, 2, self._left._columns, 3, right._input, 4, self._right._columns,
            5, function._message([]),
        )  # fmt: skip
        held = [*self._left._columns, *self._right._columns, function._holder()]
        return left._derive(_CO_GROUP_MAP, body, held, (right,))
