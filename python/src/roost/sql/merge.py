# SPDX-License-Identifier: Apache-2.0
"""MergeIntoWriter: rows merged into a table."""

from __future__ import annotations

from roost._core import expr, pb
from roost.sql.column import Column
from roost.sql.frame.relational import to_column
from roost.sql.functions.basic import expr as sql_expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional

    from roost.sql.dataframe import DataFrame

__all__ = ["MergeIntoWriter"]

_MERGE_ACTION, _MERGE_COMMAND = 19, 16
_DELETE, _INSERT, _INSERT_STAR, _UPDATE, _UPDATE_STAR = 1, 2, 3, 4, 5


def _action(kind: int, condition: Optional[Column], assignments: Optional[Dict[str, Column]] = None) -> Column:
    pairs = [pb(1, sql_expr(name), 2, value) for name, value in (assignments or {}).items()]
    held = [c for c in (condition, *(assignments or {}).values()) if c is not None]
    return expr(_MERGE_ACTION, pb(1, kind, 2, condition, 3, pairs), *held)


class _When:
    """The rows of one kind, waiting to be told what happens to them."""

    _kept = ""  # the writer's list of what happens to such rows

    def __init__(self, writer: MergeIntoWriter, condition: Optional[Column]) -> None:
        self.writer = writer
        self._condition = condition

    def _add(self, kind: int, assignments: Optional[Dict[str, Column]] = None) -> MergeIntoWriter:
        getattr(self.writer, self._kept).append(_action(kind, self._condition, assignments))
        return self.writer


class MergeIntoWriter:
    """Merges rows into a table, reached as ``df.mergeInto(table, condition)``.

    Parameters
    ----------
    df : DataFrame
    table : str
    condition : Column
        which rows belong together
    """

    class WhenMatched(_When):
        """Rows of the table that a new row belongs to."""

        _kept = "_matched"

        def updateAll(self) -> MergeIntoWriter:
            """They take all values of the new row."""
            return self._add(_UPDATE_STAR)

        def update(self, assignments: Dict[str, Column]) -> MergeIntoWriter:
            """They take these values."""
            return self._add(_UPDATE, assignments)

        def delete(self) -> MergeIntoWriter:
            """They go."""
            return self._add(_DELETE)

    class WhenNotMatched(_When):
        """New rows that belong to none of the table's."""

        _kept = "_not_matched"

        def insertAll(self) -> MergeIntoWriter:
            """They are added."""
            return self._add(_INSERT_STAR)

        def insert(self, assignments: Dict[str, Column]) -> MergeIntoWriter:
            """Rows of these values are added."""
            return self._add(_INSERT, assignments)

    class WhenNotMatchedBySource(WhenMatched):
        """Rows of the table that no new row belongs to."""

        _kept = "_not_matched_by_source"

    def __init__(self, df: DataFrame, table: str, condition: Column) -> None:
        self._df = df
        self._table = table
        self._condition = to_column(condition)
        self._evolves = False
        self._matched: List[Column] = []
        self._not_matched: List[Column] = []
        self._not_matched_by_source: List[Column] = []

    def whenMatched(self, condition: Optional[Column] = None) -> MergeIntoWriter.WhenMatched:
        """What happens to rows of the table that a new row belongs to."""
        return self.WhenMatched(self, condition)

    def whenNotMatched(self, condition: Optional[Column] = None) -> MergeIntoWriter.WhenNotMatched:
        """What happens to new rows that belong to none of the table's."""
        return self.WhenNotMatched(self, condition)

    def whenNotMatchedBySource(
        self, condition: Optional[Column] = None
    ) -> MergeIntoWriter.WhenNotMatchedBySource:
        """What happens to rows of the table that no new row belongs to."""
        return self.WhenNotMatchedBySource(self, condition)

    def withSchemaEvolution(self) -> MergeIntoWriter:
        """The table gets columns that it has not."""
        self._evolves = True
        return self

    def merge(self) -> None:
        """Do it."""
        actions = [*self._matched, *self._not_matched, *self._not_matched_by_source]
        body = pb(
            1, self._table, 2, self._df._input, 3, self._condition, 4, self._matched, 5, self._not_matched,
            6, self._not_matched_by_source, 7, self._evolves,
        )  # fmt: skip
        self._df._command(_MERGE_COMMAND, body, [self._condition, *actions])
