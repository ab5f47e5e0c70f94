# SPDX-License-Identifier: Apache-2.0
"""SQLContext and HiveContext: the entries of old, on top of a session."""

from __future__ import annotations

from roost.sql.conf import _UNSAID
from roost.sql.session import SparkSession, classproperty

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional

    from roost.sql.dataframe import DataFrame

__all__ = ["HiveContext", "SQLContext"]


class SQLContext:
    """The entry to DataFrames before there were sessions; a session does all that it does."""

    def __init__(
        self, sparkContext: Any = None, sparkSession: Optional[SparkSession] = None, jsqlContext: Any = None
    ) -> None:
        self.sparkSession = sparkSession or SparkSession.builder.getOrCreate()
        self._sc = self.sparkSession.sparkContext
        if SparkSession._of_old is None:
            SparkSession._of_old = self

    _instantiatedContext = classproperty(lambda cls: SparkSession._of_old)

    @classmethod
    def getOrCreate(cls, sc: Any) -> SQLContext:
        """The context there is, or one of the session there is, or of a new one."""
        return SparkSession._of_old or cls(sc)

    def newSession(self) -> SQLContext:
        """A context of another session."""
        return type(self)(sparkSession=self.sparkSession.newSession())

    def setConf(self, key: str, value: Any) -> None:
        """Set a value."""
        self.sparkSession.conf.set(key, value)

    def getConf(self, key: str, defaultValue: Any = _UNSAID) -> Any:
        """The value of a setting."""
        return self.sparkSession.conf.get(key, defaultValue)

    def sql(self, sqlQuery: str) -> DataFrame:
        """The rows of a query."""
        return self.sparkSession.sql(sqlQuery)

    def table(self, tableName: str) -> DataFrame:
        """The rows of a table."""
        return self.sparkSession.table(tableName)

    def range(
        self, start: int, end: Optional[int] = None, step: int = 1, numPartitions: Optional[int] = None
    ) -> DataFrame:
        """Numbers in a row."""
        return self.sparkSession.range(start, end, step, numPartitions)

    def createDataFrame(
        self, data: Any, schema: Any = None, samplingRatio: Optional[float] = None, verifySchema: bool = True
    ) -> DataFrame:
        """A DataFrame of rows from this process."""
        return self.sparkSession.createDataFrame(data, schema, samplingRatio, verifySchema)

    def createExternalTable(
        self, tableName: str, path: Optional[str] = None, source: Optional[str] = None, schema: Any = None, **options: str
    ) -> DataFrame:
        """A table over files that are there."""
        return self.sparkSession.catalog.createExternalTable(tableName, path, source, schema, **options)

    def registerDataFrameAsTable(self, df: DataFrame, tableName: str) -> None:
        """Give a DataFrame a name."""
        df.createOrReplaceTempView(tableName)

    def dropTempTable(self, tableName: str) -> None:
        """Drop a temporary view."""
        self.sparkSession.catalog.dropTempView(tableName)

    def tables(self, dbName: Optional[str] = None) -> DataFrame:
        """The tables of a database, as rows."""
        return self.sparkSession.sql("SHOW TABLES" if dbName is None else f"SHOW TABLES IN {dbName}")

    def tableNames(self, dbName: Optional[str] = None) -> List[str]:
        """The names of the tables of a database."""
        return [table.name for table in self.sparkSession.catalog.listTables(dbName)]

    def cacheTable(self, tableName: str) -> None:
        """Keep a table's rows."""
        self.sparkSession.catalog.cacheTable(tableName)

    def uncacheTable(self, tableName: str) -> None:
        """Forget a table's rows."""
        self.sparkSession.catalog.uncacheTable(tableName)

    def clearCache(self) -> None:
        """Forget all rows that are kept."""
        self.sparkSession.catalog.clearCache()

    @property
    def read(self) -> Any:
        """Reads files and tables."""
        return self.sparkSession.read

    @property
    def readStream(self) -> Any:
        """Streams are not offered."""
        return self.sparkSession.readStream

    @property
    def streams(self) -> Any:
        """Streams are not offered."""
        return self.sparkSession.streams

    @property
    def udtf(self) -> Any:
        """Registers Python table functions."""
        return self.sparkSession.udtf

    @property
    def udf(self) -> Any:
        """Registers Python functions."""
        return self.sparkSession.udf

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """Give a function a name in SQL."""
        return self.sparkSession.udf.register(name, f, returnType)

    def registerJavaFunction(self, name: str, javaClassName: str, returnType: Any = None) -> None:
        """There is no Java here, and so no such class."""
        self.sparkSession.udf.registerJavaFunction(name, javaClassName, returnType)


class HiveContext(SQLContext):
    """The entry to Hive's tables, of old; tables are kept without Hive."""

    def refreshTable(self, tableName: str) -> None:
        """Read a table's files anew."""
        self.sparkSession.catalog.refreshTable(tableName)
