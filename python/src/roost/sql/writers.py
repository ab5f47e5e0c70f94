# SPDX-License-Identifier: Apache-2.0
"""Writing files and tables; programs find the classes in `readwriter`."""

from __future__ import annotations

from roost._core import pb
from roost.errors.base import AnalysisException, IllegalArgumentException, PySparkTypeError, PySparkValueError
from roost.sql.column import _wrong
from roost.sql.frame.relational import to_column
from roost.sql.io_options import Options, option_text, path_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Union

    from roost.sql.column import Column
    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession

    Flag = Optional[Union[bool, str]]

__all__ = ["DataFrameWriter", "DataFrameWriterV2"]

_WRITE, _WRITE_V2 = 2, 4
_MODES = {"append": 1, "overwrite": 2, "error": 3, "errorifexists": 3, "ignore": 4, "default": 3}
_MODE_NAMES = {1: "append", 2: "overwrite", 3: "ErrorIfExists", 4: "Ignore"}
_SAVE_AS_TABLE, _INSERT_INTO = 1, 2
_CREATE, _OVERWRITE, _OVERWRITE_PARTITIONS, _APPEND, _REPLACE, _CREATE_OR_REPLACE = 1, 2, 3, 4, 5, 6


class DataFrameWriter(Options):
    """Writes rows to files and tables, reached as ``df.write``."""

    def __init__(self, df: DataFrame) -> None:
        self._df = df
        self._format: Optional[str] = None
        self._mode: Optional[int] = None
        self._options = {}
        self._partitions: List[str] = []
        self._clusters: List[str] = []
        self._sort: List[str] = []
        self._buckets: Optional[bytes] = None

    @property
    def _spark(self) -> SparkSession:
        return self._df.sparkSession

    def mode(self, saveMode: Optional[str]) -> DataFrameWriter:
        """What happens if there is something already: ``error`` (default), ``overwrite``, ``append``, ``ignore``."""
        if saveMode is not None:
            self._mode = _mode_number(saveMode)
        return self

    def format(self, source: str) -> DataFrameWriter:
        """Which format to write: ``csv``, ``json``, ``parquet``, ``text`` ..."""
        self._format = source
        return self

    def option(self, key: str, value: Any) -> DataFrameWriter:
        """An option of the format."""
        self._options[key] = option_text(value)
        return self

    def options(self, **options: Any) -> DataFrameWriter:
        """Options of the format."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def partitionBy(self, *cols: Any) -> DataFrameWriter:
        """A folder for each value of these columns."""
        self._partitions = _name_list(cols)
        return self

    def clusterBy(self, *cols: Any) -> DataFrameWriter:
        """Rows with near values in these columns near each other."""
        names = _name_list(cols)
        assert names, "clusterBy needs one or more clustering columns."
        self._clusters = names
        return self

    def bucketBy(self, numBuckets: int, col: Any, *cols: Optional[str]) -> DataFrameWriter:
        """So many files by a hash of these columns."""
        if not isinstance(numBuckets, int):
            raise _wrong("NOT_INT", "numBuckets", numBuckets)
        self._buckets = pb(1, _first_and_rest(col, cols), 2, numBuckets)
        return self

    def sortBy(self, col: Any, *cols: Optional[str]) -> DataFrameWriter:
        """Rows in each bucket in the order of these columns."""
        self._sort = _first_and_rest(col, cols)
        return self

    def _write(self, field: int, target: Any) -> None:
        given = {key: value for key, value in self._options.items() if value is not None}
        body = pb(
            1, self._df._input, 2, self._format, field, target, 5, self._mode, 6, self._sort, 7, self._partitions,
            8, self._buckets, 9, given, 10, self._clusters,
        )  # fmt: skip
        self._df._command(_WRITE, body)

    def _prepare(self, format: Any, mode: Any, partitionBy: Any, options: Dict[str, Any]) -> None:
        self.mode(mode).options(**options)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)

    def save(
        self,
        path: Optional[str] = None,
        format: Optional[str] = None,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        **options: Any,
    ) -> None:
        """Write a folder of files."""
        self._prepare(format, mode, partitionBy, options)
        own = self._df._session._data_sources.get((self._format or "").lower())
        if own is not None:
            from roost.sql.datasource_worker import write

            given = {key: value for key, value in self._options.items() if value is not None}
            write(self._df, own, {**given, "path": path} if path else given, _MODE_NAMES.get(self._mode))
            return
        if self._buckets is not None:
            raise AnalysisException(
                errorClass="_LEGACY_ERROR_TEMP_1312", messageParameters={"operation": "save"}
            )
        self._write(3, path_option(self, self._df._session, path, "_LEGACY_ERROR_TEMP_1307"))

    def saveAsTable(
        self,
        name: str,
        format: Optional[str] = None,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        **options: Any,
    ) -> None:
        """Write a table; columns are matched by name when it is appended to."""
        self._prepare(format, mode, partitionBy, options)
        self._write(4, pb(1, name, 2, _SAVE_AS_TABLE))

    def insertInto(self, tableName: str, overwrite: Optional[bool] = None) -> None:
        """Add rows to a table, columns matched by position; or replace its rows."""
        if overwrite is not None:
            self.mode("overwrite" if overwrite else "append")
        self._write(4, pb(1, tableName, 2, _INSERT_INTO))

    def json(
        self,
        path: str,
        mode: Optional[str] = None,
        compression: Optional[str] = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        lineSep: Optional[str] = None,
        encoding: Optional[str] = None,
        ignoreNullFields: Flag = None,
    ) -> None:
        """Write JSON files, an object on each line."""
        self._given(
            compression=compression,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            lineSep=lineSep,
            encoding=encoding,
            ignoreNullFields=ignoreNullFields,
        )
        self.save(_given_path(path), "json", mode)

    def parquet(
        self,
        path: str,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        compression: Optional[str] = None,
    ) -> None:
        """Write Parquet files."""
        self._given(compression=compression)
        self.save(_given_path(path), "parquet", mode, partitionBy)

    def orc(
        self,
        path: str,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        compression: Optional[str] = None,
    ) -> None:
        """Write ORC files."""
        self._given(compression=compression)
        self.save(_given_path(path), "orc", mode, partitionBy)

    def text(self, path: str, compression: Optional[str] = None, lineSep: Optional[str] = None) -> None:
        """Write text files of a single column of text, a line for each row."""
        self._given(compression=compression, lineSep=lineSep)
        self.save(_given_path(path), "text")

    def csv(
        self,
        path: str,
        mode: Optional[str] = None,
        compression: Optional[str] = None,
        sep: Optional[str] = None,
        quote: Optional[str] = None,
        escape: Optional[str] = None,
        header: Flag = None,
        nullValue: Optional[str] = None,
        escapeQuotes: Flag = None,
        quoteAll: Flag = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        ignoreLeadingWhiteSpace: Flag = None,
        ignoreTrailingWhiteSpace: Flag = None,
        charToEscapeQuoteEscaping: Optional[str] = None,
        encoding: Optional[str] = None,
        emptyValue: Optional[str] = None,
        lineSep: Optional[str] = None,
    ) -> None:
        """Write CSV files."""
        self._given(
            compression=compression,
            sep=sep,
            quote=quote,
            escape=escape,
            header=header,
            nullValue=nullValue,
            escapeQuotes=escapeQuotes,
            quoteAll=quoteAll,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            ignoreLeadingWhiteSpace=ignoreLeadingWhiteSpace,
            ignoreTrailingWhiteSpace=ignoreTrailingWhiteSpace,
            charToEscapeQuoteEscaping=charToEscapeQuoteEscaping,
            encoding=encoding,
            emptyValue=emptyValue,
            lineSep=lineSep,
        )
        self.save(_given_path(path), "csv", mode)

    def xml(
        self,
        path: str,
        rowTag: Optional[str] = None,
        mode: Optional[str] = None,
        attributePrefix: Optional[str] = None,
        valueTag: Optional[str] = None,
        rootTag: Optional[str] = None,
        declaration: Flag = None,
        arrayElementName: Optional[str] = None,
        nullValue: Optional[str] = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        compression: Optional[str] = None,
        encoding: Optional[str] = None,
        validateName: Flag = None,
    ) -> None:
        """Write XML files, an element for each row."""
        self._given(
            rowTag=rowTag,
            attributePrefix=attributePrefix,
            valueTag=valueTag,
            rootTag=rootTag,
            declaration=declaration,
            arrayElementName=arrayElementName,
            nullValue=nullValue,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            compression=compression,
            encoding=encoding,
            validateName=validateName,
        )
        self.save(_given_path(path), "xml", mode)

    def jdbc(
        self, url: str, table: str, mode: Optional[str] = None, properties: Optional[Dict[str, str]] = None
    ) -> None:
        """Write a table in another database."""
        self.format("jdbc").mode(mode).options(**(properties or {})).options(url=url, dbtable=table).save()


class DataFrameWriterV2(Options):
    """Writes rows to a table, reached as ``df.writeTo(table)``."""

    def __init__(self, df: DataFrame, table: str) -> None:
        self._df = df
        self._table = table
        self._provider: Optional[str] = None
        self._options = {}
        self._properties: Dict[str, str] = {}
        self._partitions: List[Column] = []
        self._clusters: List[str] = []

    def using(self, provider: str) -> DataFrameWriterV2:
        """Which format the table has."""
        self._provider = provider
        return self

    def option(self, key: str, value: Any) -> DataFrameWriterV2:
        """An option of the write."""
        self._options[key] = option_text(value)
        return self

    def options(self, **options: Any) -> DataFrameWriterV2:
        """Options of the write."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def tableProperty(self, property: str, value: str) -> DataFrameWriterV2:
        """A property that the table gets."""
        self._properties[property] = value
        return self

    def partitionedBy(self, col: Any, *cols: Any) -> DataFrameWriterV2:
        """Partitions by columns, or by ``functions.partitioning``."""
        self._partitions = [to_column(c) for c in (col, *cols)]
        return self

    def clusterBy(self, col: str, *cols: str) -> DataFrameWriterV2:
        """Rows with near values in these columns near each other."""
        self._clusters = [col, *cols]
        return self

    def _write(self, mode: int, condition: Optional[Column] = None) -> None:
        given = {key: value for key, value in self._options.items() if value is not None}
        body = pb(
            1, self._df._input, 2, self._table, 3, self._provider, 4, self._partitions, 5, given,
            6, self._properties, 7, mode, 8, condition, 9, self._clusters,
        )  # fmt: skip
        self._df._command(_WRITE_V2, body, self._partitions if condition is None else [condition])

    def create(self) -> None:
        """Make the table, which must not be there."""
        self._write(_CREATE)

    def replace(self) -> None:
        """Replace the table, which must be there."""
        self._write(_REPLACE)

    def createOrReplace(self) -> None:
        """Make the table, or replace it."""
        self._write(_CREATE_OR_REPLACE)

    def append(self) -> None:
        """Add the rows, columns matched by name."""
        self._write(_APPEND)

    def overwrite(self, condition: Any) -> None:
        """Replace the rows for which the condition is true."""
        self._write(_OVERWRITE, to_column(condition))

    def overwritePartitions(self) -> None:
        """Replace the partitions that the rows belong to."""
        self._write(_OVERWRITE_PARTITIONS)


def _mode_number(name: str) -> int:
    mode = _MODES.get(name.lower())
    if mode is not None:
        return mode
    raise AnalysisException(errorClass="INVALID_SAVE_MODE", messageParameters={"mode": f'"{name}"'})


def _given_path(path: Optional[str]) -> str:
    """The folder for files of a format that is named."""
    if path:
        return path
    raise IllegalArgumentException(f"Can not create a Path from {'a null' if path is None else 'an empty'} string")


def _name_list(cols: Any) -> List[str]:
    if len(cols) == 1 and isinstance(cols[0], (list, tuple)):
        cols = cols[0]
    return list(cols)


def _first_and_rest(col: Any, cols: Any) -> List[str]:
    if isinstance(col, (list, tuple)):
        if cols:
            raise PySparkValueError(
                errorClass="CANNOT_SET_TOGETHER",
                messageParameters={"arg_list": f"`col` of type {type(col).__name__} and `cols`"},
            )
        col, cols = col[0], tuple(col[1:])
    for name in (*cols, col):
        if not isinstance(name, str):
            raise PySparkTypeError(
                errorClass="NOT_LIST_OF_STR",
                messageParameters={"arg_name": "col" if name is col else "cols", "arg_type": type(name).__name__},
            )
    return [col, *cols]
