# SPDX-License-Identifier: Apache-2.0
"""GroupedData: groups of rows, waiting for aggregates."""

from __future__ import annotations

from roost._core import call, col, lit, pb
from roost.errors.base import PySparkNotImplementedError, PySparkTypeError, UnsupportedOperationException
from roost.sql.column import Column, _wrong
from roost.sql.frame.relational import AGGREGATE
from roost.sql.frame.statistics import _literal
from roost.sql.java_text import in_java_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Sequence, Union

    from roost.sql.dataframe import DataFrame
    from roost.sql.types import StructType

__all__ = ["GroupedData"]

_GROUP_MAP, _CO_GROUP_MAP = 31, 32
_PIVOT = 4
_NAMES = {1: "GroupBy", 2: "RollUp", 3: "Cube", 4: "Pivot", 5: "GroupingSets"}
_GROUPED_PANDAS, _COGROUPED_PANDAS, _GROUPED_ARROW, _COGROUPED_ARROW = 201, 206, 209, 210
_GROUPED_PANDAS_ITER, _GROUPED_ARROW_ITER = 216, 215


class GroupedData:
    """Groups of rows, made by ``groupBy``, ``rollup``, ``cube`` or ``groupingSets``.

    Examples
    --------
    >>> df = spark.createDataFrame([("a", 1), ("b", 2), ("a", 3)], ["k", "v"])
    >>> df.groupBy("k").sum("v").orderBy("k").collect()
    [Row(k='a', sum(v)=4), Row(k='b', sum(v)=2)]
    """

    def __init__(
        self,
        df: DataFrame,
        kind: int,
        columns: Sequence[Column],
        sets: Optional[List[List[Column]]] = None,
        pivot: Optional[bytes] = None,
    ) -> None:
        self._df = df
        self._kind = kind
        self._columns = list(columns)
        self._sets = [pb(1, s) for s in sets or ()]
        self._pivot = pivot

    @property
    def session(self) -> Any:
        """The session of the rows."""
        return self._df.sparkSession

    def __repr__(self) -> str:
        from roost.sql.column_text import text_of

        grouping = _first_two([text_of(c._bytes) for c in self._columns], "field(s)")
        fields = self._df.dtypes
        values = _first_two(["%s: %s" % pair for pair in fields], "field" if len(fields) == 3 else "fields")
        return (
            f"GroupedData[grouping expressions: [{grouping}], value: [{values}], type: {_NAMES[self._kind]}]"
        )

    def agg(self, *exprs: Union[Column, Dict[str, str]]) -> DataFrame:
        """A row for each group, with aggregates.

        Parameters
        ----------
        exprs : Column, or one dict
            the dict names functions by column: ``{"age": "max", "*": "count"}``
        """
        assert exprs, "exprs should not be empty"
        if len(exprs) == 1 and isinstance(exprs[0], dict):
            named = [(name, exprs[0][name]) for name in in_java_order(exprs[0])]
            columns = [call(function, col(name) if name == "*" else self._df[name]) for name, function in named]
        else:
            assert all(isinstance(c, Column) for c in exprs), "all exprs should be Column"
            columns = list(exprs)
        return self._aggregated(columns)

    def _aggregated(self, columns: List[Column]) -> DataFrame:
        body = pb(
            1, self._df._input, 2, self._kind, 3, self._columns, 4, columns, 5, self._pivot, 6, self._sets
        )
        return self._df._derive(AGGREGATE, body, [*self._columns, *columns])

    def count(self) -> DataFrame:
        """How many rows each group has."""
        return self._aggregated([call("count", lit(1)).alias("count")])

    def _numeric(self, function: str, cols: Sequence[str]) -> DataFrame:
        if not cols:
            from roost.sql.types import NumericType

            cols = [f.name for f in self._df.schema.fields if isinstance(f.dataType, NumericType)]
            return self._aggregated([call(function, self._df[name]) for name in cols])
        self._check_numeric(cols)
        return self._aggregated([call(function, self._df[name]) for name in cols])

    def _check_numeric(self, names: Sequence[str]) -> None:
        from roost.errors.base import AnalysisException
        from roost.sql.types import NumericType

        for field in self._df.select(*[self._df[name] for name in names]).schema.fields if self._df._session._eager else ():
            if not isinstance(field.dataType, NumericType):
                raise AnalysisException(
                    errorClass="_LEGACY_ERROR_TEMP_1323", messageParameters={"colName": field.name}
                )

    def avg(self, *cols: str) -> DataFrame:
        """The mean of numeric columns (of all, by default) in each group."""
        return self._numeric("avg", cols)

    mean = avg

    def max(self, *cols: str) -> DataFrame:
        """The greatest value of numeric columns in each group."""
        return self._numeric("max", cols)

    def min(self, *cols: str) -> DataFrame:
        """The least value of numeric columns in each group."""
        return self._numeric("min", cols)

    def sum(self, *cols: str) -> DataFrame:
        """The sum of numeric columns in each group."""
        return self._numeric("sum", cols)

    def pivot(self, pivot_col: str, values: Optional[List[Any]] = None) -> GroupedData:
        """A column for each value of another column, filled by the aggregates that follow.

        Parameters
        ----------
        pivot_col : str
        values : list, optional
            the values to take; without it they are looked up first
        """
        if self._kind == _PIVOT:
            raise UnsupportedOperationException(
                errorClass="REPEATED_CLAUSE", messageParameters={"clause": "PIVOT", "operation": "SUBQUERY"}
            )
        if self._kind != 1:
            raise UnsupportedOperationException(
                errorClass="UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY", messageParameters={}
            )
        if not isinstance(pivot_col, (str, Column)):
            raise _wrong("NOT_STR", "pivot_col", pivot_col)
        if values is not None:
            if not isinstance(values, (list, tuple)):
                raise _wrong("NOT_LIST", "values", values)
            for v in values:
                if v is not None and not isinstance(v, (bool, float, int, str)):
                    raise _wrong("NOT_BOOL_OR_FLOAT_OR_INT_OR_STR", "value", v)
        column = self._df[pivot_col] if isinstance(pivot_col, str) else pivot_col
        if values is None:
            values = self._pivot_values(column)
        pivot = pb(1, column, 2, [_literal(v) for v in values])
        return GroupedData(self._df, _PIVOT, self._columns, pivot=pivot)

    def _pivot_values(self, column: Column) -> List[Any]:
        """The values of a column, looked up in order."""
        from roost.errors.base import AnalysisException
        from roost.sql.column_text import text_of

        most = int(self._df.sparkSession.conf.get("spark.sql.pivotMaxValues", "10000"))
        rows = self._df.select(column.alias("v")).distinct().sort("v").limit(most + 1).collect()
        if len(rows) > most:
            raise AnalysisException(
                errorClass="_LEGACY_ERROR_TEMP_1324",
                messageParameters={"c": text_of(column._bytes), "v": str(most), "config": "spark.sql.pivotMaxValues"},
            )
        return [row[0] for row in rows]

    # Functions on groups.
    def apply(self, udf: Any) -> DataFrame:
        """The old form of `applyInPandas`, with a grouped-map pandas UDF."""
        if isinstance(udf, Column) or not hasattr(udf, "func") or udf.evalType != _GROUPED_PANDAS:
            raise PySparkTypeError(
                errorClass="INVALID_UDF_EVAL_TYPE",
                messageParameters={"eval_type": "SQL_GROUPED_MAP_PANDAS_UDF"},
            )
        import warnings

        warnings.warn(
            "It is preferred to use 'applyInPandas' over this API. This API will be deprecated in the future "
            "releases. See SPARK-28264 for more details.",
            UserWarning,
            stacklevel=2,
        )
        return self.applyInPandas(udf.func, schema=udf.returnType)

    def applyInPandas(self, func: Callable[..., Any], schema: Union[StructType, str]) -> DataFrame:
        """Each group through a function from a pandas DataFrame to another.

        Parameters
        ----------
        func : callable
            of the group, or of the key (a tuple) and the group
        schema : StructType or str
            of the rows that come out
        """
        return self._group_map(func, schema, _GROUPED_PANDAS)

    def applyInArrow(self, func: Callable[..., Any], schema: Union[StructType, str]) -> DataFrame:
        """Each group through a function from an Arrow table to another."""
        return self._group_map(func, schema, _GROUPED_ARROW)

    def _group_map(self, func: Any, schema: Any, eval_type: int) -> DataFrame:
        from roost.sql.pandas.typehints import takes_pieces
        from roost.sql.udf import (
            GROUPED_MAP_ARROW_ITER,
            GROUPED_MAP_PANDAS_ITER,
            UserDefinedFunction,
            check_vectorized,
        )

        check_vectorized(func, eval_type)
        if takes_pieces(func):
            eval_type = GROUPED_MAP_PANDAS_ITER if eval_type == _GROUPED_PANDAS else GROUPED_MAP_ARROW_ITER
        if isinstance(schema, str):
            schema = self._df._session._parse_ddl(schema)
        function = UserDefinedFunction(func, schema, evalType=eval_type)
        message = function._message([self._df[name] for name in self._df.columns])
        body = pb(1, self._df._input, 2, self._columns, 3, message)
        return self._df._derive(_GROUP_MAP, body, [*self._columns, function._holder()])

    def cogroup(self, other: GroupedData) -> Any:
        """Groups of two DataFrames with the same key, together."""
        from roost.sql.cogroup import PandasCogroupedOps

        return PandasCogroupedOps(self, other)

    def applyInPandasWithState(self, *args: Any, **kwargs: Any) -> Any:
        """Streams are not offered."""
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": "applyInPandasWithState()"}
        )

    def transformWithState(self, *args: Any, **kwargs: Any) -> Any:
        """Streams are not offered."""
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": "transformWithState()"}
        )

    def transformWithStateInPandas(self, *args: Any, **kwargs: Any) -> Any:
        """Streams are not offered."""
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": "transformWithStateInPandas()"}
        )


def _first_two(items: List[str], noun: str) -> str:
    more = f" ... {len(items) - 2} more {noun}" if len(items) > 2 else ""
    return ", ".join(items[:2]) + more
