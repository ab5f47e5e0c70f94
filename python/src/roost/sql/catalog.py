# SPDX-License-Identifier: Apache-2.0
"""Catalog: databases, tables, views and functions."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional

from roost._core import pb
from roost.sql.column import _wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import StructType
    from roost.storagelevel import StorageLevel

__all__ = ["Catalog", "CatalogMetadata", "Column", "Database", "Function", "Table"]

_CATALOG = 200  # of Relation; the fields of its message:
_CURRENT_DATABASE, _SET_CURRENT_DATABASE, _LIST_DATABASES, _LIST_TABLES, _LIST_FUNCTIONS = 1, 2, 3, 4, 5
_LIST_COLUMNS, _GET_DATABASE, _GET_TABLE, _GET_FUNCTION, _DATABASE_EXISTS, _TABLE_EXISTS = 6, 7, 8, 9, 10, 11
_FUNCTION_EXISTS, _DROP_TEMP_VIEW, _DROP_GLOBAL_TEMP_VIEW = 12, 15, 16
_RECOVER_PARTITIONS, _IS_CACHED, _CACHE_TABLE, _UNCACHE_TABLE, _CLEAR_CACHE = 17, 18, 19, 20, 21
_REFRESH_TABLE, _REFRESH_BY_PATH, _CURRENT_CATALOG, _SET_CURRENT_CATALOG, _LIST_CATALOGS = 22, 23, 24, 25, 26


def _quoted_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class CatalogMetadata(NamedTuple):
    """A catalog."""

    name: str
    description: Optional[str]


class Database(NamedTuple):
    """A database."""

    name: str
    catalog: Optional[str]
    description: Optional[str]
    locationUri: str


class Table(NamedTuple):
    """A table or view."""

    name: str
    catalog: Optional[str]
    namespace: Optional[List[str]]
    description: Optional[str]
    tableType: str
    isTemporary: bool

    @property
    def database(self) -> Optional[str]:
        """The database, where there is just one name for it."""
        return self.namespace[0] if self.namespace is not None and len(self.namespace) == 1 else None


class Column(NamedTuple):
    """A column of a table."""

    name: str
    description: Optional[str]
    dataType: str
    nullable: bool
    isPartition: bool
    isBucket: bool
    isCluster: bool


class Function(NamedTuple):
    """A function of SQL."""

    name: str
    catalog: Optional[str]
    namespace: Optional[List[str]]
    description: Optional[str]
    className: str
    isTemporary: bool


class Catalog:
    """Databases, tables, views and functions, reached as ``spark.catalog``.

    Examples
    --------
    >>> spark.range(1).createOrReplaceTempView("one")
    >>> spark.catalog.tableExists("one"), spark.catalog.currentDatabase()
    (True, 'default')
    """

    def __init__(self, sparkSession: SparkSession) -> None:
        self._sparkSession = sparkSession

    def _ask(self, field: int, *message: Any) -> List[Any]:
        relation = pb(1, pb(_CATALOG, pb(field, pb(*message))))
        return self._sparkSession._execute(relation, ()).rows()

    def currentCatalog(self) -> str:
        """The name of the current catalog."""
        return self._ask(_CURRENT_CATALOG)[0][0]

    def setCurrentCatalog(self, catalogName: str) -> None:
        """Make a catalog the current one."""
        self._ask(_SET_CURRENT_CATALOG, 1, catalogName)

    def listCatalogs(self, pattern: Optional[str] = None) -> List[CatalogMetadata]:
        """The catalogs whose names match a pattern (``*`` any characters, ``|`` or)."""
        return [CatalogMetadata(*row) for row in self._ask(_LIST_CATALOGS, 1, pattern)]

    def currentDatabase(self) -> str:
        """The name of the current database."""
        return self._ask(_CURRENT_DATABASE)[0][0]

    def setCurrentDatabase(self, dbName: str) -> None:
        """Make a database the current one."""
        self._ask(_SET_CURRENT_DATABASE, 1, dbName)

    def listDatabases(self, pattern: Optional[str] = None) -> List[Database]:
        """The databases whose names match a pattern."""
        return [Database(*row) for row in self._ask(_LIST_DATABASES, 1, pattern)]

    def getDatabase(self, dbName: str) -> Database:
        """A database; an error if it is not there."""
        return Database(*self._ask(_GET_DATABASE, 1, dbName)[0])

    def databaseExists(self, dbName: str) -> bool:
        """Whether a database is there."""
        return self._ask(_DATABASE_EXISTS, 1, dbName)[0][0]

    def listTables(self, dbName: Optional[str] = None, pattern: Optional[str] = None) -> List[Table]:
        """The tables and views of a database (the current one), and the session's temporary views."""
        return [Table(*row) for row in self._ask(_LIST_TABLES, 1, dbName, 2, pattern)]

    def getTable(self, tableName: str) -> Table:
        """A table or view; an error if it is not there."""
        return Table(*self._ask(_GET_TABLE, 1, tableName)[0])

    def tableExists(self, tableName: str, dbName: Optional[str] = None) -> bool:
        """Whether a table or view is there."""
        _deprecate_database(dbName, "tableExists", "tableName")
        if dbName is not None:  # then the name is the table's alone, dots and all
            tableName = "`" + tableName.replace("`", "``") + "`"
        return self._ask(_TABLE_EXISTS, 1, tableName, 2, dbName)[0][0]

    def listColumns(self, tableName: str, dbName: Optional[str] = None) -> List[Column]:
        """The columns of a table or view."""
        _deprecate_database(dbName, "listColumns", "tableName")
        return [Column(*row) for row in self._ask(_LIST_COLUMNS, 1, tableName, 2, dbName)]

    def listFunctions(self, dbName: Optional[str] = None, pattern: Optional[str] = None) -> List[Function]:
        """The functions whose names match a pattern."""
        return [Function(*row) for row in self._ask(_LIST_FUNCTIONS, 1, dbName, 2, pattern)]

    def getFunction(self, functionName: str) -> Function:
        """A function; an error if it is not there."""
        return Function(*self._ask(_GET_FUNCTION, 1, functionName)[0])

    def functionExists(self, functionName: str, dbName: Optional[str] = None) -> bool:
        """Whether a function is there."""
        _deprecate_database(dbName, "functionExists", "tableName")
        return self._ask(_FUNCTION_EXISTS, 1, functionName, 2, dbName)[0][0]

    def createTable(
        self,
        tableName: str,
        path: Optional[str] = None,
        source: Optional[str] = None,
        schema: Optional[StructType] = None,
        description: Optional[str] = None,
        **options: str,
    ) -> DataFrame:
        """Make a table, over files at a path or empty; its rows.

        Parameters
        ----------
        tableName : str
        path : str, optional
            where its files are, if they are not the warehouse's
        source : str, optional
            the format
        schema : StructType, optional
        description : str, optional
        options
            of the format
        """
        from roost.sql.types import StructType

        if schema is not None and not isinstance(schema, StructType):
            raise _wrong("NOT_STRUCT", "schema", schema)
        if path is not None:
            options["path"] = path
        given = ", ".join(f"{_quoted_text(key)} {_quoted_text(str(value))}" for key, value in options.items())
        format_ = source or self._sparkSession.conf.get("spark.sql.sources.default")
        self._sparkSession.sql(
            f"CREATE TABLE {tableName}{f' ({schema.toDDL()})' if schema else ''} USING {format_}"
            + (f" OPTIONS ({given})" if given else "")
            + (f" COMMENT {_quoted_text(description)}" if description else "")
        )
        return self._sparkSession.table(tableName)

    def createExternalTable(
        self,
        tableName: str,
        path: Optional[str] = None,
        source: Optional[str] = None,
        schema: Optional[StructType] = None,
        **options: str,
    ) -> DataFrame:
        """The old name of `createTable`."""
        import warnings

        warnings.warn(
            "createExternalTable is deprecated since Spark 4.0, please use createTable instead.",
            FutureWarning,
            stacklevel=2,
        )
        return self.createTable(tableName, path, source, schema, **options)

    def dropTempView(self, viewName: str) -> bool:
        """Drop a temporary view; whether it was there."""
        return self._ask(_DROP_TEMP_VIEW, 1, viewName)[0][0]

    def dropGlobalTempView(self, viewName: str) -> bool:
        """Drop a global temporary view; whether it was there."""
        return self._ask(_DROP_GLOBAL_TEMP_VIEW, 1, viewName)[0][0]

    def isCached(self, tableName: str) -> bool:
        """Whether a table's rows are kept."""
        return self._ask(_IS_CACHED, 1, tableName)[0][0]

    def cacheTable(self, tableName: str, storageLevel: Optional[StorageLevel] = None) -> None:
        """Keep a table's rows when they are first read."""
        level = None if storageLevel is None else storageLevel._encoded()
        self._ask(_CACHE_TABLE, 1, tableName, 2, level)

    def uncacheTable(self, tableName: str) -> None:
        """Forget the rows that `cacheTable` keeps."""
        self._ask(_UNCACHE_TABLE, 1, tableName)

    def clearCache(self) -> None:
        """Forget all rows that are kept."""
        self._ask(_CLEAR_CACHE)

    def refreshTable(self, tableName: str) -> None:
        """Look at a table's files anew."""
        self._ask(_REFRESH_TABLE, 1, tableName)

    def refreshByPath(self, path: str) -> None:
        """Look anew at the files of whatever reads a path."""
        self._ask(_REFRESH_BY_PATH, 1, path)

    def recoverPartitions(self, tableName: str) -> None:
        """Look for a table's partitions among its files."""
        self._ask(_RECOVER_PARTITIONS, 1, tableName)

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """The old name of ``spark.udf.register``."""
        import warnings

        warnings.warn("Deprecated in 2.3.0. Use spark.udf.register instead.", FutureWarning, stacklevel=2)
        return self._sparkSession.udf.register(name, f, returnType)


def _deprecate_database(name: Optional[str], method: str, argument: str) -> None:
    if name is not None:
        import warnings

        warnings.warn(
            f"`dbName` has been deprecated since Spark 3.4 and might be removed in a future version. "
            f"Use {method}(`dbName.{argument}`) instead.",
            FutureWarning,
            stacklevel=3,
        )
