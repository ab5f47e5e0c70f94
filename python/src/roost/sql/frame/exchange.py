# SPDX-License-Identifier: Apache-2.0
"""To pandas and Arrow, and through functions on pandas and Arrow."""

from __future__ import annotations

from roost._core import pb
from roost.sql.frame.base import Operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional, Union

    from roost.sql.dataframe import DataFrame
    from roost.sql.types import StructType

MAP_PARTITIONS = 28
_MAP_PANDAS, _MAP_ARROW = 205, 207


class Exchange(Operations):
    """A DataFrame's ways to and from other libraries."""

    def toPandas(self) -> Any:
        """All rows as a pandas DataFrame."""
        from roost.sql.pandas_exchange import to_pandas

        return to_pandas(self._session, self._session._execute(self._plan, ()))

    def toArrow(self) -> Any:
        """All rows as a pyarrow Table."""
        from roost.sql.arrow import to_table

        return to_table(self._session, self._session._execute(self._plan, ()))

    def _collect_as_arrow(self, split_batches: bool = False, empty_list_if_zero_records: bool = True) -> List[Any]:
        """All rows as record batches: what libraries made for PySpark take before it had `toArrow`."""
        batches = self.toArrow().to_batches()
        return [] if empty_list_if_zero_records and not any(len(batch) for batch in batches) else batches

    def __arrow_c_stream__(self, requested_schema: Optional[Any] = None) -> Any:
        """The rows as an Arrow C stream, for any library that reads one."""
        from roost.sql.arrow import result_stream

        return result_stream(self._session, self._session._execute(self._plan, ())).__arrow_c_stream__()

    def mapInPandas(
        self,
        func: Callable[[Any], Any],
        schema: Union[StructType, str],
        barrier: bool = False,
        profile: Optional[Any] = None,
    ) -> DataFrame:
        """Rows through a function from an iterator of pandas DataFrames to another.

        Parameters
        ----------
        func : callable
        schema : StructType or str
            of the rows that come out
        """
        return self._map(func, schema, _MAP_PANDAS, barrier)

    def mapInArrow(
        self,
        func: Callable[[Any], Any],
        schema: Union[StructType, str],
        barrier: bool = False,
        profile: Optional[Any] = None,
    ) -> DataFrame:
        """Rows through a function from an iterator of Arrow batches to another."""
        return self._map(func, schema, _MAP_ARROW, barrier)

    def _map(self, func: Any, schema: Any, eval_type: int, barrier: bool) -> DataFrame:
        from roost.sql.udf import check_vectorized

        check_vectorized(func, eval_type)
        if isinstance(schema, str):
            schema = self._session._parse_ddl(schema)
        return self._map_by(func, schema, eval_type, barrier)

    def _map_by(self, func: Any, schema: StructType, eval_type: int = _MAP_ARROW, barrier: bool = False) -> DataFrame:
        from roost.sql.udf import UserDefinedFunction

        function = UserDefinedFunction(func, schema, evalType=eval_type)
        columns = [self[name] for name in self.columns]
        call = function._message(columns)
        return self._derive(MAP_PARTITIONS, pb(1, self._input, 2, call, 3, barrier), [function._holder()])

    def toJSON(self, use_unicode: bool = True) -> Any:
        """The rows as an RDD of JSON texts."""
        from roost.sql import functions as F

        return self.select(F.to_json(F.struct("*"))).rdd.map(lambda row: row[0])

    def pandas_api(self, index_col: Any = None) -> Any:
        """The pandas API on Spark is not offered; `toPandas` gives real pandas."""
        from roost.refused import refusal

        raise refusal("pandas_api()", "pyspark.pandas")
