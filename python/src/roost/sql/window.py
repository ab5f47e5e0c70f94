# SPDX-License-Identifier: Apache-2.0
"""Windows: which rows around each row a window function sees."""

from __future__ import annotations

from roost._core import expr, lit, pb
from roost.errors.base import AnalysisException
from roost.sql.column import Column, _WINDOW
from roost.sql.frame.relational import sort_order, to_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Sequence, Tuple, Union

__all__ = ["Window", "WindowSpec"]

_ROWS, _RANGE = 1, 2
_LEAST, _GREATEST = -(2**63), 2**63 - 1


def _columns(cols: Sequence[Any]) -> List[Column]:
    if len(cols) == 1 and isinstance(cols[0], (list, tuple)):
        cols = cols[0]
    return [to_column(c) for c in cols]


class WindowSpec:
    """A window: how rows are divided and ordered, and how far it reaches.

    Use the static methods of `Window` to make one.
    """

    def __init__(
        self,
        partition: Sequence[Column] = (),
        order: Sequence[Column] = (),
        frame: Optional[Tuple[int, int, int]] = None,
    ) -> None:
        self._partition = list(partition)
        self._order = list(order)
        self._frame = frame

    def partitionBy(self, *cols: Any) -> WindowSpec:
        """The same, with rows divided by these columns."""
        return WindowSpec(_columns(cols), self._order, self._frame)

    def orderBy(self, *cols: Any) -> WindowSpec:
        """The same, with rows ordered by these columns."""
        return WindowSpec(self._partition, _columns(cols), self._frame)

    def rowsBetween(self, start: int, end: int) -> WindowSpec:
        """The same, from `start` to `end` rows around the row; negative is before."""
        return WindowSpec(self._partition, self._order, (_ROWS, *_row_bounds(start, end)))

    def rangeBetween(self, start: int, end: int) -> WindowSpec:
        """The same, where the ordering value differs from the row's by `start` to `end`."""
        return WindowSpec(self._partition, self._order, (_RANGE, *_bounds(start, end)))

    def _over(self, function: Column) -> Column:
        frame = None
        if self._frame is not None:
            kind, start, end = self._frame
            frame = pb(1, kind, 2, _boundary(kind, start), 3, _boundary(kind, end))
        body = pb(1, function, 2, self._partition, 3, [sort_order(c) for c in self._order], 4, frame)
        return expr(_WINDOW, body, function, *self._partition, *self._order)

    def __repr__(self) -> str:
        return f"WindowSpec(partition={self._partition}, order={self._order}, frame={self._frame})"


def _bounds(start: int, end: int) -> Tuple[int, int]:
    return (
        Window.unboundedPreceding if start <= Window._PRECEDING_THRESHOLD else start,
        Window.unboundedFollowing if end >= Window._FOLLOWING_THRESHOLD else end,
    )


def _row_bounds(start: int, end: int) -> Tuple[int, int]:
    """The same for rows, which are counted with integers."""
    bounds = _bounds(start, end)
    for name, value, widest in (("start", bounds[0], _LEAST), ("end", bounds[1], _GREATEST)):
        if value == widest or -(2**31) <= value < 2**31:
            continue
        widest_name = "longMinValue" if name == "start" else "longMaxValue"
        raise AnalysisException(
            errorClass=f"INVALID_BOUNDARY.{name.upper()}",
            messageParameters={
                "boundary": f"`{name}`",
                "invalidValue": f"{value}L",
                widest_name: f"{widest}L",
                "intMinValue": str(-(2**31)),
                "intMaxValue": str(2**31 - 1),
            },
        )
    return bounds


def _boundary(kind: int, value: int) -> bytes:
    if value == 0:
        return pb(1, True)
    if value in (_LEAST, _GREATEST):
        return pb(2, True)
    # Rows are counted with integers; a range is a distance in the order's values.
    return pb(3, lit(value) if kind == _ROWS else pb(1, pb(7, value)))


class Window:
    """Makes windows for ``Column.over``.

    Examples
    --------
    >>> from roost.sql import Window, functions as F
    >>> w = Window.partitionBy("k").orderBy("v")
    >>> df = spark.createDataFrame([("a", 2), ("a", 1)], ["k", "v"])
    >>> df.select("v", F.row_number().over(w).alias("n")).collect()
    [Row(v=1, n=1), Row(v=2, n=2)]
    """

    _PRECEDING_THRESHOLD = _LEAST
    _FOLLOWING_THRESHOLD = _GREATEST
    unboundedPreceding: int = _LEAST
    unboundedFollowing: int = _GREATEST
    currentRow: int = 0

    @staticmethod
    def partitionBy(*cols: Union[str, Column, Sequence[Any]]) -> WindowSpec:
        """Rows divided by these columns."""
        return WindowSpec().partitionBy(*cols)

    @staticmethod
    def orderBy(*cols: Union[str, Column, Sequence[Any]]) -> WindowSpec:
        """Rows ordered by these columns."""
        return WindowSpec().orderBy(*cols)

    @staticmethod
    def rowsBetween(start: int, end: int) -> WindowSpec:
        """From `start` to `end` rows around the row; negative is before."""
        return WindowSpec().rowsBetween(start, end)

    @staticmethod
    def rangeBetween(start: int, end: int) -> WindowSpec:
        """Where the ordering value differs from the row's by `start` to `end`."""
        return WindowSpec().rangeBetween(start, end)
