# SPDX-License-Identifier: Apache-2.0
"""Operations that make a DataFrame from two: joins and set operations."""

from __future__ import annotations

from roost._core import pb
from roost.errors.base import AnalysisException
from roost.sql.column import Column
from roost.sql.frame.base import Operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Sequence, Union

    from roost.sql.dataframe import DataFrame

    ColumnOrName = Union[Column, str]

# Fields of spark.connect.Relation.
JOIN, SET_OPERATION, AS_OF_JOIN, LATERAL_JOIN = 5, 6, 39, 44
_INTERSECT, _UNION, _EXCEPT = 1, 2, 3
_CROSS = 7
_JOIN_TYPES = {
    "inner": 1,
    "outer": 2,
    "full": 2,
    "fullouter": 2,
    "leftouter": 3,
    "left": 3,
    "rightouter": 4,
    "right": 4,
    "leftanti": 5,
    "anti": 5,
    "leftsemi": 6,
    "semi": 6,
    "cross": _CROSS,
}
_JOIN_NAMES = (
    "inner", "outer", "full", "fullouter", "full_outer", "leftouter", "left", "left_outer", "rightouter", "right",
    "right_outer", "leftsemi", "left_semi", "semi", "leftanti", "left_anti", "anti", "cross",
)  # fmt: skip
_LATERAL_NAMES = ("inner", "leftouter", "left", "left_outer", "cross")


class Combining(Operations):
    """Joins and set operations of a DataFrame."""

    def join(self, other: DataFrame, on: Any = None, how: Optional[str] = None) -> DataFrame:
        """The pairs of rows of two DataFrames that belong together.

        Parameters
        ----------
        other : DataFrame
        on : str, list of str, Column or list of Column, optional
            names of columns that both have, or a condition
        how : str, optional
            ``inner`` (default), ``left``, ``right``, ``outer``, ``semi``, ``anti``, ``cross`` ...
        """
        self._check_same_session(other)
        kind = _join_type(how, _JOIN_TYPES)
        using, condition = _join_on(on)
        body = pb(1, self._input, 2, other._input, 3, condition, 4, kind, 5, using)
        return self._derive(JOIN, body, () if condition is None else (condition,), (other,))

    def crossJoin(self, other: DataFrame) -> DataFrame:
        """All pairs of rows."""
        self._check_same_session(other)
        return self._derive(JOIN, pb(1, self._input, 2, other._input, 4, _CROSS), (), (other,))

    def lateralJoin(self, other: DataFrame, on: Optional[Column] = None, how: Optional[str] = None) -> DataFrame:
        """Joins with a DataFrame whose columns may use this one's (`Column.outer`)."""
        self._check_same_session(other)
        kind = _join_type(how, {k: v for k, v in _JOIN_TYPES.items() if v in (1, 3, _CROSS)}, _LATERAL_NAMES)
        body = pb(1, self._input, 2, other._input, 3, on, 4, kind)
        return self._derive(LATERAL_JOIN, body, () if on is None else (on,), (other,))

    def _joinAsOf(
        self,
        other: DataFrame,
        leftAsOfColumn: ColumnOrName,
        rightAsOfColumn: ColumnOrName,
        on: Any = None,
        how: Optional[str] = None,
        *,
        tolerance: Optional[Column] = None,
        allowExactMatches: bool = True,
        direction: str = "backward",
    ) -> DataFrame:
        """Joins each row with the nearest of another DataFrame: the last before it, the first after it, or either.

        Parameters
        ----------
        other : DataFrame
        leftAsOfColumn, rightAsOfColumn : Column or str
            what is near; a difference of the two must be possible
        on : str, list of str, Column or list of Column, optional
            what must be equal, or hold, besides
        how : str, optional
            ``inner`` (the default) or ``left``
        tolerance : Column, optional
            a constant: the greatest difference
        allowExactMatches : bool
            whether rows may be at the same place
        direction : str
            ``backward``, ``forward`` or ``nearest``
        """
        self._check_same_session(other)
        _join_type(how, _JOIN_TYPES)
        left = leftAsOfColumn if isinstance(leftAsOfColumn, Column) else self[leftAsOfColumn]
        right = rightAsOfColumn if isinstance(rightAsOfColumn, Column) else other[rightAsOfColumn]
        using, condition = _join_on(on)
        body = pb(
            1, self._input, 2, other._input, 3, left, 4, right, 5, condition, 6, using, 7, how or "inner",
            8, tolerance, 9, allowExactMatches, 10, direction,
        )  # fmt: skip
        columns = [left, right, *(c for c in (condition, tolerance) if c is not None)]
        return self._derive(AS_OF_JOIN, body, columns, (other,))

    # Sets.
    def _set_operation(
        self, other: DataFrame, kind: int, is_all: Optional[bool], by_name: bool = False, missing: bool = False
    ) -> DataFrame:
        self._check_same_session(other)
        body = pb(1, self._input, 2, other._input, 3, kind, 4, is_all, 5, by_name, 6, missing)
        return self._derive(SET_OPERATION, body, (), (other,))

    def union(self, other: DataFrame) -> DataFrame:
        """The rows of both, columns matched by position; duplicates stay."""
        return self._set_operation(other, _UNION, True)

    def unionAll(self, other: DataFrame) -> DataFrame:
        """The rows of both; the same as `union`."""
        return self._set_operation(other, _UNION, True)

    def unionByName(self, other: DataFrame, allowMissingColumns: bool = False) -> DataFrame:
        """The rows of both, columns matched by name.

        Parameters
        ----------
        allowMissingColumns : bool
            columns that one has not are null there
        """
        return self._set_operation(other, _UNION, True, True, allowMissingColumns)

    def subtract(self, other: DataFrame) -> DataFrame:
        """The distinct rows that the other has not."""
        return self._set_operation(other, _EXCEPT, False)

    def exceptAll(self, other: DataFrame) -> DataFrame:
        """The rows that remain when each row of the other takes one away."""
        return self._set_operation(other, _EXCEPT, True)

    def intersect(self, other: DataFrame) -> DataFrame:
        """The distinct rows that both have."""
        return self._set_operation(other, _INTERSECT, False)

    def intersectAll(self, other: DataFrame) -> DataFrame:
        """The rows that both have, as often as both have them."""
        return self._set_operation(other, _INTERSECT, True)


def _join_type(how: Any, known: Dict[str, int], names: Sequence[str] = _JOIN_NAMES) -> int:
    if how is None:
        return 1
    assert isinstance(how, str), "how should be a string"
    kind = known.get(how.lower().replace("_", ""))
    if kind is None:
        supported = "'" + "', '".join(names) + "'"
        raise AnalysisException(
            errorClass="UNSUPPORTED_JOIN_TYPE", messageParameters={"typ": how, "supported": supported}
        )
    return kind


def _join_on(on: Any) -> Any:
    """(names, condition) of what join() was given."""
    if on is None:
        return [], None
    if isinstance(on, str):
        return [on], None
    if isinstance(on, Column):
        return [], on
    assert isinstance(on, (list, tuple)), "on should be Column or list of Column"
    on = list(on)
    if not on or isinstance(on[0], str):
        assert all(isinstance(c, str) for c in on), "on should be Column or list of Column"
        return on, None
    assert isinstance(on[0], Column), "on should be Column or list of Column"
    condition = on[0]
    for c in on[1:]:
        condition = condition & c
    return [], condition
