# SPDX-License-Identifier: Apache-2.0
"""Table-valued functions: DataFrames from calls, reached as ``spark.tvf``."""

from __future__ import annotations

from roost._core import pb
from roost.errors.base import PySparkValueError
from roost.sql.frame.relational import to_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from roost.sql.column import Column
    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession

__all__ = ["TableValuedFunction"]

_TABLE_FUNCTION = 43


class TableValuedFunction:
    """Functions whose results are tables.

    Examples
    --------
    >>> from roost.sql import functions as F
    >>> spark.tvf.explode(F.array(F.lit(1), F.lit(2))).collect()
    [Row(col=1), Row(col=2)]
    """

    def __init__(self, sparkSession: SparkSession) -> None:
        self._sparkSession = sparkSession

    def _call(self, name: str, *args: Any) -> DataFrame:
        columns = [to_column(argument) for argument in args]
        return self._sparkSession._relation(_TABLE_FUNCTION, pb(1, name, 2, columns), (), columns)

    def range(
        self, start: int, end: Optional[int] = None, step: int = 1, numPartitions: Optional[int] = None
    ) -> DataFrame:
        """Numbers from `start` up to but without `end`, in a column ``id``."""
        return self._sparkSession.range(start, end, step, numPartitions)

    def explode(self, collection: Column) -> DataFrame:
        """A row for each element of an array or entry of a map."""
        return self._call("explode", collection)

    def explode_outer(self, collection: Column) -> DataFrame:
        """As `explode`, with a row of nulls for an empty or null one."""
        return self._call("explode_outer", collection)

    def inline(self, input: Column) -> DataFrame:
        """A row for each struct of an array."""
        return self._call("inline", input)

    def inline_outer(self, input: Column) -> DataFrame:
        """As `inline`, with a row of nulls for an empty or null one."""
        return self._call("inline_outer", input)

    def json_tuple(self, input: Column, *fields: Column) -> DataFrame:
        """Fields of a JSON object as columns of text."""
        if not fields:
            raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "field"})
        return self._call("json_tuple", input, *fields)

    def posexplode(self, collection: Column) -> DataFrame:
        """As `explode`, with the position from 0."""
        return self._call("posexplode", collection)

    def posexplode_outer(self, collection: Column) -> DataFrame:
        """As `posexplode`, with a row of nulls for an empty or null one."""
        return self._call("posexplode_outer", collection)

    def stack(self, n: Column, *fields: Column) -> DataFrame:
        """Values dealt to so many rows."""
        return self._call("stack", n, *fields)

    def collations(self) -> DataFrame:
        """The collations that there are."""
        return self._call("collations")

    def sql_keywords(self) -> DataFrame:
        """The words of SQL, and whether they are reserved."""
        return self._call("sql_keywords")

    def variant_explode(self, input: Column) -> DataFrame:
        """A row for each element or field of a variant."""
        return self._call("variant_explode", input)

    def variant_explode_outer(self, input: Column) -> DataFrame:
        """As `variant_explode`, with a row of nulls for an empty or null one."""
        return self._call("variant_explode_outer", input)

    def python_worker_logs(self) -> DataFrame:
        """The log of functions; they run in this process and log as it does."""
        return self._call("python_worker_logs")
