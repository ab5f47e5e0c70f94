# SPDX-License-Identifier: Apache-2.0
"""DataFrame: rows and columns that an engine computes.

The methods live in ``frame/``, by subject; this file puts them together and adds what a DataFrame
knows of itself: its schema and its session.
"""

from __future__ import annotations

from roost.errors.base import PySparkAttributeError, PySparkValueError
from roost.sql.frame.actions import Actions
from roost.sql.frame.combining import Combining
from roost.sql.frame.exchange import Exchange
from roost.sql.frame.relational import Relational
from roost.sql.frame.statistics import DataFrameNaFunctions, DataFrameStatFunctions, Statistics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple

    from roost.context import SparkContext
    from roost.jvm.frame import JavaFrame
    from roost.sql.context import SQLContext
    from roost.sql.merge import MergeIntoWriter
    from roost.sql.plot import PySparkPlotAccessor
    from roost.sql.readwriter import DataFrameWriter, DataFrameWriterV2
    from roost.sql.session import SparkSession
    from roost.sql.types import StructType

__all__ = ["DataFrame", "DataFrameNaFunctions", "DataFrameStatFunctions"]

_JVM_NAMES = {"_jseq", "_jmap", "_jcols"}


class DataFrame(Relational, Combining, Actions, Statistics, Exchange):
    """Rows and columns, computed when they are asked for.

    A DataFrame is made by a session (``createDataFrame``, ``read``, ``sql``, ``table``, ``range``) or
    from another.  It never changes.

    Examples
    --------
    >>> people = spark.createDataFrame([("Ada", 36), ("Alan", 41)], ["name", "age"])
    >>> people.filter(people.age > 40).collect()
    [Row(name='Alan', age=41)]
    """

    def __init__(self, plan: Any, session: SparkSession, plan_id: Optional[int] = None) -> None:
        if plan_id is None:  # as programs wrap a DataFrame: DataFrame(df._jdf, df.sparkSession)
            plan, plan_id = plan._frame._plan, plan._frame._plan_id
        self._set_plan(plan, session, plan_id)

    @property
    def _jdf(self) -> JavaFrame:
        """What programs know of Java's Dataset (`roost.jvm`)."""
        from roost.jvm.frame import JavaFrame

        return JavaFrame(self)

    @property
    def _sc(self) -> SparkContext:
        return self._session.sparkContext

    @property
    def sql_ctx(self) -> SQLContext:
        """The session under its old name."""
        from roost.sql.context import SQLContext

        return SQLContext(sparkSession=self._session)

    @property
    def sparkSession(self) -> SparkSession:
        """The session that made it."""
        return self._session

    @property
    def schema(self) -> StructType:
        """The columns and their types."""
        return self._plan.schema().type()

    @property
    def columns(self) -> List[str]:
        """The names of the columns."""
        return self._plan.schema().names

    @property
    def dtypes(self) -> List[Tuple[str, str]]:
        """Names and types (as SQL writes them) of the columns."""
        return [(field.name, field.dataType.simpleString()) for field in self.schema.fields]

    @property
    def write(self) -> DataFrameWriter:
        """Writes the rows to files or tables."""
        from roost.sql.readwriter import DataFrameWriter

        return DataFrameWriter(self)

    def writeTo(self, table: str) -> DataFrameWriterV2:
        """Writes the rows to a table."""
        from roost.sql.readwriter import DataFrameWriterV2

        return DataFrameWriterV2(self, table)

    def mergeInto(self, table: str, condition: Any) -> MergeIntoWriter:
        """Merges the rows into a table."""
        from roost.sql.merge import MergeIntoWriter

        return MergeIntoWriter(self, table, condition)

    @property
    def writeStream(self) -> Any:
        """Refused: no DataFrame is a stream."""
        from roost.errors.base import AnalysisException

        raise AnalysisException(errorClass="WRITE_STREAM_NOT_ALLOWED", messageParameters={})

    @property
    def executionInfo(self) -> Any:
        """Figures about the last run; refused, as in PySpark without Spark Connect."""
        raise PySparkValueError(
            errorClass="CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF", messageParameters={"member": "queryExecution"}
        )

    @property
    def plot(self) -> PySparkPlotAccessor:
        """Plots of the rows, by plotly: ``df.plot.bar(x="name", y="age")``."""
        from roost.sql.plot import PySparkPlotAccessor

        return PySparkPlotAccessor(self)

    @property
    def rdd(self) -> Any:
        """The rows as an RDD, which is a list in this process (`roost.rdd`)."""
        from roost.rdd import RDD

        return RDD(self._partitions, self._session.sparkContext, self._partition_count())

    def __getattr__(self, name: str) -> Any:
        if name in _JVM_NAMES:
            raise PySparkAttributeError(
                errorClass="JVM_ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": name}
            )
        if name == "_plan" and "_input" in self.__dict__:
            return self._close()
        if name.startswith("_") and not self.__dict__:  # half made: while copying or unpickling
            raise AttributeError(name)
        if name not in self.columns:
            raise PySparkAttributeError(
                errorClass="ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": name}
            )
        return self[name]

    def __dir__(self) -> List[str]:
        return sorted({*dir(type(self)), *(name for name in self.columns if name.isidentifier())})

    def _ipython_key_completions_(self) -> List[str]:
        return self.columns


def _claim_methods() -> None:
    """Methods of the parts are the DataFrame's by name: Python's errors about a call say so."""
    for part in DataFrame.__bases__:
        for name, member in vars(part).items():
            if hasattr(member, "__code__"):
                member.__qualname__ = f"DataFrame.{name}"


_claim_methods()
DataFrame._made = DataFrame
